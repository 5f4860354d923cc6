"""What payouts tell."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AccountWanted:
    """A buyer shall say where her refund goes; `serial` counts the links of one refund."""

    code: str
    reference: str
    serial: int


@dataclass(frozen=True)
class MoneyReturned:
    """Money of a bank line went back to its sender: `source` is `bankline:ID`, `bank_ref` the bank's number."""

    source: str
    bank_ref: str
