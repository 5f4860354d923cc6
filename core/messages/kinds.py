"""The kinds of messages: each feature says its own, and core knows none of their words.

``@kind("thing.done", _l("Việc đã xong"), sample={"what": "áo"})`` stands over ``def done(c: Context) -> Letter``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString

from core.messages.letter import Letter

#: Plain values: texts, whole đồng, days, instants, web addresses. The writer puts them into words.
Context = Mapping[str, Any]
Writer = Callable[[Context], Letter]


@dataclass(frozen=True)
class Kind:
    """One kind of message: what staff call it, its writer, and values to look at it with."""

    name: str
    label: str | LazyString
    write: Writer
    sample: Context
    #: Also said by SMS to whoever left no e-mail: only what she must know.
    by_sms: bool
    #: Advertising: sent only to whoever agreed to it; the caller asks, the preview says so.
    is_advertising: bool


_kinds: dict[str, Kind] = {}


def kind(
    name: str, label: str | LazyString, *, sample: Context, by_sms: bool = False, is_advertising: bool = False
) -> Callable[[Writer], Writer]:
    """Register a writer under a dotted name."""

    def register(write: Writer) -> Writer:
        _kinds[name] = Kind(name, label, write, sample, by_sms, is_advertising)
        return write

    return register


def get_kind(name: str) -> Kind:
    """The kind of that name. Raises LookupError: a message of no known kind is a mistake in the code."""
    if name not in _kinds:
        raise LookupError(f"no kind of message is registered as {name}")
    return _kinds[name]


def label_of(name: str) -> str:
    """What staff call a kind; its bare name when no part registers it any more."""
    return str(_kinds[name].label) if name in _kinds else name


def kinds() -> list[Kind]:
    """All of them, by name."""
    return [_kinds[name] for name in sorted(_kinds)]
