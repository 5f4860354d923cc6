"""Search: one port, engines behind it; an index proposes, the database's gate decides."""
