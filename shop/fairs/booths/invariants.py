"""What must hold of booths at all times, as questions that must find nothing (`flask doctor`)."""

from collections.abc import Iterable

from sqlalchemy import text

from core.clock import today
from core.db import db
from core.doctor import invariant

_UNCOVERED = text("""
SELECT booking.code, booth_day.day FROM booth_day JOIN booking ON booking.id = booth_day.booking_id
WHERE booth_day.state IN ('hold', 'paid') AND booth_day.day >= :today AND NOT EXISTS (
    SELECT 1 FROM certificate_span AS span
    JOIN booking_product AS shown ON shown.product_id = span.product_id AND shown.booking_id = booth_day.booking_id
    WHERE booth_day.day BETWEEN span.starts_on AND span.ends_on AND NOT EXISTS (
        SELECT 1 FROM certificate_pause AS pause
        WHERE pause.certificate_id = span.certificate_id AND pause.from_on <= booth_day.day
          AND (pause.until_on IS NULL OR pause.until_on >= booth_day.day)))
ORDER BY booking.code, booth_day.day
""")
_DOUBLE = text("""
SELECT booth_id, day, COUNT(*) AS holders FROM booth_day WHERE state IN ('hold', 'paid', 'conditional')
GROUP BY booth_id, day HAVING COUNT(*) > 1 ORDER BY booth_id, day
""")


@invariant("I8", "no booth shows uncertified goods on a day to come")
def booths_covered() -> Iterable[str]:
    """A line for each held or paid booth-day from today on that no product of its booking covers."""
    for row in db.session.execute(_UNCOVERED, {"today": today()}):
        yield f"booking {row.code} on {row.day}"


@invariant("I9", "a booth has one holder a day")
def booths_single() -> Iterable[str]:
    """A line for each booth and day with two live rows."""
    for row in db.session.execute(_DOUBLE):
        yield f"booth {row.booth_id} on {row.day}: {row.holders} holders"
