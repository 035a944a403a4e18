"""The agent: our software on one device at a service point, headless, driving its peripherals."""
