"""Slots are never booked twice: many threads on real databases, and the control without the keys."""

import pytest
from sqlalchemy import text

from core.db import db
from shop.meetings import service
from shop.meetings.doctor import meetings_single
from shop.meetings.models import MeetingSlot
from shop.meetings.service import Wish
from tests import make
from tests.shop.meetings.conftest import Floor
from tests.support.live import Live

pytestmark = pytest.mark.long

BUYERS, SELLERS = 12, 6


def prepare(live: Live) -> tuple[Floor, list[str], list[str], list[int]]:
    """Twelve buyers, six exhibitors, three slots a day at four tables."""

    def build() -> tuple[Floor, list[str], list[str], list[int]]:
        fair = make.fair(booths=SELLERS)
        floor = Floor(make, fair, make.actor("fair_organizer", ("fair", fair.slug)))
        for number in range(1, SELLERS + 1):
            floor.seller(f"Mật ong {number}", f"A{number:02}")
        floor.set_up(tables=4)
        buyers = [floor.buyer().code for _ in range(BUYERS)]
        return floor, buyers, [one.code for one in floor.sellers], floor.slots

    return live.run(build)


def found(live: Live) -> list[str]:
    return live.run(lambda: list(meetings_single()))


def count(live: Live) -> int:
    return live.run(lambda: db.session.scalar(text("SELECT COUNT(*) FROM meeting")) or 0)


def test_of_many_who_want_one_exhibitor_at_one_time_one_meets_it(live: Live) -> None:
    floor, buyers, sellers, slots = prepare(live)
    wishes = [Wish(floor.fair.slug, code, sellers[0], slots[0]) for code in buyers]
    answers = live.together(BUYERS, lambda n: service.book(wishes[n], floor.as_organizer).code)
    assert sum(isinstance(one, str) for one in answers) == 1
    assert {type(one).__name__ for one in answers if not isinstance(one, str)} == {"ExhibitorBusy"}
    assert (count(live), found(live)) == (1, [])


def test_a_crowd_fills_the_tables_of_a_slot_and_no_more(live: Live) -> None:
    floor, buyers, sellers, slots = prepare(live)
    wishes = [Wish(floor.fair.slug, code, sellers[n % SELLERS], slots[n % 2]) for n, code in enumerate(buyers)]
    answers = live.together(BUYERS, lambda n: service.book(wishes[n], floor.as_organizer).code)
    made = sum(isinstance(one, str) for one in answers)
    assert {type(one).__name__ for one in answers if not isinstance(one, str)} <= {"ExhibitorBusy", "SlotFull"}
    assert made == count(live) == 6  # three exhibitors in each of two slots, four tables
    assert found(live) == []


def test_the_keys_decide_even_without_the_lock(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lock of the slot taken away: bookings run side by side and the unique keys alone keep them apart."""
    monkeypatch.setattr(service, "_lock_slots", _unlocked)
    floor, buyers, sellers, slots = prepare(live)
    wishes = [Wish(floor.fair.slug, code, sellers[n % SELLERS], slots[0]) for n, code in enumerate(buyers)]
    live.together(BUYERS, lambda n: service.book(wishes[n], floor.as_organizer).code)
    assert 1 <= count(live) <= 4
    assert found(live) == []


def test_control_without_the_keys_the_harness_sees_doubles(live: Live) -> None:
    """The negative control: the same row twice once the keys are gone; the question finds all three."""
    floor, buyers, sellers, slots = prepare(live)
    live.run(lambda: service.book(Wish(floor.fair.slug, buyers[0], sellers[0], slots[0]), floor.as_organizer))
    assert found(live) == []
    live.run(_double)
    assert len(found(live)) == 3


def _unlocked(fair_id: int, ids: list[int]) -> list[MeetingSlot]:
    return [db.session.get_one(MeetingSlot, one) for one in ids]


def _double() -> None:
    with service.transaction() as session:
        for name in ("buyer", "exhibitor", "table", "pair"):
            session.execute(text(f"DROP INDEX uq_meeting_{name}"))
        columns = (
            "fair_id, buyer_id, producer_id, slot_id, table_id, state, asked_by, booked_at, reason, expected_vnd,"
            " result_words, version"
        )
        session.execute(text(f"INSERT INTO meeting (code, {columns}) SELECT 'GG-TWICE', {columns} FROM meeting"))
