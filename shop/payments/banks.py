"""The banks of the NAPAS transfer network: which BIN belongs to whom, and who takes VietQR.

Pure data (`data/vietqr_banks.csv`, its source beside it). A BIN is not a unique key: banks were renamed
and kept it, and one bank has none.
"""

import csv
import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Bank:
    """One row of the bank catalogue."""

    bin: str  #: six digits, or empty for the one bank without a number
    code: str
    short_name: str
    name: str
    takes_vietqr: bool


@cache
def list_banks() -> tuple[Bank, ...]:
    """Every bank of the catalogue, sorted by its short name."""
    text = files("shop.payments").joinpath("data", "vietqr_banks.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(io.StringIO(text))
    banks = (Bank(row["bin"], row["code"], row["short_name"], row["name"], row["vietqr_status"] == "1") for row in rows)
    return tuple(sorted(banks, key=lambda bank: bank.short_name.casefold()))


def list_by_bin(bank_bin: str) -> list[Bank]:
    """The banks that answer to a BIN: none, one, or two where a bank was renamed."""
    return [bank for bank in list_banks() if bank_bin and bank.bin == bank_bin]


def bank_name(bank_bin: str) -> str:
    """The name to show beside an account: the catalogue's, or the bare BIN when it is not listed."""
    banks = list_by_bin(bank_bin)
    return banks[0].short_name if banks else bank_bin
