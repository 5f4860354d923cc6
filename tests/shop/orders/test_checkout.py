"""Checkout: one transaction, the gate, the total, the stores; on both databases."""

from datetime import date, datetime, timedelta
from types import ModuleType

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from catalog.listings.models import Sku
from core.accounts.actor import ANONYMOUS
from core.clock import day_start, today
from core.db import transaction
from core.doctor import examine
from core.errors import Invalid, NotFound, Refusal
from shop.carts import service as carts
from shop.inventory.models import StockHold, StockLevel
from shop.inventory.refusals import OutOfStock
from shop.orders import gate, refusals
from shop.orders.asked import Checkout, Contact, Fulfilment
from shop.orders.checkout import place_order, quote
from shop.orders.models import Order, OrderLine
from shop.payments.models import Payment
from shop.payments.queries import get_payment
from shop.payments.refusals import ProviderUnavailable
from tests.support.clock import Clock

BUYER = Contact("Người mua thử", "+84912345678")


def ask(cart: str, store: str | None, total: int, provider: str = "at_store", **more: object) -> Checkout:
    wanted = more.pop("wanted", None) or Fulfilment("pickup", store)
    return Checkout(cart, BUYER, wanted, provider, total, **more)  # type: ignore[arg-type]


def cart_of(make: ModuleType, *wants: tuple[Sku, int]) -> str:
    token = carts.start_cart().token
    for sku, quantity in wants:
        carts.set_line(token, sku.code, quantity)
    return token


def breaches() -> list[str]:
    """Every promise but I12, since no worker runs here."""
    return [
        f"{one.invariant.code}: {line}" for one in examine() for line in one.breaches if one.invariant.code != "I12"
    ]


def test_an_order_is_a_snapshot_with_its_hold_and_payment(make: ModuleType, session: Session) -> None:
    store, sku = make.store(), make.sku(name="Mật ong hoa rừng", stars=5)
    make.lot(sku, store, on_shelf=10)
    order = place_order(ask(cart_of(make, (sku, 3)), store.code, 360_000), ANONYMOUS)
    line = order.lines[0]
    assert (order.state, order.total_vnd, order.decided_on) == ("placed", 360_000, today())
    assert (line.product_name, line.stars, line.quantity, line.line_total_vnd) == ("Mật ong hoa rừng", 5, 3, 360_000)
    assert line.decided_at == order.placed_at
    hold = session.scalars(select(StockHold)).one()
    assert (hold.quantity, hold.expires_at, hold.reference) == (3, None, f"ord:{order.number}")
    payment = get_payment(f"ord:{order.number}")
    assert (payment.status, payment.amount_vnd, payment.expires_at) == ("pending", 360_000, None)
    assert breaches() == []


def test_the_same_cart_answers_the_same_order(make: ModuleType, session: Session) -> None:
    store, sku = make.store(), make.sku()
    make.lot(sku, store)
    asked = ask(cart_of(make, (sku, 1)), store.code, 120_000)
    assert place_order(asked, ANONYMOUS).number == place_order(asked, ANONYMOUS).number
    assert session.scalar(select(func.count()).select_from(Order)) == 1


def test_a_transfer_is_undecided_and_ends_with_the_last_day(make: ModuleType, clock: Clock) -> None:
    clock.on(date(2026, 11, 22))
    store, sku = make.store(), make.sku(valid_until=date(2026, 11, 22))
    make.lot(sku, store)
    order = place_order(ask(cart_of(make, (sku, 1)), store.code, 120_000, "vietqr"), ANONYMOUS)
    payment = get_payment(f"ord:{order.number}")
    assert order.decided_at is None
    assert payment.expires_at == day_start(date(2026, 11, 23))
    assert payment.qr_text and "OCOP DH " in payment.qr_text


def test_a_rise_is_refused_with_both_totals_and_a_fall_is_passed_on(make: ModuleType, session: Session) -> None:
    store, sku = make.store(), make.sku()
    make.lot(sku, store)
    cart = cart_of(make, (sku, 2))
    with pytest.raises(refusals.PriceChanged) as refused:
        place_order(ask(cart, store.code, 239_999), ANONYMOUS)
    assert (refused.value.facts["expected"], refused.value.facts["total"]) == (239_999, 240_000)
    assert session.scalar(select(func.sum(StockLevel.held))) == 0
    assert place_order(ask(cart, store.code, 250_000), ANONYMOUS).total_vnd == 240_000


def test_too_little_stock_names_every_short_line_and_holds_nothing(make: ModuleType, session: Session) -> None:
    store, enough, short = make.store(), make.sku(), make.sku()
    make.lot(enough, store, on_shelf=5)
    make.lot(short, store, on_shelf=1)
    cart = cart_of(make, (enough, 5), (short, 2))
    with pytest.raises(OutOfStock) as refused:
        place_order(ask(cart, store.code, 10**7), ANONYMOUS)
    assert [(one["sku"], one["available"]) for one in refused.value.facts["lines"]] == [(short.code, 1)]
    assert session.scalar(select(func.sum(StockLevel.held))) == 0
    assert session.scalar(select(func.count()).select_from(Payment)) == 0


def test_a_lapsed_line_is_named(make: ModuleType, clock: Clock) -> None:
    clock.on(date(2026, 11, 22))
    store, good, ends = make.store(), make.sku(), make.sku(valid_until=date(2026, 11, 22), name="Trà hết hạn")
    make.lot(good, store)
    make.lot(ends, store)
    cart = cart_of(make, (good, 1), (ends, 1))
    clock.on(date(2026, 11, 23))
    with pytest.raises(refusals.LinesLapsed) as refused:
        place_order(ask(cart, store.code, 240_000), ANONYMOUS)
    assert refused.value.status == 409
    assert [one["name"] for one in refused.value.facts["lines"]] == ["Trà hết hạn"]


def test_an_empty_cart_and_an_unknown_one(make: ModuleType) -> None:
    store = make.store()
    with pytest.raises(refusals.CartEmpty):
        place_order(ask(carts.start_cart().token, store.code, 1), ANONYMOUS)
    with pytest.raises(NotFound):
        place_order(ask("nothing", store.code, 1), ANONYMOUS)


@pytest.mark.parametrize("provider", ["cod", "at_store"])
def test_wine_is_paid_without_cash_by_adults(make: ModuleType, provider: str) -> None:
    store, wine = make.store(), make.sku(set_no=14)
    make.lot(wine, store)
    cart = cart_of(make, (wine, 1))
    with pytest.raises(refusals.AdultsOnly):
        place_order(ask(cart, store.code, 120_000, "vietqr"), ANONYMOUS)
    with pytest.raises(refusals.CashlessOnly):
        place_order(ask(cart, store.code, 120_000, provider, is_adult=True), ANONYMOUS)
    assert place_order(ask(cart, store.code, 120_000, "vietqr", is_adult=True), ANONYMOUS).provider == "vietqr"


def test_cards_are_refused_until_they_are_set_up(make: ModuleType) -> None:
    store, sku = make.store(), make.sku()
    make.lot(sku, store)
    with pytest.raises(ProviderUnavailable) as refused:
        place_order(ask(cart_of(make, (sku, 1)), store.code, 120_000, "stripe"), ANONYMOUS)
    assert refused.value.facts["offered"] == ["cod", "at_store", "vietqr"]


def test_delivery_takes_the_first_store_that_has_everything(make: ModuleType) -> None:
    near, far, sku, other = make.store(), make.store(), make.sku(), make.sku()
    make.lot(sku, near, on_shelf=5)
    make.lot(sku, far, on_shelf=5)
    make.lot(other, far, on_shelf=5)
    home = make.area("Xã Kiến Hưng")
    wanted = Fulfilment("delivery", None, "Số 5, thôn Đoài", home.code)
    cart = cart_of(make, (sku, 1), (other, 1))
    basket, route = quote(cart, wanted)
    assert (route.store.code, basket.total_vnd) == (far.code, 260_000)
    with pytest.raises(refusals.PriceChanged):
        place_order(ask(cart, None, 240_000, "cod", wanted=wanted), ANONYMOUS)
    order = place_order(ask(cart, None, 260_000, "cod", wanted=wanted), ANONYMOUS)
    assert (order.charges_total_vnd, order.area_name) == (20_000, "Xã Kiến Hưng, Thành phố Hải Phòng")
    assert breaches() == []


def test_no_store_has_everything(make: ModuleType) -> None:
    one, two, sku, other = make.store(), make.store(), make.sku(), make.sku()
    make.lot(sku, one)
    make.lot(other, two)
    wanted = Fulfilment("delivery", None, "Số 5", make.area().code)
    with pytest.raises(OutOfStock) as refused:
        place_order(ask(cart_of(make, (sku, 1), (other, 1)), None, 10**7, "cod", wanted=wanted), ANONYMOUS)
    assert len(refused.value.facts["lines"]) == 2


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        (Fulfilment("pickup"), Invalid),
        (Fulfilment("pickup", "no-such-store"), Invalid),
        (Fulfilment("delivery", None, "Số 5", "00000"), Invalid),
    ],
)
def test_ways_that_lead_nowhere(make: ModuleType, wanted: Fulfilment, refusal: type[Refusal]) -> None:
    sku = make.sku()
    make.lot(sku)
    with pytest.raises(refusal):
        place_order(ask(cart_of(make, (sku, 1)), None, 120_000, wanted=wanted), ANONYMOUS)


def test_midnight_passing_while_waiting_for_locks_decides_nothing(
    make: ModuleType, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    clock.set(datetime.fromisoformat("2026-11-22T23:59:59+07:00"))
    store, sku = make.store(), make.sku(valid_until=date(2026, 11, 22))
    make.lot(sku, store)
    cart = cart_of(make, (sku, 1))
    monkeypatch.setattr(gate, "lock_certificates", lambda ids: clock.forward(seconds=2))  # type: ignore[misc]
    with pytest.raises(refusals.LinesLapsed):
        place_order(ask(cart, store.code, 120_000), ANONYMOUS)


class TestTheDatabaseItself:
    """With the Python gate removed, the database still refuses (decision 4)."""

    def test_a_line_of_a_lapsed_product_is_not_stored(
        self, make: ModuleType, monkeypatch: pytest.MonkeyPatch, session: Session, clock: Clock
    ) -> None:
        clock.on(date(2026, 11, 22))
        store, sku = make.store(), make.sku(valid_until=date(2026, 11, 22))
        make.lot(sku, store)
        cart = cart_of(make, (sku, 1))
        honest = gate.offers
        monkeypatch.setattr(gate, "offers", lambda ids, on: honest(ids, date(2026, 11, 22)))  # type: ignore[misc]
        clock.on(date(2026, 11, 23))
        with pytest.raises(refusals.LinesLapsed):
            place_order(ask(cart, store.code, 120_000), ANONYMOUS)
        assert session.scalar(select(func.count()).select_from(Order)) == 0
        assert session.scalar(select(func.sum(StockLevel.held))) == 0

    def test_a_certificate_of_another_product_is_refused(self, make: ModuleType, session: Session) -> None:
        store, sku, other = make.store(), make.sku(), make.certificate()
        make.lot(sku, store)
        order = place_order(ask(cart_of(make, (sku, 1)), store.code, 120_000), ANONYMOUS)
        columns = [c.name for c in OrderLine.__table__.columns if c.name not in ("id", "certificate_id", "position")]
        listed = ", ".join(columns)
        copy = f"INSERT INTO order_line ({listed}, certificate_id, position) SELECT {listed}, :other, 2 FROM order_line"
        with pytest.raises(Exception, match="order_line_uncovered"), transaction() as inner:
            inner.execute(text(copy), {"other": other.id})
        assert session.scalar(select(func.count()).select_from(OrderLine)) == len(order.lines)

    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE order_line SET stars = 5",
            "UPDATE order_line SET product_name = 'khác'",
            "UPDATE order_line SET unit_price_vnd = 1",
            "UPDATE order_line SET decided_at = NULL, decided_on = NULL",
            "DELETE FROM order_line",
            "DELETE FROM shop_order",
            "UPDATE shop_order SET total_vnd = total_vnd + 1, lines_total_vnd = lines_total_vnd + 1",
            "UPDATE shop_order SET placed_on = '2020-01-01'",
            "DELETE FROM order_event",
            "UPDATE order_event SET actor = 'ai khác'",
            "UPDATE payment_event SET amount_vnd = 1",
            "UPDATE payment SET refunded_vnd = 1",
            "UPDATE payment SET captured_vnd = amount_vnd + 1, status = 'captured'",
        ],
    )
    def test_what_was_printed_stays(self, make: ModuleType, change: str) -> None:
        store, sku = make.store(), make.sku()
        make.lot(sku, store)
        place_order(ask(cart_of(make, (sku, 1)), store.code, 120_000), ANONYMOUS)
        with pytest.raises(Exception, match=r"frozen|shop_order_day|append_only|ck_payment"), transaction() as inner:
            inner.execute(text(change))

    def test_a_decision_on_an_uncovered_day_is_refused(self, make: ModuleType, clock: Clock) -> None:
        clock.on(date(2026, 11, 22))
        store, sku = make.store(), make.sku(valid_until=date(2026, 11, 22))
        make.lot(sku, store)
        order = place_order(ask(cart_of(make, (sku, 1)), store.code, 120_000, "vietqr"), ANONYMOUS)
        late = day_start(date(2026, 11, 23)) + timedelta(hours=1)
        with pytest.raises(Exception, match="order_line_uncovered"), transaction():
            order.lines[0].decided_at, order.lines[0].decided_on = late, date(2026, 11, 23)
        with pytest.raises(Exception, match="order_line_uncovered"), transaction():
            order.lines[0].decided_at, order.lines[0].decided_on = late, date(2026, 11, 22)
