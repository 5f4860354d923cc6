"""What an adapter for carriers must do. It knows parcels by their code and nothing of orders, stock or money taken.

An adapter that talks to a carrier's machine would do so outside any transaction; the two that come with the shop need
no account: one is a person with a pen, the other a file that goes out and one that comes back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Result(StrEnum):
    """What a carrier tells of a parcel."""

    TAKEN = "taken"  #: it has left with the carrier
    DELIVERED = "delivered"
    FAILED = "failed"
    RETURNED = "returned"  #: it is in the store again


@dataclass(frozen=True)
class Consignment:
    """A parcel as a carrier must know it, and no more: no e-mail, no prices, no words of the buyer.

    ``cash_vnd``: to be taken at the door, 0 when nothing is.
    """

    code: str
    name: str
    phone: str
    address: str
    weight_grams: int
    cash_vnd: int
    is_fragile: bool
    is_cold: bool
    courier: str | None = None
    tracking: str | None = None


@dataclass(frozen=True)
class Told:
    """A line of what a carrier says: its place in the file, the parcel, and what is new of it."""

    line: int
    code: str
    courier: str | None
    tracking: str | None
    result: Result | None
    reason: str | None


class Adapter(Protocol):
    """One way to work with carriers."""

    @property
    def code(self) -> str:
        """As `Shipment.carrier` keeps it when no carrier is named."""
        ...

    @property
    def sends_file(self) -> bool:
        """Whether a list of parcels goes out and results come back as a file."""
        ...

    def write(self, parcels: Sequence[Consignment]) -> list[dict[str, str | int]]:
        """The rows of the list to hand over, by column; empty for an adapter without files."""
        ...

    def read(self, data: bytes) -> list[Told]:
        """What a file says, or a refusal that names each wrong line; nothing for an adapter without files."""
        ...


_adapters: dict[str, Adapter] = {}


def register(adapter: Adapter) -> None:
    """Add a way to work with carriers."""
    _adapters[adapter.code] = adapter


def get_adapter(code: str) -> Adapter:
    """The adapter of that code. Raises KeyError for one that was never registered."""
    return _adapters[code]
