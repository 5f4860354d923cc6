"""The gate in Python: what covers a day, who governs, what a form proposes."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from catalog.certificates.rules import (
    Pause,
    Status,
    Term,
    add_months,
    covers,
    cuts,
    other_count,
    overlap,
    proposed_last_day,
    standing,
    status_of,
)

DAY = timedelta(days=1)
FIRST, LAST = date(2024, 3, 1), date(2027, 3, 1)


def term(number: int = 1, **changes: object) -> Term:
    facts: dict[str, object] = {
        "certificate_id": number, "stars": 4, "valid_from": FIRST, "valid_until": LAST, "verified_on": FIRST,
    }  # fmt: skip
    return Term(**{**facts, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "day", "expected"),
    [
        ({}, FIRST - DAY, Status.NOT_YET_VALID),
        ({}, FIRST, Status.VALID),
        ({}, LAST, Status.VALID),
        ({}, LAST + DAY, Status.LAPSED),
        ({"verified_on": None}, FIRST, Status.MISSING),
        ({"stars": 2}, FIRST, Status.MISSING),
        ({"verified_on": FIRST + 9 * DAY}, FIRST + 8 * DAY, Status.NOT_YET_VALID),
        ({"verified_on": FIRST + 9 * DAY}, FIRST + 9 * DAY, Status.VALID),
        ({"extended_until": LAST + 180 * DAY}, LAST + 180 * DAY, Status.EXTENDED),
        ({"extended_until": LAST + 180 * DAY}, LAST + 181 * DAY, Status.LAPSED),
        ({"revoked_on": FIRST + 5 * DAY}, FIRST + 4 * DAY, Status.VALID),
        ({"revoked_on": FIRST + 5 * DAY}, FIRST + 5 * DAY, Status.REVOKED),
        ({"revoked_on": LAST + 5 * DAY}, LAST + 5 * DAY, Status.REVOKED),
        ({"governs_until": FIRST + 5 * DAY}, FIRST + 5 * DAY, Status.VALID),
        ({"governs_until": FIRST + 5 * DAY}, FIRST + 6 * DAY, Status.SUPERSEDED),
        ({"pauses": (Pause(FIRST + DAY, FIRST + 3 * DAY),)}, FIRST + 3 * DAY, Status.SUSPENDED),
        ({"pauses": (Pause(FIRST + DAY, FIRST + 3 * DAY),)}, FIRST + 4 * DAY, Status.VALID),
        ({"pauses": (Pause(FIRST + DAY),)}, LAST, Status.SUSPENDED),
        ({"pauses": (Pause(FIRST + DAY, FIRST),)}, FIRST + DAY, Status.VALID),
    ],
)
def test_status_of_a_day(change: dict[str, object], day: date, expected: Status) -> None:
    one = term(**change)
    assert status_of(one, day) is expected
    assert covers(one, day) is expected.is_open


def test_a_product_without_verified_certificate_is_missing() -> None:
    assert standing([], FIRST).status is Status.MISSING
    assert standing([term(verified_on=None)], FIRST).governing is None


def test_a_gap_between_two_certificates_is_a_lapse_and_names_the_last() -> None:
    later = term(2, valid_from=LAST + 30 * DAY, valid_until=LAST + 1000 * DAY, verified_on=LAST + 20 * DAY)
    found = standing([term(), later], LAST + 25 * DAY)
    assert (found.status, found.about and found.about.certificate_id) == (Status.LAPSED, 1)
    assert found.since == LAST + DAY
    assert standing([term(), later], LAST + 30 * DAY).governing == later


def test_the_seam_of_a_renewal_has_one_certificate_on_every_day() -> None:
    """E1, E3: the star switches on the new first day, without a gap and without a double."""
    renewal = term(2, stars=5, valid_from=LAST - 60 * DAY, valid_until=LAST + 900 * DAY, verified_on=LAST - 90 * DAY)
    old = term(governs_until=cuts(renewal, [term()])[1])
    for offset in range(-80, -30):
        day = LAST + offset * DAY
        governing = [t for t in (old, renewal) if covers(t, day)]
        assert [t.stars for t in governing] == [5 if day >= renewal.valid_from else 4]


def test_a_late_verification_never_reaches_back() -> None:
    """The renewal began long ago but was verified only now: until yesterday the old one governed."""
    today = LAST - 10 * DAY
    renewal = term(2, valid_from=LAST - 200 * DAY, valid_until=LAST + 800 * DAY, verified_on=today)
    assert cuts(renewal, [term()]) == {1: today - DAY}


def test_an_older_certificate_verified_late_gives_way_to_the_newer() -> None:
    newer = term(2, valid_from=FIRST + 100 * DAY, valid_until=LAST + 100 * DAY, verified_on=FIRST + 100 * DAY)
    older = term(1, verified_on=FIRST + 200 * DAY)
    last_days = cuts(older, [newer])
    assert last_days == {1: newer.starts_on - DAY}
    assert not overlap(term(1, verified_on=FIRST + 200 * DAY, governs_until=last_days[1]), newer)


def test_random_histories_leave_no_day_with_two() -> None:
    """Certificates verified one after another, each cutting as the verb does: at most one governs any day."""
    dice = random.Random(7)
    for _ in range(300):
        known: dict[int, Term] = {}
        clock = FIRST
        for number in range(1, 6):
            clock += dice.randint(0, 400) * DAY
            begins = clock + dice.randint(-500, 200) * DAY
            new = term(
                number, valid_from=begins, valid_until=begins + dice.randint(1, 1100) * DAY, verified_on=clock,
                revoked_on=begins + dice.randint(0, 900) * DAY if dice.random() < 0.3 else None,
            )  # fmt: skip
            known[number] = new
            for key, last in cuts(new, [t for t in known.values() if t is not new]).items():
                known[key] = replace(known[key], governs_until=last)
        for one in known.values():
            assert not any(overlap(one, two) for two in known.values() if two.certificate_id != one.certificate_id)


@pytest.mark.parametrize(
    ("decided", "proposed"),
    [
        (date(2024, 2, 29), date(2027, 2, 28)),
        (date(2021, 2, 28), date(2024, 2, 28)),
        (date(2026, 8, 5), date(2029, 8, 5)),
        (date(2019, 12, 31), date(2022, 12, 31)),
    ],
)
def test_the_form_proposes_thirty_six_months(decided: date, proposed: date) -> None:
    assert proposed_last_day(decided) == proposed
    assert other_count(decided) == proposed - DAY


def test_month_ends() -> None:
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2026, 12, 15), 1) == date(2027, 1, 15)
