"""Which requests count as a search, and what is noted of them: the words and how much was found, never who asked."""

from datetime import date

from flask import request, session

from catalog.search.asked.gather import note_search
from catalog.search.asked.rules import is_program
from core.web.preview import previewed
from core.web.ratelimit import caller_address

#: What may stand beside the words in the address of a first page; a filter or another page is no new search.
_PLAIN = frozenset({"q", "lang", "adult", "per_page"})


def count_search(total: int, on: date, *, hides_alcohol: bool = False) -> None:
    """Note the search that this request is, if it is one. Writes nothing now (catalog/search/asked/gather.py).

    What was left out for its alcohol counts as found: the visitor is told of it. The visitor's session, or without one
    the address of the connection, chooses one of sixteen boxes and is not kept.
    """
    if request.method != "GET" or not request.args.get("q") or previewed() is not None:
        return
    if any(name not in _PLAIN for name in request.args if (name, request.args[name]) != ("page", "1")):
        return
    agent = request.headers.get("User-Agent", "")
    if is_program(agent, request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")):
        return
    visitor = str(session.get("sid") or session.get("csrf_token") or caller_address())
    note_search(request.args["q"], max(total, int(hides_alcohol)), visitor, on)
