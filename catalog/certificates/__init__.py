"""Certificates: the star, its days, and every decision that changed them. This is the gate of every sale."""
