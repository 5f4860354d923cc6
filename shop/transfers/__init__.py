"""Goods on their way from one store to another: sent, in transit, received, and what was missing."""
