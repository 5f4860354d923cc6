"""A guest's review on its pages, from her order to the product and back."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.reviews.models import Review
from tests.shop.reviews.conftest import Bought
from tests.support.browser import Browser

TYPED = {"marks": "4", "words": "Thơm, đặc", "naming": "initials"}


def address(bought: Bought, code: str | None = None) -> str:
    return f"/don-hang/{bought.order.number}/danh-gia/{code or bought.product.code}"


pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both


def test_a_guest_writes_edits_and_takes_back(bought: Bought, client: FlaskClient, session: Session) -> None:
    guest, token, url = Browser(client), bought.order.token, address(bought)
    shown = guest.get(f"/don-hang/{bought.order.number}?token={token}").text
    assert f"/don-hang/{bought.order.number}/danh-gia" in shown
    listed = guest.get(f"/don-hang/{bought.order.number}/danh-gia?token={token}")
    assert listed.headers["Referrer-Policy"] == "no-referrer" and "Nước mắm thử" in listed.text
    page = f"{url}?token={token}"
    assert "N. T. T." in guest.get(page).text
    assert guest.post(url, page, token=token, **TYPED).status_code == 303
    product = guest.get(f"/san-pham/{bought.product.slug}").text
    assert "Thơm, đặc" in product and "N. T. T." in product and "Ngô Thị Thử" not in product
    assert "+84912345678" not in product and "11/2026" in product
    one = session.scalars(select(Review)).one()
    changed = {**TYPED, "words": "Lần này nhạt", "marks": "2", "version": str(one.version)}
    assert guest.post(url, page, token=token, **changed).status_code == 303
    assert guest.post(url, page, token=token, **changed).status_code == 412, "the version is spent"
    assert "Lần này nhạt" in guest.get(f"/san-pham/{bought.product.slug}/danh-gia?sort=lowest").text
    assert guest.post(f"{url}/rut", page, token=token).status_code == 303
    assert "Lần này nhạt" not in guest.get(f"/san-pham/{bought.product.slug}/danh-gia").text
