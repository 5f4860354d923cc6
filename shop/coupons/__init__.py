"""Coupons: so much off an order, so many times, never once more than promised."""
