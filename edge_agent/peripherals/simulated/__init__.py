"""A working stand-in for every port: for demos, training and tests, behind the same contract."""
