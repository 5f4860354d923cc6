"""What is sold, held, paid and booked: stores, stock, carts, payments, orders, fairs."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Join the features to the application, in their order."""
