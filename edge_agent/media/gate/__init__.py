"""What may pass from a clerk's computer to the printer? Looked at in a limited child process."""
