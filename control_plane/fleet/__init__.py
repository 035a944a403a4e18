"""What the devices say of themselves, and what their booths can do now."""
