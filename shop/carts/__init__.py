"""Carts: what a visitor means to buy. A cart never holds stock and never drops a line."""
