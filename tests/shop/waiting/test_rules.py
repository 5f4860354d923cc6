"""Whose turn it is, on plain values."""

import pytest

from core.masks import masked
from shop.waiting.rules import CLOSED, SOLD_OUT, Wish, portions, reach, turns

A, B, X, Y = 1, 2, 10, 20


def wish(number: int, sku: int | None = None, store: int | None = None, reason: str = SOLD_OUT) -> Wish:
    return Wish(number, sku, store, reason)


def crowd(count: int, **more: int | None) -> list[Wish]:
    return [wish(number, **more) for number in range(1, count + 1)]  # type: ignore[arg-type]


def test_few_units_call_few_people_in_the_order_of_asking() -> None:
    assert turns(crowd(10), [], {(A, X): 2}) == [1, 2, 3, 4, 5, 6]
    assert turns(crowd(4), [], {(A, X): 2}) == [1, 2, 3, 4]
    assert turns(crowd(10), [], {}) == []
    assert turns([], [], {(A, X): 2}) == []


def test_those_called_today_count_and_tomorrow_the_next_come() -> None:
    assert turns(crowd(10)[6:], crowd(6), {(A, X): 2}) == []
    assert turns(crowd(10)[6:], crowd(5), {(A, X): 2}) == [7]
    assert turns(crowd(10)[6:], [], {(A, X): 1}) == [7, 8, 9]


def test_a_pack_and_a_store_are_meant_as_said() -> None:
    one_pack, one_store = wish(1, sku=B), wish(2, store=Y)
    assert turns([one_pack, one_store], [], {(A, X): 5}) == []
    assert turns([one_pack, one_store], [], {(B, X): 5}) == [1]
    assert turns([one_pack, one_store], [], {(A, Y): 5}) == [2]
    assert reach(wish(1), {(A, X): 5, (B, Y): 2}) == 7


def test_a_crowd_at_one_store_does_not_hold_up_another() -> None:
    at_x = [wish(n, store=X) for n in range(1, 10)]
    assert turns([*at_x, wish(50, store=Y)], [], {(A, X): 1, (A, Y): 1}) == [1, 2, 3, 50]


def test_who_asked_for_the_star_hears_of_it_with_empty_shelves() -> None:
    both = [wish(1), wish(2, reason=CLOSED), wish(3, reason=CLOSED)]
    assert turns(both, [], {}) == [2, 3]
    assert turns([wish(n, reason=CLOSED) for n in range(1, 9)], [], {(A, X): 1}) == [1, 2, 3]


def test_half_a_kilogram_is_a_unit() -> None:
    assert (portions(3, "piece"), portions(1499, "gram"), portions(499, "gram")) == (3, 2, 0)


@pytest.mark.parametrize(
    ("contact", "shown"),
    [("+84912345678", "0912 *** 678"), ("nguoi.mua@example.test", "ng***@example.test"), ("a@b.test", "a***@b.test")],
)
def test_a_contact_is_shown_to_its_owner_only(contact: str, shown: str) -> None:
    assert masked(contact) == shown
