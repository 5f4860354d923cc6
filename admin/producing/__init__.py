"""Producers make their listings on a phone: one question a screen, saved as they go, read back at the end."""
