"""Receipts of the till are invoiced as orders are: drafted by themselves, numbered, taken back, exported."""

from datetime import date, timedelta
from types import ModuleType
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from catalog.listings.models import Sku
from core.accounts.actor import SYSTEM
from core.db import transaction
from core.doctor import invariants
from core.worker import run_pending
from shop.inventory.service import settle_stars
from shop.invoices import corrections, service
from shop.invoices.buyers import Buyer
from shop.invoices.export import flat, xml
from shop.invoices.models import Invoice
from shop.invoices.pdf import invoice_pdf
from shop.invoices.queries import Asked, adjustments_of, find_current_of_sale, list_invoices, list_issued, must_keep
from shop.invoices.refusals import TooMuchTakenBack
from shop.invoices.rules import BuyerKind
from shop.stores.models import Seller
from shop.tills import deciding
from shop.tills.models import TillSale
from tests.shop.tills.conftest import Counter, open_counter
from tests.support.browser import Browser
from tests.support.clock import Clock

DAY = date(2026, 11, 22)
WISH = {
    "company": "Công ty Quà Biển", "tax_code": "0201234567", "address": "Số 1, phố Thử", "email": "kt@example.test",
}  # fmt: skip
pytestmark = pytest.mark.long("postgresql")


@pytest.fixture
def counter(make: ModuleType, client: FlaskClient, clock: Clock) -> Counter:
    """A till with two packs, one of 8 % and one of produce."""
    clock.on(DAY)
    found = open_counter(make, client)
    found.skus = [found.goods(price=108_000)[0], found.goods(price=50_000)[0]]
    with transaction() as session:
        session.execute(update(Sku).where(Sku.id == found.skus[0].id).values(vat_class="processed", vat_bp=800))
        session.execute(update(Sku).where(Sku.id == found.skus[1].id).values(vat_class="produce", vat_bp=500))
    return found


def sell(counter: Counter, *units: int, **more: Any) -> str:
    """Sell so many of each pack and let what follows happen; the receipt's code."""
    lines = [counter.line(sku, count) for sku, count in zip(counter.skus, units, strict=False) if count]
    told = counter.sell(*lines, **more)
    assert told.status_code == 201, told.json
    run_pending()
    return str(told.json["code"])  # type: ignore[index]


def back(counter: Counter, receipt: str, position: int, quantity: int, *, work: bool = True) -> str:
    told = counter.back(receipt, {"position": position, "quantity": quantity})
    assert told.status_code == 201, told.json
    if work:
        run_pending()
    return str(told.json["code"])  # type: ignore[index]


def standing(session: Session, receipt: str) -> Invoice | None:
    session.expire_all()
    return find_current_of_sale(session.scalars(select(TillSale.id).where(TillSale.code == receipt)).one())


def current(session: Session, receipt: str) -> Invoice:
    found = standing(session, receipt)
    assert found is not None
    return found


def healthy() -> None:
    for one in invariants():
        if one.code in ("I31", "I32"):
            assert list(one.check()) == [], one.code


def test_a_receipt_is_drafted_for_nobody_in_particular(counter: Counter, session: Session) -> None:
    receipt = sell(counter, 2, 1, discount=8_000)
    draft = current(session, receipt)
    assert (draft.source, draft.order_id, draft.state, draft.buyer_kind, draft.paid_by) == (
        receipt, None, "draft", "none", "TM"
    )  # fmt: skip
    assert draft.gross_vnd == 258_000 and sum(one.discount_vnd for one in draft.lines) == 8_000
    assert [one.vat_bp for one in draft.lines] == [800, 500]
    assert draft.net_vnd + draft.tax_vnd == 258_000 and draft.tax_vnd > 0
    assert service.draft_for_sale(receipt).code == draft.code, "told twice is drafted once"  # type: ignore[union-attr]
    healthy()


def test_an_enterprise_named_on_the_draft_of_a_receipt_does_not_declare_raw_produce(
    counter: Counter, session: Session
) -> None:
    receipt = sell(counter, 0, 1)
    draft, company = current(session, receipt), Buyer(BuyerKind.BUSINESS, WISH["company"], WISH["tax_code"])
    named = service.name_buyer(draft.code, company, SYSTEM, draft.version)
    assert (named.code, named.gross_vnd) == (current(session, receipt).code, draft.gross_vnd)
    assert [(one.vat_bp, one.vat_kind, one.tax_vnd) for one in named.lines] == [(0, "KKKNT", 0)]
    healthy()


def test_the_buyers_wish_and_both_ways_of_paying_stand_on_it(counter: Counter, session: Session) -> None:
    tenders = [{"way": "cash", "amount": 8_000}, {"way": "card", "amount": 100_000, "reference": "C1"}]
    draft = current(session, sell(counter, 1, invoice=WISH, tenders=tenders))
    assert (draft.buyer_kind, draft.buyer_name, draft.buyer_tax_code, draft.buyer_email, draft.paid_by) == (
        "business", WISH["company"], WISH["tax_code"], WISH["email"], "TM/CK"
    )  # fmt: skip
    only_code = current(session, sell(counter, 1, invoice={"tax_code": "0201234567"}))
    assert (only_code.buyer_kind, only_code.buyer_name, only_code.buyer_tax_code) == ("business", None, "0201234567")


def test_numbers_follow_and_the_file_has_them(counter: Counter, session: Session) -> None:
    receipts = [sell(counter, 1, invoice=WISH), sell(counter, 0, 2)]
    issued = [service.issue(current(session, one).code, SYSTEM) for one in receipts]
    assert [(one.series, one.number) for one in issued] == [("1C26MTN", 1), ("1C26MTN", 2)]
    found = list_issued(issued[0].seller_id, DAY)
    rows = flat(found)
    assert [row["order"] for row in rows] == receipts
    assert all(str(row["item_code"]).startswith("T") for row in rows)
    first, second = ET.fromstring(xml(found)).findall("HDon")
    assert first.findtext(".//NMua/MST") == WISH["tax_code"] and first.findtext(".//HTTToan") == "TM"
    assert second.findtext(".//NMua/HVTNMHang") == "Khách lẻ không lấy hóa đơn"
    assert [one.findtext(".//TgTTTBSo") for one in (first, second)] == ["108000", "100000"]
    assert invoice_pdf(issued[0]).startswith(b"%PDF")
    (listed,), total = list_invoices(Asked((issued[0].seller_id,), text=receipts[1].lower()), 1, 9)
    assert (listed.number, total) == (2, 1)
    sale_id = issued[0].till_sale_id or 0
    assert [one.source for one in must_keep([], DAY, [sale_id])] == [receipts[0]]
    healthy()


def test_what_comes_back_before_the_number_is_not_on_it(counter: Counter, session: Session) -> None:
    receipt = sell(counter, 2, 1)
    first = current(session, receipt).code
    back(counter, receipt, 1, 1)
    anew = current(session, receipt)
    assert (anew.code != first, anew.gross_vnd) == (True, 158_000)
    back(counter, receipt, 1, 1)
    back(counter, receipt, 2, 1)
    assert standing(session, receipt) is None
    healthy()


def test_what_comes_back_after_it_is_an_adjustment_to_the_dong(counter: Counter, session: Session) -> None:
    receipt = sell(counter, 3, 1, discount=1_000)
    invoice = service.issue(current(session, receipt).code, SYSTEM)
    net, tax = invoice.net_vnd, invoice.tax_vnd
    for position, quantity in ((1, 1), (2, 1), (1, 2)):
        code = back(counter, receipt, position, quantity)
        assert corrections.take_back_at_till(code, receipt).key == f"ret:{code}"  # type: ignore[union-attr]
    fixes = adjustments_of(current(session, receipt))
    assert [one.reason for one in fixes] == ["hàng trả lại, hoàn tiền"] * 3
    assert (sum(one.net_vnd for one in fixes), sum(one.tax_vnd for one in fixes)) == (-net, -tax)
    assert service.issue(fixes[0].code, SYSTEM).number == 2
    healthy()


def test_cash_rounding_stands_beside_the_sum_and_tells_what_the_receipt_tells(
    counter: Counter, session: Session, client: FlaskClient
) -> None:
    receipt = sell(counter, 3, discount=300, rounding=300)
    invoice = service.issue(current(session, receipt).code, SYSTEM)
    sale = session.scalars(select(TillSale).where(TillSale.code == receipt)).one()
    assert (invoice.gross_vnd, invoice.rounding_vnd, invoice.received_vnd) == (323_700, 300, sale.total_vnd)
    said = ET.fromstring(xml([invoice]))
    assert said.findtext(".//TgTTTBSo") == "323700", "rounding is in no price and no total"
    beside = {one.findtext("TTruong"): one.findtext("DLieu") for one in said.iterfind(".//TToan/TTKhac/TTin")}
    assert beside == {"Làm tròn tiền mặt": "300", "Số tiền đã thu": "324000"}
    (row,) = flat([invoice])
    assert (row["total_gross"], row["cash_rounding"], row["received"]) == (323_700, 300, 324_000)
    page = client.get(f"/bien-lai/{sale.token}").text
    assert "+300" in page and "hóa đơn điện tử, nếu có, ghi 323.700" in page
    desk = Browser(client).become(counter.manager)
    assert "Làm tròn tiền mặt, không thuộc giá hàng" in desk.get(f"/quan-ly/hoa-don/{invoice.code}").text
    told = desk.get(f"/api/v1/invoices/{invoice.code}").json
    assert (told["gross"], told["cash_rounding"], told["received"]) == (323_700, 300, 324_000)


def test_rounding_that_goes_back_is_on_the_adjustments_and_an_issued_invoice_keeps_its_own(
    counter: Counter, session: Session
) -> None:
    receipt = sell(counter, 3, discount=300, rounding=300)
    invoice = service.issue(current(session, receipt).code, SYSTEM)
    parts = [back(counter, receipt, 1, 1), back(counter, receipt, 1, 2)]
    given = [session.scalars(select(TillSale).where(TillSale.code == one)).one().total_vnd for one in parts]
    assert (given, sum(given)) == ([108_000, 216_000], 324_000)
    kept = current(session, receipt)
    fixes = [one.code for one in adjustments_of(kept)]
    assert (kept.code, kept.rounding_vnd) == (invoice.code, 300)
    found = [service.issue(code, SYSTEM) for code in fixes]
    assert [(one.gross_vnd, one.rounding_vnd, one.received_vnd) for one in found] == [
        (-107_900, -100, -108_000), (-215_800, -200, -216_000)
    ]  # fmt: skip
    assert all(invoice_pdf(one).startswith(b"%PDF") for one in (kept, *found))
    healthy()


def test_a_draft_made_anew_tells_the_rounding_that_is_left(counter: Counter, session: Session) -> None:
    receipt = sell(counter, 3, discount=300, rounding=300)
    back(counter, receipt, 1, 1)
    anew = current(session, receipt)
    assert (anew.gross_vnd, anew.rounding_vnd, anew.received_vnd) == (215_800, 200, 216_000)
    plain = current(session, sell(counter, 1))
    assert plain.rounding_vnd == 0 and b"TTKhac" not in xml([service.issue(plain.code, SYSTEM)])
    corrected = corrections.replace(
        service.issue(anew.code, SYSTEM).code, Buyer(BuyerKind.PERSON, "Ông Thử"), "x", SYSTEM
    )
    assert service.issue(corrected.code, SYSTEM).received_vnd == 216_000


def test_a_return_that_the_draft_knew_is_not_taken_back_again(counter: Counter, session: Session) -> None:
    """The worker may come late: sold and brought back before any invoice was drafted, issued before it read on."""
    told = counter.sell(counter.line(counter.skus[0], 2)).json
    code = back(counter, told["code"], 1, 1, work=False)
    draft = service.draft_for_sale(told["code"])
    assert draft is not None and draft.gross_vnd == 108_000
    service.issue(draft.code, SYSTEM)
    assert corrections.take_back_at_till(code, told["code"]) is None
    run_pending()
    assert adjustments_of(current(session, told["code"])) == []


def test_by_hand_too_it_is_adjusted_and_replaced(counter: Counter, session: Session) -> None:
    receipt = sell(counter, 1)
    invoice = service.issue(current(session, receipt).code, SYSTEM)
    buyer = Buyer(BuyerKind.PERSON, "Bà Thử")
    replacement = service.issue(corrections.replace(invoice.code, buyer, "sai tên", SYSTEM).code, SYSTEM)
    assert (replacement.source, replacement.buyer_name, replacement.gross_vnd) == (receipt, "Bà Thử", 108_000)
    with pytest.raises(TooMuchTakenBack):
        corrections.adjust(replacement.code, 108_001, "quá", "k1", SYSTEM)
    assert corrections.adjust(replacement.code, 8_000, "giảm giá", "k2", SYSTEM).gross_vnd == -8_000
    back(counter, receipt, 1, 1)
    assert sum(one.gross_vnd for one in adjustments_of(current(session, receipt))) == -108_000
    healthy()


def test_a_sale_that_a_person_accepted_is_invoiced_then(counter: Counter, session: Session, clock: Clock) -> None:
    honey, lot = counter.goods(valid_until=DAY)
    token = counter.get("/api/v1/till/list").json["token"]
    body = counter.body(counter.line(honey), is_offline=True, list=token, invoice=WISH)
    clock.on(DAY + timedelta(days=1))
    settle_stars([lot.product_id], DAY + timedelta(days=1))
    waiting = counter.send(body).json
    run_pending()
    assert waiting["state"] == "waiting" and session.scalars(select(Invoice)).all() == []
    receipt = deciding.accept(waiting["exception"]["code"], counter.actor("store_manager"))
    run_pending()
    assert current(session, receipt).buyer_tax_code == WISH["tax_code"]


def test_a_seller_without_series_gets_no_draft(counter: Counter, session: Session) -> None:
    with transaction():
        session.execute(update(Seller).values(invoice_series=None))
    receipt = sell(counter, 1)
    assert standing(session, receipt) is None
    back(counter, receipt, 1, 1)
    assert standing(session, receipt) is None


def test_the_receipts_page_leads_to_its_invoice(counter: Counter, session: Session, client: FlaskClient) -> None:
    receipt = sell(counter, 1)
    token = session.scalars(select(TillSale.token).where(TillSale.code == receipt)).one()
    page, paper = f"/bien-lai/{token}", f"/bien-lai/{token}/hoa-don.pdf"
    assert paper not in client.get(page).text, "a draft is no invoice yet"
    assert client.get(paper).status_code == 404
    invoice = service.issue(current(session, receipt).code, SYSTEM)
    assert f"số {invoice.number:08d}" in client.get(page).text
    answer = client.get(paper)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert client.get(f"/bien-lai/{token[:-1]}x/hoa-don.pdf").status_code == 404


def test_desk_and_api_call_it_by_its_receipt(counter: Counter, session: Session, client: FlaskClient) -> None:
    receipt = sell(counter, 1)
    code = current(session, receipt).code
    desk = Browser(client).become(counter.manager)
    assert receipt in desk.get("/quan-ly/hoa-don?state=draft").text
    assert f"Phiếu tại quầy {receipt}" in desk.get(f"/quan-ly/hoa-don/{code}").text
    told = desk.get(f"/api/v1/invoices/{code}").json
    assert (told["order"], told["receipt"], told["gross"]) == (None, receipt, 108_000)
    done = desk.post("/quan-ly/hoa-don/phat-hanh", "/quan-ly/hoa-don?state=draft")
    assert done.status_code == 303 and current(session, receipt).number == 1


@pytest.mark.parametrize(
    ("change", "why"),
    [({"till_sale_id": None}, "invoice"), ({"order_id": 1}, "invoice")],
    ids=["of nothing", "of two"],
)
def test_an_invoice_is_of_one_sale_for_good(
    counter: Counter, session: Session, change: dict[str, Any], why: str
) -> None:
    code = current(session, sell(counter, 1)).code
    with pytest.raises(DBAPIError, match=why), transaction():
        session.execute(update(Invoice).where(Invoice.code == code).values(**change))


@pytest.mark.parametrize(
    ("state", "values", "is_let"),
    [
        ("discarded", {"buyer_email": None}, True),
        ("discarded", {"buyer_email": "khac@example.test"}, False),
        ("discarded", {"buyer_name": None}, False),
        ("issued", {"buyer_email": None}, False),
    ],
)
def test_only_an_e_mail_of_nothing_may_be_forgotten(
    counter: Counter, session: Session, state: str, values: dict[str, Any], is_let: bool
) -> None:
    code = current(session, sell(counter, 1, invoice=WISH)).code
    if state == "discarded":
        service.discard(code, SYSTEM, "thôi")
    else:
        service.issue(code, SYSTEM)
    change = update(Invoice).where(Invoice.code == code).values(**values)
    if is_let:
        with transaction():
            session.execute(change)
        return
    with pytest.raises(DBAPIError, match="invoice_printed_fixed"), transaction():
        session.execute(change)
