"""How does a point or a whole demo come to be? Seeds, packages, supervisors; imported by nobody."""
