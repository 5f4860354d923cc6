"""The desk of moderation and the page of prices, as browsers without scripts see them."""

import pytest
from flask.testing import FlaskClient

from catalog.changes.models import ChangeRequest
from catalog.changes.service import propose
from catalog.listings.service import edit_listing, submit, withdraw
from core.accounts.actor import SYSTEM, Actor
from core.accounts.models import UserAccount
from core.db import db
from tests.catalog.changes.conftest import Stand, stand
from tests.support.browser import Browser
from tests.support.client import FreshClient
from tests.support.queries import counted

pytestmark = pytest.mark.long("postgresql")  # what its pages say is the same on both


@pytest.fixture
def here(client: FlaskClient) -> Stand:
    """A live listing with its people."""
    return stand()


def browser(client: FlaskClient, who: Actor) -> Browser:
    """That person's own browser."""
    return Browser(FreshClient(client.application)).become(db.session.get_one(UserAccount, who.user_id))


def asked(here: Stand, **fields: object) -> ChangeRequest:
    """A request of the producer's person."""
    found = propose(here.owner, here.listing_id, here.listing.version, fields)
    assert found is not None
    return found


def test_staged_compared_approved_live(client: FlaskClient, here: Stand) -> None:
    request = asked(here, summary="Mật ong hoa nhãn.", is_gift=True)
    desk, address = browser(client, here.one), f"/quan-ly/duyet/{request.id}"
    assert address in desk.get("/quan-ly/duyet").text
    assert "sửa đổi, trang bán chờ duyệt" in desk.get("/quan-ly/").text
    page = desk.get(address).text
    assert "<del>rừng</del>" in page
    assert "<ins>hoa nhãn</ins>" in page
    assert "Mật ong rừng." in client.get(f"/san-pham/{here.slug}").text
    form = {"version": str(request.version), "do": "approve", "field": "summary"}
    bare = desk.post(address, page=address, **form)
    assert (bare.status_code, "nên cần lý do" in bare.text) == (422, True)
    done = desk.post(address, page=address, **form, phrase="0", reason="Chưa cần <b>quà</b>.")
    assert (done.status_code, done.headers["Location"]) == (303, "/quan-ly/duyet")
    assert "Mật ong hoa nhãn." in client.get(f"/san-pham/{here.slug}").text
    hers = browser(client, here.owner).get(address).text
    assert "Chưa cần &lt;b&gt;quà&lt;/b&gt;." in hers
    assert "Ảnh mờ hoặc tối" in hers
    assert here.one.label not in hers  # who decided is the house's business
    assert address in desk.get("/quan-ly/duyet?state=done").text


def test_the_second_moderator_is_told_and_keeps_what_she_typed(client: FlaskClient, here: Stand) -> None:
    request = asked(here, summary="Hai")
    one, two, address = browser(client, here.one), browser(client, here.two), f"/quan-ly/duyet/{request.id}"
    version = str(request.version)
    asked(here, summary="Ba")
    stale = one.post(address, page=address, version=version, do="reject", reason="Lý do dài của tôi")
    assert stale.status_code == 412
    assert "vừa thay đổi" in stale.text
    assert "Lý do dài của tôi" in stale.text
    db.session.refresh(request)
    form = {"version": str(request.version), "do": "approve", "field": "summary"}
    assert two.post(address, page=address, **form).status_code == 303
    late = one.post(address, page="/quan-ly/duyet/1", **form) if "csrf_token" in one.get(address).text else None
    assert late is None or late.status_code in (409, 412)
    assert here.listing.summary == "Ba"


def test_a_moved_value_shows_three_and_is_not_ticked(client: FlaskClient, here: Stand) -> None:
    request = asked(here, summary="Hai")
    edit_listing(SYSTEM, here.listing_id, here.listing.version, {"summary": "Khác rồi"})
    desk, address = browser(client, here.one), f"/quan-ly/duyet/{request.id}"
    page = desk.get(address).text
    assert all(word in page for word in ("Lúc đề nghị", "Bây giờ", "Khác rồi", "Xem cả ba giá trị"))
    assert 'value="summary" checked' not in page
    form = {"version": str(request.version), "do": "approve", "field": "summary"}
    assert desk.post(address, page=address, **form).status_code == 409
    seen = page.split('name="seen" value="summary=')[1].split('"')[0]
    assert desk.post(address, page=address, **form, seen=f"summary={seen}").status_code == 303
    assert here.listing.summary == "Hai"


def test_a_new_listing_is_read_whole_and_comes_back_with_a_reason(client: FlaskClient, here: Stand) -> None:
    withdraw(here.owner, here.listing_id, "Sửa")
    submit(here.owner, here.listing_id)
    request = db.session.query(ChangeRequest).one()
    desk, address = browser(client, here.one), f"/quan-ly/duyet/{request.id}"
    page = desk.get(address).text
    assert all(word in page for word in ("Trang bán được gửi duyệt", "Ong hút mật hoa rừng tràm.", "Hũ 500 g"))
    assert "trang bán mới" in desk.get("/quan-ly/duyet").text
    back = desk.post(address, page=address, version=str(request.version), do="reject", phrase="2")
    assert (back.status_code, here.listing.state) == (303, "draft")
    assert "Nhờ ghi đúng như nhãn" in browser(client, here.owner).get(address).text


def test_she_takes_it_back_on_the_page(client: FlaskClient, here: Stand) -> None:
    request = asked(here, summary="Hai")
    mine, address = browser(client, here.owner), f"/quan-ly/duyet/{request.id}"
    assert mine.post(f"{address}/rut", page=address, version="99").status_code == 412
    assert mine.post(f"{address}/rut", page=address, version=str(request.version)).status_code == 303
    assert "Đã rút" in mine.get(address).text
    assert "Không có gì chờ duyệt" in mine.get("/quan-ly/duyet").text


def test_a_price_that_doubles_is_asked_again_and_listed(client: FlaskClient, here: Stand) -> None:
    mine, address = browser(client, here.owner), f"/quan-ly/san-xuat/gia/{here.code}"
    assert "Giá hôm nay" in mine.get(address).text
    form = {"version": str(here.pack.version), "price": "250.000", "when": "now", "reason": "Lễ Tết"}
    asks = mine.post(address, page=address, **form)
    assert asks.status_code == 409
    assert 'name="is_confirmed"' in asks.text
    assert 'value="250.000"' in asks.text
    assert mine.post(address, page=address, **form, is_confirmed="true").status_code == 303
    assert here.pack.price_vnd == 250_000
    assert "250.000" in client.get(f"/san-pham/{here.slug}").text
    assert "+150%" in browser(client, here.one).get("/quan-ly/duyet?state=gia").text
    for wrong in (
        {"price": "0"},
        {"price": "1,5"},
        {"price": ""},
        {"when": "day"},
        {"when": "day", "starts_on": "1/1/2020"},
    ):
        assert (
            mine.post(address, page=address, **{**form, "version": str(here.pack.version), **wrong}).status_code == 422
        )


def test_pages_ask_the_same_however_much_there_is(client: FlaskClient, here: Stand) -> None:
    desk = browser(client, here.one)
    asked(here, summary="Hai")
    few = counted(lambda: desk.get("/quan-ly/duyet"))
    for _ in range(3):
        other = stand()
        asked(other, summary="Hai", story="Ba", is_gift=True)
    assert counted(lambda: desk.get("/quan-ly/duyet")) == few
