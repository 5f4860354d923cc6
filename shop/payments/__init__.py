"""Payments: one port for every way to pay. Knows references and amounts, never orders or bookings."""
