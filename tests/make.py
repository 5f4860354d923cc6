"""Builders: the rows that a test needs.

``make.area()``, ``make.listing(stars=4)``, ``make.lot(on_shelf=5)`` … Every argument has a
sensible default, every builder makes what it stands on, and each call makes something new.
Each part's builders stand in ``tests/makers/<part>.py`` and are named here.
"""

from tests.makers.catalog import (
    KEPT,
    area,
    certificate,
    certified_product,
    label,
    listing,
    pack_of,
    producer,
    product,
    sku,
)
from tests.makers.fairs import application, fair
from tests.makers.people import actor, headers, token, user
from tests.makers.shop import lot, seller, store

__all__ = [
    "KEPT", "actor", "application", "area", "certificate", "certified_product", "fair", "headers", "label", "listing",
    "lot", "pack_of", "producer", "product", "seller", "sku", "store", "token", "user",
]  # fmt: skip
