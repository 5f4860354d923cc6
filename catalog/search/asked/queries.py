"""Reading the counts: by text over a period, by day, and how much is not shown.

Shown is only what enough different visitors asked for: the words of one person may be about that person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, Integer, Select, cast, func, select

from catalog.search.asked.models import SearchCount, SearchPopular
from catalog.search.asked.rules import BOXES, LEAST_VISITORS, change_of
from core.config import Config
from core.db import db, in_chunks


@dataclass(frozen=True, slots=True)
class Asked:
    """A text over a period: all spellings of the same letters together, shown as most people write it."""

    text: str
    letters: str
    times: int
    misses: int
    #: At least so many different visitors.
    visitors: int
    #: How many products were found the last time.
    results: int
    #: How often in the period of the same length before.
    before: int

    @property
    def change(self) -> int | None:
        """Against the period before, in whole percent; None: it was not asked for then."""
        return change_of(self.times, self.before)


@dataclass(frozen=True, slots=True)
class Sums:
    """All searches of a period, those whose texts are not shown included."""

    times: int
    misses: int
    #: Texts, and those of them that too few visitors asked for.
    texts: int
    hidden: int
    hidden_times: int


def least_visitors() -> int:
    """How many visitors must have asked before a text is shown: one on a shop that only this machine can reach."""
    config: Config = current_app.extensions["config"]
    return 1 if config.is_loopback else LEAST_VISITORS


def list_asked(since: date, until: date, *, only_misses: bool = False, least: int, most: int | None) -> list[Asked]:
    """Texts of a period, those most asked for (or most often in vain) first."""
    order = func.sum(SearchCount.misses if only_misses else SearchCount.times)
    query = (
        _by_letters(since, until)
        .add_columns(func.sum(SearchCount.times), func.sum(SearchCount.misses), visitors())
        .having(visitors() >= least)
        .order_by(order.desc(), SearchCount.letters)
    )
    if only_misses:
        query = query.having(func.sum(SearchCount.misses) > 0)
    if most is not None:
        query = query.limit(most)
    rows = db.session.execute(query).all()
    letters = [row[0] for row in rows]
    days = (until - since).days + 1
    spelled, before = _spelled(letters, since, until), _times(letters, since - timedelta(days=days), since)
    return [Asked(*spelled[row[0]][:1], row[0], row[1], row[2], row[3], spelled[row[0]][1], before.get(row[0], 0))
            for row in rows]  # fmt: skip


def sums(since: date, until: date, *, least: int) -> Sums:
    """All searches of a period in numbers."""
    each = (
        _by_letters(since, until)
        .add_columns(
            func.sum(SearchCount.times).label("times"),
            func.sum(SearchCount.misses).label("misses"),
            visitors().label("visitors"),
        )
        .subquery()
    )
    is_hidden = each.c.visitors < least
    query = select(
        func.coalesce(func.sum(each.c.times), 0),
        func.coalesce(func.sum(each.c.misses), 0),
        func.count(),
        func.count().filter(is_hidden),
        func.coalesce(func.sum(each.c.times).filter(is_hidden), 0),
    )
    return Sums(*(int(one) for one in db.session.execute(query).one()))


def by_day(since: date, until: date) -> list[tuple[date, int, int]]:
    """Every day of a period with its searches and those without result."""
    query = select(SearchCount.day, func.sum(SearchCount.times), func.sum(SearchCount.misses))
    rows = db.session.execute(query.where(SearchCount.day.between(since, until)).group_by(SearchCount.day))
    found = {row[0]: (int(row[1]), int(row[2])) for row in rows}
    days = [since + timedelta(days=n) for n in range((until - since).days + 1)]
    return [(day, *found.get(day, (0, 0))) for day in days]


def popular(most: int = 8) -> list[str]:
    """What many searched for and found this week, for shoppers; written each hour by a job."""
    return list(db.session.scalars(select(SearchPopular.text).order_by(SearchPopular.place).limit(most)))


def visitors() -> ColumnElement[int]:
    """How many boxes were hit over the rows of a group: no more than there were visitors."""
    hit = (func.max(SearchCount.boxes.op("/")(1 << bit).op("%")(2)) for bit in range(BOXES))
    first, *others = hit
    total: ColumnElement[int] = first
    for one in others:
        total = total + one
    return cast(total, Integer)


def _by_letters(since: date, until: date) -> Select[str]:
    in_period = SearchCount.day.between(since, until)
    return select(SearchCount.letters).where(in_period).group_by(SearchCount.letters)


def _spelled(letters: Sequence[str], since: date, until: date) -> Mapping[str, tuple[str, int]]:
    """By letters, the spelling most used in the period, and what was found the last time."""
    best: dict[str, tuple[int, str]] = {}
    newest: dict[str, tuple[date, int]] = {}
    for some in in_chunks(letters, 500):
        query = (
            select(SearchCount.letters, SearchCount.text, func.sum(SearchCount.times), func.max(SearchCount.day))
            .where(SearchCount.letters.in_(some), SearchCount.day.between(since, until))
            .group_by(SearchCount.letters, SearchCount.text)
        )
        for one, text, times, _last in db.session.execute(query):
            # Among equals the one with marks: it says more.
            best[one] = max(best.get(one, (0, "")), (int(times), text))
        last = select(SearchCount.letters, SearchCount.day, SearchCount.results).where(
            SearchCount.letters.in_(some), SearchCount.day.between(since, until)
        )
        for one, day, results in db.session.execute(last):
            newest[one] = max(newest.get(one, (day, results)), (day, results))
    return {one: (text, newest[one][1]) for one, (_times, text) in best.items()}


def _times(letters: Sequence[str], since: date, before: date) -> Mapping[str, int]:
    """By letters, how often from `since` up to the day before `before`."""
    found: dict[str, int] = {}
    for some in in_chunks(letters, 500):
        query = (
            select(SearchCount.letters, func.sum(SearchCount.times))
            .where(SearchCount.letters.in_(some), SearchCount.day >= since, SearchCount.day < before)
            .group_by(SearchCount.letters)
        )
        found.update({one: int(times) for one, times in db.session.execute(query)})
    return found
