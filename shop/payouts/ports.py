"""Sums of other features that go out by payout files, beside refunds and bank lines.

    register("settlement", Port(list_payable, memo, words, lock, listed, unlisted, paid, failed))

The prefix is that of the items' sources: ``settlement:DS-7K3M9QXT``. Every callable but the first three is called
inside the file's transaction, `lock` before the file is locked.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.accounts.actor import Actor
from shop.payouts.rules import Failure


@dataclass(frozen=True)
class Payable:
    """Something that can go into a file: where it comes from, how much, and to which account."""

    source: str
    #: The payment's reference, or empty for what belongs to no payment.
    reference: str
    amount_vnd: int
    bank_bin: str
    account: str
    holder: str
    since: datetime


@dataclass(frozen=True)
class Port:
    """What a feature does for its sums; each takes the code behind the prefix."""

    #: What of a seller can be transferred now, read anew.
    list_payable: Callable[[int], Sequence[Payable]]
    #: The words beside the money on the payee's statement: capitals and digits, at most 40 signs.
    memo: Callable[[str], str]
    #: What desks call it.
    words: Callable[[str], str]
    lock: Callable[[str], None]
    #: It stands in a file; it does not any more (the draft was dropped).
    listed: Callable[[str, Actor], None]
    unlisted: Callable[[str, Actor], None]
    #: The bank transferred it, under its number; or did not.
    paid: Callable[[str, str, Actor], None]
    failed: Callable[[str, Failure, Actor], None]


_ports: dict[str, Port] = {}


def register(prefix: str, port: Port) -> None:
    """Let a feature's sums go out by payout files."""
    _ports[prefix] = port


def ports() -> Sequence[Port]:
    """All of them."""
    return tuple(_ports.values())


def find_port(source: str) -> tuple[Port, str] | None:
    """Whose sum a source is, with the code there; None for refunds and bank lines."""
    prefix, _colon, code = source.partition(":")
    port = _ports.get(prefix)
    return (port, code) if port else None
