"""Which synonyms are in force: the shop's own, with what the desk added and without what it switched off."""

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from contextvars import ContextVar

from catalog.search.wordbook.queries import groups_in_force
from catalog.search.words import Group, Synonyms
from core.feed import Kept

_tried: ContextVar[Synonyms | None] = ContextVar("tried_synonyms", default=None)


def synonyms() -> Synonyms:
    """The synonyms in force now, kept in memory and as new as the database (core/feed.py).

    So an edit at the desk holds in the next search of every process, and a search costs no statement more.
    """
    return _tried.get() or _KEPT.current()


def known_synonyms() -> Synonyms | None:
    """Those that this process knew last, for who asks next whether they are in force still; None: not read yet."""
    return _tried.get() or _KEPT.known()


@contextmanager
def trying(groups: Iterable[Group]) -> Generator[None]:
    """Let searches of this context use these groups instead: to see what an edit would do before it is made."""
    token = _tried.set(Synonyms(groups))
    try:
        yield
    finally:
        _tried.reset(token)


def _read() -> Synonyms:
    return Synonyms(groups_in_force().values())


_KEPT = Kept(["synonym"], _read, lambda _old, _subjects: _read())
