"""The carrier that needs nothing: the store writes down who took the parcel and under which number."""

from collections.abc import Sequence
from dataclasses import dataclass

from shop.delivery.carriers.port import Consignment, Told


@dataclass(frozen=True)
class ByHand:
    """``manual``."""

    code: str = "manual"
    sends_file: bool = False

    def write(self, parcels: Sequence[Consignment]) -> list[dict[str, str | int]]:
        """Nothing goes out."""
        return []

    def read(self, data: bytes) -> list[Told]:
        """Nothing comes back."""
        return []
