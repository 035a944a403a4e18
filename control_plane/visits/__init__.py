"""The journey of one visitor: from the number taken to the booth that has forgotten."""
