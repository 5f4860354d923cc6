"""What may be sold, and why: areas, producers, products, certificates, listings, search."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Join the features to the application, in their order."""
