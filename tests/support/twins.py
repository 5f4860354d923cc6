"""The gate told four times, compared on random histories: rules, SQL, the views of the triggers, a naive reading."""

import random
from collections import defaultdict
from datetime import date

from sqlalchemy import select, text

from catalog.certificates.models import Certificate
from catalog.certificates.queries import governing, open_products, term_of
from catalog.certificates.rules import Term, standing
from catalog.stops.queries import stops_of
from core.db import db, transaction
from tests.support.histories import World, allowed, days, random_world, write

#: What the triggers of the database ask, for all products of a day at once.
BY_VIEWS = """
SELECT s.product_id, s.certificate_id FROM certificate_span s
WHERE :day BETWEEN s.starts_on AND s.ends_on AND s.certificate_id NOT IN (
    SELECT p.certificate_id FROM certificate_pause p
    WHERE p.from_on <= :day AND (p.until_on IS NULL OR :day <= p.until_on))
"""


def compare(seed: int, products: int, each: int, persons: tuple[int, int], first_id: int) -> tuple[int, int]:
    """Write so many products, ask about so many days each. Answers (cases, how many of them may be sold).

    Raises AssertionError naming seed and day where two of the four differ.
    """
    dice = random.Random(seed)
    world = random_world(dice, products, persons, first_id)
    with transaction():
        write(world)
    db.session.expunge_all()
    ids = world.product_ids()
    terms, stops = _terms(ids), stops_of(ids)
    found = 0
    for day in days(dice, each):
        by_rule = {
            one: stood.governing.certificate_id
            for one in ids
            if (stood := standing(terms[one], day, stops.get(one, ()))).governing
        }
        _compare_day(seed, day, world, by_rule)
        found += len(by_rule)
    return len(ids) * each, found


def _compare_day(seed: int, day: date, world: World, by_rule: dict[int, int]) -> None:
    ids = set(world.product_ids())
    by_sql = {one: found.certificate_id for one, found in governing(sorted(ids), day).items()}
    by_list = set(db.session.scalars(open_products(day))) & ids
    by_views = {row[0]: row[1] for row in db.session.execute(text(BY_VIEWS), {"day": day}) if row[0] in ids}
    naive = allowed(world, day)
    where = f"seed {seed}, {day}"
    assert by_rule == naive, f"{where}: rules and rows differ: {_difference(by_rule, naive)}"
    assert by_sql == naive, f"{where}: SQL and rows differ: {_difference(by_sql, naive)}"
    assert by_views == naive, f"{where}: the triggers' views and rows differ: {_difference(by_views, naive)}"
    assert by_list == set(naive), f"{where}: lists and rows differ: {by_list ^ set(naive)}"


def _terms(ids: list[int]) -> dict[int, list[Term]]:
    terms: dict[int, list[Term]] = defaultdict(list)
    for certificate in db.session.scalars(
        select(Certificate).where(Certificate.product_id.between(min(ids), max(ids)))
    ):
        terms[certificate.product_id].append(term_of(certificate))
    return terms


def _difference(one: dict[int, int], two: dict[int, int]) -> str:
    return str(sorted(one.items() ^ two.items())[:5])
