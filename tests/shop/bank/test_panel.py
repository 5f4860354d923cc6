"""The transfer on the buyer's phone: text, picture and state, read back by decoders that are not ours."""

import io
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image
from vietnam_qr_pay import QRPay

from core.clock import now
from core.db import transaction
from shop.bank import picture
from shop.bank.links import read_token, token_of
from shop.bank.panel import facts_of
from shop.orders.models import Order
from shop.payments import jobs as payment_jobs
from tests.shop.bank.conftest import Till
from tests.support.clock import Clock
from tests.support.needs import lacking

pytestmark = pytest.mark.long("postgresql")  # what pages and pictures say is the same on both


def scanned(image: bytes, folder: Path) -> str:
    """What zbar reads in a picture."""
    if shutil.which("zbarimg") is None:
        lacking("there is no zbarimg")
    (folder / "qr.png").write_bytes(image)
    read = subprocess.run(
        ["zbarimg", "--raw", "-q", str(folder / "qr.png")], capture_output=True, text=True, check=True
    )
    return read.stdout.strip()


def page(client: FlaskClient, order: Order) -> str:
    return client.get(f"/don-hang/{order.number}?token={order.token}").text


def address(text: str, what: str) -> str:
    found = re.search(rf'"(/chuyen-khoan/[^"]*{what}[^"]*)"', text)
    assert found, what
    return found[1].replace("&amp;", "&")


def test_the_picture_is_read_by_two_strangers(till: Till, client: FlaskClient, tmp_path: Path) -> None:
    order = till.order()
    payment = till.payment(order)
    answer = client.get(address(page(client, order), "qr.png"))
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert "attachment" in answer.headers["Content-Disposition"]
    text = scanned(answer.get_data(), tmp_path)
    assert text == payment.qr_text
    read = QRPay(text)
    assert (read.is_valid, read.amount, read.consumer.bank_number) == (True, str(order.total_vnd), payment.bank_account)
    assert read.additional_data.purpose == payment.memo


def test_the_drawing_on_the_page_is_read_too(till: Till, tmp_path: Path) -> None:
    text = till.payment(till.order()).qr_text or ""
    drawn = str(picture.svg(text))
    size, path = re.search(r'viewBox="0 0 (\d+) \d+"', drawn), re.search(r' d="([^"]+)"', drawn)
    size = size or re.search(r'<svg[^>]*width="(\d+)"', drawn)
    assert size and path
    assert scanned(rasterised(path[1]), tmp_path) == text


def rasterised(path: str) -> bytes:
    """The rows of modules that segno's path names: moves and horizontal strokes."""
    strokes: list[tuple[int, int, int]] = []
    x = y = 0.0
    for verb, one, other in re.findall(r"([MmhH])\s*(-?[\d.]+)(?:[ ,]?(-?[\d.]+))?", path):
        if verb in "Mm":
            x, y = (float(one), float(other)) if verb == "M" else (x + float(one), y + float(other))
        else:
            strokes.append((int(x), int(y), int(float(one))))
            x += float(one)
    side = max(left + length for left, _top, length in strokes) + 8
    sheet = Image.new("L", (side, side), 255)
    for left, top, length in strokes:
        for at in range(left, left + length):
            sheet.putpixel((at, top), 0)
    out = io.BytesIO()
    sheet.resize((side * 8, side * 8), Image.Resampling.NEAREST).save(out, "PNG")
    return out.getvalue()


def test_the_page_says_everything_without_scripts(till: Till, client: FlaskClient) -> None:
    order = till.order()
    text, payment = page(client, order), till.payment(order)
    for said in (payment.memo, payment.bank_account, payment.payee_name, "Lưu ảnh QR", "Trả bằng chính điện thoại này"):
        assert str(said) in text
    assert 'data-countdown="' in text
    assert "data-copy=" in text
    assert "Chuyển đúng số tiền" not in text  # it is said once
    assert "/chuyen-khoan/" not in client.get(f"/don-hang/{order.number}").text


def payee(text: str) -> str:
    """What the page names as payee, without tags."""
    found = re.search(r"<dt>Người nhận</dt><dd>(.*?)</dd>", text)
    assert found
    return re.sub(r"<[^>]+>", "", found[1])


def test_the_payee_is_the_holder_that_the_buyers_bank_will_show(till: Till, client: FlaskClient) -> None:
    """Her bank's app shows the account's holder; another name on our page would look like fraud."""
    order, seller = till.order(), till.seller
    with transaction():
        seller.bank_holder = "HTX NONG NGHIEP THU"
    assert payee(page(client, order)) == f"HTX NONG NGHIEP THU · {seller.name}"
    assert "HTX NONG NGHIEP THU" in [line for line, _size, _ink in picture.lines_of(till.payment(order))]


def test_a_payment_to_an_account_of_before_names_no_holder_of_todays(till: Till, client: FlaskClient) -> None:
    order, other, seller = till.order(), till.order(), till.seller
    with transaction():
        seller.bank_account, seller.bank_holder = "0099000000000", "CHU TAI KHOAN MOI"
    assert payee(page(client, order)) == seller.name
    with transaction():
        seller.bank_account, seller.bank_holder = "0011000000000", None
    assert payee(page(client, other)) == seller.name


def test_the_page_asks_for_its_state_and_turns(till: Till, client: FlaskClient) -> None:
    order = till.order()
    asked = address(page(client, order), "tinh-trang")
    assert client.get(asked).status_code == 204
    till.tell(order.number, 50_000)
    part = client.get(asked)
    assert (part.status_code, part.headers["HX-Refresh"]) == (200, "true")
    text = page(client, order)
    assert "còn thiếu 70.000" in text.replace("\xa0", " ")
    again = address(text, "tinh-trang")
    assert client.get(again).status_code == 204
    till.tell(order.number, order.total_vnd - 50_000)
    assert client.get(again).headers["HX-Refresh"] == "true"
    text = page(client, order)
    assert "Đã nhận 120.000" in text.replace("\xa0", " ")
    assert "tinh-trang" not in text


@pytest.mark.long
def test_the_rest_has_a_code_of_its_own(till: Till, client: FlaskClient, tmp_path: Path) -> None:
    order = till.order()
    till.tell(order.number, 50_000)
    read = QRPay(scanned(client.get(address(page(client, order), "qr.png")).get_data(), tmp_path))
    assert (read.is_valid, read.amount) == (True, str(order.total_vnd - 50_000))


@pytest.mark.long
def test_what_is_paid_or_over_is_drawn_no_more(till: Till, client: FlaskClient, clock: Clock) -> None:
    clock.forward(seconds=0)
    paid, over = till.order(), till.order()
    pictures = [address(page(client, one), "qr.png") for one in (paid, over)]
    till.tell(paid.number, paid.total_vnd)
    till.tell(over.number, 1_000)
    clock.forward(hours=25)
    payment_jobs.end_windows(now())
    assert [client.get(one).status_code for one in pictures] == [404, 404]
    assert "Đã nhận 1.000" in page(client, over).replace("\xa0", " ")
    assert facts_of(till.payment(till.order("at_store"))) is None


@pytest.mark.long
def test_too_much_asks_for_no_more(till: Till, client: FlaskClient) -> None:
    order = till.order()
    till.tell(order.number, order.total_vnd + 1)
    text = page(client, order)
    assert "nhiều hơn số phải trả" in text
    assert "qr.png" not in text


@pytest.mark.parametrize("forged", ["x", "Im9yZDpESC0wMDAwMDAwMCI.AAAA", "é", "../../x"])
def test_a_forged_address_finds_nothing(client: FlaskClient, forged: str) -> None:
    for what in ("qr.png", "tinh-trang"):
        assert client.get(f"/chuyen-khoan/{forged}/{what}").status_code == 404
    assert read_token(token_of("ord:DH-1")) == "ord:DH-1"
    assert client.get(f"/chuyen-khoan/{token_of('ord:DH-1')}/qr.png").status_code == 404
