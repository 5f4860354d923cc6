"""The life of an invoice on both databases: draft, number, answer, adjustment, replacement."""

from datetime import date

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.accounts.actor import SYSTEM
from core.db import transaction
from core.doctor import examine
from core.errors import EditConflict, Forbidden
from core.worker import run_pending
from shop.invoices import corrections, refusals, service
from shop.invoices.buyers import Buyer
from shop.invoices.models import Invoice, InvoiceCounter
from shop.invoices.queries import Asked, adjustments_of, list_invoices, must_keep
from shop.invoices.rules import BuyerKind
from shop.orders.models import Order
from shop.payments import refunds
from shop.stores.models import Seller
from tests.shop.invoices.conftest import COMPANY, DAY, Till
from tests.support.clock import Clock

pytestmark = pytest.mark.long("postgresql")  # guards and races, beside, are what databases differ in


def breaches() -> list[str]:
    mine = ("I31", "I32")
    return [f"{one.invariant.code}: {line}" for one in examine() for line in one.breaches if one.invariant.code in mine]


def sums(session: Session, order: Order) -> tuple[int, int, int]:
    """Net, tax and gross of everything with a number or still a draft, of one order."""
    query = select(func.sum(Invoice.net_vnd), func.sum(Invoice.tax_vnd), func.sum(Invoice.gross_vnd))
    row = session.execute(query.where(Invoice.order_id == order.id, Invoice.state != "discarded")).one()
    return int(row[0] or 0), int(row[1] or 0), int(row[2] or 0)


def test_a_draft_is_made_by_itself_when_the_goods_change_hands(till: Till) -> None:
    waiting = till.order(1, 0, hand_over=False)
    run_pending()
    assert list_invoices(Asked((waiting.seller_id,)), 1, 9)[1] == 0
    order = till.order(2, 1)
    draft = till.invoice(order)
    assert (draft.state, draft.number, draft.buyer_kind, draft.paid_by) == ("draft", None, "none", "TM")
    assert [(one.vat_bp, one.vat_kind, one.net_vnd, one.tax_vnd) for one in draft.lines] == [
        (800, None, 200_000, 16_000), (500, None, 47_619, 2_381)
    ]  # fmt: skip
    assert (draft.net_vnd, draft.tax_vnd, draft.gross_vnd) == (247_619, 18_381, order.total_vnd)
    assert service.draft_for(order.number).code == draft.code
    assert breaches() == []


def test_numbers_follow_each_other_by_seller_and_year(till: Till, clock: Clock) -> None:
    first, second = (till.invoice(till.order(1)) for _ in range(2))
    one = service.issue(second.code, till.keeper)
    assert (one.series, one.number, one.issued_on, one.total_words) == (
        "1C26MTN", 1, DAY, "Một trăm linh tám nghìn đồng"
    )  # fmt: skip
    assert service.issue(second.code, till.keeper).number == 1
    assert service.issue(first.code, till.keeper).number == 2
    late = till.invoice(till.order(1))
    clock.on(date(2027, 1, 1))
    assert (service.issue(late.code, till.keeper).series, till.invoice(late.order).number) == ("1C27MTN", 1)
    assert breaches() == []


def test_a_buyer_with_a_tax_code_is_named(till: Till) -> None:
    order = till.order(1, wish=COMPANY)
    draft = till.invoice(order)
    assert (draft.buyer_kind, draft.buyer_name, draft.buyer_tax_code) == ("business", COMPANY.company, "0201234567")
    named = service.name_buyer(draft.code, Buyer(BuyerKind.PERSON, "Bà Thử"), till.keeper, draft.version)
    assert (named.buyer_kind, named.buyer_name, named.buyer_tax_code) == ("person", "Bà Thử", None)
    with pytest.raises(EditConflict):
        service.name_buyer(draft.code, Buyer(), till.keeper, named.version - 1)
    service.issue(draft.code, till.keeper)
    with pytest.raises(refusals.InvoiceStateRefused):
        service.name_buyer(draft.code, Buyer(), till.keeper, till.invoice(order).version)


def test_a_seller_without_series_gets_no_draft(till: Till, session: Session) -> None:
    with transaction():
        session.execute(update(Seller).values(invoice_series=None))
    order = till.order(1)
    assert service.draft_for(order.number) is None
    assert session.scalar(select(func.count(Invoice.id))) == 0


def test_a_series_that_went_missing_stops_the_issue(till: Till, session: Session) -> None:
    draft = till.invoice(till.order(1))
    with transaction():
        session.execute(update(Seller).values(invoice_series="OLD"))
    with pytest.raises(refusals.SeriesMissing):
        service.issue(draft.code, till.keeper)
    assert till.invoice(draft.order).state == "draft"
    assert session.scalar(select(func.count()).select_from(InvoiceCounter)) == 0


def test_the_authority_answers_once(till: Till) -> None:
    invoice = service.issue(till.invoice(till.order(1)).code, till.keeper)
    service.reject(invoice.code, "Sai mã số thuế", till.keeper)
    service.resend(invoice.code, till.keeper)
    accepted = service.accept(invoice.code, "00AB12", "TRA-1", till.keeper)
    assert (accepted.state, accepted.authority_code, accepted.lookup_code) == ("accepted", "00AB12", "TRA-1")
    assert service.accept(invoice.code, "00AB12", "TRA-1", till.keeper).version == accepted.version
    for again in (lambda: service.accept(invoice.code, "OTHER", None, till.keeper),
                  lambda: service.reject(invoice.code, "x", till.keeper),
                  lambda: service.discard(invoice.code, till.keeper, "x")):  # fmt: skip
        with pytest.raises(refusals.InvoiceStateRefused):
            again()


def test_another_stores_manager_finds_no_invoice(till: Till) -> None:
    draft = till.invoice(till.order(1))
    other = till.make.actor("store_manager", ("store", till.make.store().code))
    with pytest.raises(refusals.NotFound):
        service.issue(draft.code, other)
    with pytest.raises(Forbidden):
        service.issue(draft.code, till.make.actor("cashier", ("store", till.store.code)))


def test_a_refund_before_the_number_makes_the_draft_anew(till: Till, session: Session) -> None:
    order = till.order(1, 1)
    first = till.invoice(order)
    till.refund(order, 50_000)
    second = till.invoice(order)
    assert second.code != first.code
    assert (second.gross_vnd, sums(session, order)[2]) == (108_000, 108_000)
    till.refund(order, 108_000, "by:rest")
    assert sums(session, order) == (0, 0, 0)
    assert breaches() == []


def test_refunds_after_the_number_are_adjustments_that_end_at_nothing(till: Till, session: Session) -> None:
    order = till.order(3, 2)
    invoice = service.issue(till.invoice(order).code, till.keeper)
    for amount in (77_777, 1, 300_000):
        till.refund(order, amount, f"by:{amount}")
    assert [one.gross_vnd for one in adjustments_of(invoice)] == [-77_777, -1, -300_000]
    till.refund(order, order.total_vnd - 377_778, "by:rest")
    assert sums(session, order) == (0, 0, 0)
    for one in adjustments_of(invoice):
        service.issue(one.code, till.keeper)
    assert breaches() == []
    assert till.invoice(order).code == invoice.code


def test_the_same_refund_told_twice_is_one_adjustment(till: Till) -> None:
    order = till.order(1)
    invoice = service.issue(till.invoice(order).code, till.keeper)
    code = till.refund(order, 8_000)
    again = corrections.take_back_refund(code)
    assert again is not None
    assert [one.code for one in adjustments_of(invoice)] == [again.code]


def test_a_refund_that_fails_takes_its_draft_with_it(till: Till) -> None:
    order = till.order(1)
    invoice = service.issue(till.invoice(order).code, till.keeper)
    code = till.refund(order, 8_000)
    refunds.failed(code, "thẻ đã khóa")
    run_pending()
    assert adjustments_of(invoice) == []


def test_a_replacement_refers_to_the_old_and_there_is_one(till: Till, session: Session) -> None:
    order = till.order(1, 1, wish=COMPANY)
    old = service.issue(till.invoice(order).code, till.keeper)
    buyer = Buyer(BuyerKind.BUSINESS, "Công ty Đúng Tên", "0209999999", "Hải Phòng")
    new = corrections.replace(old.code, buyer, "sai tên và mã số thuế người mua", till.keeper)
    assert (new.kind, new.refers_to_id, new.gross_vnd) == ("replacement", old.id, old.gross_vnd)
    with pytest.raises(refusals.AlreadyCorrected):
        corrections.replace(old.code, buyer, "lần nữa", till.keeper)
    with pytest.raises(refusals.AlreadyCorrected):
        corrections.adjust(old.code, 1_000, "giảm", "k", till.keeper)
    service.issue(new.code, till.keeper)
    assert till.invoice(order).code == new.code
    till.refund(order, 50_000)
    assert [one.gross_vnd for one in adjustments_of(new)] == [-50_000]
    newer = Buyer(BuyerKind.BUSINESS, "Công ty Khác", "0208888888")
    with pytest.raises(refusals.AlreadyCorrected):
        corrections.replace(new.code, newer, "đã điều chỉnh thì không thay thế", till.keeper)
    assert session.scalar(select(func.count(Invoice.id)).where(Invoice.order_id == order.id)) == 3


def test_a_discarded_replacement_leaves_room_for_another(till: Till) -> None:
    old = service.issue(till.invoice(till.order(1)).code, till.keeper)
    first = corrections.replace(old.code, Buyer(), "nhầm", till.keeper)
    service.discard(first.code, till.keeper, "nhầm")
    second = corrections.replace(old.code, Buyer(BuyerKind.PERSON, "Bà Thử"), "đúng", till.keeper)
    assert service.issue(second.code, till.keeper).number == 2


def test_an_adjustment_by_hand_never_takes_more_than_stands(till: Till) -> None:
    invoice = service.issue(till.invoice(till.order(1)).code, till.keeper)
    with pytest.raises(refusals.TooMuchTakenBack) as refused:
        corrections.adjust(invoice.code, 108_001, "giảm giá", "a", till.keeper)
    assert refused.value.facts == {"left_vnd": 108_000}
    one = corrections.adjust(invoice.code, 10_800, "giảm giá hàng lỗi", "a", till.keeper)
    assert (one.net_vnd, one.tax_vnd, one.gross_vnd) == (-10_000, -800, -10_800)
    assert corrections.adjust(invoice.code, 10_800, "giảm giá hàng lỗi", "a", till.keeper).code == one.code
    assert service.issue(one.code, till.keeper).total_words == "Âm mười nghìn tám trăm đồng"
    assert breaches() == []


def test_a_correction_waits_for_what_it_corrects(till: Till) -> None:
    draft = till.invoice(till.order(1))
    with pytest.raises(refusals.InvoiceStateRefused):
        corrections.adjust(draft.code, 1_000, "giảm", "a", till.keeper)
    with pytest.raises(refusals.InvoiceStateRefused):
        corrections.replace(draft.code, Buyer(), "sai", till.keeper)


def test_what_the_law_keeps_when_a_customer_goes(till: Till) -> None:
    kept, draft = till.order(1), till.order(1)
    invoice = service.issue(till.invoice(kept).code, SYSTEM)
    found = must_keep([kept.id, draft.id], DAY)
    assert [(one.source, one.invoice_code, one.until) for one in found] == [
        (kept.number, invoice.code, date(2036, 12, 31))
    ]  # fmt: skip
    assert must_keep([kept.id], date(2037, 1, 1)) == []


def test_goods_that_come_back_undelivered_were_never_sold(till: Till, session: Session) -> None:
    drafted, numbered = till.order(1), till.order(1, 1)
    corrections.take_back_order(drafted.number)
    service.issue(till.invoice(numbered).code, till.keeper)
    taken = corrections.take_back_order(numbered.number)
    assert taken is not None
    assert taken.gross_vnd == -numbered.total_vnd
    assert corrections.take_back_order(numbered.number) is None
    assert sums(session, drafted) == sums(session, numbered) == (0, 0, 0)


def test_a_parcel_that_is_called_off_changes_no_draft_that_says_the_same(till: Till) -> None:
    order = till.order(1)
    before = till.invoice(order)
    corrections.take_back_parcel(order.number, f"{order.number}-1", is_paid=False)
    assert till.invoice(order).code == before.code
