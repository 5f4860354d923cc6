"""Transfers over REST: the contract's calls, versions, foreign eyes, bad input, and the mail about what differs."""

from email.message import EmailMessage
from types import ModuleType
from typing import Any

import pytest
from flask import current_app
from flask.testing import FlaskClient

from core.db import db, transaction
from core.worker import run_pending
from shop.stores.models import Store
from tests.support.mails import text_of

pytestmark = pytest.mark.long("postgresql")
BASE = "/api/v1/transfers"


@pytest.fixture
def sides(make: ModuleType) -> tuple[Store, Store, dict[str, str], dict[str, str]]:
    """Two stores of one seller, the sender's manager and the receiver's cashier."""
    here, there = make.store(), make.store()
    with transaction():
        db.session.get_one(Store, there.id).seller_id = here.seller_id
    sender, receiver = (
        make.headers("store_manager", ("store", here.code)),
        make.headers("cashier", ("store", there.code)),
    )
    return here, there, sender, receiver


def body_of(here: Store, there: Store, lot: str, quantity: int = 6, **more: Any) -> dict[str, Any]:
    line = {"lot": lot, "quantity": quantity, "from_place": "shelf", "to_place": "shelf"}
    return {"from": here.code, "to": there.code, "lines": [line], **more}


def test_the_whole_way(client: FlaskClient, make: ModuleType, sides, monkeypatch: pytest.MonkeyPatch) -> None:
    here, there, sender, receiver = sides
    mails: list[EmailMessage] = []
    monkeypatch.setitem(current_app.extensions, "mailer", mails.append)
    lot = make.lot(store=here)
    key = sender | {"Idempotency-Key": "k1"}
    made = client.post(BASE, json=body_of(here, there, lot.code, note="xe 15C"), headers=key)
    assert (made.status_code, made.json["state"]) == (201, "draft")
    assert client.post(BASE, json=body_of(here, there, lot.code, note="xe 15C"), headers=key).json == made.json
    one = f"{BASE}/{made.json['id']}"
    changed = {"lines": body_of(here, there, lot.code, 5)["lines"]}
    assert client.put(one, json=changed, headers=sender).status_code == 428
    fresh = client.put(one, json=changed, headers=sender | {"If-Match": made.headers["ETag"]})
    assert (fresh.status_code, fresh.json["lines"][0]["quantity"]) == (200, 5)
    assert client.put(one, json=changed, headers=sender | {"If-Match": made.headers["ETag"]}).status_code == 412
    assert client.post(f"{one}/receipt", json={}, headers=receiver).status_code == 409
    assert client.post(f"{one}/dispatch", headers=receiver).status_code == 403
    sent = client.post(f"{one}/dispatch", headers=sender)
    assert (sent.status_code, sent.json["state"]) == (200, "dispatched")
    came = {"lines": [{"line": 1, "received": 3, "damaged": 1, "note": "vỡ"}]}
    taken = client.post(f"{one}/receipt", json=came, headers=receiver)
    assert (taken.json["state"], taken.json["differs"], taken.json["lines"][0]["missing"]) == ("received", True, 1)
    while run_pending():
        pass
    (mail,) = mails
    assert "chênh lệch" in str(mail["Subject"])
    assert "hỏng 1, thiếu 1" in text_of(mail)
    decided = {"lines": [{"line": 1, "outcome": "lost", "note": "hỏi lái xe"}]}
    assert client.post(f"{one}/closing", json=decided, headers=receiver).status_code == 403
    closed = client.post(f"{one}/closing", json=decided, headers=sender)
    assert (closed.status_code, closed.json["state"], closed.json["lines"][0]["outcome"]) == (200, "closed", "lost")
    listed = client.get(f"{BASE}?store={there.code}&state=closed", headers=receiver).json
    assert [row["id"] for row in listed["items"]] == [made.json["id"]]


def test_strangers_find_nothing(client: FlaskClient, make: ModuleType, sides) -> None:
    here, there, sender, _receiver = sides
    made = client.post(BASE, json=body_of(here, there, make.lot(store=here).code), headers=sender).json
    stranger = make.headers("store_manager", ("store", make.store().code))
    one = f"{BASE}/{made['id']}"
    assert client.get(one).status_code == 401
    assert client.get(one, headers=stranger).status_code == 404
    for act in ("dispatch", "receipt", "closing", "cancellation"):
        assert client.post(f"{one}/{act}", json={}, headers=stranger).status_code == 404, act
    assert client.get(BASE, headers=stranger).json["total"] == 0
    assert client.post(BASE, json=body_of(here, there, "LO-X"), headers=stranger).status_code == 404


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"lines": []}, 422), ({"lines": [{"lot": "LO-NONE", "quantity": 1}]}, 404), ({"to": "nowhere"}, 404),
        ({"lines": [{"lot": "x", "quantity": 0}]}, 422), ({"lines": [{"lot": "x", "quantity": 2.5}]}, 422),
        ({"unknown": 1}, 422), ({"note": "\x00"}, 422),
        ({"lines": [{"lot": "x", "quantity": 1, "from_place": "transit"}]}, 422),
    ],
)  # fmt: skip
def test_bad_input(client: FlaskClient, make: ModuleType, sides, change: dict[str, Any], status: int) -> None:
    here, there, sender, _receiver = sides
    answer = client.post(BASE, json=body_of(here, there, make.lot(store=here).code) | change, headers=sender)
    assert answer.status_code == status, answer.text


def test_a_refusal_names_the_lot(client: FlaskClient, make: ModuleType, sides) -> None:
    here, there, sender, _receiver = sides
    lot = make.lot(store=here, on_shelf=3)
    one = f"{BASE}/{client.post(BASE, json=body_of(here, there, lot.code), headers=sender).json['id']}"
    short = client.post(f"{one}/dispatch", headers=sender)
    assert (short.status_code, short.json["code"]) == (409, "transfer.short")
    assert (short.json["lines"][0]["lot"], short.json["lines"][0]["available"]) == (lot.code, 3)
    assert client.post(f"{one}/cancellation", headers=sender).json["state"] == "cancelled"
