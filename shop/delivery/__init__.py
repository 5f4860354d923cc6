"""Delivery: what it costs by zone and weight, and who carries it."""
