"""Candidates: what a commune proposes, and what the certifiers' desk makes of it. No shopper ever sees one."""
