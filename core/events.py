"""Two kinds of telling. A lower package publishes; an upper one subscribes; nobody imports upward.

``@on(Event)``    runs now, in the publisher's transaction: all or nothing.
``@later(Event)`` becomes one outbox row per reaction in that transaction; the worker runs it
                  afterwards, again and again until it succeeds. Each may run twice with the
                  effect of once.

Correctness never rests on an event having arrived: every door judges by date for itself.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import date, datetime
from typing import Any, TypeVar, get_type_hints

from sqlalchemy import insert

from core.clock import now
from core.db import in_transaction, run, table_of
from core.outbox import OutboxRow

E = TypeVar("E")
Reaction = Callable[[Any], object]


@dataclass(frozen=True)
class Later:
    """A reaction kept for the worker. ``outside``: it talks to the world, so no transaction is held."""

    name: str
    event: type
    run: Reaction
    outside: bool


_now: dict[type, list[Reaction]] = defaultdict(list)
_later: dict[type, list[Later]] = defaultdict(list)
_by_name: dict[str, Later] = {}


def on(event: type[E]) -> Callable[[Callable[[E], object]], Callable[[E], object]]:
    """Register a reaction that runs inside the publisher's transaction."""

    def register(run: Callable[[E], object]) -> Callable[[E], object]:
        if run not in _now[event]:
            _now[event].append(run)
        return run

    return register


def later(event: type[E], *, outside: bool = False) -> Callable[[Callable[[E], object]], Callable[[E], object]]:
    """Register a reaction that the worker runs after the publisher's transaction."""

    def register(run: Callable[[E], object]) -> Callable[[E], object]:
        name = f"{run.__module__}.{run.__qualname__}:{event.__name__}"
        if name not in _by_name:
            _by_name[name] = Later(name, event, run, outside)
            _later[event].append(_by_name[name])
        return run

    return register


_PROMISE = insert(table_of(OutboxRow))


def publish(event: Any) -> None:
    """Tell everybody who listens. Raises RuntimeError outside a transaction."""
    if not in_transaction():
        raise RuntimeError(f"{type(event).__name__} was published outside a transaction")
    for reaction in list(_now[type(event)]):
        reaction(event)
    if kept := _later[type(event)]:
        once = {"payload": _pack(event), "created_at": (at := now()), "due_at": at, "attempts": 0}
        run(_PROMISE, [{"reaction": one.name, **once} for one in kept], flush=False)


def find_later(name: str) -> Later | None:
    """The kept reaction of that name, or None when no part registers it any more."""
    return _by_name.get(name)


def registered() -> list[tuple[str, str, str]]:
    """All reactions as (event, when, reaction): what docs/events.md is made from."""
    rows = [(e.__name__, "now", f"{r.__module__}.{r.__qualname__}") for e, rs in _now.items() for r in rs]  # type: ignore[attr-defined]
    kept = [(r.event.__name__, "outside" if r.outside else "later", r.name.split(":")[0]) for r in _by_name.values()]
    return sorted(rows + kept)


def unpack(later_one: Later, payload: dict[str, Any]) -> Any:
    """Build the event again from its outbox row."""
    hints = get_type_hints(later_one.event)
    return later_one.event(**{f.name: _revive(hints[f.name], payload[f.name]) for f in fields(later_one.event)})


def _pack(event: Any) -> dict[str, Any]:
    if not is_dataclass(event) or isinstance(event, type):
        raise TypeError("an event is a frozen dataclass")
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in asdict(event).items()}


def _revive(hint: Any, value: Any) -> Any:
    if isinstance(value, str) and hint in (datetime, datetime | None):
        return datetime.fromisoformat(value)
    if isinstance(value, str) and hint in (date, date | None):
        return date.fromisoformat(value)
    if isinstance(value, list) and getattr(hint, "__origin__", None) is tuple:
        return tuple(value)
    return value
