"""Cases D1 to D4: an authority takes a certificate back, today, tomorrow, in the past, or wrongly."""

from datetime import date, timedelta
from email.message import EmailMessage

import pytest
from flask import current_app
from sqlalchemy import select

from catalog.certificates import service as certificates
from catalog.certificates.knowledge import known_at
from catalog.certificates.queries import governing
from catalog.certificates.refusals import AlreadyRevoked
from catalog.certificates.rules import covers
from catalog.consequences.port import Change, Happening, foresee
from catalog.listings.models import Listing
from catalog.listings.service import reopen
from core.accounts.actor import ANONYMOUS
from core.clock import now, today
from core.db import db
from core.errors import EditConflict, NotFound
from shop.cases.models import SoldCase
from shop.cases.queries import count_open, list_cases
from shop.cases.refusals import CaseStateRefused, RefundOutOfRange
from shop.cases.rules import State
from shop.cases.service import Refund, move
from shop.orders import jobs as order_jobs
from shop.orders import refusals
from shop.orders import service as orders
from shop.orders.queries import get_order
from tests.cases.conftest import DAY, World
from tests.support.mails import text_of

pytestmark = pytest.mark.long("postgresql")  # the same walk; test_c and test_once go it on both each day

ONE = timedelta(days=1)


def test_d1_revoked_today_is_gone_at_once(world: World) -> None:
    """From the instant of recording: page, cart, checkout; nothing waits for the worker."""
    token = world.cart()
    world.revoke()
    assert world.get(f"/products/{world.product.slug}") == (410, "certificate.revoked")
    assert world.found() == []
    shown = world.client.get(f"/api/v1/carts/{token}").json
    assert shown["lines"][0]["problem"]["code"] == "certificate.revoked"
    with pytest.raises(refusals.LinesRevoked):
        world.order(cart=token)
    with pytest.raises(AlreadyRevoked):
        world.revoke()


def test_d1_revoked_from_a_day_to_come_closes_on_that_day(world: World) -> None:
    """As a lapse at the start of that day; what is decided before ships or is held like any other."""
    world.revoke(DAY + 2 * ONE)
    assert world.get(f"/products/{world.product.slug}") == (200, "")
    order = world.order()
    world.worker()
    assert world.state(order) == "placed"
    world.clock.on(DAY + 2 * ONE)
    assert world.get(f"/products/{world.product.slug}") == (410, "certificate.revoked")
    world.night()
    assert world.state(order) == "held"
    assert world.breaches() == []


def test_d1_a_suspension_hides_and_a_lift_shows_again(world: World) -> None:
    token = world.cart()
    certificates.suspend(world.certifier, world.certificate.code, decision_number="3/QĐ", ground="Kiểm tra")
    world.worker()
    assert world.get(f"/products/{world.product.slug}") == (410, "certificate.suspended")
    with pytest.raises(refusals.LinesSuspended):
        world.order(cart=token)
    certificates.lift(world.certifier, world.certificate.code)
    world.worker()
    assert world.get(f"/products/{world.product.slug}") == (200, "")
    assert world.order(cart=token).state == "placed"


def sold_then_revoked(world: World) -> tuple[str, str, str]:
    """Handed over before the day, handed over since, decided and still here; then revoked as of 25/11."""
    before = world.order()
    orders.hand_over(before.number, world.keeper)
    world.clock.on(DAY + 3 * ONE)
    since, here = world.order(units=2), world.order()
    orders.hand_over(since.number, world.keeper)
    world.clock.on(DAY + 5 * ONE)
    world.revoke(DAY + 3 * ONE)
    world.worker()
    return before.number, since.number, here.number


def test_d2_revoked_in_retrospect(world: World) -> None:
    """Sales stay as they were decided; both times can be asked; whom it reached is listed in the same minute."""
    recorded_before = now()
    before, since, here = sold_then_revoked(world)
    assert [get_order(number).state for number in (before, since)] == ["handed_over"] * 2
    day = DAY + 4 * ONE
    assert governing([world.product.id], day) == {}
    (then,) = known_at([world.product.id], recorded_before)[world.product.id]
    (known_now,) = known_at([world.product.id], now())[world.product.id]
    assert (covers(then, day), covers(known_now, day)) == (True, False)
    (case,) = db.session.scalars(select(SoldCase)).all()
    assert case.line.order.number == since
    assert (case.state, case.opened_at, case.contact_by) == ("to_contact", now(), now() + ONE)
    assert get_order(here).state == "held"
    assert [one["sales"] for one in world.trail("consequence.done") if one["consequence"] == "sold"] == [1]
    assert world.breaches() == []
    world.night()
    world.night()
    assert db.session.query(SoldCase).count() == 1


def test_d2_is_foreseen_with_its_money(world: World) -> None:
    sold = world.order(units=2)
    orders.hand_over(sold.number, world.keeper)
    waiting, decided = world.order("vietqr"), world.order()
    world.cart()
    told = {(one.object, one.act): one for one in foresee(Change(Happening.REVOCATION, (world.product.id,), DAY))}
    assert told["listing", "unlisted"].count == 1
    assert told["cart", "unpayable"].count == 1
    assert told["payment", "cancelled"].money_vnd == waiting.total_vnd
    assert told["order", "held"].money_vnd == decided.total_vnd
    assert (told["sold", "listed"].count, told["sold", "listed"].money_vnd) == (1, 240_000)
    lot = told["lot", "blocked"]
    assert (lot.count, lot.units, lot.stores, lot.money_vnd) == (1, 8, 1, 960_000)
    assert foresee(Change(Happening.REVOCATION, (), DAY)) == []


def test_d3_the_open_ones_are_stopped_and_refunded_after_three_working_days(world: World) -> None:
    world.clock.on(date(2026, 11, 23))
    waiting, paid, kept = world.order("vietqr"), world.order("vietqr"), world.order()
    world.pay(paid)
    world.revoke(ground="forged")
    world.worker()
    assert [world.state(one) for one in (waiting, paid, kept)] == ["cancelled_lapsed", "held", "held"]
    orders.resume(kept.number, world.keeper, "Chi cục cho phép giao")
    world.clock.on(date(2026, 11, 26))
    assert order_jobs.end_held(today()) == 0
    world.clock.on(date(2026, 11, 27))
    assert order_jobs.end_held(today()) == 1
    assert (world.state(paid), world.state(kept)) == ("to_refund", "placed")


def test_d3_the_buyer_of_a_held_order_is_told_once_and_may_refuse(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    paid = world.order("vietqr")
    world.pay(paid)
    world.worker()
    sent: list[EmailMessage] = []
    monkeypatch.setitem(current_app.extensions, "mailer", sent.append)
    world.clock.forward(minutes=5)
    world.revoke()
    world.worker()
    world.night()
    (mail,) = sent
    assert (mail["To"], paid.token in text_of(mail)) == ("mua@example.test", True)
    assert orders.cancel(paid.number, paid.token, ANONYMOUS).state == "to_refund"
    assert world.on_hand() == (10, 0)
    assert world.breaches() == []


def test_d3_a_case_goes_from_contact_to_refund_to_closed(world: World) -> None:
    """Each step by somebody of that store, with a note, in the trail; nobody else sees it."""
    sold_then_revoked(world)
    (case,), total = list_cases((), world.keeper, 1, 10)
    stranger = world.make.actor("store_manager", ("store", world.make.store().code))
    assert (total, count_open(world.keeper), count_open(world.certifier), count_open(stranger)) == (1, 1, 1, 0)
    with pytest.raises(NotFound):
        move(case.code, State.CONTACTED, stranger, note="Thử", version=case.version)
    with pytest.raises(CaseStateRefused):
        move(case.code, State.CLOSED, world.keeper, note="Xong", version=case.version)
    seen = case.version
    move(case.code, State.CONTACTED, world.keeper, note="Đã gọi, khách muốn trả tiền", version=seen)
    with pytest.raises(EditConflict):
        move(case.code, State.CLOSED, world.keeper, note="Cũ", version=seen)
    with pytest.raises(CaseStateRefused):
        move(case.code, State.REFUNDED, world.keeper, note="Không có số tiền", version=case.version)
    for wrong in (0, -1, 240_001):
        with pytest.raises(RefundOutOfRange):
            move(
                case.code, State.REFUNDED, world.keeper, note="Sai", version=case.version,
                refund=Refund(wrong, "CK-1"),
            )  # fmt: skip
    move(case.code, State.REFUNDED, world.keeper, note="Đã hoàn", version=case.version, refund=Refund(240_000, "CK-1"))
    move(case.code, State.CLOSED, world.certifier, note="Đủ hồ sơ", version=case.version)
    assert count_open(world.keeper) == 0


def test_d4_a_revocation_withdrawn_is_a_new_certificate_and_lists_nothing_by_itself(world: World) -> None:
    """The old one stays revoked; the new decision is a new certificate; a person lists the product again."""
    world.revoke()
    world.worker()
    listing = db.session.scalars(select(Listing).where(Listing.product_id == world.product.id)).one()
    world.verify(world.renewed(DAY))
    world.night()
    assert world.get(f"/products/{world.product.slug}")[0] == 410
    assert world.found() == []
    assert world.lot_state() == ("ok", None)
    reopen(world.certifier, [listing.id])
    world.worker()
    assert world.get(f"/products/{world.product.slug}") == (200, "")
    statuses = [world.client.get(f"/api/v1/certificates/{world.certificate.code}").json["status"]]
    assert statuses == ["revoked"]
