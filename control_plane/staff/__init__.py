"""Clerks: what they can do, whom they serve, and what they are doing now."""
