"""What payouts tell."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AccountWanted:
    """A buyer shall say where her refund goes; `serial` counts the links of one refund."""

    code: str
    reference: str
    serial: int
