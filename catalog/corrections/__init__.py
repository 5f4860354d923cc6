"""Putting a wrong entry right: a new version with its reason, agreed to by a second person (case G5)."""
