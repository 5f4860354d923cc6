"""The API of changes: 202 while live, the queue, decisions with If-Match, histories, prices."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from core.clock import today
from tests import make
from tests.catalog.changes.conftest import Stand, stand

pytestmark = pytest.mark.long("postgresql")  # what its answers say is the same on both

API = "/api/v1"


@pytest.fixture
def here(client: FlaskClient) -> Stand:
    """A live listing with its people."""
    return stand()


class Caller:
    """Somebody with a token."""

    def __init__(self, client: FlaskClient, role: str, scope: tuple[str, str] | None = None) -> None:
        self.client, self.headers = client, make.headers(role, scope)

    def __call__(self, method: str, path: str, body: Any = None, match: int | None = None) -> Any:
        headers = {**self.headers, **({"If-Match": f'"{match}"'} if match is not None else {})}
        return self.client.open(API + path, method=method, json=body, headers=headers)


def test_an_edit_of_a_live_listing_by_the_contract(client: FlaskClient, here: Stand) -> None:
    producer, certifier = Caller(client, "producer", here.scope), Caller(client, "certifier")
    path = f"/listings/{here.listing_id}"
    assert producer("PATCH", path, {"summary": "Hai"}).status_code == 428
    assert producer("PATCH", path, {"summary": "Hai"}, 77).status_code == 412
    same = producer("PATCH", path, {"summary": here.listing.summary}, here.listing.version)
    assert (same.status_code, same.json["summary"]) == (200, "Mật ong rừng.")
    staged = producer("PATCH", path, {"summary": "Hai", "is_gift": True}, here.listing.version)
    assert (staged.status_code, staged.json["state"], staged.headers["ETag"]) == (
        202,
        "open",
        f'"{staged.json["version"]}"',
    )
    assert {one["field"]: (one["was"], one["now"], one["wanted"]) for one in staged.json["fields"]} == {
        "summary": ("Mật ong rừng.", "Mật ong rừng.", "Hai"), "is_gift": (False, False, True),
    }  # fmt: skip
    assert client.get(f"{API}/products/{here.slug}").json["summary"] == "Mật ong rừng."
    queue = certifier("GET", "/moderation").json
    assert (queue["total"], queue["items"][0]["fields"], queue["items"][0]["days"]) == (1, ["summary", "is_gift"], 0)
    change, version = f"/changes/{staged.json['id']}", staged.json["version"]
    assert producer("POST", f"{change}/approval", {}, version).status_code == 403
    assert certifier("POST", f"{change}/approval", {}).status_code == 428
    assert certifier("POST", f"{change}/approval", {}, 99).json["code"] == "edit.conflict"
    assert certifier("POST", f"{change}/rejection", {}, version).status_code == 422
    half = certifier("POST", f"{change}/approval", {"fields": ["is_gift"], "reason": "Câu chưa rõ."}, version)
    assert (half.status_code, half.json["state"], half.json["reason"]) == (200, "partly", "Câu chưa rõ.")
    late = certifier("POST", f"{change}/approval", {}, half.json["version"])
    assert (late.status_code, late.json["code"]) == (409, "change.decided")
    assert client.get(f"{API}/products/{here.slug}").json["is_gift"] is True
    past = producer("GET", f"{path}/changes").json["items"]
    assert {one["field"]: (one["state"], one["reason"]) for one in past} == {
        "summary": ("rejected", "Câu chưa rõ."), "is_gift": ("approved", ""),
    }  # fmt: skip
    assert [one["field"] for one in producer("GET", f"{path}/changes?field=summary").json["items"]] == ["summary"]
    assert producer("GET", "/moderation?state=partly").json["total"] == 1
    assert producer("GET", "/moderation?state=nonsense").status_code == 422


def test_a_moved_value_names_three(client: FlaskClient, here: Stand) -> None:
    producer, certifier = Caller(client, "producer", here.scope), Caller(client, "certifier")
    path = f"/listings/{here.listing_id}"
    change = producer("PATCH", path, {"summary": "Hai"}, here.listing.version).json
    producer("POST", f"{path}/withdrawal", {"reason": "Sửa"})
    producer("PATCH", path, {"summary": "Ba"}, here.listing.version)
    address = f"/changes/{change['id']}"
    moved = certifier("POST", f"{address}/approval", {}, change["version"])
    line = moved.json["lines"][0]
    assert (moved.status_code, moved.json["code"], line["was"], line["now"], line["wanted"]) == (
        409, "change.moved", "Mật ong rừng.", "Ba", "Hai",
    )  # fmt: skip
    done = certifier("POST", f"{address}/approval", {"seen": {"summary": line["seen"]}}, change["version"])
    assert (done.status_code, here.listing.summary) == (200, "Hai")


def test_packs_and_withdrawal(client: FlaskClient, here: Stand) -> None:
    producer, certifier = Caller(client, "producer", here.scope), Caller(client, "certifier")
    added = producer("POST", f"/listings/{here.listing_id}/skus", {"label": "Hũ 1 kg", "price": 180_000})
    assert (added.status_code, len(added.json["fields"])) == (202, 1)
    both = producer("PATCH", f"/skus/{here.code}", {"label": "Hũ 600 g", "price": 110_000}, here.pack.version)
    assert (both.status_code, len(both.json["fields"]), here.pack.price_vnd) == (202, 2, 110_000)
    assert here.pack.label == "Hũ 500 g"
    big = producer("PATCH", f"/skus/{here.code}", {"price": 300_000}, here.pack.version)
    assert (big.status_code, big.json["code"], big.json["percent"]) == (409, "price.big_change", 172)
    sure = {"price": 300_000, "is_price_confirmed": True}
    assert producer("PATCH", f"/skus/{here.code}", sure, here.pack.version).json["price"] == 300_000
    change = f"/changes/{both.json['id']}"
    gone = producer("POST", f"{change}/withdrawal", None, both.json["version"])
    assert (gone.status_code, gone.json["state"]) == (200, "withdrawn")
    assert certifier("GET", change).json["state"] == "withdrawn"


def test_prices_by_the_api(client: FlaskClient, here: Stand) -> None:
    producer = Caller(client, "producer", here.scope)
    path, version = f"/skus/{here.code}/prices", here.pack.version
    day = today().replace(year=today().year + 1, month=1, day=2).isoformat()
    prices = [{"price": one} for one in (0, -1, 10**13, "9", 1.5, None, True)]
    days = [{"price": 9, "is_confirmed": True, "starts_on": one} for one in ("2026-02-30", "2020-01-01", "9999-12-31")]
    for body in ({}, {"price": 9, "x": 1}, *prices, *days):
        assert producer("POST", path, body, version).status_code == 422, body
    assert producer("POST", path, {"price": 90_000}).status_code == 428
    planned = producer("POST", path, {"price": 90_000, "starts_on": day, "reason": "Vào vụ"}, version)
    assert (planned.status_code, planned.json["price"]) == (201, 100_000)
    assert [(one["price"], one["starts_on"]) for one in planned.json["planned"]] == [(90_000, day)]
    now = producer("POST", path, {"price": 120_000}, version)
    assert (now.json["price"], now.json["history"][-1]["before"]) == (120_000, 100_000)
    cancelled = f"/prices/{planned.json['planned'][0]['id']}/cancellation"
    assert producer("POST", cancelled).json["cancelled_at"]
    assert producer("POST", cancelled).json["code"] == "price.begun"
    assert Caller(client, "auditor")("GET", path).json["planned"] == []
    assert producer("GET", "/skus/KHONG-CO/prices").status_code == 404


def test_who_hands_in_does_not_publish_by_the_api(client: FlaskClient, here: Stand) -> None:
    one, two = Caller(client, "certifier"), Caller(client, "certifier")
    path = f"/listings/{here.listing_id}"
    one("POST", f"{path}/withdrawal", {"reason": "Sửa"})
    one("POST", f"{path}/submission")
    assert one("POST", f"{path}/publication").json["code"] == "change.own"
    assert two("POST", f"{path}/publication").json["state"] == "live"


def test_ids_that_are_none(client: FlaskClient, here: Stand) -> None:
    certifier = Caller(client, "certifier")
    for one in ("0", "999999", "99999999999999999999", "-1", "1e3", "%00", "x"):
        assert certifier("GET", f"/changes/{one}").status_code == 404
        assert certifier("POST", f"/changes/{one}/approval", {}, 1).status_code == 404
        assert certifier("POST", f"/prices/{one}/cancellation").status_code == 404
        assert certifier("GET", f"/listings/{one}/changes").status_code == 404
    body = {"fields": ["summary"] * 501}
    assert certifier("POST", "/changes/1/approval", body, 1).status_code == 422
    assert certifier("POST", "/changes/1/approval", {"seen": {"summary": 5}}, 1).status_code == 422
    assert certifier("POST", "/changes/1/approval", {"everything": True}, 1).status_code == 422
    assert certifier("GET", "/moderation?per_page=101").status_code == 422


def test_a_listing_begins_with_at_most_fifty_packs(client: FlaskClient) -> None:
    product = make.product()
    body = {"product": product.slug, "skus": [{"label": "Hũ", "price": 1}] * 51}
    answer = Caller(client, "admin")("POST", "/listings", body)
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["skus"])
