"""Decisions about leases and webhooks."""
