"""Which synonyms are in force: the shop's own, with what the desk added and without what it switched off."""

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from contextvars import ContextVar

from flask import current_app, g, has_request_context

from catalog.search.wordbook.queries import fingerprint, groups_in_force
from catalog.search.words import Group, Synonyms

_tried: ContextVar[Synonyms | None] = ContextVar("tried_synonyms", default=None)
_KEPT = "synonyms"


def synonyms() -> Synonyms:
    """The synonyms in force now; made once for every state of what the desk has set.

    One small statement a request asks whether anything changed, so that an edit holds at once in every process.
    """
    tried = _tried.get()
    if tried is not None:
        return tried
    if has_request_context():
        if _KEPT not in g:
            setattr(g, _KEPT, _in_force())
        return getattr(g, _KEPT)
    return _in_force()


@contextmanager
def trying(groups: Iterable[Group]) -> Generator[None]:
    """Let searches of this context use these groups instead: to see what an edit would do before it is made."""
    token = _tried.set(Synonyms(groups))
    try:
        yield
    finally:
        _tried.reset(token)


def _in_force() -> Synonyms:
    state = fingerprint()
    kept: tuple[tuple[int, int], Synonyms] | None = current_app.extensions.get(_KEPT)
    if kept is None or kept[0] != state:
        kept = (state, Synonyms(groups_in_force().values()))
        current_app.extensions[_KEPT] = kept
    return kept[1]
