"""What a scanned or typed text may mean, on plain values. Nothing here follows an address or asks a table.

A label's code can be our own address, a GS1 Digital Link, a bare GTIN, one of our codes, the programme's own
product code, the number of a decision, a product's name, or words in which one of these stands. An address of
another host is only read for codes; whose it is, is said.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from catalog.listings.rules import clean_gtin
from catalog.products.codes import canonical
from core.text import fold, squeeze

#: The most that a QR code can carry (version 40-L, letters and digits).
LONGEST = 4_296
#: Clues taken from one text; a label has a handful.
MOST_CLUES = 12
#: Letters below which a text is no name.
SHORTEST_NAME = 3
#: Signs above which a text is no name or code.
LONGEST_NAME = 200
LONGEST_CODE = 40


class Kind(StrEnum):
    """What a clue is: a code of ours, a product's address, a GTIN, the programme's code, a decision, a name."""

    CODE = "code"
    SLUG = "slug"
    GTIN = "gtin"
    OCOP = "ocop_code"
    DECISION = "decision"
    NAME = "name"


class Trouble(StrEnum):
    """Why a number cannot name a product: set by a shop's own scale, or a digit is wrong."""

    IN_STORE = "in_store"
    CHECK_DIGIT = "check_digit"


@dataclass(frozen=True, slots=True)
class Clue:
    """Something to look up; `lot` stands beside a GTIN (GS1 application identifier 10)."""

    kind: Kind
    value: str
    lot: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What one text may mean, the surest clue first."""

    text: str
    clues: tuple[Clue, ...] = ()
    trouble: Trouble | None = None
    #: Host of an address that is not ours.
    foreign: str | None = None


_ADDRESS = re.compile(r"(?i)\b(?:https?://|www\.)[^\s<>\"']+")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
#: Our codes: two letters and eight of Crockford's base 32, in which people may read O as 0 and I or L as 1.
_OURS = re.compile(r"(?<![A-Z0-9])(CN|SP|LO)-([0-9A-TV-Z]{8})(?![A-Z0-9])")
_GLUED = re.compile(r"(CN|SP|LO) ?([0-9A-TV-Z]{8})")
_MISREAD = str.maketrans("OIL", "011")
_OCOP = re.compile(r"(?<![\d-])\d{2} ?- ?(?:\d{3} ?- ?)?\d{5} ?- ?\d{1,4} ?- ?20\d{2}(?![\d-])")
_DECISION = re.compile(r"(?<![\d/-])(\d{1,6}(?: ?/ ?20\d{2})?) ?/ ?qd ?-? ?([a-z]{2,12}(?:-[a-z]{2,12}){0,3})")
_BARE_NUMBER = re.compile(r"(?:(?:quyet dinh|qd) ?)?(?:so ?)?[:.]? ?(\d{1,6})")
_LINK = re.compile(r"/01/(\d{8,14})(?:/10/([^/?#\s]{1,60}))?(?=[/?#]|$)")
_ELEMENTS = re.compile(r"\(01\)(\d{14})(?:[^(]*(?:\((?!10\))\d{2,4}\)[^(]*){0,6}\(10\)([^()\s]{1,20}))?")
_LONG_DIGITS = re.compile(r"(?<!\d)\d{13,14}(?!\d)")
_ONLY_DIGITS = re.compile(r"\d{8}|\d{12,14}")
_CODE = re.compile(r"[A-Z0-9][A-Z0-9._-]{1,39}")


def resolve(text: str, own_hosts: Collection[str]) -> Reading:
    """What a text may mean. own_hosts: `host` or `host:port` of our own addresses, in lower case.

    >>> resolve("Số 3981/QD-UBND", ()).clues
    (Clue(kind=<Kind.DECISION: 'decision'>, value='3981/qd-ubnd', lot=None),)
    """
    clean = _DASHES.sub("-", squeeze(text))[:LONGEST]
    addresses = _ADDRESS.findall(clean)
    foreign = next((host for one in addresses if (host := _host(one)) not in own_hosts), None)
    rest = squeeze(_ADDRESS.sub(" ", clean))
    sure = [*_in_addresses(addresses, own_hosts), *_in_words(clean, rest)]
    number, trouble = _as_number(rest)
    sure += [number] if number else []
    found = sure or list(_guesses(rest, trouble))
    return Reading(clean, _once(found)[:MOST_CLUES], None if sure else trouble, foreign)


def gtin_forms(gtin: str) -> tuple[str, ...]:
    """One GTIN in every length in which it may be written: zeros in front change nothing."""
    bare = gtin.lstrip("0")
    return tuple(bare.zfill(length) for length in (8, 12, 13, 14) if len(bare) <= length)


def is_in_store(gtin: str) -> bool:
    """Whether a shop gives this number itself (GS1 prefixes 02, 04 and 20-29; EAN-8 beginning with 0 or 2).

    A scale prints such numbers with a weight or a price in them; elsewhere they mean something else.
    """
    if len(gtin) == 8:
        return gtin[0] in "02"
    return gtin.zfill(14)[1] == "2" or gtin.zfill(14)[1:3] in ("02", "04")


def _once(clues: list[Clue]) -> tuple[Clue, ...]:
    """Each clue once; a GTIN alone says nothing beside the same GTIN with its lot."""
    with_lot = {clue.value for clue in clues if clue.lot}
    return tuple(dict.fromkeys(clue for clue in clues if clue.lot or clue.value not in with_lot))


def _host(address: str) -> str:
    """Host and port as the address says, in lower case ASCII; a sign that browsers read otherwise makes it nobody's."""
    whole = address if "://" in address else f"http://{address}"
    try:
        parts = urlsplit(whole)
        host, port = parts.hostname or "", parts.port
        host = host.encode("idna").decode()
    except (ValueError, UnicodeError):
        return "?"
    if not host or "\\" in whole:
        return "?"
    return f"{host}:{port}" if port else host


def _in_addresses(addresses: list[str], own_hosts: Collection[str]) -> Iterator[Clue]:
    """Clues in addresses: GS1 Digital Links of any host, the pages of our own."""
    for one in addresses:
        plain = unquote(one)
        for gtin, lot in _LINK.findall(plain):
            yield from _gtin(gtin, lot)
        if _host(one) in own_hosts:
            yield from _own_page(urlsplit(one if "://" in one else f"http://{one}").path)


def _own_page(path: str) -> Iterator[Clue]:
    page, _slash, key = unquote(path).strip("/").partition("/")
    key = key.split("/", 1)[0]
    if page == "san-pham" and key:
        yield Clue(Kind.SLUG, key[:96])
    elif page in ("chung-nhan", "truy-xuat") and key:
        yield Clue(Kind.CODE, key.upper()[:LONGEST_CODE])


def _in_words(clean: str, rest: str) -> Iterator[Clue]:
    """Clues whose shape alone says what they are, wherever they stand. `rest`: the text without its addresses."""
    upper, plain = unquote(clean).upper(), fold(rest)
    for prefix, letters in _OURS.findall(upper) or _GLUED.findall(upper if len(upper) < 12 else ""):
        yield Clue(Kind.CODE, f"{prefix}-{letters.translate(_MISREAD)}")
    for gtin, lot in _ELEMENTS.findall(rest):
        yield from _gtin(gtin, lot)
    for code in _OCOP.findall(rest):
        if good := canonical(code):
            yield Clue(Kind.OCOP, good)
    for number, tail in _DECISION.findall(plain):
        yield Clue(Kind.DECISION, f"{number.replace(' ', '')}/qd-{tail}")
    for digits in _LONG_DIGITS.findall(upper):
        yield from _gtin(digits)


def _gtin(text: str, lot: str | None = None) -> Iterator[Clue]:
    """A GTIN whose check digit holds and that some producer was given, in its shortest usual form."""
    good = clean_gtin(text)
    if good and not is_in_store(good):
        yield Clue(Kind.GTIN, gtin_forms(good)[0], lot or None)


def _as_number(rest: str) -> tuple[Clue | None, Trouble | None]:
    """The whole text as one GTIN, or why it is none; (None, None) when it is no such number at all."""
    digits = re.sub(r"[ .-]", "", rest)
    if not _ONLY_DIGITS.fullmatch(digits) or _OCOP.search(rest):
        return None, None
    good = clean_gtin(digits)
    if good is None:
        return None, Trouble.CHECK_DIGIT
    return (None, Trouble.IN_STORE) if is_in_store(good) else (next(_gtin(good)), None)


def _guesses(rest: str, trouble: Trouble | None) -> Iterator[Clue]:
    """What is left when no shape speaks: a bare decision number, a code of any form, a name."""
    plain = fold(rest)
    number = _BARE_NUMBER.fullmatch(plain)
    if number:
        yield Clue(Kind.DECISION, number[1])
    if trouble is None and len(rest) <= LONGEST_CODE and _CODE.fullmatch(rest.upper()):
        yield Clue(Kind.CODE, rest.upper())
    letters = sum(sign.isalpha() for sign in plain)
    if letters >= SHORTEST_NAME and len(rest) <= LONGEST_NAME and not number:
        yield Clue(Kind.NAME, rest)
