"""The desks of reviews, of those who wait, and of gift baskets."""

from types import ModuleType

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.accounts.actor import ANONYMOUS
from core.accounts.contacts import Contact
from core.audit import AuditEntry
from shop.baskets.models import GiftBasket
from shop.inventory.service import Delivered, receive
from shop.reviews import service as reviews
from shop.reviews.models import Review
from shop.waiting import service as waiting
from shop.waiting.models import Wait
from tests.shop.reviews.conftest import Bought, build, product_of
from tests.shop.waiting.conftest import work
from tests.support.browser import Browser
from tests.support.clock import Clock

pytestmark = pytest.mark.long("postgresql")  # what its pages say is the same on both


@pytest.fixture
def bought(make: ModuleType, clock: Clock) -> Bought:
    return build(make, clock)


def review(bought: Bought, words: str) -> Review:
    return reviews.write(
        ANONYMOUS, bought.order.number, bought.order.token, product=bought.product.slug, marks=2, words=words
    )


def test_the_moderator_hides_by_law_and_lets_stand(bought: Bought, client: FlaskClient, session: Session) -> None:
    one = review(bought, "Gọi 0912 345 678")
    desk = Browser(client).become(bought.make.user("admin"))
    page = f"/quan-ly/danh-gia/{one.code}"
    assert one.code in desk.get("/quan-ly/danh-gia").text
    assert "có số điện thoại" in desk.get(page).text
    assert desk.post(f"{page}/an", page, version="1", ground="", note="xấu").status_code == 422
    assert desk.post(f"{page}/an", page, version="9", ground="personal", note="Có số").status_code == 412
    assert desk.post(f"{page}/an", page, version="1", ground="personal", note="Có số của người khác").status_code == 303
    assert one.code in desk.get("/quan-ly/danh-gia?kind=hidden").text
    assert desk.post(f"{page}/hien", page, version="2", note="").status_code == 303
    session.expire_all()
    assert session.scalars(select(Review.state)).one() == "shown"
    assert desk.get("/quan-ly/danh-gia/DG-NO").status_code == 404


@pytest.mark.long
def test_a_producer_answers_her_own_and_nobody_else_s(bought: Bought, client: FlaskClient, session: Session) -> None:
    one = review(bought, "Nhạt")
    code = bought.product.producer.code
    stranger = Browser(client).become(bought.make.user("producer", ("producer", bought.make.producer().code)))
    assert one.code not in stranger.get("/quan-ly/khach-noi").text
    home = "/quan-ly/khach-noi"
    assert stranger.post(f"{home}/{one.code}", "/quen-mat-khau", version="1", words="Của tôi").status_code in (
        302,
        303,
        404,
    )
    session.expire_all()
    assert session.scalars(select(Review.answer)).one() is None
    own = Browser(client).become(bought.make.user("producer", ("producer", code)))
    assert "Nhạt" in own.get(home).text
    assert own.post(f"{home}/{one.code}", home, version="1", words="").status_code == 422
    assert own.post(f"{home}/{one.code}", home, version="1", words="Xin lỗi chị").status_code == 303
    assert "Xin lỗi chị" in client.get(f"/san-pham/{bought.product.slug}/danh-gia").text
    assert own.get("/quan-ly/danh-gia").status_code == 403


@pytest.mark.long
def test_whom_to_call_and_whom_to_forget(bought: Bought, client: FlaskClient, session: Session) -> None:
    make = bought.make
    gone = make.sku(name="Hết rồi")
    product = product_of(gone)
    waiting.note(ANONYMOUS, Contact(phone="+84912345678"), product.slug)
    keeper = Browser(client).become(make.user("store_manager", ("store", bought.store.code)))
    shown = keeper.get("/quan-ly/cho-hang").text
    assert "Hết rồi" in shown and "0912 345 678" not in shown
    line = Delivered(gone.code, "L1", 5, None, None, is_consigned=True, unit_cost_vnd=1)
    receive(bought.store, [line], make.actor("store_manager", ("store", bought.store.code)))
    work()
    called = keeper.get("/quan-ly/cho-hang").text
    assert "0912 345 678" in called and "còn hàng" in called
    other = Browser(client).become(make.user("store_manager", ("store", make.store().code)))
    assert "0912 345 678" not in other.get("/quan-ly/cho-hang").text
    own = Browser(client).become(make.user("producer", ("producer", product.producer.code)))
    assert "0912 345 678" not in own.get("/quan-ly/cho-hang").text
    admin = Browser(client).become(make.user("admin"))
    page = "/quan-ly/cho-hang"
    assert admin.post(f"{page}/xoa-nguoi", page, contact="không phải").status_code == 422
    assert admin.post(f"{page}/xoa-nguoi", page, contact="0912 345 678").status_code == 303
    session.expire_all()
    assert session.scalars(select(Wait)).all() == []
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "person.forgotten")).one()
    assert entry.data["waits"] == 1 and "912345678" not in f"{entry.data}{entry.subject}"


def test_a_basket_is_composed_and_put_on_the_shelf(bought: Bought, client: FlaskClient, session: Session) -> None:
    desk = Browser(client).become(bought.make.user("store_manager", ("store", bought.store.code)))
    form = {"store": bought.store.code, "name": "Giỏ thử", "occasion": "tet", "words": "", "wrap_vnd": "30.000"}
    new = "/quan-ly/gio-qua/moi"
    assert desk.post(new, new, **{**form, "name": ""}).status_code == 422
    assert desk.post(new, new, **{**form, "from_on": "2026-12-02", "until_on": "2026-12-01"}).status_code == 422
    assert desk.post(new, new, **{**form, "store": bought.make.store().code}).status_code == 404
    page = desk.post(new, new, **form).location
    assert "Mật ong thử" in desk.get(f"{page}?q=mat").text and "Nước mắm thử" not in desk.get(f"{page}?q=mat").text
    assert desk.post(f"{page}/ban", page, version="1").status_code == 409, "an empty basket"
    assert desk.post(f"{page}/mon", page, version="1", sku=bought.sku.code, quantity="2").status_code == 303
    assert desk.post(f"{page}/mon", page, version="1", sku=bought.other.code, quantity="1").status_code == 412
    assert desk.post(f"{page}/mon", page, version="2", sku="SKU-NO", quantity="1").status_code == 422
    assert desk.post(f"{page}/mon", page, version="2", sku=bought.other.code, quantity="1").status_code == 303
    assert desk.post(f"{page}/mon/1", page, version="3", quantity="1").status_code == 303
    assert desk.post(f"{page}/ban", page, version="4").status_code == 303
    text = desk.get(page).text
    assert "270.000" in text and "30/11/2026" in text
    session.expire_all()
    assert session.scalars(select(GiftBasket)).one().state == "published"
    stranger = Browser(client).become(bought.make.user("store_manager", ("store", bought.make.store().code)))
    assert stranger.get(page).status_code == 404 and "Giỏ thử" not in stranger.get("/quan-ly/gio-qua").text
    desk = Browser(client).become(bought.make.user("store_manager", ("store", bought.store.code)))
    assert desk.post(f"{page}/thoi-ban", page, version="5").status_code == 303
