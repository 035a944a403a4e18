"""How would the nation's queues go? A simulated country: `python -m provisioning.nation`."""
