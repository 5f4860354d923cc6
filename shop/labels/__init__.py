"""Shelf and lot labels, and the reprints that a new star or price asks for."""
