"""What happens to products under stops. Doors never rely on having heard it."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class ProductStopped:
    """A product may not be sold from `on`, whatever its certificate says."""

    product_id: int
    on: date


@dataclass(frozen=True)
class ProductFreed:
    """A stop of the product is over from `on`; others, and its certificate, decide whether it may be sold."""

    product_id: int
    on: date
