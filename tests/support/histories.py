"""Random histories of certificates in bulk, and what they allow on a day by a naive reading.

For the gate's twins: rules in Python, `covering()` in SQL, the views that the triggers ask, and this naive one must
agree. Everything that can happen to a certificate happens: late or no verification, extension, succession,
revocation, suspensions, stops of a product and of its producer, several certificates with overlaps and gaps.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, text

from catalog.certificates.models import Certificate, CertificateSuspension
from catalog.producers.models import Producer
from catalog.products.models import Product
from catalog.stops.models import ProductStop
from core.clock import day_start
from core.db import db, dialect_name

DAY = timedelta(days=1)
START = date(2024, 1, 1)
#: Days that questions are asked about, around everything that happens.
SPAN_DAYS = 560
#: Rows get ids of their own, far above what a sequence gives.
_FIRST_ID = 10_000_000
_PER_PRODUCER = 4

Row = dict[str, Any]


@dataclass
class World:
    """What was written, by table."""

    producers: list[Row] = field(default_factory=list[Row])
    products: list[Row] = field(default_factory=list[Row])
    certificates: list[Row] = field(default_factory=list[Row])
    suspensions: list[Row] = field(default_factory=list[Row])
    stops: list[Row] = field(default_factory=list[Row])

    def product_ids(self) -> list[int]:
        """The ids of all products."""
        return [row["id"] for row in self.products]


def random_world(dice: random.Random, products: int, persons: tuple[int, int], first_id: int = _FIRST_ID) -> World:
    """So many products with their histories; nothing is written yet."""
    world = World()
    for number in range(products):
        if number % _PER_PRODUCER == 0:
            _producer(world, dice, first_id + number)
        product_id = first_id + number
        world.products.append(
            {
                "id": product_id, "code": f"RH-{product_id}", "slug": f"rh-{product_id}", "name": "Thử", "note": "",
                "name_folded": "thu", "producer_id": world.producers[-1]["id"], "set_no": 3, "is_demo": True,
                "created_at": day_start(START), "version": 1,
            }
        )  # fmt: skip
        _history(world, dice, product_id, persons)
        if dice.random() < 0.15:
            _stop(world, dice, product_id=product_id)
    return world


def write(world: World) -> None:
    """Put it into the database: one statement a table."""
    tables = (
        (Producer, world.producers), (Product, world.products), (Certificate, world.certificates),
        (CertificateSuspension, world.suspensions), (ProductStop, world.stops),
    )  # fmt: skip
    for table, rows in tables:
        if rows:
            db.session.execute(insert(table), rows)
    if dialect_name() == "postgresql":  # else it plans for the empty tables that it has seen, and takes half a minute
        db.session.execute(text("ANALYZE producer, product, certificate, certificate_suspension, product_stop"))


def allowed(world: World, on: date) -> dict[int, int]:
    """Which certificate each product is sold under on that day, read naively off the rows."""
    paused = {row["certificate_id"] for row in world.suspensions if _is_in(row["from_on"], row["until_on"], on)}
    held = [row for row in world.stops if _is_stopped(row, on)]
    products = {row["product_id"] for row in held if row["product_id"]}
    producers = {row["producer_id"] for row in held if row["producer_id"]}
    maker = {row["id"]: row["producer_id"] for row in world.products}
    found: dict[int, int] = {}
    for row in world.certificates:
        product = row["product_id"]
        if product in products or maker[product] in producers or row["id"] in paused:
            continue
        if row["verified_on"] and _first(row) <= on <= _last(row):
            assert product not in found, "two certificates govern one day"
            found[product] = row["id"]
    return found


def days(dice: random.Random, count: int) -> list[date]:
    """Days to ask about."""
    return [START + dice.randint(-30, SPAN_DAYS) * DAY for _ in range(count)]


def _producer(world: World, dice: random.Random, number: int) -> None:
    world.producers.append(
        {
            "id": number, "code": f"RH-{number}", "name": "Thử", "name_folded": "thu", "kind": "cooperative",
            "address": "", "is_demo": True, "created_at": day_start(START), "version": 1,
        }
    )  # fmt: skip
    if dice.random() < 0.1:
        _stop(world, dice, producer_id=number)


def _history(world: World, dice: random.Random, product_id: int, persons: tuple[int, int]) -> None:
    begins = START + dice.randint(0, 60) * DAY
    mine: list[Row] = []
    for number in range(dice.choice((0, 1, 1, 2, 3, 4))):
        row = _certificate(dice, product_id * 10 + number, product_id, begins, persons)
        if row["verified_on"]:
            _give_way(mine, row)
        mine.append(row)
        for _ in range(dice.choice((0, 0, 1, 2))):
            _suspend(world, dice, row)
        begins += dice.randint(1, 150) * DAY
    world.certificates += mine


def _certificate(dice: random.Random, key: int, product_id: int, begins: date, persons: tuple[int, int]) -> Row:
    ends = begins + dice.randint(0, 360) * DAY
    verified = begins + dice.randint(-20, 25) * DAY if dice.random() < 0.85 else None
    extended = ends + dice.randint(1, 30) * DAY if dice.random() < 0.25 else None
    revoked = begins + dice.randint(0, 300) * DAY if dice.random() < 0.25 else None
    return {
        "id": key, "code": f"RH-{key}", "product_id": product_id, "stars": dice.choice((3, 4, 5)), "issuer": "UBND",
        "decision_number": f"{key}", "decided_on": begins, "issuer_level": "province", "valid_from": begins,
        "valid_until": ends, "is_demo": True, "note": "", "version": 1,
        "entered_by": persons[0], "entered_at": day_start(begins), "is_exception_accepted": False,
        "verified_by": persons[1] if verified else None, "verified_on": verified,
        "verified_at": day_start(verified) if verified else None,
        "extended_until": extended, "extension_receipt": "1" if extended else None, "governs_until": None,
        "revoked_on": revoked, "revocation_number": "x" if revoked else None,
        "revocation_authority": "x" if revoked else None, "revocation_ground": "breach" if revoked else None,
        "revocation_recorded_at": day_start(revoked) if revoked else None,
    }  # fmt: skip


def _give_way(older: Sequence[Row], row: Row) -> None:
    """Older certificates end on the day before the new one governs, where their days would overlap."""
    for other in older:
        overlap = other["verified_on"] and max(_first(other), _first(row)) <= min(_last(other), _last(row))
        if overlap:
            other["governs_until"] = _first(row) - DAY
            other["superseded_at"] = day_start(_first(row))
    for other in older:
        other.setdefault("superseded_at", None)
    row["superseded_at"] = None


def _suspend(world: World, dice: random.Random, row: Row) -> None:
    first = row["valid_from"] + dice.randint(-10, 300) * DAY
    until = first + dice.randint(-1, 30) * DAY if dice.random() < 0.85 else None
    world.suspensions.append(
        {
            "certificate_id": row["id"], "from_on": first, "until_on": until, "decision_number": "x", "ground": "x",
            "recorded_at": day_start(first),
        }
    )  # fmt: skip


def _stop(world: World, dice: random.Random, product_id: int | None = None, producer_id: int | None = None) -> None:
    first = START + dice.randint(0, 400) * DAY
    until = first + dice.randint(0, 60) * DAY if dice.random() < 0.6 else None
    lifted = first + dice.randint(0, 60) * DAY if dice.random() < 0.5 else None
    world.stops.append(
        {
            "code": f"RH-{len(world.stops)}-{product_id or producer_id}", "product_id": product_id,
            "producer_id": producer_id, "kind": "takedown", "number": "x", "authority": "x", "ground": "x",
            "from_on": first, "until_on": until, "recorded_at": day_start(first), "lifted_on": lifted,
            "lifted_at": day_start(lifted) if lifted else None, "lifted_reason": "",
        }
    )  # fmt: skip


def _first(row: Row) -> date:
    return max(row["valid_from"], row["verified_on"])


def _last(row: Row) -> date:
    ends = [row["extended_until"] or row["valid_until"]]
    ends += [row["governs_until"]] if row["governs_until"] else []
    ends += [row["revoked_on"] - DAY] if row["revoked_on"] else []
    return min(ends)


def _is_in(first: date, last: date | None, on: date) -> bool:
    return first <= on and (last is None or on <= last)


def _is_stopped(row: Row, on: date) -> bool:
    return _is_in(row["from_on"], row["until_on"], on) and (row["lifted_on"] is None or on < row["lifted_on"])
