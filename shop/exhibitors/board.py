"""The review board: every application of a fair with what a decision rests on, filtered and sorted. Few statements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.text import fold, sort_key
from shop.exhibitors.queries import Entrant, entrants_of, reviewers_of
from shop.exhibitors.reviewing import scored_by
from shop.fairs.models import Fair, FairApplication
from shop.fairs.queries import list_applications, names_of
from shop.fairs.rules import ApplicationState, fair_days

PER_PAGE = 50
#: What the organizer should look at first.
_WAITING = tuple(map(ApplicationState, ("submitted", "waitlisted", "accepted", "rejected", "withdrawn", "draft")))
#: What can be looked for.
FILTERS = ("state", "group", "province", "delegation", "mine", "conditional", "q")


@dataclass(frozen=True)
class Line:
    """An application with what is known of it."""

    application: FairApplication
    entrant: Entrant
    products: tuple[str, ...]
    reviewers: int
    is_mine: bool
    all_days: int

    @property
    def missing(self) -> int:
        """Fair days on which nothing may be shown yet."""
        return self.all_days - len(self.entrant.covered_days)


@dataclass(frozen=True)
class Board:
    """A page of the board, with what the filters offer."""

    lines: Sequence[Line]
    total: int
    page: int
    pages: int
    counts: dict[str, int]
    provinces: list[tuple[str, str]]


def board_of(fair: Fair, asked: dict[str, Any], user_id: int | None, at: datetime, page: int = 1) -> Board:
    """The applications that the filters let through, sorted as asked. Some fifteen statements, whatever there is."""
    lines = _lines(fair, user_id, at)
    counts = {str(state): sum(one.application.state == state for one in lines) for state in _WAITING}
    provinces = sorted({(one.entrant.province, one.entrant.province_name) for one in lines if one.entrant.province})
    shown = [one for one in lines if _takes(one, asked)]
    shown.sort(key=_KEYS[asked.get("sort", "sent")])
    pages = max(1, -(-len(shown) // PER_PAGE))
    here = max(1, min(page, pages))
    part = shown[(here - 1) * PER_PAGE : here * PER_PAGE]
    named = [(code, name) for code, name in provinces if code]
    return Board(part, len(shown), here, pages, counts, named)


def _lines(fair: Fair, user_id: int | None, at: datetime) -> list[Line]:
    found = {one.id: one for one in list_applications(fair.id)}
    entrants = entrants_of(fair, at, [state for state in ApplicationState if state != ApplicationState.DRAFT])
    products = names_of((), {row.product_id for one in found.values() for row in one.products}).products
    reviewers, mine = reviewers_of(fair.id), scored_by(fair.id, user_id)
    days = len(fair_days(fair.opens_on, fair.closes_on))
    return [
        Line(
            found[one.application_id], one, _names(found[one.application_id], products),
            reviewers.get(one.application_id, 0), one.application_id in mine, days,
        )
        for one in entrants if one.application_id in found
    ]  # fmt: skip


def _names(application: FairApplication, products: dict[int, Any]) -> tuple[str, ...]:
    return tuple(products[row.product_id].name for row in application.products)


def _takes(line: Line, asked: dict[str, Any]) -> bool:
    one, entrant = line.application, line.entrant
    said = fold(asked.get("q") or "")
    return (
        asked.get("state") in (None, one.state)
        and (not asked.get("group") or asked["group"] in entrant.groups)
        and asked.get("province") in (None, entrant.province)
        and asked.get("delegation_id") in (None, one.delegation_id)
        and (not asked.get("conditional") or one.renew_by is not None)
        and (not asked.get("mine") or line.is_mine == (asked["mine"] == "done"))
        and (not said or said in fold(" ".join(_texts(line))))
    )


def _texts(line: Line) -> Iterable[str]:
    return (line.entrant.name, line.application.code, *line.products)


def _by_sending(line: Line) -> Any:
    return _WAITING.index(ApplicationState(line.application.state)), line.entrant.submitted_at, line.application.id


def _by_score(line: Line) -> Any:
    return (
        -(line.entrant.score if line.entrant.score is not None else -1),
        line.entrant.submitted_at,
        line.application.id,
    )


def _by_name(line: Line) -> Any:
    return sort_key(line.entrant.name), line.application.id


_KEYS = {"sent": _by_sending, "score": _by_score, "name": _by_name}
