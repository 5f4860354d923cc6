"""Lots called back from every store, and the buyers who have to be told."""
