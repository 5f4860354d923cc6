"""Slots, proposals with their reasons, and a plan of meetings: values in, values out."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest

from core.clock import ZONE
from shop.meetings.rules import (
    Goods,
    Hours,
    Need,
    Seat,
    Slot,
    Stand,
    arrange,
    free_table,
    propose,
    slots_of,
)

DAY = date(2026, 12, 31)
NEXT = DAY + timedelta(1)


def clock(hour: int, minute: int = 0, day: date = DAY) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=ZONE)


def goods(number: int, name: str, **other: object) -> Goods:
    plain: dict[str, object] = {"set_no": 3, "group": "I", "stars": 4, "price_vnd": 100_000}
    return Goods(number, name, name.lower(), **{**plain, **other})  # type: ignore[arg-type]


def stand(number: int, *shown: Goods, name: str = "HTX") -> Stand:
    return Stand(number, name, frozenset({DAY, NEXT}), shown)


@pytest.mark.parametrize(
    ("hours", "starts"),
    [
        (Hours(time(9), time(10), 30), [(9, 0), (9, 30)]),
        (Hours(time(9), time(10), 45), [(9, 0)]),
        (Hours(time(9), time(12), 40, time(10), time(11)), [(9, 0), (11, 0)]),
        (Hours(time(9), time(9, 20), 30), []),
        (Hours(time(23), time(23, 59), 30), [(23, 0)]),
        (Hours(time(9), time(10), 30, time(8), time(11)), []),
    ],
)
def test_slots_are_whole_and_keep_off_the_pause(hours: Hours, starts: list[tuple[int, int]]) -> None:
    found = slots_of([DAY], hours)
    assert [(one.astimezone(ZONE).hour, one.astimezone(ZONE).minute) for one, _end in found] == starts
    assert all(end - begin == timedelta(minutes=hours.minutes) for begin, end in found)


def test_slots_of_several_days_are_in_order_and_never_overlap() -> None:
    found = slots_of([NEXT, DAY, DAY], Hours(time(9), time(17), 25, time(11, 40), time(13)))
    assert found == sorted(found)
    assert all(one[1] <= other[0] for one, other in pairwise(found))


def test_what_is_asked_for_decides_and_reasons_are_said() -> None:
    need = Need(1, set_no=3, words="mat ong", price_vnd=100_000)
    (best, other) = propose(
        [need],
        [
            stand(1, goods(10, "mat ong rung")), stand(2, goods(20, "tra san", set_no=3)),
            stand(3, goods(30, "mam tom", set_no=8, group="II")),
        ],
    )  # fmt: skip
    assert (best.producer_id, other.producer_id) == (1, 2)
    assert best.matches[0].because == ("set", "words", "stars", "price")
    assert best.matches[0].points == 50 + 30 + 5 + 20
    assert other.matches[0].because == ("set", "stars", "price")


def test_stars_and_price_alone_are_no_match() -> None:
    assert propose([Need(1, words="mat ong", price_vnd=10**9)], [stand(1, goods(10, "nuoc mam", stars=5))]) == []
    assert propose([Need(1, set_no=3, stars_min=5)], [stand(1, goods(10, "mat ong", stars=4))]) == []
    assert propose([Need(1, words="ong")], [stand(1, goods(10, "mat ongroi"))]) == []
    assert propose([Need(1, words="mat ong")], [stand(1, goods(10, "mat hoa dua"))]) == []
    assert propose([Need(1, words="mat ong rung")], [stand(1, goods(10, "mat ong nhan"))]) != []


@pytest.mark.parametrize(("price", "said"), [(100, "price"), (110, "price_near"), (111, "price_above"), (None, None)])
def test_a_price_is_weighed(price: int | None, said: str | None) -> None:
    (one,) = propose([Need(1, set_no=3, price_vnd=100)], [stand(1, goods(10, "x", price_vnd=price))])
    assert [word for word in one.matches[0].because if word.startswith("price")] == ([said] if said else [])


def test_who_answers_more_stands_first_and_ties_go_by_name() -> None:
    honey, tea = Need(1, words="mat ong"), Need(2, words="tra")
    both = stand(1, goods(10, "mat ong"), goods(11, "tra"), name="Z")
    first, second = stand(2, goods(20, "mat ong"), name="A"), stand(3, goods(30, "mat ong"), name="B")
    assert [one.producer_id for one in propose([honey, tea], [second, first, both])] == [1, 2, 3]


def test_the_buyers_table_is_kept_where_it_is_free() -> None:
    assert free_table([1, 2, 3], {1}, 3) == 3
    assert free_table([1, 2, 3], {1, 3}, 3) == 2
    assert free_table([1, 2], {1, 2}) is None
    assert free_table([1], (), 7) == 1


SLOTS = [Slot(n, clock(9) + timedelta(minutes=30 * n), clock(9, 30) + timedelta(minutes=30 * n)) for n in range(4)]


def plan(buyers: int, sellers: int, *, tables: int = 2, taken: tuple[Seat, ...] = (), most: int = 6) -> list[Seat]:
    stands = [stand(n, goods(n, "mat ong"), name=f"{n:03}") for n in range(100, 100 + sellers)]
    wishes = {n: propose([Need(1, words="mat ong")], stands) for n in range(1, buyers + 1)}
    days = {n: {DAY} for n in range(100, 100 + sellers)}
    return arrange(wishes, days, SLOTS, list(range(1, tables + 1)), taken, most)


@pytest.mark.parametrize(("buyers", "sellers", "tables"), [(1, 1, 1), (2, 5, 2), (5, 2, 2), (9, 9, 3), (30, 20, 5)])
def test_nobody_sits_twice_and_the_same_state_gives_the_same_plan(buyers: int, sellers: int, tables: int) -> None:
    made = plan(buyers, sellers, tables=tables)
    assert made == plan(buyers, sellers, tables=tables)
    for key in ("buyer_id", "producer_id", "table_id"):
        seats = [(one.slot_id, getattr(one, key)) for one in made]
        assert len(seats) == len(set(seats)), key
    pairs = [(one.buyer_id, one.producer_id) for one in made]
    assert len(pairs) == len(set(pairs))
    assert len(made) == min(len(SLOTS) * min(buyers, sellers, tables), buyers * sellers)


def test_rounds_are_fair_and_what_stands_counts() -> None:
    made = plan(8, 8, tables=2)
    assert {one.buyer_id for one in made} == set(range(1, 9))  # eight seats, eight buyers: one each
    stands = (Seat(1, 100, 0, 1), Seat(1, 101, 1, 1))
    more = plan(2, 3, taken=stands, most=2)
    assert {one.buyer_id for one in more} == {2}
    assert all((one.slot_id, one.producer_id) not in {(0, 100), (1, 101)} for one in more)
    assert all((one.slot_id, one.table_id) not in {(0, 1), (1, 1)} for one in more)


def test_an_exhibitor_meets_on_days_of_its_booth_only() -> None:
    wishes = {1: propose([Need(1, words="mat ong")], [stand(100, goods(1, "mat ong"))])}
    assert arrange(wishes, {100: {NEXT}}, SLOTS, [1], (), 3) == []
    assert arrange(wishes, {}, SLOTS, [1], (), 3) == []
    late = Slot(9, datetime(2026, 12, 31, 17, 30, tzinfo=UTC), datetime(2026, 12, 31, 18, tzinfo=UTC))
    (one,) = arrange(wishes, {100: {NEXT}}, [late], [1], (), 3)  # half past midnight in Việt Nam
    assert one.slot_id == 9
