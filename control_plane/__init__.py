"""The control plane: owns queues, bookings and rooms; never in the path of media or documents."""
