"""What happens to products."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ProductChanged:
    """A product's name, address, set, producer or place changed."""

    product_id: int
