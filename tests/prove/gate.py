"""The gate told four times, on 100,000 random cases: rules, SQL, the views of the triggers, a naive reading."""

from tests.prove.scenarios import Scenario
from tests.prove.stage import House

#: Parts of 10,000 cases, each with a seed of its own: a failing one can be played again alone.
PARTS, PRODUCTS, DAYS = 10, 500, 20
FIRST_SEED, FIRST_ID = 20_261_122, 10_000_000


def told_four_times(house: House) -> str:
    """10 parts of 500 products on 20 days each."""
    from tests import make
    from tests.support.twins import compare

    with house.stage() as stage:
        persons = stage.prepare(lambda: (make.user().id, make.user().id))
        cases = sold = 0
        for part in range(PARTS):
            first = FIRST_ID + part * PRODUCTS
            seen = stage.prepare(
                lambda part=part, first=first: compare(FIRST_SEED + part, PRODUCTS, DAYS, persons, first)
            )
            cases, sold = cases + seen[0], sold + seen[1]
    return f"{cases} cases, {sold} of them may be sold: rules, SQL, the triggers' views and a naive reading agree"


SCENARIOS = (Scenario("gate told four times", told_four_times, quick=False),)
