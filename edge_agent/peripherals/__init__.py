"""What is attached to the device: a driver per library, and a simulated twin for every port."""
