"""Pure rules of payouts: accounts as banks write them, and the states of files and their items."""

import re
from enum import StrEnum

from core.text import fold
from shop.payments.banks import list_banks
from shop.payments.providers.emvco import memo_text

#: Days for which a buyer's link works; staff send it again afterwards.
LINK_DAYS = 14
#: Items of one file: what a bank's upload page takes without trouble.
MOST_ITEMS = 500

_ACCOUNT = re.compile(r"[0-9A-Z]{6,19}")
_HOLDER = re.compile(r"[A-Z][A-Z0-9 .&-]{1,69}")


class FileState(StrEnum):
    """Where a payout file stands."""

    DRAFT = "draft"  #: made by one person, looked at by another
    APPROVED = "approved"  #: frozen: its bytes do not change any more
    SENT = "sent"  #: handed to the bank
    CLOSED = "closed"  #: every item has its answer
    DROPPED = "dropped"  #: given up before it was approved


class ItemState(StrEnum):
    """What became of one item."""

    LISTED = "listed"
    PAID = "paid"
    FAILED = "failed"
    DROPPED = "dropped"


#: An item that keeps its source out of any other file.
LIVE = (ItemState.LISTED, ItemState.PAID)


class Failure(StrEnum):
    """Why the bank did not pay an item."""

    WRONG_ACCOUNT = "wrong_account"  #: the buyer names another one
    OTHER = "other"  #: the same account is tried again


def account_of(text: str) -> str | None:
    """An account number as NAPAS takes it: 6 to 19 digits or letters, without what people put between; or None."""
    plain = re.sub(r"[\s.\-]", "", text).upper()
    return plain if _ACCOUNT.fullmatch(plain) and any(sign.isdigit() for sign in plain) else None


def holder_of(text: str) -> str | None:
    """A holder's name as banks keep it: capitals without accents; or None when nothing of a name is left."""
    plain = " ".join(fold(text).upper().split())
    return plain if _HOLDER.fullmatch(plain) else None


def is_payable(bank_bin: str) -> bool:
    """Whether a transfer can go to the bank of this BIN."""
    return any(bank.bin == bank_bin for bank in list_banks() if bank.bin)


def masked(account: str) -> str:
    """An account as any page shows it: its last four signs."""
    return "•••• " + account[-4:]


def memo_of(source: str) -> str:
    """What stands beside the money on the payee's statement: ``HOAN TIEN HT 7K3M9QXT``."""
    kind, _colon, code = source.partition(":")
    return memo_text(f"Hoàn tiền {code}" if kind == "refund" else f"Hoàn tiền dòng {code}")


def refund_of(source: str) -> str | None:
    """The refund's code in a source, or None when it is a bank line's."""
    kind, _colon, code = source.partition(":")
    return code if kind == "refund" else None
