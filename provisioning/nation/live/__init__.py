"""Does the running system go as the simulated day? A nation's day over real MQTT and HTTP."""
