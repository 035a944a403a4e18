"""The broker on one side, operations on the other."""
