"""What waits in a store, told by whoever knows it. A desk adds its line once, where its pages are:

store_task(
    "counts.open", _l("phiếu kiểm kê đang mở"), "desk.counts", count_open, action="counts.read", order=40
)

``count_open(store_ids, at)`` answers how many wait, by store id, in one statement for all stores; one without any may
be left out. The line leads to ``url_for(endpoint, code=<store's code>, **values)``, and is shown to those who may do
``action`` in that store. ``kind`` says how it looks while something waits: ``warn``, ``bad`` or ``""``. ``code_as``
is for a page whose address calls the code otherwise (``?store=``).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import LazyString

from core.accounts.actor import Actor, Scope
from core.accounts.permissions import is_allowed
from shop.stores.models import Store

#: How many wait at an instant, by store id.
Count = Callable[[Sequence[int], datetime], Mapping[int, int]]


@dataclass(frozen=True)
class Kind:
    """A registered kind of task."""

    key: str
    label: LazyString | str
    endpoint: str
    count: Count
    action: str
    order: int
    kind: str
    values: Mapping[str, Any]
    #: What the address calls the store's code.
    code_as: str


@dataclass(frozen=True)
class Task:
    """So many of a kind wait in one store, and where to deal with them."""

    figure: int
    label: str
    url: str
    kind: str = ""
    note: str = ""


_kinds: dict[str, Kind] = {}


def store_task(
    key: str, label: LazyString | str, endpoint: str, count: Count, *, action: str, order: int = 50,
    kind: str = "warn", code_as: str = "code", **values: Any,
) -> None:  # fmt: skip
    """Register a kind of task; the same key twice is one line."""
    _kinds[key] = Kind(key, label, endpoint, count, action, order, kind, values, code_as)


def kinds() -> list[Kind]:
    """Every registered kind, in order."""
    return sorted(_kinds.values(), key=lambda one: (one.order, one.key))


def tasks_of(store: Store, actor: Actor, at: datetime) -> list[Task]:
    """The lines of one store's home, those that wait first; kinds that nobody waits for stay in sight with a nought."""
    where = Scope("store", store.code)
    found = [
        Task(
            figure,
            str(one.label),
            url_for(one.endpoint, **{one.code_as: store.code}, **one.values),
            one.kind if figure else "",
        )
        for one in kinds()
        if is_allowed(actor, one.action, where)
        for figure in [one.count([store.id], at).get(store.id, 0)]
    ]
    return sorted(found, key=lambda task: not task.figure)


def waiting(stores: Sequence[Store], actor: Actor, at: datetime) -> dict[int, int]:
    """How many things wait in each of several stores for this person: one statement a kind, whatever the stores."""
    totals = {store.id: 0 for store in stores}
    for one in kinds():
        mine = [store.id for store in stores if is_allowed(actor, one.action, Scope("store", store.code))]
        if mine:
            for store_id, figure in one.count(mine, at).items():
                totals[store_id] += figure
    return totals
