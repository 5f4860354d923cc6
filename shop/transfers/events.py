"""What transfers tell."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TransferDispatched:
    """Goods left a store for another one."""

    code: str


@dataclass(frozen=True)
class TransferReceived:
    """Goods came in; ``differs``: something was damaged or missing, and somebody else has to decide."""

    code: str
    differs: bool
