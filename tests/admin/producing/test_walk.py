"""The whole walk of a producer by forms: from a certified product to a listing that waits for the moderators."""

import io
import re

import pytest
import zxingcpp
from flask import Flask
from PIL import Image
from werkzeug.test import TestResponse

from admin.producing.steps import BY_SLUG
from catalog.listings.models import Listing, Sku
from catalog.listings.progress import notes_of
from catalog.listings.service import add_sku, open_listing
from catalog.products.models import Product
from core.accounts.actor import SYSTEM
from core.db import db
from tests import make
from tests.support.browser import Browser
from tests.support.client import FreshClient

pytestmark = pytest.mark.long("postgresql")  # what its pages say is the same on both

HOME = "/quan-ly/san-xuat"
#: What she answers, in the order in which she is asked (honey: set 4).
ANSWERS: list[tuple[str, dict[str, str]]] = [
    ("xac-nhan", {}),
    ("anh", {}),
    ("dong-goi", {"container": "Hũ", "amount": "500", "unit": "g"}),
    ("gia", {"price": "125.000 ₫"}),
    ("ma-vach", {"gtin": "893 850597 4194"}),
    ("thue", {"pick": "own_produce"}),
    ("han-dung", {"count": "24", "unit": "month"}),
    ("bao-quan", {"pick": "Để nơi khô ráo, thoáng mát, tránh ánh nắng."}),
    ("cac-goi", {}),
    ("tom-tat", {"answer": "Mật ong rừng ngập mặn, quay tay, thơm hoa sú vẹt."}),
    ("ai-lam", {"answer": "Tổ nuôi ong có 12 hộ"}),
    ("cach-lam", {"answer": "Quay mật hai vụ một năm."}),
    ("dac-biet", {"do": "skip"}),
    ("cau-chuyen", {"answer": "Tổ nuôi ong có 12 hộ.\n\nQuay mật hai vụ một năm."}),
    ("thanh-phan", {"answer": "100% mật ong"}),
    ("cach-dung", {"answer": "Pha với nước ấm."}),
    ("canh-bao", {"pick": "Không dùng cho trẻ dưới 1 tuổi."}),
    ("dia-chi", {"answer": "Thôn Một, xã Kiến Hưng, Hải Phòng"}),
    ("xuat-xu", {"pick": "Sản xuất tại Việt Nam"}),
    ("ngay-thang", {"pick": "NSX và HSD in trên nắp"}),
    ("qua-tang", {"pick": "true"}),
]


class Chairwoman:
    """One producer's person with her phone."""

    def __init__(self, app: Flask, product: Product) -> None:
        self.browser = Browser(FreshClient(app))
        self.browser.become(make.user("producer", ("producer", product.producer.code)))
        self.product, self.token = product, ""

    def begin(self) -> str:
        """Press the button of her product; answers where that leads."""
        return self.post(f"{HOME}/moi", product=self.product.code).headers["Location"]

    def post(self, url: str, **data: object) -> TestResponse:
        """Send a form with the token of her session."""
        if not self.token:
            found = re.search(r'name="csrf_token" value="([^"]+)"', self.browser.get(HOME).text)
            assert found
            self.token = found[1]
        return self.browser.client.post(url, data={"csrf_token": self.token, **data})

    def answer(self, where: str, **typed: object) -> TestResponse:
        """Fill the screen at this address and press."""
        return self.post(where, **typed)


@pytest.fixture
def her(app: Flask) -> Chairwoman:
    product = make.product("Mật ong hoa sú vẹt", set_no=4)
    make.certificate(product)
    return Chairwoman(app, product)


def listing_of(product: Product) -> Listing:
    return db.session.query(Listing).filter_by(product_id=product.id).one()


def walk(her: Chairwoman, until: str = "doc-lai") -> str:
    """Answer from wherever one is until this question; answers its address."""
    where = her.browser.get(her.begin()).headers["Location"]
    for step, typed in ANSWERS:
        assert where.endswith(f"/{step}"), where
        if step == until:
            break
        kept = her.answer(where, **typed)
        assert kept.status_code == 303, (step, kept.text)
        where = kept.headers["Location"]
    return where


def test_the_whole_walk(her: Chairwoman) -> None:
    assert "Làm trang bán" in her.browser.get(HOME).text
    first = her.browser.get(her.browser.get(her.begin()).headers["Location"]).text
    assert f"<b>1 / {len(ANSWERS) + 1}</b>" in first
    read = her.browser.get(walk(her)).text
    listing = listing_of(her.product)
    pack = db.session.query(Sku).filter_by(listing_id=listing.id).one()
    assert (pack.label, pack.net_grams, pack.price_vnd, pack.gtin) == ("Hũ 500 g", 500, 125_000, "8938505974194")
    assert (pack.vat_class, pack.vat_bp, pack.shelf_days) == ("own_produce", 0, 730)
    assert listing.story == "Tổ nuôi ong có 12 hộ.\n\nQuay mật hai vụ một năm."
    assert listing.is_gift is True
    for said in ("125.000", "24 tháng", "8938505974194", "Thôn Một", "trên nắp", "4 sao"):
        assert said in read, said
    sent = her.post(f"{HOME}/{listing.id}/gui")
    assert sent.status_code == 303
    db.session.expire_all()
    assert listing_of(her.product).state == "submitted"
    assert "Chờ duyệt" in her.browser.get(HOME).text


def test_closing_and_coming_back_resumes_at_the_first_open_question(her: Chairwoman) -> None:
    left = walk(her, "han-dung")
    again = her.browser.get(her.begin()).headers["Location"]
    assert again == left
    listing = listing_of(her.product)
    assert "Nháp, còn" in her.browser.get(HOME).text
    assert her.browser.get(f"{HOME}/{listing.id}").headers["Location"] == left


def test_going_back_shows_what_was_answered(her: Chairwoman) -> None:
    where = walk(her, "thue")
    before = re.search(r'class="wizard-back" href="([^"]+)"', her.browser.get(where).text)
    assert before and before[1].endswith("ma-vach")
    assert "8938505974194" in her.browser.get(before[1]).text


@pytest.mark.parametrize(
    ("step", "typed", "said"),
    [
        ("dong-goi", {"amount": "nửa ký", "unit": "g"}, "Ghi con số"),
        ("dong-goi", {"amount": "0", "unit": "g"}, "Ghi con số"),
        ("dong-goi", {"amount": "", "unit": "g"}, "Cần ghi số lượng"),
        ("dong-goi", {"amount": "5", "unit": "tạ"}, "Phải là một trong"),
        ("gia", {"price": "125"}, "125.000 ₫?"),
        ("gia", {"price": "-5"}, "Đây không phải là giá"),
        ("gia", {"price": "9" * 18}, "Đây không phải là giá"),
        ("ma-vach", {"gtin": "8938505974195"}, "số cuối phải là 4"),
        ("ma-vach", {"gtin": "12345"}, "8, 12, 13 hoặc 14"),
        ("han-dung", {"count": "0"}, "Phải từ 1"),
        ("han-dung", {"count": "mười"}, "Phải là số nguyên"),
        ("tom-tat", {"answer": "Ngon."}, "Cần ít nhất 20"),
        ("tom-tat", {"answer": "a" * 301}, "Dài quá 300"),
        ("thanh-phan", {"answer": "x\u202ey"}, "Có ký tự không dùng được"),
        ("thue", {"pick": "free"}, "Phải là một trong"),
    ],
)  # fmt: skip
@pytest.mark.long
def test_a_wrong_answer_is_told_and_kept_on_the_screen(her: Chairwoman, step: str, typed: dict, said: str) -> None:
    listing = open_listing(SYSTEM, product=her.product.code)
    pack = add_sku(SYSTEM, listing.id, label="Hũ 500 g", price_vnd=99_000)
    about = f"goi/{pack.code}/" if BY_SLUG[step].is_pack else ""
    answer = her.answer(f"{HOME}/{listing.id}/{about}{step}", **typed)
    assert answer.status_code == 422
    assert said in answer.text
    kept = next(iter(typed.values()))
    if step not in ("dong-goi", "thue") and kept.isascii():
        assert kept in answer.text
    assert notes_of([listing.id]) == {}  # nothing was taken for an answer


def test_a_further_pack_asks_only_what_differs(her: Chairwoman) -> None:
    walk(her, "cac-goi")
    listing = listing_of(her.product)
    at = her.answer(f"{HOME}/{listing.id}/goi/moi/dong-goi", container="Chai", amount="1,5", unit="kg")
    assert at.headers["Location"].endswith("/goi/moi/gia")
    at = her.answer(at.headers["Location"], price="350k")
    assert at.headers["Location"].endswith("ma-vach")
    at = her.answer(at.headers["Location"], do="skip")
    assert at.headers["Location"].endswith("cac-goi")
    first, second = db.session.query(Sku).filter_by(listing_id=listing.id).order_by(Sku.id)
    assert (second.label, second.net_grams, second.price_vnd) == ("Chai 1,5 kg", 1500, 350_000)
    assert (second.shelf_days, second.storage, second.vat_class) == (first.shelf_days, first.storage, "own_produce")
    gone = her.post(f"{HOME}/{listing.id}/goi/{second.code}/bo")
    assert gone.status_code == 303
    db.session.expire_all()
    assert [sku.is_active for sku in db.session.query(Sku).order_by(Sku.id)] == [True, False]
    last = her.post(f"{HOME}/{listing.id}/goi/{first.code}/bo")
    assert "Phải còn ít nhất một cỡ gói" in her.browser.get(last.headers["Location"]).text


def test_a_change_made_elsewhere_is_shown_beside_hers(her: Chairwoman) -> None:
    where = walk(her, "thanh-phan")
    page = her.browser.get(where).text
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen
    her.answer(where, answer="Mật ong của người khác")
    clash = her.post(where, seen=seen[1], answer="Mật ong của tôi")
    assert clash.status_code == 412
    assert "Mật ong của người khác" in clash.text
    assert "Mật ong của tôi" in clash.text
    fresh = re.search(r'name="seen" value="([^"]+)"', clash.text)
    assert fresh
    assert her.post(where, seen=fresh[1], answer="Mật ong của tôi").status_code == 303
    db.session.expire_all()
    assert listing_of(her.product).ingredients == "Mật ong của tôi"


def test_what_the_law_asks_for_is_missed_at_its_line(her: Chairwoman) -> None:
    walk(her, "thanh-phan")
    listing = listing_of(her.product)
    answer = her.post(f"{HOME}/{listing.id}/gui")
    assert answer.status_code == 422
    assert "NĐ 43/2017/NĐ-CP" in answer.text
    assert "Thành phần" in answer.text
    db.session.expire_all()
    assert listing_of(her.product).state == "draft"


def test_from_the_reading_one_line_is_changed_and_one_is_back(her: Chairwoman) -> None:
    read = walk(her)
    base = read.rsplit("/", 1)[0]
    changed = her.answer(f"{base}/cach-dung?ve=doc-lai", ve="doc-lai", answer="Phết bánh mì.")
    assert changed.headers["Location"].endswith("/doc-lai#l-usage")
    assert "Phết bánh mì." in her.browser.get(read).text


def test_a_bar_code_is_read_off_a_photo_and_compared_first(her: Chairwoman) -> None:
    where = walk(her, "ma-vach")
    drawn = zxingcpp.create_barcode("8938505974194", zxingcpp.BarcodeFormat.EAN13)
    out = io.BytesIO()
    Image.fromarray(zxingcpp.write_barcode_to_image(drawn, scale=4)).convert("RGB").save(out, "PNG")
    out.seek(0)
    page = her.answer(where, photo=(out, "ma.png"))
    assert page.status_code == 200
    assert 'value="8938505974194"' in page.text
    assert db.session.query(Sku).one().gtin is None
    blank = io.BytesIO()
    Image.new("RGB", (400, 400), "white").save(blank, "PNG")
    blank.seek(0)
    none = her.answer(where, photo=(blank, "trang.png"))
    assert none.status_code == 422
    assert "Không thấy mã vạch" in none.text


def test_another_s_listing_is_not_there(her: Chairwoman, app: Flask) -> None:
    where = walk(her, "gia")
    listing = listing_of(her.product)
    stranger = Chairwoman(app, make.certified_product("Nước mắm"))
    for url in (where, f"{HOME}/{listing.id}", f"{HOME}/{listing.id}/doc-lai"):
        assert stranger.browser.get(url).status_code == 404
    for url in (where, f"{HOME}/{listing.id}/gui", f"{HOME}/{listing.id}/goi/moi/bo"):
        assert stranger.post(url, price="99000").status_code == 404
    assert stranger.post(f"{HOME}/moi", product=her.product.code).status_code == 404
    assert her.product.name not in stranger.browser.get(HOME).text
    assert Browser(FreshClient(app)).get(HOME).status_code in (302, 303, 401)
    shopper = Browser(FreshClient(app)).become(make.user())
    assert shopper.get(HOME).status_code == 403


LOCKED = {
    "stars": "5", "certificate": "CN-1", "certificate_id": "1", "state": "live", "published_at": "2020-01-01",
    "sequence": "99", "product_id": "1", "product": "SP-1", "set_no": "14", "name": "Tên khác", "producer": "CT-1",
    "revoked_certificate_id": "1", "version": "77", "id": "9", "listing_id": "9", "code": "SKU-KHAC",
    "is_active": "false", "is_demo": "false", "slug": "ten-khac",
}  # fmt: skip


def test_no_field_of_any_screen_reaches_what_the_certificate_says(her: Chairwoman) -> None:
    def facts() -> tuple[object, ...]:
        db.session.expire_all()
        one, product = listing_of(her.product), db.session.get_one(Product, her.product.id)
        packs = [(sku.code, sku.is_active, sku.unit) for sku in db.session.query(Sku).order_by(Sku.id)]
        kept = (one.id, one.product_id, one.state, one.published_at, one.revoked_certificate_id)
        return kept, (product.name, product.set_no, product.producer_id, product.slug, product.is_demo), packs

    where = walk(her, "bao-quan")
    before = facts()
    base = where.split("/goi/")[0]
    for step, typed in ANSWERS:
        url = where.rsplit("/", 1)[0] + "/" + step if step in PACKED else f"{base}/{step}"
        assert her.answer(url, **{**LOCKED, **typed}).status_code == 303, step
        assert facts() == before, step


PACKED = {"dong-goi", "gia", "ma-vach", "thue", "han-dung", "bao-quan"}


def test_what_is_no_question_is_not_found(her: Chairwoman) -> None:
    walk(her, "thue")
    base = f"{HOME}/{listing_of(her.product).id}"
    for url in (
        f"{base}/khong-co",
        f"{base}/gia",
        f"{base}/goi/SKU-KHAC/gia",
        f"{base}/goi/moi/tom-tat",
        f"{HOME}/999999",
    ):
        assert her.browser.get(url).status_code == 404, url


def test_crafts_and_tickets_go_by_a_name(her: Chairwoman, app: Flask) -> None:
    craft = make.product("Bình gốm", set_no=21)
    make.certificate(craft)
    potter = Chairwoman(app, craft)
    base = potter.begin()
    assert "Bạn bán theo gì?" in potter.browser.get(f"{base}/goi/moi/dong-goi").text
    assert potter.answer(f"{base}/goi/moi/dong-goi", unit="none").status_code == 422
    assert potter.answer(f"{base}/goi/moi/dong-goi", unit="none", label="Bộ 6 chén").status_code == 303
    assert potter.answer(f"{base}/goi/moi/gia", price="350.000").status_code == 303
    pack = db.session.query(Sku).one()
    assert (pack.label, pack.unit, pack.net_pieces, pack.vat_class, pack.price_vnd) == (
        "Bộ 6 chén", "piece", None, "processed", 350_000,
    )  # fmt: skip


def test_odd_inputs_are_answered(her: Chairwoman) -> None:
    for product in ("", "\x00", "SP-KHONG", "x" * 5000, "' OR 1=1"):
        assert her.post(f"{HOME}/moi", product=product).status_code in (404, 422), product
    base = her.begin()
    for slug, typed in (("doc-lai", {}), ("khong", {}), ("goi/\x00/gia", {"price": "1"}), ("goi/moi/tom-tat", {})):
        assert her.post(f"{base}/{slug}", **typed).status_code == 404, slug
    for price in ("\x00", "1" * 500, "１２３", "NaN", "0x10"):
        assert her.post(f"{base}/goi/moi/gia", price=price).status_code == 422, price
    assert her.post(f"{base}/goi/moi/ma-vach", photo=(io.BytesIO(b"GIF89a"), "x.jpg")).status_code in (415, 422)
    assert her.post(f"{base}/ngay-thang", pick="a" * 9000).status_code == 422
