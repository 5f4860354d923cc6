"""Figures of the real server: what `make bench` prints."""
