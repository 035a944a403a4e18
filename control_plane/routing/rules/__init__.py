"""Which ticket, clerk and booth belong together now, and if none, why not? All of it pure."""
