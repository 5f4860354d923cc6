"""The scan of a label: what is found, what is not, and what is told of either. Never that something is false."""

import io
import re
from datetime import timedelta
from types import ModuleType

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from catalog.certificates import service
from catalog.certificates.models import Certificate
from catalog.products.models import Product
from core.clock import today
from core.db import db, transaction
from shop.inventory import service as inventory
from shop.proof.photos import LARGEST
from tests.shop.proof import pictures
from tests.support.browser import Browser
from tests.support.clock import Clock
from tests.support.queries import counted

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both

GTIN = "8936012345674"
OCOP = "31-11407-12-2026"


def ask(client: FlaskClient, text: str) -> list[dict[str, object]]:
    answer = client.get("/api/v1/scan", query_string={"text": text})
    assert answer.status_code == 200, answer.json
    return answer.json["items"][0]["matches"]


def page(client: FlaskClient, *texts: str) -> str:
    answer = client.get("/quet", query_string=[("q", text) for text in texts])
    assert answer.status_code == 200
    told = re.sub(r"<script.*?</script>", "", answer.text, flags=re.DOTALL).lower()
    assert not re.search(r"\bgiả\b", told)
    return answer.text


def send(client: FlaskClient, data: bytes, name: str = "nhan.jpg", kind: str = "image/jpeg") -> TestResponse:
    return client.post("/api/v1/scan", data={"photo": (io.BytesIO(data), name, kind)})


def sold(make: ModuleType) -> tuple[Product, Certificate]:
    """A product on a shelf that can be asked for in every way."""
    listing = make.listing(name="Mật ong hoa rừng")
    sku = make.pack_of(listing)
    with transaction() as session:
        product = session.get_one(Product, listing.product_id)
        product.ocop_code = OCOP
        session.merge(sku).gtin = GTIN
    make.lot(sku, make.store("kien-thuy"), number="L-07")
    certificate = db.session.query(Certificate).filter_by(product_id=product.id).one()
    return product, certificate


def test_every_way_to_ask_leads_to_the_product(client: FlaskClient, make: ModuleType) -> None:
    product, certificate = sold(make)
    number = certificate.decision_number.split("/")[0]
    ways = (
        f"http://127.0.0.1:8000/chung-nhan/{certificate.code}", certificate.code.lower(), GTIN, f"0{GTIN}",
        certificate.code.replace("-", " "), "l-07",
        f"https://id.gs1.org/01/0{GTIN}/10/L-07", f"(01)0{GTIN}(10)L-07", OCOP, OCOP.replace("-12-", " – 0012 – "),
        product.code, certificate.decision_number,
        f"Số {number}/QD-UBND", number, "mat ong hoa rung", f"http://127.0.0.1:8000/san-pham/{product.slug}",
        f"Mật ong, QĐ số {certificate.decision_number}, lô L-07",
    )  # fmt: skip
    for text in ways:
        found = ask(client, text)
        assert [one["product"]["code"] for one in found] == [product.code], text  # type: ignore[index]
        assert found[0]["status"] == "valid"
        assert found[0]["certificate"]["stars"] == certificate.stars  # type: ignore[index]
        assert [store["code"] for store in found[0]["stores"]] == ["kien-thuy"]  # type: ignore[index, union-attr]
    for text in (f"(01)0{GTIN}(10)L-07", "L-07"):
        assert "L-07" in str(ask(client, text)[0]["lot"])
    told = page(client, GTIN)
    assert told.count("seal-mark") == 1
    assert "/cua-hang/kien-thuy" in told


def test_a_lapsed_certificate_is_told_without_a_star_or_a_shop(
    client: FlaskClient, make: ModuleType, clock: Clock
) -> None:
    clock.on(today())
    listing = make.listing(valid_until=today())
    make.lot(make.pack_of(listing), make.store("kien-thuy"))
    code = db.session.query(Certificate).filter_by(product_id=listing.product_id).one().code
    assert ask(client, code)[0]["is_for_sale"] is True
    clock.forward(days=1)
    found = ask(client, code)[0]
    assert (found["status"], found["is_for_sale"], found["stores"]) == ("lapsed", False, [])
    assert found["certificate"]["stars"] is None  # type: ignore[index]
    told = page(client, code)
    assert "seal-mark" not in told
    assert "Hôm nay không có công nhận OCOP còn hiệu lực" in told
    assert "/cua-hang/kien-thuy" not in told
    assert "/san-pham/" not in told.split("<main", 1)[1]


def test_an_old_code_speaks_of_the_certificate_of_today(client: FlaskClient, make: ModuleType, clock: Clock) -> None:
    product = make.product()
    old = make.certificate(
        product, valid_from=today() - timedelta(days=1500), valid_until=today() - timedelta(days=400)
    )
    new = make.certificate(product, stars=5)
    found = ask(client, old.code)[0]
    assert (found["status"], found["certificate"]["code"]) == ("valid", new.code)  # type: ignore[index]
    assert found["asked"] == {
        "code": old.code, "decision_number": old.decision_number, "status": "lapsed",
        "url": f"http://localhost/chung-nhan/{old.code}",
    }  # fmt: skip
    assert "Mã quét được thuộc về một công nhận khác" in page(client, old.code)


def test_a_recalled_lot_is_the_first_thing_said(client: FlaskClient, make: ModuleType) -> None:
    lot = make.lot()
    inventory.recall(lot.code, make.actor("admin"), "Kiểm nghiệm")
    found = ask(client, lot.code)[0]
    assert found["lot"] == {
        "code": lot.code, "number": lot.number, "state": "recalled", "is_on_sale": False,
        "url": f"http://localhost/truy-xuat/{lot.code}",
    }  # fmt: skip
    assert found["stores"] == []
    told = page(client, lot.code)
    assert "seal-mark" not in told
    assert told.index("Lô này đã bị thu hồi") < told.index("Mật ong thử", told.index("<main"))
    assert 'class="button" href="/san-pham/' not in told
    assert "seal-mark" not in client.get(f"/truy-xuat/{lot.code}").text


@pytest.mark.parametrize("status", ["revoked", "suspended"])
def test_an_ended_certificate_says_how(status: str, client: FlaskClient, make: ModuleType) -> None:
    one, certifier = make.certificate(), make.actor("certifier")
    if status == "revoked":
        service.revoke(certifier, one.code, decision_number="9/QĐ-UBND", ground="forged", effective_on=today())
    else:
        service.suspend(certifier, one.code, decision_number="9/QĐ-UBND", ground="x")
    assert ask(client, one.code)[0]["status"] == status
    assert "seal-mark" not in page(client, one.code)


def test_what_is_not_public_is_not_found(client: FlaskClient, make: ModuleType) -> None:
    candidate, unverified = make.product("Sản phẩm ứng viên"), make.certificate(verified=False)
    for text in (candidate.code, candidate.slug, "san pham ung vien", unverified.code, unverified.decision_number):
        assert ask(client, text) == [], text
    assert ask(client, f"http://127.0.0.1:8000/san-pham/{candidate.slug}") == []


@pytest.mark.parametrize(
    "text, words",
    [
        ("CN-00000000", "Không tìm thấy ở đây"),
        ("https://evil.test/chung-nhan/CN-00000000", "evil.test"),
        ('https://evil.test/"><script>alert(1)</script>', "evil.test"),
        ("2012345012349", "số do một cửa hàng tự đặt"),
        (GTIN[:-1] + "5", "một chữ số không đúng"),
        ("x" * 4_296, "Không tìm thấy ở đây"),
        ("🐝\u202e\u200b\ud7ff", "Không tìm thấy ở đây"),
    ],
    ids=["code", "host", "markup", "scale", "digit", "longest", "odd"],
)
def test_what_is_not_found_is_only_not_found_here(text: str, words: str, client: FlaskClient) -> None:
    told = page(client, text)
    assert words in told
    assert "/quet/bao" in told
    assert "<script>alert" not in told
    assert 'href="https://evil.test' not in told


def test_a_code_of_ours_in_an_address_of_others(client: FlaskClient, make: ModuleType) -> None:
    one = make.certificate()
    told = page(client, f"https://evil.test/chung-nhan/{one.code}")
    assert "Địa chỉ trong mã không phải của chúng tôi" in told
    assert f'href="/chung-nhan/{one.code}"' in told
    answer = client.get("/api/v1/scan", query_string={"text": f"https://evil.test/{one.code}"}).json["items"][0]
    assert answer["foreign_host"] == "evil.test"


def test_the_api_refuses_what_no_code_can_hold(client: FlaskClient) -> None:
    assert client.get("/api/v1/scan", query_string={"text": "x" * 4_297}).status_code == 422
    assert client.get("/api/v1/scan").status_code == 422
    assert client.get("/api/v1/scan?text=a&fake=1").status_code == 422
    assert client.get("/quet", query_string={"q": "  "}).status_code == 200


def test_a_photo_with_several_codes(client: FlaskClient, make: ModuleType) -> None:
    one, two = make.certificate(), make.certificate()
    seen = pictures.label(f"http://127.0.0.1:8000/chung-nhan/{one.code}", two.code, "https://evil.test/")
    items = send(client, seen).json["items"]
    assert [item["matches"][0]["certificate"]["code"] if item["matches"] else None for item in items] == [
        one.code, two.code, None,
    ]  # fmt: skip
    answer = Browser(client).post("/quet", page="/quet", photo=(io.BytesIO(seen), "../../x.jpg"))
    assert answer.status_code == 303
    told = client.get(answer.location).text
    assert all(f'href="/chung-nhan/{code}"' in told for code in (one.code, two.code))


def test_a_photo_with_a_long_code_is_answered_at_once(client: FlaskClient) -> None:
    answer = Browser(client).post("/quet", page="/quet", photo=(io.BytesIO(pictures.label("z" * 1300)), "a.jpg"))
    assert answer.status_code == 200
    assert "Không tìm thấy ở đây" in answer.text


@pytest.mark.parametrize(
    "name, data, status, code",
    [
        ("x.jpg", pictures.SVG, 415, "photo.unknown_type"),
        ("x.php.jpg", b"<?php echo 1;", 415, "photo.unknown_type"),
        ("CON", pictures.plain(9, 9, kind="GIF"), 415, "photo.unknown_type"),
        ("x" * 300, pictures.moving("WEBP"), 415, "photo.animated"),
        ("x.png", pictures.bomb(50_000), 413, "photo.too_large"),
        ("x.jpg", b"\xff\xd8\xff" + b"\0" * LARGEST, 413, "photo.too_large"),
        ("x.jpg", pictures.label("a")[:3000], 422, "photo.unreadable"),
    ],
    ids=["svg", "php", "gif", "moving", "bomb", "large", "cut"],
)
def test_what_is_no_photo(name: str, data: bytes, status: int, code: str, client: FlaskClient) -> None:
    answer = send(client, data, name)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    shown = Browser(client).post("/quet", page="/quet", photo=(io.BytesIO(data), name))
    assert shown.status_code == status
    assert 'id="e-photo"' in shown.text


def test_a_photo_is_asked_for_and_a_blank_one_is_told(client: FlaskClient) -> None:
    assert client.post("/api/v1/scan", data={}).status_code == 422
    assert client.post("/api/v1/scan", json={"photo": "x"}).status_code in (415, 422)
    assert Browser(client).post("/quet", page="/quet").status_code == 422
    blank = Browser(client).post("/quet", page="/quet", photo=(io.BytesIO(pictures.plain(200, 200)), "a.png"))
    assert blank.status_code == 422
    assert "Không thấy mã nào" in blank.text
    assert send(client, pictures.plain(200, 200), kind="text/html").json == {"items": []}
    assert client.post("/quet", data={}).status_code == 403, "a form of another site"


@pytest.mark.on("sqlite")
def test_reading_photos_is_counted(client: FlaskClient, clock: Clock) -> None:
    clock.on(today())
    answers = [send(client, b"").status_code for _ in range(121)]
    assert (set(answers[:120]), answers[120]) == ({415}, 429)
    clock.forward(minutes=11)
    assert send(client, b"").status_code == 415


def test_many_products_of_one_decision_take_no_more_statements(client: FlaskClient, make: ModuleType) -> None:
    def certified(count: int) -> None:
        for _ in range(count):
            one = make.certificate(verified=False)
            with transaction() as session:
                session.merge(one).decision_number = "777/QĐ-UBND"
            service.verify(make.actor("certifier"), one.code, stars=one.stars, valid_until=one.valid_until)

    certified(2)
    few = counted(lambda: client.get("/quet?q=777/QĐ-UBND"))
    certified(5)
    assert counted(lambda: client.get("/quet?q=777/QĐ-UBND")) == few
    assert "7 sản phẩm khớp" in client.get("/quet?q=777/QĐ-UBND").text
