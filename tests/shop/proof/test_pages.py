"""The public page of a certificate, its code, its label, and the trace behind a GS1 address."""

import json
import re
from datetime import date, timedelta
from types import ModuleType
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image, ImageDraw

from catalog.certificates import service
from catalog.certificates.models import Certificate
from catalog.products.models import Product
from core.clock import today
from core.db import db, transaction
from shop.inventory import service as inventory
from shop.proof import photos
from tests.shop.proof import pictures
from tests.support.clock import Clock
from tests.support.queries import counted

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both

TODAY = date(2026, 11, 22)


def linked(page: str) -> dict[str, Any]:
    return json.loads(re.search(r'application/ld\+json">(.*?)</script>', page, re.DOTALL)[1])  # type: ignore[index]


def codes_on(page: str) -> list[str]:
    """What a phone reads off the page's own QR code."""
    svg = re.search(r'class="qr">(<svg.*?</svg>)', page, re.DOTALL)[1]  # type: ignore[index]
    side = int(re.search(r'viewBox="0 0 (\d+)', svg)[1])  # type: ignore[index]
    return photos.read_codes(drawn(svg, side))


def drawn(svg: str, side: int) -> bytes:
    """Segno's SVG as a picture: strokes of one module, `M x y.5 h n m …`."""
    paper = Image.new("L", (side * 6, side * 6), 255)
    pen, x, y = ImageDraw.Draw(paper), 0.0, 0.0
    path = re.search(r'class="qrline"[^>]* d="([^"]+)"', svg)[1]  # type: ignore[index]
    for step, numbers in re.findall(r"([Mmhv])([^Mmhv]*)", path):
        values = [float(one) for one in re.findall(r"-?\d*\.?\d+", numbers)]
        if step == "h":
            pen.rectangle((x * 6, (y - 0.5) * 6, (x + values[0]) * 6 - 1, (y + 0.5) * 6 - 1), fill=0)
            x += values[0]
        else:
            x, y = (values[0], values[1]) if step == "M" else (x + values[0], y + values[1])
    return pictures.written(paper, "PNG")


def test_a_governing_certificate(client: FlaskClient, make: ModuleType, clock: Clock) -> None:
    clock.on(TODAY)
    one = make.certificate(make.product('Mật </script>"ong'), stars=5, valid_from=date(2025, 1, 1))
    answer = client.get(f"/chung-nhan/{one.code}")
    page = answer.text
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["ETag"]
    assert 'data-status="valid"' in page
    assert page.count("seal-mark") == 1
    data = linked(page)
    assert (data["@type"], data["name"]) == ("Product", 'Mật </script>"ong')
    assert "url" not in data, "it is not for sale"
    proof = data["hasCertification"]
    assert proof["certificationStatus"] == "https://schema.org/CertificationActive"
    assert (proof["certificationIdentification"], proof["certificationRating"]["ratingValue"]) == (
        one.decision_number,
        5,
    )
    assert (proof["validFrom"], proof["expires"]) == ("2025-01-01", str(one.valid_until))


def test_the_code_on_the_page_leads_to_the_page(client: FlaskClient, make: ModuleType) -> None:
    one = make.certificate()
    address = f"http://127.0.0.1:8000/chung-nhan/{one.code}"
    page = client.get(f"/chung-nhan/{one.code.lower()}", headers={"Host": "evil.test"}).text
    assert codes_on(page) == [address]
    png = client.get(f"/chung-nhan/{one.code}/qr.png")
    assert (png.content_type, png.content_length) == ("image/png", len(png.data))
    assert photos.read_codes(png.data) == [address]
    larger = client.get(f"/chung-nhan/{one.code}/qr.png?scale=30").data
    assert len(client.get(f"/chung-nhan/{one.code}/qr.png?scale=100000").data) > len(larger) > len(png.data)
    svg = client.get(f"/chung-nhan/{one.code}/qr.svg")
    assert (svg.mimetype, svg.headers["Cache-Control"]) == ("image/svg+xml", "private, no-cache")
    again = client.get(f"/chung-nhan/{one.code}/qr.svg", headers={"If-None-Match": svg.headers["ETag"]})
    assert again.status_code == 304


def test_the_star_goes_with_its_day(client: FlaskClient, make: ModuleType, clock: Clock) -> None:
    clock.on(TODAY)
    one = make.certificate(valid_from=date(2023, 11, 22), valid_until=TODAY)
    assert "seal-mark" in client.get(f"/chung-nhan/{one.code}").text
    assert "seal-mark" in client.get(f"/chung-nhan/{one.code}/nhan").text
    clock.on(date(2026, 11, 23))
    page = client.get(f"/chung-nhan/{one.code}").text
    assert "seal-mark" not in page
    assert 'data-status="lapsed"' in page
    assert "23/11/2026" in page
    assert linked(page)["hasCertification"]["certificationStatus"].endswith("Inactive")
    label = client.get(f"/chung-nhan/{one.code}/nhan").text
    assert "seal-mark" not in label
    assert one.decision_number not in label


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_state_tells_its_paper(language: str, client: FlaskClient, make: ModuleType) -> None:
    certifier = make.actor("certifier")
    revoked, suspended = make.certificate(), make.certificate()
    service.revoke(certifier, revoked.code, decision_number="61/QĐ-UBND", ground="breach", effective_on=today())
    service.suspend(certifier, suspended.code, decision_number="62/QĐ-UBND", ground="Chờ kiểm nghiệm")
    for one, status, paper in ((revoked, "revoked", "61/QĐ-UBND"), (suspended, "suspended", "62/QĐ-UBND")):
        page = client.get(f"/chung-nhan/{one.code}?lang={language}").text
        assert f'data-status="{status}"' in page
        assert paper in page
        assert "seal-mark" not in page
    assert "Chờ kiểm nghiệm" in client.get(f"/chung-nhan/{suspended.code}").text


def test_a_successor_is_named_and_linked(client: FlaskClient, make: ModuleType, clock: Clock) -> None:
    clock.on(TODAY)
    product = make.product()
    old = make.certificate(product, valid_from=date(2024, 1, 1), valid_until=date(2026, 12, 31))
    new = make.certificate(product, stars=5, valid_from=date(2026, 11, 1), verified=False)
    service.verify(make.actor("certifier"), new.code, stars=5, valid_until=new.valid_until)
    page = client.get(f"/chung-nhan/{old.code}").text
    assert 'data-status="superseded"' in page
    assert "seal-mark" not in page
    assert page.count(f'href="/chung-nhan/{new.code}"') >= 2
    assert f"ghi ở đây {TODAY:%d/%m/%Y}" in page


def test_was_it_valid_on_that_day(client: FlaskClient, make: ModuleType, clock: Clock) -> None:
    clock.on(TODAY)
    one = make.certificate(valid_from=date(2024, 5, 1), valid_until=date(2026, 5, 1))
    base = f"/chung-nhan/{one.code}"
    assert "01/05/2026: có hiệu lực" in client.get(f"{base}?ngay=2026-05-01").text
    assert "02/05/2026: không có hiệu lực" in client.get(f"{base}?ngay=02/05/2026").text
    assert "30/04/2024: không có hiệu lực" in client.get(f"{base}?ngay=2024-04-30").text


@pytest.mark.parametrize(
    "day", ["hôm qua", "2026-02-30", "0000-00-00", "99999-01-01", "<script>", "1" * 500, "2026-1-1"]
)
def test_no_day_is_answered_kindly(day: str, client: FlaskClient, make: ModuleType) -> None:
    answer = client.get(f"/chung-nhan/{make.certificate().code}", query_string={"ngay": day})
    assert answer.status_code == 200
    assert "không phải là một ngày" in answer.text
    assert "<script>”" not in answer.text


def test_where_it_is_sold_but_not_how_much(client: FlaskClient, make: ModuleType) -> None:
    listing = make.listing()
    sku, store = make.pack_of(listing), make.store("kien-thuy")
    lot = make.lot(sku, store, on_shelf=4711, number="L-09")
    gone = make.lot(sku, store, on_shelf=0, number="L-EMPTY")
    stale = make.lot(sku, store, expires_on=today() - timedelta(days=1), number="L-STALE")
    recalled = make.lot(sku, store, number="L-BAD")
    inventory.recall(recalled.code, make.actor("admin"), "Kiểm nghiệm")
    one = db.session.query(Certificate).filter_by(product_id=listing.product_id).one()
    page = client.get(f"/chung-nhan/{one.code}").text
    assert f"/truy-xuat/{lot.code}" in page
    assert "/cua-hang/kien-thuy" in page
    assert "4711" not in page
    assert "4.711" not in page
    assert not [hidden.number for hidden in (gone, stale, recalled) if hidden.number in page]
    assert linked(page)["url"].endswith(f"/san-pham/{db.session.get_one(Product, listing.product_id).slug}")


def test_where_wine_is_sold_is_told_to_adults(client: FlaskClient, make: ModuleType) -> None:
    listing = make.listing(name="Rượu nếp", set_no=14)
    make.lot(make.pack_of(listing), make.store("kien-thuy"))
    code = db.session.query(Certificate).filter_by(product_id=listing.product_id).one().code
    assert "/cua-hang/kien-thuy" not in client.get(f"/chung-nhan/{code}").text
    assert client.get(f"/api/v1/scan?text={code}").json["items"][0]["matches"][0]["stores"] == []
    assert client.get(f"/api/v1/scan?text={code}&adult=1").json["items"][0]["matches"][0]["stores"]
    with client.session_transaction() as kept:
        kept["adult"] = True
    assert "/cua-hang/kien-thuy" in client.get(f"/chung-nhan/{code}").text


def test_what_is_not_verified_has_no_page_no_code_no_label(client: FlaskClient, make: ModuleType) -> None:
    unverified = make.certificate(verified=False).code
    for code in (unverified, "CN-NOBODY00", "%00", "x" * 3000, "../1"):
        for tail in ("", "/qr.svg", "/qr.png", "/nhan"):
            assert client.get(f"/chung-nhan/{code}{tail}").status_code == 404


def test_the_price_is_on_a_label_only_when_asked_for(client: FlaskClient, make: ModuleType) -> None:
    listing = make.listing(price_vnd=123_000)
    code = db.session.query(Certificate).filter_by(product_id=listing.product_id).one().code
    assert "123.000" not in client.get(f"/chung-nhan/{code}/nhan").text
    assert "123.000" in client.get(f"/chung-nhan/{code}/nhan?gia=1").text


def test_looking_up(client: FlaskClient, make: ModuleType) -> None:
    one = make.certificate(make.product("Bánh đa nem thử"))
    assert client.get("/chung-nhan").status_code == 200
    straight = client.get("/chung-nhan", query_string={"q": one.code.lower()})
    assert (straight.status_code, straight.location) == (303, f"/chung-nhan/{one.code}")
    number = one.decision_number.split("/")[0]
    for asked in ("banh da nem", f"Số {number}/QD-UBND", f"quyết định {number}"):
        assert one.code in client.get("/chung-nhan", query_string={"q": asked}).text, asked
    nothing = client.get("/chung-nhan", query_string={"q": '"><script>'})
    assert nothing.status_code == 200
    assert "Không tìm thấy ở đây" in nothing.text


def test_a_product_page_says_what_certifies_it(client: FlaskClient, make: ModuleType) -> None:
    listing = make.listing(stars=5)
    slug = db.session.get_one(Product, listing.product_id).slug
    proof = linked(client.get(f"/san-pham/{slug}").text)["hasCertification"]
    assert proof["certificationStatus"] == "https://schema.org/CertificationActive"
    assert proof["certificationRating"]["ratingValue"] == 5


def test_a_digital_link_leads_to_lot_and_product(client: FlaskClient, make: ModuleType) -> None:
    sku = make.sku()
    with transaction() as session:
        session.merge(sku).gtin = "8936012345674"
    lot = make.lot(sku, number="L-07")
    assert client.get(f"/01/08936012345674/10/{lot.code.lower()}/21/77").location == f"/truy-xuat/{lot.code}"
    assert client.get("/01/08936012345674/10/L-07").location == f"/truy-xuat/{lot.code}"
    assert "/san-pham/" in client.get("/01/8936012345674").location
    other = make.lot()
    for path in (f"8936012345674/10/{other.code}", "8936012345674/10/L-NONE", "8936012345675", "8936012345681", "abc"):
        answer = client.get(f"/01/{path}")
        assert answer.status_code == 404, path
        assert "giả " not in answer.text.lower()


def test_the_number_of_statements_does_not_grow(client: FlaskClient, make: ModuleType) -> None:

    listing = make.listing()
    code = db.session.query(Certificate).filter_by(product_id=listing.product_id).one().code
    sku = make.pack_of(listing)
    make.lot(sku)
    few = counted(lambda: client.get(f"/chung-nhan/{code}"))
    for _ in range(3):
        make.lot(sku)
    assert counted(lambda: client.get(f"/chung-nhan/{code}")) == few
