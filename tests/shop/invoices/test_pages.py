"""Desk, buyer's page, files and API of invoices: who sees what, forms that come back, files that are all or nothing."""

import csv
import hashlib
import io
import re
from types import ModuleType
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.audit import AuditEntry
from core.db import transaction
from shop.invoices import service
from shop.invoices.answers import COLUMNS
from shop.invoices.models import Invoice
from shop.orders.models import Order
from shop.stores.models import Seller
from tests.shop.invoices.conftest import COMPANY, Till
from tests.support.browser import Browser

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both


def manager(make: ModuleType, client: FlaskClient, till: Till) -> Browser:
    return Browser(client).become(make.user("store_manager", ("store", till.store.code)))


def answers(*rows: dict[str, str]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def accepted(invoice: Invoice, **more: str) -> dict[str, str]:
    return {
        "code": invoice.code, "series": str(invoice.series), "number": str(invoice.number), "result": "accepted",
        "authority_code": f"CQT{invoice.number}", "lookup_code": "TRA1", **more,
    }  # fmt: skip


def test_the_queue_from_draft_to_number(make: ModuleType, client: FlaskClient, till: Till) -> None:
    code = till.invoice(till.order(1, 1)).code
    desk = manager(make, client, till)
    assert code in desk.get("/quan-ly/hoa-don?state=draft").text
    page = desk.get(f"/quan-ly/hoa-don/{code}").text
    assert "Phát hành" in page and "8%" in page and "5%" in page
    wrong = desk.post(f"/quan-ly/hoa-don/{code}/nguoi-mua", f"/quan-ly/hoa-don/{code}", kind="business",
                      name="Công ty Đúng", tax_code="12")  # fmt: skip
    assert wrong.status_code == 422
    assert "Công ty Đúng" in wrong.text and "Mã số thuế có 10 số" in wrong.text
    done = desk.post("/quan-ly/hoa-don/phat-hanh", "/quan-ly/hoa-don?state=draft")
    assert done.status_code == 303
    assert "1C26MTN 00000001" in desk.get("/quan-ly/hoa-don?state=issued").text
    late = desk.post(f"/quan-ly/hoa-don/{code}/bo-nhap", f"/quan-ly/hoa-don/{code}", reason="thôi")
    assert late.status_code == 409
    assert desk.post(f"/quan-ly/hoa-don/{code}/xoa", f"/quan-ly/hoa-don/{code}").status_code == 404


def test_adjusting_and_replacing_at_the_desk(make: ModuleType, client: FlaskClient, till: Till) -> None:
    code = service.issue(till.invoice(till.order(1)).code, till.keeper).code
    desk, page = manager(make, client, till), f"/quan-ly/hoa-don/{code}"
    for amount, status in (("0", 422), ("x", 422), ("108001", 409)):
        answer = desk.post(f"{page}/dieu-chinh", page, amount=amount, reason="giảm giá")
        assert answer.status_code == status, amount
        assert "giảm giá" in answer.text
    assert desk.post(f"{page}/thay-the", page, kind="person", name="Bà Thử").status_code == 422
    assert desk.post(f"{page}/dieu-chinh", page, amount="8000", reason="giảm giá").status_code == 303
    assert "Bị điều chỉnh bởi" in desk.get(page).text
    refused = desk.post(f"{page}/thay-the", page, kind="person", name="Bà Thử", reason="sai tên")
    assert refused.status_code == 409


def test_another_shops_desk_knows_nothing_of_it(make: ModuleType, client: FlaskClient, till: Till) -> None:
    code = service.issue(till.invoice(till.order(1)).code, till.keeper).code
    other = Browser(client).become(make.user("store_manager", ("store", make.store().code)))
    for path in (f"/quan-ly/hoa-don/{code}", f"/quan-ly/hoa-don/{code}/ban-the-hien.pdf",
                 f"/quan-ly/hoa-don/tep/{till.store.seller.code}/2026-11-22.xml"):  # fmt: skip
        assert other.get(path).status_code == 404
    assert code not in other.get("/quan-ly/hoa-don").text
    cashier = Browser(client).become(make.user("cashier", ("store", till.store.code)))
    assert cashier.get("/quan-ly/hoa-don").status_code == 403
    assert client.get(f"/api/v1/invoices/{code}", headers=make.headers("cashier")).status_code == 403
    own = make.headers("store_manager", ("store", till.store.code))
    shown = client.get(f"/api/v1/invoices/{code}", headers=own)
    assert (shown.status_code, shown.json["gross"], shown.json["lines"][0]["tax"]) == (200, 108_000, 8_000)
    assert client.get("/api/v1/invoices?state=issued", headers=own).json["total"] == 1
    assert client.get("/api/v1/invoices?state=lost", headers=own).status_code == 422
    foreign = make.headers("store_manager", ("store", make.store().code))
    assert client.get(f"/api/v1/invoices/{code}", headers=foreign).status_code == 404
    assert client.get("/api/v1/invoices", headers=foreign).json["total"] == 0


def test_the_buyer_reads_the_visual_form(client: FlaskClient, till: Till) -> None:
    order = till.order(1, wish=COMPANY)
    page = f"/don-hang/{order.number}"
    draft = till.invoice(order)
    assert "Hóa đơn điện tử đang được lập" in client.get(f"{page}?token={order.token}").text
    assert client.get(f"{page}/hoa-don/{draft.code}.pdf?token={order.token}").status_code == 404
    service.issue(draft.code, till.keeper)
    shown = client.get(f"{page}?token={order.token}").text
    assert "1C26MTN 00000001" in shown and "Bản gốc có giá trị pháp lý" in shown
    answer = client.get(f"{page}/hoa-don/{draft.code}.pdf?token={order.token}")
    assert (answer.status_code, answer.mimetype, answer.data[:5]) == (200, "application/pdf", b"%PDF-")
    assert "no-store" in answer.headers["Cache-Control"]
    other = till.order(1)
    for path in (f"{page}/hoa-don/{draft.code}.pdf", f"{page}/hoa-don/{draft.code}.pdf?token=x",
                 f"/don-hang/{other.number}/hoa-don/{draft.code}.pdf?token={other.token}",
                 f"{page}/phieu-ban-hang.pdf"):  # fmt: skip
        assert client.get(path).status_code == 404
    assert client.get(f"{page}/phieu-ban-hang.pdf?token={order.token}").status_code == 409


def test_a_seller_without_a_series_gives_a_sales_note(client: FlaskClient, till: Till, session: Session) -> None:
    with transaction():
        session.execute(update(Seller).values(invoice_series=None))
    order: Order = till.order(1)
    assert "Xem phiếu bán hàng" in client.get(f"/don-hang/{order.number}?token={order.token}").text
    answer = client.get(f"/don-hang/{order.number}/phieu-ban-hang.pdf?token={order.token}")
    assert (answer.status_code, answer.data[:5]) == (200, b"%PDF-")


def test_a_days_file_says_what_was_printed(make: ModuleType, client: FlaskClient, till: Till, session: Session) -> None:
    formula = '=HYPERLINK("http://x")'
    wish = type(COMPANY)(formula, "Số 1", "a@example.test", "0201234567")
    one = service.issue(till.invoice(till.order(1, 1, wish=wish)).code, till.keeper)
    other = service.issue(till.invoice(till.order(1)).code, till.keeper)
    desk, base = manager(make, client, till), f"/quan-ly/hoa-don/tep/{one.seller.code}/2026-11-22"
    xml = desk.get(f"{base}.xml")
    assert hashlib.sha256(xml.data).hexdigest() == xml.headers["X-Content-SHA256"]
    assert desk.get(f"{base}.xml").data == xml.data
    root = ET.fromstring(xml.data)
    assert [node.text for node in root.iter("SHDon")] == ["1", "2"]
    assert [node.text for node in root.iter("TSuat")][:2] == ["8%", "KKKNT"]  # raw produce to an enterprise
    assert root.findtext(".//TgTTTBChu") == "Một trăm năm mươi tám nghìn đồng"
    assert root.findtext(".//NMua/Ten") == formula
    for form in ("csv", "xlsx"):
        assert desk.get(f"{base}.{form}").status_code == 200
    rows = list(csv.DictReader(io.StringIO(desk.get(f"{base}.csv").data.decode("utf-8-sig"))))
    assert [(row["code"], row["net"], row["vat"], row["tax"], row["gross"]) for row in rows] == [
        (one.code, "100000", "8%", "8000", "108000"), (one.code, "50000", "KKKNT", "0", "50000"),
        (other.code, "100000", "8%", "8000", "108000"),
    ]  # fmt: skip
    assert rows[0]["buyer_name"] == "'" + formula
    assert desk.get("/quan-ly/hoa-don/tep/x/2026-11-22.xml").status_code == 404
    assert desk.get(f"{base}.exe").status_code == desk.get(f"{base[:-10]}2026-13-40.xml").status_code == 404
    told = session.scalars(select(AuditEntry).where(AuditEntry.action == "invoice.exported")).all()
    assert told[0].data["sha256"] == xml.headers["X-Content-SHA256"]


def send(desk: Browser, data: bytes, **more: str) -> tuple[int, str]:
    fields = {"file": (io.BytesIO(data), "tra-loi.csv"), **more}
    answer = desk.post("/quan-ly/hoa-don/tep", "/quan-ly/hoa-don/tep", **fields)
    return answer.status_code, answer.text


def test_answers_are_tried_then_taken_all_or_none(make: ModuleType, client: FlaskClient, till: Till) -> None:
    first, second = (service.issue(till.invoice(till.order(1)).code, till.keeper) for _ in range(2))
    desk = manager(make, client, till)
    bad = answers(accepted(first), accepted(second, number="9"), accepted(first), accepted(second, code="HD-NO"))
    status, text = send(desk, bad, confirm="1")
    assert status == 422
    assert text.count('<th scope="row">Dòng') == 3
    assert till.invoice(first.order).state == "issued"
    good = answers(accepted(first), accepted(second, result="rejected", reason="Sai ký hiệu", authority_code=""))
    status, text = send(desk, good)
    assert (status, till.invoice(first.order).state) == (200, "issued")
    key = re.search(r'name="key" value="([^"]+)"', text)
    assert key
    page = "/quan-ly/hoa-don/tep"
    assert desk.post(page, page, key=key[1], file_name="tra-loi.csv", confirm="1").status_code == 303
    assert [till.invoice(one.order).state for one in (first, second)] == ["accepted", "rejected"]
    status, text = send(desk, good)
    assert (status, "2 dòng đã biết" in text) == (200, True)
    assert send(desk, answers(accepted(first, authority_code="KHÁC")))[0] == 422


@pytest.mark.parametrize(
    "data", [b"", b"\x00\x01", b"code,series\nx,y\n", b"PK\x03\x04rubbish", "code;é".encode("latin-1")]
)
def test_a_file_that_is_none_is_told_so(make: ModuleType, client: FlaskClient, till: Till, data: bytes) -> None:
    till.order(1)
    assert send(manager(make, client, till), data)[0] in (413, 422)
