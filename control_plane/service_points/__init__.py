"""Agencies, services, service points, booths, and who offers what where."""
