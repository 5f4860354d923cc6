"""The page behind a lot's label."""

from datetime import timedelta
from types import ModuleType

from flask.testing import FlaskClient

from core.accounts.actor import SYSTEM
from core.clock import today
from shop.inventory import service
from shop.inventory.service import Delivered
from tests.support.clock import Clock


def test_a_lot_tells_its_public_story_and_nothing_else(make: ModuleType, client: FlaskClient) -> None:
    store, sku = make.store("kien-thuy"), make.sku(name="Mật ong Cát Bà")
    made = today() - timedelta(days=3)
    line = Delivered(sku.code, "L-07", 12, made, today() + timedelta(days=300), True, 80_000, 2000)
    lot = service.receive(store, [line], SYSTEM).lines[0].lot
    told = client.get(f"/api/v1/trace/{lot.code}").json
    assert told["number"] == "L-07"
    assert told["is_on_sale"] is True
    assert told["certificate"]["status"] == "valid"
    assert told["steps"] == [
        {"kind": "made", "on": str(made), "store": None},
        {"kind": "receipt", "on": str(today()), "store": {"code": "kien-thuy", "name": store.name}},
    ]
    assert not {"unit_cost", "quantity", "commission_bp", "on_hand"} & set(str(told))
    page = client.get(f"/truy-xuat/{lot.code.lower()}")
    assert page.status_code == 200
    assert "Mật ong Cát Bà" in page.text
    assert "Lô này đang được bán" in page.text


def test_a_recall_is_the_first_thing_said(make: ModuleType, client: FlaskClient) -> None:
    lot = make.lot()
    service.recall(lot.code, SYSTEM, "Kiểm nghiệm")
    told = client.get(f"/api/v1/trace/{lot.code}").json
    assert (told["state"], told["reason"], told["is_on_sale"]) == ("recalled", "recall", False)
    assert "đã bị thu hồi" in client.get(f"/truy-xuat/{lot.code}").text


def test_after_a_lapse_no_star_is_drawn(make: ModuleType, client: FlaskClient, clock: Clock) -> None:
    clock.on(today())
    lot = make.lot(make.sku(valid_until=today()))
    clock.forward(days=1)
    assert client.get(f"/api/v1/trace/{lot.code}").json["is_on_sale"] is False
    page = client.get(f"/truy-xuat/{lot.code}").text
    assert "Sản phẩm hiện không bán" in page
    assert 'class="stars"' not in page


def test_a_code_that_is_not_ours_is_not_found(client: FlaskClient) -> None:
    for code in ("LO-NOTOURS0", "../1", "%00", "x" * 4000):
        assert client.get(f"/api/v1/trace/{code}").status_code == 404
        assert client.get(f"/truy-xuat/{code}").status_code == 404


def test_one_step_back_one_step_forward_then_and_today(make: ModuleType, client: FlaskClient, clock: Clock) -> None:
    clock.on(today())
    store, sku = make.store("kien-thuy"), make.sku(valid_until=today())
    received = today()
    made, ends = received - timedelta(days=3), received + timedelta(days=300)
    line = Delivered(sku.code, "L-07", 12, made, ends, True, 80_000, 2000)
    lot = service.receive(store, [line], SYSTEM).lines[0].lot
    before = client.get(f"/api/v1/trace/{lot.code}").json
    assert before["standing"] == {"made": "valid", "received": "valid", "today": "valid", "stars": 4}
    assert before["picture"].endswith(".svg")
    clock.forward(days=1)
    told = client.get(f"/api/v1/trace/{lot.code}").json
    assert told["standing"] == {"made": "valid", "received": "valid", "today": "lapsed", "stars": None}
    assert told["picture"] is None
    here = {"code": "kien-thuy", "name": store.name}
    assert (told["back"]["received_on"], told["back"]["store"]) == (str(received), here)
    assert set(told["back"]["producer"]) == {"code", "name", "address"}
    assert told["forward"] == [{"store": here, "since": str(received)}]
