"""Reports: one small module each, registered by import; the API and the desk know them by name only."""
