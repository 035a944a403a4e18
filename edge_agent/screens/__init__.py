"""How do the device's displays get their pages and live states? A server on 127.0.0.1 only."""
