"""A place in a national queue of one agency's service: the anonymous ticket."""
