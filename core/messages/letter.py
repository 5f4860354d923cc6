"""What a message says, written once: blocks that become HTML, plain text, and the words of an SMS.

A feature writes blocks, never HTML, so that escaping stands in one place (``html.py`` and its template).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Block:
    """One piece of a letter; made by the functions below. ``kind`` is theirs."""

    kind: str
    text: str = ""
    #: Items of a list, or (label, value) pairs of facts.
    items: tuple[tuple[str, str], ...] = ()
    url: str = ""


@dataclass(frozen=True)
class Letter:
    """A message in one language. ``sms`` is said by telephone where there is no e-mail; '' says nothing there."""

    subject: str
    body: tuple[Block, ...]
    sms: str = ""


def said(text: str) -> Block:
    """A paragraph."""
    return Block("said", text)


def listed(items: Sequence[str]) -> Block:
    """A list, one line each."""
    return Block("listed", items=tuple((one, "") for one in items))


def facts(rows: Sequence[tuple[str, str | None]]) -> Block:
    """Labels with their values; what has no value is left out."""
    return Block("facts", items=tuple((str(label), str(value)) for label, value in rows if value))


def button(label: str, url: str) -> Block:
    """The one thing to do next. Raises ValueError for an address that is no web address."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError("a message leads to web addresses only")
    return Block("button", label, url=url)


def code(label: str, value: str) -> Block:
    """A code to show or to type, large."""
    return Block("code", label, items=((value, ""),))


def small(text: str, url: str = "") -> Block:
    """What must be said but is not the news: how to stop, what to do when it was somebody else."""
    return Block("small", text, url=url)


def cut(text: str, most: int) -> str:
    """A name of at most so many signs, for an SMS."""
    return text if len(text) <= most else text[: most - 2].rstrip() + ".."
