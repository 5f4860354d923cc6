"""Cards: the way to the provider's page and back, the inbox of its signals, captures and refunds."""
