"""Cases C1 to C11: a certificate ends at local midnight, and everything that may be under way just then."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from catalog.certificates.refusals import CertificateLapsed
from catalog.stops.service import order_stop
from core.clock import ZONE, now, today
from core.db import db, transaction
from shop.carts import service as carts
from shop.inventory import service as stock
from shop.inventory.blocked import list_blocked
from shop.inventory.ledger import Document
from shop.inventory.models import StockMovement
from shop.inventory.queries import available
from shop.inventory.refusals import LotUnfit
from shop.orders import jobs as order_jobs
from shop.orders import refusals
from shop.orders import service as orders
from shop.orders.models import OrderLine
from shop.orders.queries import get_order
from shop.payments import jobs as payment_jobs
from shop.payments import refunds
from shop.payments.queries import get_payment
from shop.payments.service import BankLine
from tests.cases.conftest import LAST, MIDNIGHT, NEXT, World

SECOND = timedelta(seconds=1)
NOON = datetime(2026, 11, 30, 12, tzinfo=ZONE)


def test_c1_lapse_at_midnight(world: World) -> None:
    """Gone at 00:00:00.000 local, decided by the instant of the request; no job has run."""
    slug = world.product.slug
    world.clock.set(MIDNIGHT - SECOND)
    assert world.get(f"/products/{slug}") == (200, "")
    assert world.found() == [slug]
    world.clock.set(MIDNIGHT - timedelta(microseconds=1))
    assert world.get(f"/products/{slug}") == (200, "")
    world.clock.set(MIDNIGHT)
    assert world.get(f"/products/{slug}") == (410, "certificate.lapsed")
    assert world.found() == []
    with pytest.raises(CertificateLapsed):
        carts.set_line(carts.start_cart().token, world.sku.code, 1)


def test_c2_no_answer_is_kept_beyond_its_instant(world: World) -> None:
    """No cache may answer without asking again; a tag from before midnight does not match after it."""
    world.clock.set(MIDNIGHT - SECOND)
    for path in ("/api/v1/products", f"/api/v1/products/{world.product.slug}", f"/san-pham/{world.product.slug}"):
        world.clock.set(MIDNIGHT - SECOND)
        before = world.client.get(path)
        assert before.status_code == 200
        assert "no-cache" in before.headers["Cache-Control"]
        world.clock.set(MIDNIGHT)
        again = world.client.get(path, headers={"If-None-Match": before.headers.get("ETag", '"none"')})
        assert again.status_code in (200, 410), path
        assert world.product.slug not in str((again.json or {}).get("items", "")), path


def test_c3_in_the_cart_when_it_lapses(world: World) -> None:
    """The line stays, marked, and is not payable; the rest may be bought."""
    other = world.make.sku(name="Trà thử")
    world.make.lot(other, world.store)
    token = world.cart()
    carts.set_line(token, other.code, 1)
    world.clock.set(MIDNIGHT)
    shown = world.client.get(f"/api/v1/carts/{token}").json
    assert [line["sku"] for line in shown["lines"]] == [world.sku.code, other.code]
    assert [line.get("problem", {}).get("code") for line in shown["lines"]] == ["certificate.lapsed", None]
    assert shown["total"] == shown["lines"][1]["line_total"]
    with pytest.raises(refusals.LinesLapsed):
        world.order(cart=token)
    carts.remove_line(token, world.sku.id)
    assert world.order(cart=token).state == "placed"


def test_c4_between_checkout_and_payment(world: World) -> None:
    """No window passes the last day; at 00:00 the order ends, and whoever pays then gets the money back."""
    world.clock.set(NOON)
    order, late = world.order("vietqr"), world.order("vietqr")
    assert get_payment(f"ord:{order.number}").expires_at == MIDNIGHT
    world.clock.set(MIDNIGHT)
    payment_jobs.end_windows(now())
    world.night()
    assert world.state(order) in ("cancelled", "cancelled_lapsed")
    line = BankLine(late.total_vnd, "FT-late", MIDNIGHT)
    orders.confirm_transfer(late.number, line, world.keeper)
    assert world.state(late) == "to_refund"
    assert get_order(late.number).decided_at is None
    assert world.on_hand() == (10, 0)
    assert world.breaches() == []


def test_c5_money_confirmed_after_midnight_is_never_a_sale(world: World) -> None:
    """For methods that capture at once: owed back, never `paid`. Cards with a separate capture: issue 5."""
    world.clock.set(NOON)
    order = world.order("vietqr")
    world.clock.set(MIDNIGHT + 5 * SECOND)
    world.pay(order, MIDNIGHT + SECOND)
    ended = get_order(order.number)
    assert (ended.state, ended.decided_at) == ("to_refund", None)
    assert [event.state for event in ended.events] == ["placed", "to_refund"]
    [owed] = refunds.list_refunds(get_payment(f"ord:{order.number}").id)
    assert (owed.state, owed.amount_vnd) == ("promised", order.total_vnd)
    refunds.done(owed.code, "HT-1", world.keeper)
    assert world.state(order) == "refunded"
    assert world.breaches() == []


def test_c6_what_was_decided_before_midnight_stays_though_the_news_comes_again_after(world: World) -> None:
    """Our own committed decision governs. Webhooks of cards: issue 5."""
    world.clock.set(NOON)
    order = world.order("vietqr")
    world.clock.set(MIDNIGHT - SECOND)
    world.pay(order, MIDNIGHT - SECOND)
    world.clock.set(MIDNIGHT + 5 * SECOND)
    world.pay(order, MIDNIGHT - SECOND)  # the same line of the bank, told once more
    world.night()
    assert (world.state(order), get_order(order.number).lines[0].decided_on) == ("paid", LAST)
    assert world.breaches() == []


def test_c7_paid_while_valid_is_packed_and_handed_over_after(world: World) -> None:
    """The sale was lawful and stays; a recall, or an order to take the goods down, always stops."""
    world.clock.on(LAST)
    lawful, recalled, stopped = world.order(), world.order(), world.order()
    world.clock.on(NEXT)
    world.night()
    orders.pack(lawful.number, world.keeper)
    assert orders.hand_over(lawful.number, world.keeper).state == "handed_over"
    order_stop(
        world.certifier, number="5/QĐ-TĐ", authority="Sở Công Thương", ground="Dùng nhãn cũ", product=world.product.code
    )
    world.night()
    assert world.state(stopped) == "held"
    stock.recall(world.lot.code, world.keeper, "Thu hồi lô")
    orders.resume(recalled.number, world.keeper, "Thử giao")
    with pytest.raises(LotUnfit):
        orders.hand_over(recalled.number, world.keeper)
    assert world.breaches() == []


def test_c8_lapses_before_pickup(world: World) -> None:
    """Fetched after the lapse: as C7. Never fetched: back on hand, and unsellable."""
    world.clock.on(LAST)
    fetched, forgotten = world.order(), world.order()
    world.clock.on(NEXT)
    world.night()
    assert orders.hand_over(fetched.number, world.keeper).lines[0].decided_on == LAST
    world.clock.on(LAST + timedelta(days=8))
    order_jobs.end_uncollected(today())
    assert world.state(forgotten) == "cancelled"
    assert (world.on_hand(), world.lot_state()) == ((9, 0), ("blocked", "certificate"))
    assert available([world.sku.id], now()) == {}


def test_c9_money_back_after_a_lapse_and_no_exchange(world: World) -> None:
    """What comes back lies in the house, blocked; it cannot be sold or exchanged."""
    order = world.order(units=2)
    orders.hand_over(order.number, world.keeper)
    world.clock.on(NEXT)
    world.night()
    stock.return_to_stock(world.store, world.lot.id, 2, Document("return", order.number), world.keeper)
    assert (world.on_hand(), world.lot_state()) == ((10, 0), ("blocked", "certificate"))
    assert available([world.sku.id], now()) == {}
    with pytest.raises(CertificateLapsed):
        world.cart()


@pytest.mark.daily
def test_c10_no_line_is_decided_after_midnight_whatever_a_clock_elsewhere_says(world: World) -> None:
    """The last guard is in the database. Tills that are offline, with their signed lists: issue 6."""
    order = world.order("vietqr")
    late = update(OrderLine).where(OrderLine.order_id == order.id)
    with pytest.raises(IntegrityError, match="uncovered"), transaction():
        db.session.execute(late.values(decided_at=MIDNIGHT, decided_on=NEXT))
    with transaction():
        db.session.execute(late.values(decided_at=MIDNIGHT - SECOND, decided_on=LAST))


def test_c11_lots_stay_on_hand_and_cannot_be_sold(world: World) -> None:
    """The ledger is as it was; nothing is available; the blocked value is told in đồng."""
    moves = db.session.query(StockMovement).count()
    world.clock.on(NEXT)
    world.night()
    assert (world.on_hand(), world.lot_state()) == ((10, 0), ("blocked", "certificate"))
    assert available([world.sku.id], now()) == {}
    assert db.session.query(StockMovement).count() == moves
    (row,) = list_blocked([world.store.id])
    assert (row.units, row.value_vnd, row.product) == (10, 1_200_000, world.product.name)
    told = [one for one in world.trail("consequence.done") if one["consequence"] == "lot"]
    assert [(one["lots"], one["units"]) for one in told] == [(1, 10)]
