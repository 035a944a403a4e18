"""Setting up in the browser: agencies, services, places and switches, with history and undo."""
