"""What requests to producers tell."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SupplyRequested:
    """A request is on its way to its producer; `serial` counts its links, `is_reminder` when it is called to mind."""

    code: str
    serial: int
    is_reminder: bool = False
