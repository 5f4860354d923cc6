"""Money given for goods on their way, and then their parcel comes back: each đồng goes back once; on both databases."""

from collections import Counter
from datetime import date
from types import ModuleType

import pytest

from core.accounts.actor import SYSTEM, Actor
from core.db import transaction
from core.doctor import examine
from core.worker import run_pending
from shop.invoices import queries as invoices
from shop.orders import jobs, parcels
from shop.orders import refusals as order_refusals
from shop.orders import service as orders
from shop.orders.models import Order
from shop.orders.queries import get_order
from shop.orders.rules import State
from shop.payments import refunds
from shop.payments.queries import get_payment
from shop.payments.rules import Way
from shop.returns import refusals, service
from shop.returns.rules import Kind, Reason
from shop.returns.service import Wish
from tests.shop.orders.parcel_stage import keeper, placed, split, states, two_stores
from tests.support.clock import Clock


@pytest.fixture(autouse=True)
def _day(clock: Clock) -> None:
    clock.on(date(2026, 11, 22))


def send(order: Order, *positions: int) -> None:
    for position in positions:
        parcels.pack(order.number, SYSTEM, position)
        parcels.ship(order.number, SYSTEM, "GHN", f"X{position}", position)


def back(order: Order, position: int) -> None:
    """The carrier brings it back."""
    parcels.fail(order.number, SYSTEM, "away", position)
    parcels.take_back(order.number, SYSTEM, position)


def give(order: Order, by: Actor, line: int, units: int, reason: Reason = Reason.MISSING) -> str:
    return service.give(order.number, Wish(Kind.REFUND, reason, {line: units}), by).code


def goodwill(order: Order, vnd: int) -> None:
    service.give(order.number, Wish(Kind.REFUND, Reason.GOODWILL, {}, lump_vnd=vnd), SYSTEM)


def refunding(order: Order) -> int:
    return get_payment(f"ord:{order.number}").refunding_vnd


def paid(order: Order, line: int) -> int:
    """What a line cost."""
    return order.lines[line - 1].line_total_vnd - order.lines[line - 1].discount_vnd


def breaches() -> list[str]:
    return [
        f"{one.invariant.code}: {line}" for one in examine() for line in one.breaches if one.invariant.code != "I12"
    ]


@pytest.fixture
def order(make: ModuleType) -> Order:
    """Prepaid, two pieces of one product in the first parcel and two of another in the second, both on their way."""
    found = split(make, "vietqr")
    assert [one.lines[0].line.position for one in found.shipments] == [1, 2]
    send(found, 1, 2)
    return found


def test_a_line_given_back_is_not_given_back_with_its_parcel(make: ModuleType, order: Order) -> None:
    give(order, keeper(make, order.store), 2, 2)
    assert refunding(order) == paid(order, 2)
    back(order, 2)
    parcels.drop(order.number, SYSTEM, "không nhận", 2)
    assert states(order) == ("shipped", ["shipped", "cancelled"])
    assert refunding(order) == paid(order, 2)
    assert service.units_free(get_order(order.number)) == {1: 2, 2: 0}
    run_pending()
    draft = invoices.find_current(order.id)
    assert draft is not None and draft.gross_vnd == order.total_vnd - paid(order, 2)
    assert breaches() == []


def test_the_pieces_that_were_not_given_back_go_back_with_their_parcel(make: ModuleType, order: Order) -> None:
    by = keeper(make, order.store)
    give(order, by, 2, 1)
    back(order, 2)
    parcels.drop(order.number, SYSTEM, "không nhận", 2)
    assert refunding(order) == paid(order, 2)
    assert service.units_free(get_order(order.number)) == {1: 2, 2: 0}
    with pytest.raises(refusals.ReturnLinesRefused):
        give(order, by, 2, 1)
    parcels.hand_over(order.number, SYSTEM, 1)
    give(order, by, 1, 2, Reason.BROKEN)  # the last pieces, and the seller's fault: the charges go back with them
    assert refunding(order) == order.total_vnd
    assert breaches() == []


def test_a_refund_that_failed_is_still_owed_and_lessens_the_parcel(make: ModuleType, order: Order) -> None:
    give(order, keeper(make, order.store), 2, 2)
    [first] = refunds.list_refunds(get_payment(f"ord:{order.number}").id)
    refunds.failed(first.code, "tài khoản đã đóng")
    back(order, 2)
    parcels.drop(order.number, SYSTEM, "không nhận", 2)
    assert refunding(order) == 0
    refunds.again(first.code, Way.CASH, SYSTEM)
    assert refunding(order) == paid(order, 2)


def test_what_was_given_back_is_not_sent_again(make: ModuleType, order: Order) -> None:
    give(order, keeper(make, order.store), 2, 1)
    back(order, 1)
    back(order, 2)
    parcels.send_again(order.number, SYSTEM, 1)  # of this one nothing was given back
    with pytest.raises(order_refusals.ParcelRefunded):
        parcels.send_again(order.number, SYSTEM, 2)
    assert states(order)[1] == ["waiting", "returned"]


def test_a_line_in_two_parcels_is_given_back_whole_and_no_more(make: ModuleType) -> None:
    """100.001 đồng for three pieces: two with the buyer, one of them broken; the third comes back."""
    first, second = two_stores(make)
    sku = make.sku(price_vnd=33_333)
    make.lot(sku, first, on_shelf=2)
    make.lot(sku, second, on_shelf=2)
    order = placed(make, (sku, 3), provider="vietqr")
    two, one = sorted(order.shipments, key=lambda parcel: -parcel.lines[0].quantity)
    send(order, 1, 2)
    parcels.hand_over(order.number, SYSTEM, two.position)
    give(order, keeper(make, order.store), 1, 1, Reason.BROKEN)
    back(order, one.position)
    parcels.drop(order.number, SYSTEM, "không nhận", one.position)
    assert refunding(order) == 2 * 33_333, "the broken one, and the one that she never got"
    assert service.units_free(get_order(order.number)) == {1: 1}


def test_what_waits_for_a_second_person_ends_with_its_parcel(make: ModuleType) -> None:
    first, second = two_stores(make)
    cheap, dear = make.sku(), make.sku(price_vnd=1_500_000)
    make.lot(cheap, first, on_shelf=10)
    make.lot(dear, second, on_shelf=10)
    order = placed(make, (cheap, 1), (dear, 2), provider="vietqr")
    send(order, 1, 2)
    at = next(one.position for one in order.shipments if one.store_id == second.id)
    line = next(one.position for one in order.lines if one.sku_id == dear.id)
    code = give(order, keeper(make, order.store), line, 2)
    assert refunding(order) == 0, "above two million: another person"
    back(order, at)
    parcels.drop(order.number, SYSTEM, "không nhận", at)
    assert refunding(order) == paid(order, line)
    with pytest.raises(refusals.ReturnLinesRefused):
        service.settle(code, keeper(make, order.store))
    row = service.get_return(code)
    assert (service.foresee(row), refunding(order)) == (None, paid(order, line))
    assert service.refuse(code, "Kiện đã hủy.", keeper(make, order.store)).state == "refused"


def test_a_stopped_order_is_called_off_with_what_is_left_after_a_gesture(make: ModuleType, clock: Clock) -> None:
    order = split(make, "vietqr")
    send(order, 1)
    parcels.pack(order.number, SYSTEM, 2)
    goodwill(order, order.total_vnd - 1_000)
    assert orders.stop(order.number, "revoked")
    clock.on(date(2026, 12, 10))
    assert jobs.end_held(date(2026, 12, 10)) == 1
    assert states(order) == ("shipped", ["shipped", "cancelled"])
    assert refunding(order) == order.total_vnd
    for number, one in enumerate(refunds.list_refunds(get_payment(f"ord:{order.number}").id)):
        refunds.done(one.code, f"FT-{number}", SYSTEM)
    run_pending()
    parcels.hand_over(order.number, SYSTEM, 1)
    run_pending()
    assert breaches() == []


def test_staff_call_off_a_parcel_that_only_part_of_the_money_is_left_for(make: ModuleType) -> None:
    order = split(make, "vietqr")
    goodwill(order, order.total_vnd - 1_000)
    parcels.drop(order.number, keeper(make, order.shipments[1].store), "hết", 2)
    assert (states(order)[1], refunding(order)) == (["waiting", "cancelled"], order.total_vnd)


def test_one_order_that_fails_at_night_does_not_stop_those_behind_it(
    make: ModuleType, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = [split(make, "vietqr") for _one in range(3)]
    assert all(orders.stop(one.number, "revoked") for one in held)
    clock.on(date(2026, 12, 10))
    honest, seen = jobs.end_by_clock, Counter[str]()

    def fails_for_the_first(number: str, reason: str, *among: State) -> bool:
        seen[number] += 1
        if number == held[0].number:
            with transaction():
                raise order_refusals.OrderStateRefused(state="held", action="call_off")
        return honest(number, reason, *among)

    monkeypatch.setattr(jobs, "end_by_clock", fails_for_the_first)
    with pytest.raises(ExceptionGroup) as told:
        jobs.end_held(date(2026, 12, 10))
    assert [type(one) for one in told.value.exceptions] == [order_refusals.OrderStateRefused]
    assert [states(one)[0] for one in held] == ["held", "to_refund", "to_refund"]
    assert set(seen.values()) == {1}
