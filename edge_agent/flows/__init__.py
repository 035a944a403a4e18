"""Which paths lead through the device? One file each; they fetch, ask `core` and act by ports."""
