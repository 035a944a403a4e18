"""What crosses the wire between the two programs, and nothing else: pure values, no I/O."""
