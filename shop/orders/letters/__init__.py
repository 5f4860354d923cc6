"""What buyers are told: the kinds of messages about orders, money and vouchers, and who builds them from an order."""

from shop.orders.letters import money, order

__all__ = ["money", "order"]
