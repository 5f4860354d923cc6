"""Stores over REST and on their pages."""

from types import ModuleType

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core.accounts.actor import SYSTEM
from core.clock import today
from core.errors import EditConflict, Invalid
from shop.stores.mapping import APART, draw
from shop.stores.queries import list_stores
from shop.stores.service import change_store
from tests.support.clock import Clock


def test_a_store_tells_where_and_when(make: ModuleType, client: FlaskClient, clock: Clock) -> None:
    clock.on(today())
    make.store("kien-thuy")
    shown = client.get("/api/v1/stores/kien-thuy").json
    assert shown["is_open_now"] is True
    assert shown["hours"]["mon"] == [["07:00", "21:00"]]
    assert shown["area"]["name"] == "Xã Thử Nghiệm"
    assert client.get("/api/v1/stores").json["items"] == [shown]
    clock.forward(hours=13)
    assert client.get("/api/v1/stores/kien-thuy").json["is_open_now"] is False


def test_a_store_that_closed_for_good_is_gone_from_lists(make: ModuleType, client: FlaskClient) -> None:
    store = make.store("old")
    change_store(store.id, store.version, SYSTEM, is_active=False)
    assert client.get("/api/v1/stores").json["items"] == []
    assert client.get("/api/v1/stores/old").status_code == 404
    assert client.get("/cua-hang/old").status_code == 404


def test_a_stale_edit_is_refused(make: ModuleType) -> None:
    store = make.store()
    version = store.version
    change_store(store.id, version, SYSTEM, phone="0225 3881 000")
    with pytest.raises(EditConflict):
        change_store(store.id, version, SYSTEM, phone="0225 3881 111")
    with pytest.raises(Invalid):
        change_store(store.id, version + 1, SYSTEM, hours={"mon": [["9", "8"]]})


def test_the_pages_show_every_store(make: ModuleType, client: FlaskClient, session: Session) -> None:
    assert "Chưa có cửa hàng nào mở" in client.get("/cua-hang").text
    one, two = make.store("one"), make.store("two")
    change_store(one.id, one.version, SYSTEM, lat=20.75, lng=106.67)
    change_store(two.id, two.version, SYSTEM, lat=20.72, lng=107.05)
    page = client.get("/cua-hang").text
    assert "OCOP Mart one" in page
    assert "store-map" in page
    assert "07:00–21:00" in client.get("/cua-hang/one").text


@pytest.mark.on("sqlite")
def test_dots_of_one_place_can_each_be_pressed(make: ModuleType, session: Session) -> None:
    for number in range(5):
        store = make.store(f"s{number}")
        change_store(store.id, store.version, SYSTEM, lat=20.85 + number / 10_000, lng=106.68)
    far = make.store("far")
    change_store(far.id, far.version, SYSTEM, lat=20.70, lng=107.05)
    drawn = draw(list_stores())
    assert drawn is not None
    places = [(dot.x, dot.y) for dot in drawn.dots]
    apart = [((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5 for i, a in enumerate(places) for b in places[i + 1 :]]
    assert min(apart) > APART * 0.8


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("query", ["page=0", "page=x", "per_page=101", "per_page=-1", "limit=5"])
def test_a_wrong_page_is_refused(client: FlaskClient, query: str) -> None:
    assert client.get(f"/api/v1/stores?{query}").status_code == 422
