"""How does a visitor's coming go from step to step? Each operation: fetch, decide, record."""
