"""Pure rules of bank lines: reading a memo, and what a line is worth to the payment it names.

Money is matched by the number in its memo, never by its amount alone (decision page 0041).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from rapidfuzz import fuzz

from core.text import fold
from shop.payments.rules import RECEIVED, Status


class State(StrEnum):
    """Where the money of a line stands."""

    WAITING = "waiting"  #: for the matching, for the rest of the sum, or for a person
    PAID = "paid"  #: counted for a payment; what was too much goes back
    TO_RETURN = "to_return"  #: goes back whole
    ASIDE = "aside"  #: a person found that it is no order's money, or a line told twice


class Source(StrEnum):
    """Who told of a line."""

    WEBHOOK = "webhook"
    STATEMENT = "statement"
    HAND = "hand"
    BEFORE = "before"  #: confirmed before bank lines were kept (migration 0024)


class Reason(StrEnum):
    """Why a line waits, or what was special about it."""

    NEW = "new"  #: stored, not read yet
    PARTIAL = "partial"  #: less than the sum; the rest may come
    TOO_MUCH = "too_much"
    DOUBLE = "double"  #: the payment has its money already
    LATE = "late"  #: the payment was over
    EARLY = "early"  #: booked before the payment was asked for, or in the future
    SEVERAL = "several"  #: the memo names more than one payment
    UNREADABLE = "unreadable"  #: no payment's number in the memo
    ACCOUNT = "account"  #: not an account of this seller
    OTHER_SELLER = "other_seller"  #: the number is another seller's
    OTHER_WAY = "other_way"  #: the payment is made in another way
    ENDED = "ended"  #: its payment ended; it goes back as soon as somebody says to which account
    REFUSED = "refused"  #: the payment refused it
    DIFFERS = "differs"  #: its reference is known with a smaller sum from somebody else: this is the rest of it
    SHORT = "short"  #: its reference is known with a larger sum from somebody else: no money beside that one


#: What each source may call a line's account or number: capitals, no spaces.
_PLAIN = re.compile(r"[^0-9A-Z]")
#: Number of an order, a booking or a code on a till's screen: two letters and eight signs of Crockford's alphabet.
_BODY = 8
_KINDS = {"DH": "ord", "BK": "bkg", "TQ": "til"}
#: How people write signs that the alphabet leaves out.
_MISREAD = str.maketrans("OIL", "011")
_CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{8}")
#: Fewest signs of a cut number that are still trusted, when it stands at the very end.
_CUT_LEAST = 6
#: A squeezed memo longer than this is nobody's memo.
_MEMO_MOST = 240
#: Signs of a reference by which its differing line is known: the rest of the column is for the sum.
_KNOWN_BY = 60
#: A booking asked for anew keeps its code: `bkg:BK-…`, `bkg:BK-…/2` …
_TIMES = range(2, 8)
#: How far ahead of ours a bank's clock may be.
CLOCKS_APART = timedelta(minutes=5)
#: How alike a memo and a number must be to be suggested, in percent.
ALIKE = 75


def squeeze_memo(memo: str) -> str:
    """A memo as bare capitals and digits: banks fold, cut, and put in spaces and dots."""
    return _PLAIN.sub("", fold(memo).upper())[:_MEMO_MOST]


def read_memo(memo: str) -> tuple[str, ...]:
    """References of every payment that a memo may name, likely ones first; the caller asks which of them exist.

    Every run of eight fitting signs counts, with or without its prefix: 40 random bits are not met by chance.
    """
    text = squeeze_memo(memo)
    windows = [text[at : at + _BODY].translate(_MISREAD) for at in range(len(text) - _BODY + 1)]
    found: dict[str, None] = {}
    for prefixed in (True, False):
        for at, body in enumerate(windows):
            if not _CODE.fullmatch(body):
                continue
            for kind in _KINDS:
                if (text[max(0, at - 2) : at] == kind) == prefixed:
                    found.update(dict.fromkeys(_references(kind, body, prefixed)))
    return tuple(found)


def cut_number(memo: str) -> str | None:
    """The beginning of a reference at the very end of a memo that was cut: `ord:DH-7K3M9Q`, or None."""
    found = re.search(rf"(DH|BK|TQ)([0-9A-Z]{{{_CUT_LEAST},{_BODY - 1}}})$", squeeze_memo(memo))
    if found is None:
        return None
    body = found[2].translate(_MISREAD)
    return f"{_KINDS[found[1]]}:{found[1]}-{body}" if _CODE.fullmatch(body.ljust(_BODY, "0")) else None


def likeness(memo: str, reference: str) -> int:
    """How much a memo looks as if it meant a reference, 0 to 100."""
    body = _PLAIN.sub("", reference.partition("-")[2].upper())[:_BODY]
    return int(fuzz.partial_ratio(body, squeeze_memo(memo).translate(_MISREAD))) if body else 0


def plain_ref(text: str) -> str:
    """A bank's reference as it is compared: without spaces, in capitals."""
    return "".join(text.split()).upper()


def differing_ref(bank_ref: str, told_vnd: int | None = None) -> str:
    """The reference of what was told with another sum beside a line: ``FT1≠355000``; or how all of them begin."""
    return f"{bank_ref[:_KNOWN_BY]}≠{told_vnd or ''}"


def plain_account(text: str) -> str:
    """An account's number as it is compared."""
    return _PLAIN.sub("", text.upper())


@dataclass(frozen=True)
class Seen:
    """A credit as somebody told it: whole đồng, the bank's reference and booking time, and who paid where known."""

    account: str
    bank_ref: str
    amount_vnd: int
    booked_at: datetime
    memo: str = ""
    payer_bin: str | None = None
    payer_account: str | None = None
    payer_holder: str | None = None


@dataclass(frozen=True)
class Named:
    """The payment that a line names, with what other lines of it wait: whole đồng."""

    is_own: bool
    is_transfer: bool
    status: Status
    amount_vnd: int
    waiting_vnd: int
    opened_at: datetime


@dataclass(frozen=True)
class Verdict:
    """Count the line, with those that wait for the same payment; or let it wait, and why."""

    pays: bool
    reason: Reason
    is_attached: bool = False


def judge(amount_vnd: int, booked_at: datetime, named: Named, at: datetime) -> Verdict:
    """What a line is worth to the payment it names. An exact sum that comes late counts too: it goes back by itself."""
    if not named.is_own:
        return Verdict(False, Reason.OTHER_SELLER)
    if not named.is_transfer:
        return Verdict(False, Reason.OTHER_WAY)
    if named.status in RECEIVED:
        return Verdict(False, Reason.DOUBLE, is_attached=True)
    if booked_at < named.opened_at.replace(second=0, microsecond=0) or booked_at > at:
        return Verdict(False, Reason.EARLY, is_attached=True)
    total, is_open = named.waiting_vnd + amount_vnd, named.status == Status.PENDING
    if total == named.amount_vnd:
        return Verdict(True, Reason.NEW if is_open else Reason.LATE, is_attached=True)
    if not is_open:
        return Verdict(False, Reason.LATE, is_attached=True)
    return Verdict(False, Reason.PARTIAL if total < named.amount_vnd else Reason.TOO_MUCH, is_attached=True)


def booking_time(told: datetime, at: datetime) -> datetime:
    """The booking time to decide by: a bank's clock that is a little ahead of ours does not book in the future."""
    return at if at < told <= at + CLOCKS_APART else told


def counted_time(told: datetime, opened_at: datetime, at: datetime) -> datetime:
    """The booking time of a line that counts for a payment opened then: not before it, nor after now.

    A line whose told time lies outside counts only by the word of the person who assigned it (`judge`).
    """
    return min(max(told, opened_at.replace(second=0, microsecond=0)), at)


def shares(due_vnd: int, amounts: Sequence[int]) -> list[int]:
    """How much of each line counts for a sum, first booked first; what is left of the last goes back.

    Raises ValueError when they do not reach the sum.
    """
    parts: list[int] = []
    for amount in amounts:
        parts.append(min(amount, due_vnd))
        due_vnd -= parts[-1]
    if due_vnd:
        raise ValueError("the lines do not reach the sum")
    return parts


def _references(kind: str, body: str, prefixed: bool) -> list[str]:
    first = f"{_KINDS[kind]}:{kind}-{body}"
    again = [f"{first}/{time}" for time in _TIMES] if prefixed and kind == "BK" else []
    return [first, *again]
