"""A voucher from its sale to its use or its way back, on both databases."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.certificates import service as certificates
from catalog.certificates.jobs import lapse_due
from catalog.certificates.models import Certificate
from core.accounts.actor import ANONYMOUS, SYSTEM
from core.doctor import examine
from core.errors import Forbidden, NotFound
from core.worker import run_pending
from shop.inventory.refusals import OutOfStock
from shop.orders import parcels
from shop.orders import service as orders
from shop.orders.refusals import OrderStateRefused
from shop.payments import refunds
from shop.payments.models import Refund
from shop.returns import service as returns
from shop.returns.refusals import ReturnLinesRefused
from shop.returns.rules import Kind, Reason
from shop.returns.service import Wish
from shop.vouchers import refusals, service
from shop.vouchers.queries import list_vouchers
from tests.shop.vouchers.conftest import DAY, SEASON_ENDS, Office

pytestmark = pytest.mark.long("postgresql")  # guards and races, beside, are what databases differ in


def states(office: Office, order) -> list[str]:
    return [one.state for one in office.vouchers(order)]


def breaches() -> list[str]:
    return [line for one in examine() for line in one.breaches if one.invariant.code in ("I31", "I32", "I33", "I2")]


def test_an_order_of_services_is_delivered_by_its_vouchers(office: Office) -> None:
    order = office.bought(2)
    made = office.vouchers(order)
    assert order.state == "handed_over"
    assert [(one.price_vnd, one.sold_on, one.valid_from, one.valid_until, one.state) for one in made] == [
        (350_000, DAY, DAY, SEASON_ENDS, "live")
    ] * 2  # fmt: skip
    assert len({one.code for one in made}) == 2
    assert [one.code for one in service.issue_for(order.number)] == [one.code for one in made]
    assert breaches() == []


def test_nothing_is_issued_before_the_money_is_here(office: Office) -> None:
    order = office.order(1)
    assert service.issue_for(order.number) == []
    cash = office.order(1, provider="at_store")
    run_pending()
    assert office.vouchers(cash) == []
    office.hand_over(cash)
    assert states(office, cash) == ["live"]


def test_with_goods_the_vouchers_come_when_the_goods_have_left(office: Office) -> None:
    order = office.bought(1, honey=1)
    assert (order.state, office.vouchers(order)) == ("paid", [])
    office.hand_over(order)
    assert states(office, order) == ["live"]
    with pytest.raises(OrderStateRefused):
        orders.cancel(order.number, order.token, ANONYMOUS)


def test_a_season_is_counted_like_any_stock(office: Office) -> None:
    office.bought(9)
    with pytest.raises(OutOfStock):
        office.order(2)


def test_used_once_and_the_second_hears_when_and_by_whom(office: Office) -> None:
    one, other = office.vouchers(office.bought(2))
    used = service.redeem(one.code.lower().replace("-", " "), office.guide)
    assert (used.state, used.redeemed_at is not None) == ("redeemed", True)
    with pytest.raises(refusals.VoucherUsed) as refused:
        service.redeem(one.code, office.keeper)
    assert refused.value.facts == {"at": used.redeemed_at.isoformat(), "by": used.redeemed_by}
    assert service.redeem(other.code, office.keeper).state == "redeemed"
    assert breaches() == []


def test_days_of_use(office: Office) -> None:
    one, other = office.vouchers(office.bought(2))
    office.clock.on(SEASON_ENDS)
    assert service.redeem(one.code, office.guide).state == "redeemed"
    office.clock.on(date(2027, 4, 1))
    with pytest.raises(refusals.VoucherNotNow) as refused:
        service.redeem(other.code, office.guide)
    assert refused.value.facts == {"valid_from": "2026-11-22", "valid_until": "2027-03-31"}


def test_who_may_take_it(office: Office) -> None:
    (one,) = office.vouchers(office.bought(1))
    make = office.make
    for stranger in (make.actor("producer", ("producer", make.producer().code)),
                     make.actor("cashier", ("store", make.store().code))):  # fmt: skip
        with pytest.raises(NotFound):
            service.redeem(one.code, stranger)
        assert list_vouchers(stranger, None, 1, 9)[1] == 0
    with pytest.raises(Forbidden):
        service.redeem(one.code, make.actor("certifier"))
    with pytest.raises(Forbidden):
        service.give_back(one.code, office.guide, "khách bận")
    with pytest.raises(refusals.VoucherNotFound):
        service.redeem("PV-000000000000", office.keeper)
    assert list_vouchers(office.guide, "live", 1, 9)[1] == list_vouchers(office.keeper, None, 1, 9)[1] == 1


def test_given_back_unused_and_paid_back_once(office: Office, session: Session) -> None:
    one, other = office.vouchers(office.bought(2))
    back = service.give_back(one.code, office.keeper, "khách bận")
    assert back.state == "returned"
    with pytest.raises(refusals.VoucherEnded):
        service.give_back(one.code, office.keeper, "lần nữa")
    with pytest.raises(refusals.VoucherEnded):
        service.redeem(one.code, office.guide)
    service.redeem(other.code, office.guide)
    with pytest.raises(refusals.VoucherUsed):
        service.give_back(other.code, office.keeper, "đã dùng")
    assert [(row.amount_vnd, row.key) for row in session.scalars(select(Refund))] == [(350_000, f"voucher:{one.id}")]
    run_pending()
    assert breaches() == []


def test_a_lapse_leaves_sold_vouchers_good(office: Office) -> None:
    (one,) = office.vouchers(office.bought(1))
    office.clock.on(date(2027, 1, 2))
    lapse_due(date(2027, 1, 2))
    run_pending()
    assert office.vouchers(one.order)[0].offered_on is None
    assert service.redeem(one.code, office.guide).state == "redeemed"


def test_a_revocation_offers_the_money_and_leaves_the_choice(office: Office, session: Session) -> None:
    order = office.bought(3)
    kept, used, back = office.vouchers(order)
    service.redeem(used.code, office.guide)
    with pytest.raises(refusals.VoucherNotOffered):
        service.take_offer(back.code, order.token, ANONYMOUS)
    star = session.get_one(Certificate, kept.certificate_id)
    certificates.revoke(SYSTEM, star.code, decision_number="99/QĐ-UBND", ground="e", effective_on=DAY)
    run_pending()
    assert [one.offered_on for one in office.vouchers(order)] == [DAY, None, DAY]
    with pytest.raises(NotFound):
        service.take_offer(back.code, "wrong", ANONYMOUS)
    assert service.take_offer(back.code, order.token, ANONYMOUS).state == "returned"
    assert service.redeem(kept.code, office.guide).state == "redeemed"
    assert breaches() == []


def test_all_the_money_back_ends_every_voucher(office: Office) -> None:
    order = office.bought(2)
    refunds.promise(f"ord:{order.number}", order.total_vnd, "store", "by:hand", SYSTEM)
    assert states(office, order) == ["void", "void"]
    assert breaches() == []


def test_money_for_a_used_piece_is_refused(office: Office, session: Session) -> None:
    order = office.bought(2)
    one, _other = office.vouchers(order)
    service.redeem(one.code, office.guide)
    service.void_pieces(one.order_line_id, 1)
    with pytest.raises(refusals.VouchersUsed):
        service.void_pieces(one.order_line_id, 1)
    assert sorted(states(office, order)) == ["redeemed", "void"]


def test_all_that_was_bought_does_not_come_back_once_it_is_used(office: Office, session: Session) -> None:
    order = office.bought(1)
    wish = Wish(Kind.REFUND, Reason.NOT_AS_TOLD, {1: 1})
    (one,) = office.vouchers(order)
    service.redeem(one.code, office.guide)
    with pytest.raises(ReturnLinesRefused) as refused:
        returns.ask(order.number, order.token, wish, ANONYMOUS)
    assert refused.value.facts["lines"] == [{"line": 1, "problem": "return.too_many"}]
    with pytest.raises(ReturnLinesRefused):
        returns.give(order.number, wish, office.keeper)
    assert session.scalars(select(Refund)).all() == []
    unused = office.bought(1)
    returns.give(unused.number, wish, office.keeper)
    assert states(office, unused) == ["void"]
    assert breaches() == []


def test_a_parcel_of_goods_is_no_service(office: Office) -> None:
    order = office.bought(1, honey=1)
    parcels.pack(order.number, office.keeper)
    assert service.issue_for(order.number) == []
