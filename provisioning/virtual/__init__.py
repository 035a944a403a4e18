"""Devices and clerks that are programs, on the real wires: for histories and for a nation's day."""
