"""Goods that come back, goods that were short or broken, and what of the money goes back with them."""
