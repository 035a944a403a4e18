"""The agent's seat in a room: document camera, data channels, and the gate for what comes."""
