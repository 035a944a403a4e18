"""An agency's queues: open or closed, for whom and until when."""
