"""Producers (chủ thể): households, co-operatives and enterprises that stand behind a product."""
