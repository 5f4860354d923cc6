"""Acting for another, with a paper that a part keeps: as long as it holds, and with no more than it gives.

A browser chooses it (``begin``) and leaves it again (``end``); a program names it in a header. At each request the
part is asked anew whether the paper still holds: one that ended or ran out is as if it had never been.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from flask import flash, request, session
from flask_babel import gettext as _

from core.accounts.actor import Actor, Behalf
from core.clock import today
from core.errors import Forbidden

#: Where the session keeps what was chosen: a code, which by itself gives nothing.
KEY = "acting"
HEADER = "X-Acting-For"

#: What a person (by account) may do under a paper on a day; None: nothing.
Find = Callable[[int, str, date], Behalf | None]
_finders: list[Find] = []


def lends(find: Find) -> Find:
    """Register a part that keeps such papers."""
    if find not in _finders:
        _finders.append(find)
    return find


def stand_in(actor: Actor, code: str, on: date) -> Actor | None:
    """The same person with what the paper gives and nothing else; None when it gives her nothing on that day."""
    if actor.user_id is None or actor.behalf is not None:
        return None
    found = (find(actor.user_id, code, on) for find in _finders)
    behalf = next((one for one in found if one is not None), None)
    if behalf is None:
        return None
    return replace(actor, grants=behalf.grants, behalf=behalf, on_behalf_of=behalf.code)


def by_session(actor: Actor) -> Actor:
    """Who the browser's person is now; a paper that holds no longer is forgotten, and she is told so.

    On the pages of her own account she is always herself.
    """
    code = session.get(KEY)
    if not isinstance(code, str) or request.blueprint == "accounts":
        return actor
    other = stand_in(actor, code, today())
    if other is None:
        session.pop(KEY, None)
        flash(_("Việc thay mặt đã kết thúc; từ đây bạn làm việc với tên mình."), "notice")
        return actor
    return other


def by_header(actor: Actor) -> Actor:
    """The same for a program. Raises Forbidden for a paper that gives its owner nothing today."""
    code = request.headers.get(HEADER, "")[:80]
    if not code:
        return actor
    other = stand_in(actor, code, today())
    if other is None:
        raise Forbidden
    return other


def begin(actor: Actor, code: str) -> None:
    """Act under this paper from the next request on. Raises Forbidden when it gives nothing today."""
    if stand_in(actor, code, today()) is None:
        raise Forbidden
    session[KEY] = code


def end() -> None:
    """Be oneself again from the next request on."""
    session.pop(KEY, None)
