"""The guards that the proofs can take out, each with what it is replaced by.

Each becomes what a careless program does: look in one transaction, act in another on what was
seen there, with no condition in the statement and no constraint in the database.
"""

import re
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask import Flask, g, has_request_context, request
from sqlalchemy import insert, select, text, update
from sqlalchemy.engine import Connection

from catalog.listings import queries as listing_queries
from core import feed
from core.db import db, end_reading
from core.web import idempotency
from core.web.idempotency import IdempotencyKey
from shop.fairs import queries
from shop.fairs.booths import bookings, giving, rows
from shop.fairs.booths.rows import NewDay
from shop.fairs.models import Booking, Booth, BoothDay, Fair
from shop.fairs.rules import DayState
from shop.inventory import holds, ledger
from shop.inventory.models import StockLevel
from shop.stores.models import Place

#: Seconds between looking and acting: what a busy machine puts there by itself.
THINKING = 0.05


@dataclass(frozen=True)
class Guard:
    """``remove`` takes it out of a process, ``unconstrain`` takes its constraint out of a database."""

    remove: Callable[[Flask], None]
    unconstrain: Callable[[Connection], None]


def remove_stock_guard(app: Flask) -> None:
    """Decide on the stock seen before the transaction, without locks, and promise without a condition."""
    free_now = holds._free  # pyright: ignore[reportPrivateUsage]

    def look_first() -> None:
        if request.method == "POST" and request.path.endswith("/checkout"):
            seen = db.session.execute(select(StockLevel.id, StockLevel.on_hand - StockLevel.held))
            g.seen = {row[0]: row[1] for row in seen}
            end_reading()
            time.sleep(THINKING)

    def free_as_seen(level_ids: Collection[int], at: datetime) -> tuple[holds.Free, bool]:
        views, has_due = free_now(list(level_ids), at)
        seen: dict[int, int] = g.get("seen", {}) if has_request_context() else {}
        careless = {key: [replace(v, free=seen.get(v.level_id, v.free)) for v in found] for key, found in views.items()}
        return careless, has_due

    def no_lock(level_ids: Collection[int]) -> list[int]:
        return sorted(level_ids)

    def no_locks(wants: Mapping[int, Mapping[int, int]]) -> list[int]:
        places = select(Place.id).where(Place.store_id.in_(list(wants)))
        return list(db.session.scalars(select(StockLevel.id).where(StockLevel.place_id.in_(places))))

    def reserve_blindly(quantities: Mapping[int, int]) -> bool:
        for level_id, quantity in quantities.items():
            careless = update(StockLevel).where(StockLevel.id == level_id).values(held=StockLevel.held + quantity)
            db.session.execute(careless, execution_options={"synchronize_session": False})
        return True

    app.before_request(look_first)
    _replace(holds, "_free", free_as_seen)
    _replace(ledger, "lock", no_lock)
    _replace(holds, "_lock_levels", no_locks)
    _replace(ledger, "reserve_all", reserve_blindly)


def unconstrain_stock(connection: Connection) -> None:
    """Drop the CHECK that promises never exceed what is there."""
    drop_check(connection, "stock_level", "ck_stock_level_held_within_on_hand")


def remove_booth_guard(app: Flask) -> None:
    """Decide on the booth-days seen before the transaction, without the booth's lock, and just insert."""
    lock = bookings._lock_booth  # pyright: ignore[reportPrivateUsage]

    def look_first() -> None:
        if request.method == "PUT" and request.path.endswith("/booking"):
            live = select(BoothDay.booth_id, BoothDay.day).where(BoothDay.state != DayState.RELEASED)
            g.taken = {(row.booth_id, row.day) for row in db.session.execute(live)}
            end_reading()
            time.sleep(THINKING)

    def find_booth(fair: Fair, code: str) -> Booth:
        found = queries.find_booth(fair.id, code)
        return found or lock(fair, code)

    def put_blindly(booking: Booking, days: Sequence[NewDay]) -> list[date]:
        taken = [one.day for one in days if (booking.booth_id, one.day) in g.get("taken", ())]
        for one in days if not taken else ():
            db.session.execute(insert(BoothDay).values(rows._values(booking, one)))  # pyright: ignore[reportPrivateUsage]
        return taken

    app.before_request(look_first)
    _replace(bookings, "_lock_booth", find_booth)
    _replace(giving, "put_days", put_blindly)


def unconstrain_booth(connection: Connection) -> None:
    """Drop the unique key over booth and day."""
    connection.execute(text("DROP INDEX uq_booth_day_live"))


def remove_gate_guard(app: Flask) -> None:
    """Believe the first day that this process was asked about, as a program does that unlists by night work."""
    seen: list[date] = []

    def stale(question: Callable[..., Any]) -> Callable[..., Any]:
        """The same question, about the first day instead of today."""

        def asked(*arguments: Any) -> Any:
            days = [one for one in arguments if isinstance(one, date)]
            seen.extend(days[: 1 - len(seen)])
            return question(*(seen[0] if isinstance(one, date) else one for one in arguments))

        return asked

    for name in ("covering", "governing", "open_products", "standings", "_offers"):
        _replace(listing_queries, name, stale(getattr(listing_queries, name)))


def remove_feed_guard(app: Flask) -> None:
    """Keep what was read once, as a careless cache does: nothing judges any more what the search index proposes."""
    first: dict[int, Any] = {}

    def remembered(kept: feed.Kept[Any]) -> Any:
        if id(kept) not in first:
            first[id(kept)] = current(kept)
        return first[id(kept)]

    current = feed.Kept.current
    _replace(feed.Kept, "current", remembered)


def remove_idempotency_guard(app: Flask) -> None:
    """Look for the stored answer before the transaction of the effect, and let nobody wait for anybody."""

    def look_first() -> None:
        if key := request.headers.get("Idempotency-Key"):
            g.answered = list(db.session.scalars(select(IdempotencyKey).where(IdempotencyKey.key == key)))
            end_reading()
            time.sleep(THINKING)

    def find_as_seen(owner: str, route: str, _key: str) -> IdempotencyKey | None:
        return next((one for one in g.get("answered", ()) if (one.owner, one.route) == (owner, route)), None)

    def claim_nothing(_name: str) -> None:
        pass

    app.before_request(look_first)
    _replace(idempotency, "_find", find_as_seen)
    _replace(idempotency, "_claim", claim_nothing)


def unconstrain_idempotency(connection: Connection) -> None:
    """Drop the unique key over owner, route and key; SQLite has it in the table, which is still empty."""
    table, name = "idempotency_key", "uq_idempotency_key_owner_route_key"
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
        return
    made = text("SELECT sql FROM sqlite_master WHERE tbl_name = :t AND sql IS NOT NULL ORDER BY type DESC")
    statements = [str(sql) for sql in connection.scalars(made, {"t": table})]
    without = re.sub(rf",\s*CONSTRAINT {name} UNIQUE \([^)]*\)", "", statements[0])
    assert without != statements[0], f"{name} is gone: this control would control nothing"
    for statement in (f"DROP TABLE {table}", without, *statements[1:]):
        connection.execute(text(statement))


def unconstrain_nothing(_connection: Connection) -> None:
    """What is shown is judged when it is read: no constraint stands behind it."""


def drop_check(connection: Connection, table: str, name: str) -> None:
    """Take a CHECK away, as if nobody had written it."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"'))
        return
    made: str = connection.execute(text("SELECT sql FROM sqlite_master WHERE name = :t"), {"t": table}).scalar_one()
    start = made.index(f"CONSTRAINT {name} CHECK")
    end = _closing(made, made.index("(", start)) + 1
    without = made[:start].rstrip().removesuffix(",") + made[end:]
    connection.execute(text("PRAGMA writable_schema = ON"))
    connection.execute(text("UPDATE sqlite_master SET sql = :s WHERE name = :t"), {"s": without, "t": table})
    version: int = connection.execute(text("PRAGMA schema_version")).scalar_one()
    connection.execute(text(f"PRAGMA schema_version = {version + 1}"))
    connection.execute(text("PRAGMA writable_schema = OFF"))


def _closing(sql: str, opening: int) -> int:
    """Where the bracket that opens at ``opening`` closes."""
    depth = 0
    for place in range(opening, len(sql)):
        depth += {"(": 1, ")": -1}.get(sql[place], 0)
        if depth == 0:
            return place
    raise ValueError("unbalanced")


def _replace(module: Any, name: str, careless: Callable[..., Any]) -> None:
    assert hasattr(module, name), f"{module.__name__}.{name} is gone: this control would control nothing"
    setattr(module, name, careless)


GUARDS: dict[str, Guard] = {
    "stock": Guard(remove_stock_guard, unconstrain_stock),
    "booth": Guard(remove_booth_guard, unconstrain_booth),
    "feed": Guard(remove_feed_guard, unconstrain_nothing),
    "idempotency": Guard(remove_idempotency_guard, unconstrain_idempotency),
    "gate": Guard(remove_gate_guard, unconstrain_nothing),
}
