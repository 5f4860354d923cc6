"""API and pages: what each person gets, forms that come back, foreign things that are not there, files and paper."""

import io
from datetime import timedelta
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from pypdfium2 import PdfDocument

from catalog.exports import Column, Table
from core.clock import ZONE, now
from core.paper import Paper
from shop.fairdays import badges, papers, stalls
from shop.fairdays.lists import LISTS
from tests.shop.fairdays.conftest import Days
from tests.support.browser import Browser

pytestmark = pytest.mark.on("sqlite")


@pytest.fixture
def organizer(days: Days, client: FlaskClient) -> Browser:
    return Browser(client).become(days.make.user("fair_organizer", ("fair", days.fair.slug)))


def exhibitor(days: Days, client: FlaskClient) -> Browser:
    code = next(one.scope.code for one in days.exhibitor.grants if one.scope)
    return Browser(client).become(days.make.user("producer", ("producer", code)))


def test_the_gate_over_rest(days: Days, client: FlaskClient) -> None:
    code = days.badge().code
    headers = days.make.headers("fair_steward", ("fair", days.fair.slug))
    days.on_day()
    path = f"/api/v1/fairs/{days.fair.slug}"
    body = {"uuid": str(uuid4()), "text": code, "scanned_at": now().isoformat()}
    first = client.post(f"{path}/scans", json=body, headers=headers)
    assert (first.status_code, first.json["outcome"], first.json["booth"]) == (200, "accepted", "A01")
    assert client.post(f"{path}/scans", json=body, headers=headers).data == first.data
    other = client.post(f"{path}/scans", json={**body, "text": "x"}, headers=headers)
    assert (other.status_code, other.json["code"]) == (409, "scan.reused")
    for wrong in ({}, {**body, "uuid": "1"}, {**body, "scanned_at": "heute"}, {**body, "text": ""}, {**body, "x": 1}):
        assert client.post(f"{path}/scans", json=wrong, headers=headers).status_code == 422
    roster = client.get(f"{path}/roster", headers=headers)
    assert [one["is_here"] for one in roster.json["entries"]] == [True, True]
    assert client.get(f"{path}/board", headers=headers).status_code == 403  # a steward opens the gate, no more
    assert client.get(f"{path}/roster").status_code == 401
    board = client.get(f"{path}/board", headers=days.make.headers("fair_organizer", ("fair", days.fair.slug)))
    assert (board.json["counts"], board.json["people"]) == ({"arrived": 1}, 1)


def test_what_an_exhibitor_prepares_over_rest(days: Days, client: FlaskClient) -> None:
    code = next(one.scope.code for one in days.exhibitor.grants if one.scope)
    hers, path = days.make.headers("producer", ("producer", code)), f"/api/v1/bookings/{days.booking.code}"
    badge = client.post(f"{path}/badges", json={"name": "Chị Mai"}, headers=hers)
    assert (badge.status_code, badge.json["number"]) == (201, 1)
    assert client.get(f"{path}/badges", headers=hers).json["most"] == 4
    shown = client.get(f"{path}/needs", headers=hers)
    assert (shown.headers["ETag"], shown.json["tables"]) == ('"0"', 1)
    needs = {"fascia": "GỐM", "power_w": 800}
    assert client.put(f"{path}/needs", json=needs, headers=hers).status_code == 428
    assert client.put(f"{path}/needs", json=needs, headers={**hers, "If-Match": '"0"'}).status_code == 200
    assert client.put(f"{path}/needs", json=needs, headers={**hers, "If-Match": '"0"'}).status_code == 412
    wrong = client.put(f"{path}/needs", json={"fascia": "x" * 61}, headers={**hers, "If-Match": '"1"'})
    assert wrong.status_code == 422
    gone = client.delete(f"/api/v1/badges/{badge.json['code']}", headers=hers)
    assert gone.json["revoked_at"] is not None
    stranger = days.make.headers("producer", ("producer", days.make.producer().code))
    for ask in (
        client.get(f"{path}/badges", headers=stranger), client.get(f"{path}/needs", headers=stranger),
        client.post(f"{path}/badges", json={}, headers=stranger),
        client.put(f"{path}/load-slot", json={"slot": 1, "plate": "15C", "phone": "0912345678"}, headers=stranger),
        client.delete(f"/api/v1/badges/{badge.json['code']}", headers=stranger),
        client.get(f"/api/v1/fairs/{days.fair.slug}/load-slots", headers=stranger),
    ):  # fmt: skip
        assert ask.status_code == 404


def test_the_organizers_pages(days: Days, client: FlaskClient) -> None:
    person = days.make.user("fair_organizer", ("fair", days.fair.slug))
    base = f"/quan-ly/hoi-cho/{days.fair.slug}"
    stalls.open_stall(days.fair.slug, None, days.organizer)
    days.clock.on(days.fair.opens_on - timedelta(days=3))
    organizer = Browser(client).become(person)
    assert organizer.post(f"{base}/the", f"{base}/the", per_booth="2").status_code == 303
    assert organizer.post(f"{base}/the", f"{base}/the", per_booth="nhiều").status_code == 422
    slot = {"direction": "in", "gate": "Cửa B", "day": str(days.fair.opens_on), "start": "05:00", "end": "07:00"}
    slot |= {"minutes": "30", "vehicles": "2"}
    assert organizer.post(f"{base}/khung-gio", f"{base}/danh-sach", **slot).status_code == 303
    back = organizer.post(f"{base}/khung-gio", f"{base}/danh-sach", **{**slot, "end": "04:00"})
    assert (back.status_code, "Cửa B" in back.text) == (422, True)
    days.on_day()
    organizer.become(person)  # a desk's session is short
    for page in ("ngay-hoi", "the", "su-co", "quay-ban", "danh-sach", *(f"danh-sach/{name}" for name in LISTS)):
        assert client.get(f"{base}/{page}").status_code == 200, page
    arrived = organizer.post(f"{base}/ngay-hoi/den", f"{base}/ngay-hoi", booking=days.booking.code)
    assert arrived.status_code == 303
    assert 'data-standing="arrived"' in client.get(f"{base}/ngay-hoi").text
    words = {"kind": "power", "words": "Mất điện dãy A", "booth": "A01"}
    assert organizer.post(f"{base}/su-co", f"{base}/su-co", **words).status_code == 303
    back = organizer.post(f"{base}/su-co", f"{base}/su-co", **{**words, "booth": "Z99"})
    assert (back.status_code, "Mất điện dãy A" in back.text) == (404, True)
    for bad in (f"{base}/ngay-hoi?ngay=2031-01-01", f"{base}/danh-sach/khong-co", f"{base}/ngay-hoi?ngay=x"):
        assert client.get(bad).status_code == 404


def test_paper_and_files(days: Days, client: FlaskClient, organizer: Browser) -> None:
    badges.issue_missing(days.fair.slug, 4, days.organizer)
    base = f"/quan-ly/hoi-cho/{days.fair.slug}"
    for name in ("the.pdf", "bien.pdf", *(f"danh-sach/{one}?format=pdf" for one in LISTS)):
        paper = client.get(f"{base}/{name}")
        assert (paper.status_code, paper.mimetype, paper.data[:5]) == (200, "application/pdf", b"%PDF-"), name
    unpaid = days.another("A02", paid=False)
    signs = [client.get(f"{base}/bien.pdf{of}").data for of in ("", f"?gian={unpaid.code}")]
    sheets = [len(PdfDocument(one)) for one in signs]
    assert sheets == [1, 1], "who has not paid may lose the booth: her sign comes when it is asked for"
    book = load_workbook(io.BytesIO(client.get(f"{base}/danh-sach/bien-ten?format=xlsx").data))
    assert book.active["C2"].value == "3 × 3 m"
    table = client.get(f"{base}/danh-sach/san-pham?format=csv").data.decode("utf-8-sig")
    assert table.splitlines()[1].endswith(f"{days.product.name},4")
    assert client.get(f"{base}/the.pdf?gian=BK-00000000").status_code == 404


def test_no_number_is_broken_on_a_list_for_contractors() -> None:
    """Days, hours, plates and telephones stand on one line each, however long the names beside them."""
    keys = ("day", "hours", "gate", "way", "booth", "who", "plate", "phone")
    row = dict(zip(keys, ("01/12/2026", "07:00–08:00", "Cửa B", "Chở hàng vào", "A01", "Hợp tác xã " * 9, "15C-000.01",
                          "0900 000 001"), strict=True))  # fmt: skip
    table = Table("x", "Xe", [Column(key, key) for key in keys], [row])
    pdf = Paper("x", "x", now())
    widths = dict(zip(keys, papers.widths_of(pdf, table), strict=True))
    for key in keys:
        if key != "who":
            assert pdf.get_string_width(row[key]) + 2 * (papers.PADDING[1] + pdf.c_margin) <= widths[key] + 0.01, key
    assert sum(widths.values()) <= pdf.epw + 0.01


def test_a_badges_qr_is_read_back_from_the_paper(days: Days, client: FlaskClient) -> None:
    """The modules as they are drawn, by a reader of its own."""
    import zxingcpp
    from PIL import Image, ImageDraw

    from core.web.links import address_of
    from shop.fairdays.papers import _modules
    from shop.fairdays.rules import read_code

    code = days.badge().code
    rows = _modules(address_of("fairdays.badge", code=code))
    side = len(rows)
    image = Image.new("L", ((side + 8) * 6, (side + 8) * 6), 255)
    draw = ImageDraw.Draw(image)
    for y, row in enumerate(rows):
        for first, length in row.runs:
            left, top = (first + 4) * 6, (y + 4) * 6
            draw.rectangle((left, top, left + length * 6 - 1, top + 5), fill=0)
    (found,) = zxingcpp.read_barcodes(image)
    assert read_code(found.text).badge == code
    page = client.get(found.text.partition("://")[2].partition("/")[2].join(["/", ""]))
    assert (page.status_code, "A01" in page.text, "Chị Mai" in page.text) == (200, True, False)
    assert client.get("/the/TD-000000000000").status_code == 404


def test_an_exhibitors_own_page(days: Days, client: FlaskClient) -> None:
    hers, base = exhibitor(days, client), f"/gian-hang-cua-toi/{days.booking.code}"
    assert days.fair.name in client.get("/gian-hang-cua-toi").text
    assert hers.post(f"{base}/the", base, name="Chị Mai", title="Bán hàng").status_code == 303
    assert "Chị Mai" in client.get(base).text
    assert client.get(f"{base}/the.pdf").data[:5] == b"%PDF-"
    back = hers.post(f"{base}/can", base, fascia="GỐM", power_w="99999999", version="0")
    assert (back.status_code, "GỐM" in back.text) == (422, True)
    assert hers.post(f"{base}/can", base, fascia="GỐM BÁT TRÀNG", power_w="900", version="0").status_code == 303
    assert hers.post(f"{base}/can", base, fascia="KHÁC", version="0").status_code == 412
    assert hers.post(f"{base}/khung-gio", base, slot="7", plate="15C-1", phone="0912345678").status_code == 404
    assert hers.post(f"{base}/khung-gio/xx/bo", base).status_code == 422
    stranger = days.another("A02")
    assert client.get(f"/gian-hang-cua-toi/{stranger.code}").status_code == 404
    assert client.get(f"/gian-hang-cua-toi/{stranger.code}/the.pdf").status_code == 404


def test_foreign_organizers_find_nothing(days: Days, client: FlaskClient) -> None:
    Browser(client).become(days.make.user("fair_organizer", ("fair", days.make.fair().slug)))
    base = f"/quan-ly/hoi-cho/{days.fair.slug}"
    for page in ("ngay-hoi", "the", "the.pdf", "bien.pdf", "su-co", "quay-ban", "danh-sach", "danh-sach/dien"):
        assert client.get(f"{base}/{page}").status_code == 404, page
    assert client.get(f"/gian-hang-cua-toi/{days.booking.code}").status_code == 404


def test_the_gates_shell_says_nothing_of_anybody(days: Days, client: FlaskClient) -> None:
    shell = client.get(f"/quan-ly/soat-the/{days.fair.slug}")
    assert (shell.status_code, days.fair.name in shell.text) == (200, False)
    assert client.get("/quan-ly/soat-the/-/khung").data.count(b"data-gate") == 1
    worker = client.get("/quan-ly/soat-the/-/worker.js")
    assert worker.headers["Service-Worker-Allowed"] == "/quan-ly/soat-the"
    assert client.get("/quan-ly/soat-the/-/soat-the.webmanifest").json["lang"] == "vi"
    assert ZONE.key == "Asia/Ho_Chi_Minh"
