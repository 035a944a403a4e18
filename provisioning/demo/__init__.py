"""How does a whole point come to life on one machine? `python -m provisioning.demo`."""
