"""What must never be found in the tables of meetings (`flask doctor`)."""

from collections.abc import Iterable

from sqlalchemy import text

from core.db import db
from core.doctor import invariant

_DOUBLE = """
SELECT slot_id, {who}, COUNT(*) AS meetings FROM meeting WHERE state IN ('booked', 'held', 'missed')
GROUP BY slot_id, {who} HAVING COUNT(*) > 1 ORDER BY slot_id, {who}
"""
_DOUBLES = {who: text(_DOUBLE.format(who=who)) for who in ("buyer_id", "producer_id", "table_id")}
_OVERLAP = text("""
SELECT one.id, other.id AS other FROM meeting_slot AS one JOIN meeting_slot AS other
ON other.fair_id = one.fair_id AND other.id > one.id
AND other.starts_at < one.ends_at AND one.starts_at < other.ends_at ORDER BY one.id, other.id
""")


@invariant("I71", "in a slot nobody meets twice: no buyer, no exhibitor, no table")
def meetings_single() -> Iterable[str]:
    """A line for each of them with two live meetings in one slot."""
    for who, query in _DOUBLES.items():
        for row in db.session.execute(query):
            yield f"slot {row[0]}: {who.removesuffix('_id')} {row[1]} has {row[2]} meetings"


@invariant("I72", "slots of meetings of one fair never overlap")
def slots_apart() -> Iterable[str]:
    """A line for each pair that does."""
    for row in db.session.execute(_OVERLAP):
        yield f"slots {row[0]} and {row[1]} overlap"
