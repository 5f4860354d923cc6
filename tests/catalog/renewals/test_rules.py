from dataclasses import replace
from datetime import date, timedelta

import pytest

from catalog.certificates.rules import Term
from catalog.renewals.rules import (
    Due,
    Filed,
    Stage,
    Timing,
    due_step,
    evaluation_due,
    is_overdue,
    stage_of,
    successor_of,
    timing_of,
    wants_reminders,
    window_of,
)

DAY = timedelta(days=1)
LAST = date(2027, 6, 30)
TERM = Term(1, 4, date(2024, 7, 1), LAST, date(2024, 7, 3), decided_on=date(2024, 7, 1))
NEXT = Term(2, 3, LAST + DAY, LAST + 1000 * DAY, LAST - DAY, decided_on=LAST - 2 * DAY)
LONG_AGO = date(2024, 7, 3)


def at(days: int) -> date:
    return LAST + days * DAY


def test_the_window_is_180_to_120_days_before_the_last_day() -> None:
    window = window_of(LAST)
    assert (window.opens_on, window.closes_on) == (date(2027, 1, 1), date(2027, 3, 2))


@pytest.mark.parametrize(
    ("days", "timing"),
    [
        (-181, Timing.EARLY), (-180, Timing.IN_WINDOW), (-120, Timing.IN_WINDOW), (-119, Timing.LATE),
        (0, Timing.LATE), (1, Timing.AFTER_END),
    ],
)  # fmt: skip
def test_timing(days: int, timing: Timing) -> None:
    assert timing_of(at(days), LAST) is timing


def test_evaluation_takes_45_days_from_the_complete_dossier() -> None:
    assert evaluation_due(date(2027, 1, 1)) == date(2027, 2, 15)
    assert evaluation_due(None) is None
    due = date(2027, 2, 15)
    assert [is_overdue(Filed(at(-150)), due, day) for day in (due, due + DAY)] == [False, True]
    assert not is_overdue(Filed(at(-150), outcome="refused"), due, due + DAY)
    assert not is_overdue(Filed(at(-150)), None, due)


@pytest.mark.parametrize(
    ("days", "stage"),
    [
        (-211, Stage.NOT_DUE), (-210, Stage.OPENS_SOON), (-181, Stage.OPENS_SOON), (-180, Stage.WINDOW_OPEN),
        (-120, Stage.WINDOW_OPEN), (-119, Stage.LATE), (0, Stage.LATE), (1, Stage.LAPSED),
    ],
)  # fmt: skip
def test_stages_without_a_dossier(days: int, stage: Stage) -> None:
    assert stage_of(TERM, [], None, at(days)) is stage


def test_a_pending_dossier_is_filed_until_it_is_answered_or_the_end() -> None:
    filed = Filed(at(-150))
    assert stage_of(TERM, [filed], None, at(-100)) is Stage.FILED
    assert stage_of(TERM, [replace(filed, is_confirmed=False)], None, at(-100)) is Stage.FILED
    assert stage_of(TERM, [replace(filed, outcome="refused")], None, at(-100)) is Stage.LATE
    assert stage_of(TERM, [filed], None, at(1)) is Stage.LAPSED


def test_extended_renewed_revoked() -> None:
    extended = replace(TERM, extended_until=at(90))
    assert [stage_of(extended, [], None, at(n)) for n in (-5, 90, 91)] == [Stage.EXTENDED, Stage.EXTENDED, Stage.LAPSED]
    assert stage_of(replace(TERM, revoked_on=at(-10)), [], None, at(-20)) is Stage.REVOKED
    assert stage_of(TERM, [], NEXT, at(-1)) is Stage.RENEWED
    assert stage_of(replace(TERM, revoked_on=at(-10)), [], NEXT, at(-1)) is Stage.RENEWED


def test_only_a_newer_verified_certificate_that_governs_longer_carries_on() -> None:
    assert successor_of(TERM, [TERM, NEXT]) is NEXT
    assert successor_of(NEXT, [TERM, NEXT]) is None
    for other in (
        replace(NEXT, verified_on=None),
        replace(NEXT, stars=2),
        replace(NEXT, valid_until=LAST),
        replace(NEXT, revoked_on=NEXT.valid_from),
        replace(NEXT, valid_from=TERM.valid_from, decided_on=TERM.valid_from - DAY),
    ):
        assert successor_of(TERM, [other]) is None, other
    second = replace(NEXT, certificate_id=3, valid_from=NEXT.valid_until + DAY, valid_until=at(3000))
    assert successor_of(TERM, [second, NEXT]) is NEXT


@pytest.mark.parametrize(
    ("days", "due"),
    [
        (-181, None),
        (-180, Due(-180, at(-180))),
        (-121, Due(-180, at(-180))),
        (-120, Due(-120, at(-120), (-180,))),
        (-31, Due(-90, at(-90), (-180, -120))),
        (-7, Due(-7, at(-7), (-180, -120, -90, -30))),
        (0, Due(0, LAST, (-180, -120, -90, -30, -7))),
        (400, Due(0, LAST, (-180, -120, -90, -30, -7))),
    ],
)
def test_the_newest_step_is_due_and_stands_for_the_earlier_ones(days: int, due: Due | None) -> None:
    assert due_step(TERM, at(days), LONG_AGO) == due


def test_an_extension_moves_the_last_weeks_and_has_an_end_of_its_own() -> None:
    extended = replace(TERM, extended_until=at(100))
    assert due_step(extended, at(0), LONG_AGO) == Due(-90, at(-90), (-180, -120))
    assert due_step(extended, at(70), LONG_AGO).step == -30  # type: ignore[union-attr]
    assert due_step(extended, at(100), LONG_AGO).step == 180  # type: ignore[union-attr]


def test_an_end_before_anybody_could_act_is_no_news() -> None:
    assert due_step(TERM, at(10), at(1)) is None
    assert due_step(TERM, at(10), LAST) is not None
    assert due_step(replace(TERM, verified_on=at(1)), at(10), LONG_AGO) is None
    assert due_step(replace(TERM, verified_on=None), at(10), LONG_AGO) is None


def test_what_is_renewed_revoked_or_superseded_worries_nobody() -> None:
    assert wants_reminders(TERM, None)
    assert not wants_reminders(TERM, NEXT)
    assert not wants_reminders(replace(TERM, revoked_on=at(-3)), None)
    assert not wants_reminders(replace(TERM, governs_until=at(-3)), None)
