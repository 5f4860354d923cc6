"""Listings: the shop face of products, their packs and prices, and what is open for sale on a day."""
