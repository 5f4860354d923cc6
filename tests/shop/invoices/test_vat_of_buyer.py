"""An invoice whose buyer is named after the sale bears the VAT that counts for her; what was paid stays."""

from types import ModuleType

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from core.db import transaction
from shop.invoices import corrections, service
from shop.invoices.buyers import Buyer
from shop.invoices.models import Invoice
from shop.invoices.queries import adjustments_of, get_invoice
from shop.invoices.rules import BuyerKind
from tests.shop.invoices.conftest import COMPANY, Till
from tests.support.browser import Browser

pytestmark = pytest.mark.long("postgresql")  # guards and races, beside, are what databases differ in

BUSINESS = Buyer(BuyerKind.BUSINESS, COMPANY.company, COMPANY.tax_code, COMPANY.address, COMPANY.email)
#: 8 % of 108.000; 5 % of 50.000, which an enterprise does not declare.
CONSUMER, ENTERPRISE = [(800, None, 8_000), (500, None, 2_381)], [(800, None, 8_000), (0, "KKKNT", 0)]


def vat(invoice: Invoice) -> list[tuple[int, str | None, int]]:
    return [(one.vat_bp, one.vat_kind, one.tax_vnd) for one in invoice.lines]


def test_named_on_the_draft_she_is_taxed_as_one_who_was_named_at_the_sale(till: Till) -> None:
    wished, draft = till.invoice(till.order(1, 1, wish=COMPANY)), till.invoice(till.order(1, 1))
    assert (vat(wished), vat(draft)) == (ENTERPRISE, CONSUMER)
    named = service.name_buyer(draft.code, BUSINESS, till.keeper, draft.version)
    assert (named.state, named.buyer_name, vat(named)) == ("draft", COMPANY.company, ENTERPRISE)
    assert (named.gross_vnd, named.tax_vnd) == (draft.gross_vnd, 8_000)
    assert get_invoice(draft.code).state == "discarded"
    back = service.name_buyer(named.code, Buyer(BuyerKind.PERSON, "Bà Thử"), till.keeper, named.version)
    assert vat(back) == CONSUMER
    unnamed = service.name_buyer(wished.code, Buyer(), till.keeper, wished.version)
    assert vat(unnamed) == CONSUMER
    assert service.issue(unnamed.code, till.keeper).number == 1


def test_where_vat_is_the_same_for_everybody_the_draft_stays(till: Till) -> None:
    draft = till.invoice(till.order(1))
    named = service.name_buyer(draft.code, BUSINESS, till.keeper, draft.version)
    assert (named.code, vat(named)) == (draft.code, CONSUMER[:1])


def test_a_draft_made_anew_for_a_refund_keeps_the_vat_of_its_buyer(till: Till) -> None:
    order = till.order(1, 2)
    draft = till.invoice(order)
    service.name_buyer(draft.code, BUSINESS, till.keeper, draft.version)
    till.refund(order, 50_000)
    anew = till.invoice(order)
    assert (anew.buyer_kind, {(one.vat_bp, one.vat_kind) for one in anew.lines}) == (
        "business", {(800, None), (0, "KKKNT")}
    )  # fmt: skip


def test_a_replacement_is_taxed_for_who_stands_on_it(till: Till) -> None:
    order = till.order(1, 1)
    old = service.issue(till.invoice(order).code, till.keeper)
    new = corrections.replace(old.code, BUSINESS, "thiếu mã số thuế", till.keeper)
    assert (vat(new), new.gross_vnd) == (ENTERPRISE, old.gross_vnd)
    person = service.name_buyer(new.code, Buyer(BuyerKind.PERSON, "Bà Thử"), till.keeper, new.version)
    assert (vat(person), person.kind, person.refers_to_id, person.reason) == (
        CONSUMER, "replacement", old.id, "thiếu mã số thuế"
    )  # fmt: skip
    again = service.name_buyer(person.code, BUSINESS, till.keeper, person.version)
    service.issue(again.code, till.keeper)
    till.refund(order, order.total_vnd)
    (back,) = adjustments_of(again)
    assert vat(back) == [(bp, kind, -tax) for bp, kind, tax in ENTERPRISE]
    assert service.name_buyer(back.code, Buyer(), till.keeper, back.version).code == back.code


def test_an_adjustment_takes_back_what_was_printed(till: Till, session: Session) -> None:
    """An invoice of old, which was issued to an enterprise under the VAT of a consumer."""
    order = till.order(1, 1)
    draft = till.invoice(order)
    with transaction():
        session.execute(update(Invoice).where(Invoice.id == draft.id).values(BUSINESS.columns()))
    service.issue(draft.code, till.keeper)
    till.refund(order, order.total_vnd)
    (back,) = adjustments_of(till.invoice(order))
    assert vat(back) == [(bp, kind, -tax) for bp, kind, tax in CONSUMER]


def test_the_desk_goes_to_the_draft_that_stands(make: ModuleType, client: FlaskClient, till: Till) -> None:
    order = till.order(0, 1)
    page = f"/quan-ly/hoa-don/{till.invoice(order).code}"
    desk = Browser(client).become(make.user("store_manager", ("store", till.store.code)))
    answer = desk.post(f"{page}/nguoi-mua", page, kind="business", name="Công ty Thử", tax_code="0201234567",
                       address="Hải Phòng")  # fmt: skip
    assert answer.location.endswith(till.invoice(order).code) and not answer.location.endswith(page)
    assert "Không kê khai" in desk.get(answer.location).text
    late = desk.post(f"{page}/nguoi-mua", page, kind="person", name="Bà Thử")
    assert late.status_code == 409
