"""Producers over the API: tax codes, versions, and whose they are."""

from types import ModuleType
from typing import Any

import pytest
from flask.testing import FlaskClient

from catalog.producers.rules import clean_tax_code, kind_of
from core.text import fold

BASE = "/api/v1/producers"
GOOD = {"name": "HTX Bàng La", "kind": "cooperative", "tax_code": "0100233488", "phone": "0912 345 678"}


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("0100233488", "0100233488"),
        (" 0314409058-002 ", "0314409058-002"),
        ("0314409058002", "0314409058-002"),
        ("0100233489", None),
        ("", None),
        ("mst", None),
    ],
)
def test_tax_codes(typed: str, clean: str | None) -> None:
    assert clean_tax_code(typed) == clean


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("HTX Trà Organic", "cooperative"),
        ("Tổ hợp tác nhãn Rạch Đùi", "cooperative_group"),
        ("Công ty TNHH An", "enterprise"),
        ("Hộ kinh doanh Ngọc Thảo", "business_household"),
        ("Cơ sở chế biến Làng Chài", "producing_household"),
    ],
)
def test_kinds_by_name(name: str, kind: str) -> None:
    assert kind_of(fold(name)) == kind


def test_created_read_and_changed(client: FlaskClient, make: ModuleType) -> None:
    certifier = make.headers("certifier")
    made = client.post(BASE, json={**GOOD, "area": make.area().code}, headers=certifier)
    assert made.status_code == 201, made.json
    code, etag = made.json["code"], made.headers["ETag"]
    assert (made.json["phone"], made.json["warnings"]) == ("+84912345678", [])
    assert client.get(f"{BASE}/{code}", headers=certifier).headers["ETag"] == etag
    assert client.patch(f"{BASE}/{code}", json={"name": "A"}, headers=certifier).status_code == 428
    changed = client.patch(f"{BASE}/{code}", json={"name": "HTX mới"}, headers={**certifier, "If-Match": etag})
    assert (changed.status_code, changed.json["name"], changed.json["version"]) == (200, "HTX mới", 2)
    stale = client.patch(f"{BASE}/{code}", json={"name": "C"}, headers={**certifier, "If-Match": etag})
    assert (stale.status_code, stale.json["code"]) == (412, "edit.conflict")


def test_a_tax_code_of_another_warns(client: FlaskClient, make: ModuleType) -> None:
    certifier = make.headers("certifier")
    client.post(BASE, json=GOOD, headers=certifier)
    twin = client.post(BASE, json={**GOOD, "name": "Chi nhánh"}, headers=certifier)
    assert twin.status_code == 201
    assert "HTX Bàng La" in twin.json["warnings"][0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""}, {"name": None}, {"kind": "company"}, {"tax_code": "0100233489"}, {"area": "99999"},
        {"area": "x"}, {"phone": "12"}, {"stars": 5}, {"address": "x" * 201}, {"name": "a\u0000b"},
    ],
)  # fmt: skip
def test_bad_producers_are_refused(wrong: dict[str, Any], client: FlaskClient, make: ModuleType) -> None:
    certifier = make.headers("certifier")
    assert client.post(BASE, json={**GOOD, **wrong}, headers=certifier).status_code == 422
    assert client.get(BASE, headers=certifier).json["total"] == 0


def test_a_producer_changes_only_its_own(client: FlaskClient, make: ModuleType) -> None:
    mine, other = make.producer(), make.producer()
    hand = make.headers("producer", ("producer", mine.code))
    sent = {"phone": "0912345678"}
    assert client.patch(f"{BASE}/{mine.code}", json=sent, headers={**hand, "If-Match": '"1"'}).status_code == 200
    assert client.patch(f"{BASE}/{other.code}", json=sent, headers={**hand, "If-Match": '"1"'}).status_code == 404
    assert client.get(f"{BASE}/{other.code}", headers=hand).status_code == 404
    assert client.post(BASE, json=GOOD, headers=hand).status_code == 403
