"""What contact centres do to leases, and what they are told."""
