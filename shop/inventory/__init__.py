"""Inventory: lots, an append-only ledger of movements, and holds that end by themselves."""
