"""Which occasions the story of a certificate holds; values only."""

from dataclasses import replace
from datetime import date, timedelta

from catalog.certificates.rules import Pause, Term
from catalog.consequences.rules import Change, Corrected, Happening, Paused, Story, occasions, still_told

BEGINS, LAST, TODAY = date(2024, 1, 10), date(2027, 1, 9), date(2026, 6, 1)
DAY = timedelta(days=1)
TERM = Term(1, 4, BEGINS, LAST, verified_on=date(2024, 1, 15))


def keys(story: Story) -> list[str]:
    return [one.key for one in occasions(story, TODAY)]


def test_a_plain_certificate_begins_and_lapses() -> None:
    begun, lapsed = occasions(Story(TERM), TODAY)
    assert (begun.happening, begun.on) == (Happening.RENEWAL, date(2024, 1, 15))
    assert (lapsed.happening, lapsed.on, lapsed.key) == (Happening.LAPSE, LAST + DAY, "lapse:2027-01-10")


def test_nothing_happens_to_what_nobody_verified() -> None:
    assert keys(Story(replace(TERM, verified_on=None))) == []


def test_a_replaced_certificate_has_no_lapse_of_its_own() -> None:
    assert keys(Story(replace(TERM, governs_until=date(2026, 1, 1)))) == ["beginning:2024-01-15"]


def test_a_revocation_takes_the_place_of_the_lapse_and_one_after_the_lapse_comes_besides() -> None:
    revoked = replace(TERM, revoked_on=date(2025, 3, 1))
    assert keys(Story(revoked)) == ["beginning:2024-01-15", "revocation:2025-03-01"]
    late = replace(TERM, revoked_on=date(2027, 5, 1))
    assert keys(Story(late))[1:] == ["lapse:2027-01-10", "revocation:2027-05-01"]


def test_an_extension_makes_another_lapse() -> None:
    extended = replace(TERM, extended_until=date(2027, 4, 1))
    assert keys(Story(extended))[1:] == ["extension:2027-04-01", "lapse:2027-04-02"]


def test_two_suspensions_are_two_occasions_and_one_lifted_before_it_began_is_none() -> None:
    first = Paused(7, date(2025, 1, 1), date(2025, 1, 4))
    second = Paused(8, date(2025, 1, 5), None)
    never = Paused(9, date(2026, 1, 5), date(2026, 1, 3))
    pauses = tuple(Pause(one.from_on, one.until_on) for one in (first, second, never))
    found = keys(Story(replace(TERM, pauses=pauses), pauses=(first, second, never)))
    assert found[1:-1] == ["suspension:7", "resumption:7/2025-01-05", "suspension:8"]


def test_a_suspension_lifted_on_its_first_day_began_and_ended() -> None:
    pause = Paused(7, date(2025, 1, 5), date(2025, 1, 4))
    story = Story(replace(TERM, pauses=(Pause(pause.from_on, pause.until_on),)), pauses=(pause,))
    assert keys(story)[1:-1] == ["suspension:7", "resumption:7/2025-01-05"]


def test_a_beginning_that_an_end_has_undone_is_not_drawn_again() -> None:
    pause = Paused(7, date(2025, 1, 1), date(2025, 1, 4))
    story = Story(replace(TERM, revoked_on=date(2026, 3, 1)), pauses=(pause,))
    found = occasions(story, TODAY)
    assert [one.key for one in still_told(found, TODAY)] == ["suspension:7", "revocation:2026-03-01"]
    before = date(2025, 6, 1)
    assert [one.key for one in still_told(found, before)][1:2] == ["resumption:7/2025-01-05"]


def test_another_star_is_told_on_the_first_day_and_the_same_star_is_not() -> None:
    assert "star:2024-01-15" in keys(Story(TERM, stars_before=3))
    assert not any("star" in key for key in keys(Story(TERM, stars_before=4)))


def test_a_correction_is_an_end_or_a_beginning_as_the_certificate_reads_now() -> None:
    fixed = (Corrected(3, TODAY, is_other_star=True),)
    kinds = {one.key: one.happening for one in occasions(Story(TERM, corrections=fixed), TODAY)}
    assert kinds["correction:3"] is Happening.RENEWAL
    assert kinds["correction-star:3"] is Happening.DOWNRATING
    ended = Story(replace(TERM, valid_until=date(2026, 5, 1)), corrections=fixed)
    assert {one.key: one.happening for one in occasions(ended, TODAY)}["correction:3"] is Happening.LAPSE


def test_a_past_day_takes_effect_today_and_a_lapse_is_judged_by_the_day_before() -> None:
    past = Change(Happening.REVOCATION, (1,), TODAY - 40 * DAY, TODAY)
    assert (past.day, past.judged_on) == (TODAY, TODAY)
    coming = Change(Happening.LAPSE, (1,), TODAY + 10 * DAY, TODAY)
    assert (coming.day, coming.judged_on) == (TODAY + 10 * DAY, TODAY + 9 * DAY)
