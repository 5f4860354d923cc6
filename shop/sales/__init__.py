"""One read model of what was sold, lot by lot, over orders and tills."""
