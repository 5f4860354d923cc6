"""The invariants find what they are for: each with a break made behind the verbs' back."""

from collections.abc import Iterable
from datetime import timedelta
from types import ModuleType

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from catalog.certificates.knowledge import remember
from catalog.certificates.models import Certificate
from catalog.corrections.service import confirm_correction, propose_correction
from core.accounts.actor import ANONYMOUS, SYSTEM
from core.clock import now, today
from core.db import dialect_name, transaction
from shop.carts import service as carts
from shop.orders import doctor, service
from shop.orders.asked import Checkout, Contact, Fulfilment
from shop.orders.checkout import place_order
from shop.orders.models import Order
from shop.payments import doctor as payments
from tests.support.clock import Clock


@pytest.fixture
def order(make: ModuleType, clock: Clock) -> Order:
    clock.set(now())
    store, sku = make.store(), make.sku()
    make.lot(sku, store)
    token = carts.start_cart().token
    carts.set_line(token, sku.code, 1)
    contact = Contact("Người mua thử", "+84912345678")
    return place_order(Checkout(token, contact, Fulfilment("pickup", store.code), "at_store", 120_000), ANONYMOUS)


def tamper(*statements: str) -> None:
    with transaction() as session:
        for statement in statements:
            session.execute(text(statement))


def one(found: Iterable[str]) -> str:
    (breach,) = found
    return breach


def test_all_is_well_at_first(order: Order) -> None:
    checks = (
        doctor.money_has_an_order, doctor.totals_are_sums, doctor.parts_are_sums, payments.refunds_within_captured,
        doctor.sold_with_star,
    )  # fmt: skip
    assert [list(check()) for check in checks] == [[]] * 5


def test_money_beside_a_cancelled_order_is_found(order: Order) -> None:
    service.call_off(order.number, SYSTEM, "thử")
    tamper("UPDATE payment SET status = 'captured', captured_vnd = amount_vnd")
    assert order.number in one(doctor.money_has_an_order())
    assert order.number in one(payments.refunds_within_captured())


def test_an_order_without_its_payment_is_found(order: Order) -> None:
    tamper("UPDATE payment SET reference = 'bkg:BK-1'")
    assert order.number in one(doctor.money_has_an_order())


def test_a_charge_added_later_is_found(order: Order) -> None:
    tamper(f"INSERT INTO order_charge (order_id, kind, amount_vnd, vat_bp) VALUES ({order.id}, 'bag', 1000, 0)")
    assert order.number in one(doctor.parts_are_sums())


def test_a_sale_after_a_recorded_revocation_is_found(order: Order, session: Session, clock: Clock) -> None:
    def revoke() -> None:
        with transaction():
            certificate = session.get_one(Certificate, order.lines[0].certificate_id)
            certificate.revoked_on, certificate.revocation_number = today(), "1/QĐ-TH"
            certificate.revocation_ground, certificate.revocation_authority = "breach", "UBND"
            certificate.revocation_recorded_at = now()
            remember(certificate, "revoked", SYSTEM, now())

    clock.forward(hours=-1)  # as if it had been recorded an hour before the sale
    revoke()
    assert order.number in one(doctor.sold_with_star())


def test_a_revocation_recorded_after_the_sale_is_no_breach(order: Order, session: Session, clock: Clock) -> None:
    clock.forward(hours=1)
    with transaction():
        certificate = session.get_one(Certificate, order.lines[0].certificate_id)
        certificate.revoked_on, certificate.revocation_number = order.placed_on, "1/QĐ-TH"
        certificate.revocation_ground, certificate.revocation_authority = "breach", "UBND"
        certificate.revocation_recorded_at = now()
        remember(certificate, "revoked", SYSTEM, now())
    assert list(doctor.sold_with_star()) == []


def test_a_correction_after_the_sale_is_no_breach(
    order: Order, make: ModuleType, session: Session, clock: Clock
) -> None:
    clock.forward(hours=1)
    code = session.get_one(Certificate, order.lines[0].certificate_id).code
    why = "Ngày cuối trên giấy là hôm qua, đã gõ nhầm năm."
    changes = {"valid_until": order.placed_on - timedelta(days=1)}
    made = propose_correction(make.actor("certifier"), code, reason=why, changes=changes)
    confirm_correction(make.actor("certifier"), made.code)
    assert list(doctor.sold_with_star()) == []


def test_a_share_of_a_discount_that_nobody_gave_is_found(order: Order) -> None:
    trigger = "order_line_discount_frozen"
    is_postgresql = dialect_name() == "postgresql"
    tamper(
        "ALTER TABLE order_line DISABLE TRIGGER order_line_on_update" if is_postgresql else f"DROP TRIGGER {trigger}"
    )
    tamper(f"UPDATE order_line SET discount_vnd = 1000 WHERE order_id = {order.id}")
    assert order.number in one(doctor.parts_are_sums())
