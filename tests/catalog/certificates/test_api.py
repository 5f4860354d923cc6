"""Certificates over HTTP: fields of the contract, refusals with codes, pages."""

from datetime import date
from types import ModuleType
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.support.clock import Clock

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both

BASE = "/api/v1/certificates"
TODAY = date(2026, 11, 22)


def body(product: str, **changes: object) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "product": product, "decision_number": "3981/QĐ-UBND", "decided_on": "2026-08-05", "issuer_level": "province",
        "issuer": "UBND tỉnh Lâm Đồng", "score": 69.25, "stars": 3, "valid_from": "2026-08-05",
        "valid_until": "2029-08-05",
    }  # fmt: skip
    return {**facts, **changes}


@pytest.fixture
def first(make: ModuleType, clock: Clock) -> dict[str, str]:
    clock.on(TODAY)
    return make.headers("certifier")


@pytest.fixture
def second(make: ModuleType, clock: Clock) -> dict[str, str]:
    clock.on(TODAY)
    return make.headers("certifier")


def test_entered_verified_and_seen(client: FlaskClient, make: ModuleType, first: Any, second: Any) -> None:
    product = make.product("Mắm nêm thử")
    entered = client.post(BASE, json=body(product.code), headers=first)
    assert entered.status_code == 201, entered.json
    code = entered.json["code"]
    assert (entered.json["state"], entered.json["stars"]) == ("entered", 3)
    assert client.get(f"{BASE}/{code}").status_code == 404
    hidden = client.get(f"/api/v1/desk/certificates/{code}", headers=second).json
    assert (hidden["stars"], hidden["valid_until"], hidden["score"]) == (None, None, None)
    same = client.post(f"{BASE}/{code}/verification", json={"stars": 3, "valid_until": "2029-08-05"}, headers=first)
    assert (same.status_code, same.json["code"]) == (409, "verification.same_person")
    wrong = client.post(f"{BASE}/{code}/verification", json={"stars": 4, "valid_until": "2029-08-05"}, headers=second)
    assert (wrong.status_code, wrong.json["code"], wrong.json["fields"]) == (409, "verification.differs", ["stars"])
    right = client.post(f"{BASE}/{code}/verification", json={"stars": 3, "valid_until": "2029-08-05"}, headers=second)
    assert right.status_code == 200, right.json
    seen = client.get(f"{BASE}/{code}").json
    assert (seen["status"], seen["stars"], seen["score"]) == ("valid", 3, 69.25)
    assert seen["decision"] == {"number": "3981/QĐ-UBND", "decided_on": "2026-08-05"}
    assert (seen["starts_on"], seen["ends_on"]) == ("2026-11-22", "2029-08-05")
    assert seen["product"]["slug"] == product.slug
    assert [h["code"] for h in seen["history"]] == [code]


@pytest.mark.parametrize(
    "wrong",
    [
        {"stars": 2}, {"stars": 6}, {"stars": 3.5}, {"stars": "3"}, {"stars": True}, {"stars": None},
        {"score": 101}, {"score": -1}, {"score": 69.255}, {"score": "x"}, {"score": True},
        {"valid_until": "2026-02-30"}, {"valid_until": "05/08/2029"}, {"valid_until": "2026-08-04"},
        {"valid_until": "2031-01-01"}, {"decided_on": "0000-01-01"}, {"issuer_level": "commune"},
        {"decision_number": ""}, {"decision_number": "1\u202e"}, {"issuer": "x" * 161}, {"unknown": 1},
        {"product": "SP-NOBODY0"},
    ],
)  # fmt: skip
def test_bad_entries_write_nothing(wrong: dict[str, Any], client: FlaskClient, make: ModuleType, first: Any) -> None:
    answer = client.post(BASE, json={**body(make.product().code), **wrong}, headers=first)
    assert answer.status_code == 422, answer.json
    assert answer.json["code"] in ("input.invalid", "law.contradicted", "product.unknown")
    assert client.get("/api/v1/desk/certificates", headers=first).json["total"] == 0


def test_a_repeated_entry_with_its_key_is_one(client: FlaskClient, make: ModuleType, first: Any) -> None:
    sent = body(make.product().code)
    answers = [client.post(BASE, json=sent, headers={**first, "Idempotency-Key": "k1"}) for _ in range(2)]
    assert answers[0].json == answers[1].json
    assert client.post(BASE, json=sent, headers=first).json["code"] == "certificate.duplicate"


def test_revoked_suspended_and_lifted(client: FlaskClient, make: ModuleType, first: Any) -> None:
    code = make.certificate(valid_from=date(2025, 1, 1)).code
    stop = client.post(f"{BASE}/{code}/suspension", json={"decision_number": "5", "ground": "nhãn"}, headers=first)
    assert (stop.status_code, stop.json["status"]) == (200, "suspended")
    assert client.delete(f"{BASE}/{code}/suspension", headers=first).json["status"] == "valid"
    end = client.post(f"{BASE}/{code}/revocation", json={"decision_number": "6", "ground": "breach"}, headers=first)
    assert (end.json["status"], end.json["revocation"]["ground"]) == ("revoked", "breach")
    again = client.post(f"{BASE}/{code}/revocation", json={"decision_number": "6", "ground": "breach"}, headers=first)
    assert (again.status_code, again.json["code"]) == (409, "certificate.already_revoked")
    early = make.certificate(valid_from=date(2025, 1, 1)).code
    sent = {"decision_number": "6", "ground": "breach", "effective_on": "2024-12-31"}
    assert client.post(f"{BASE}/{early}/revocation", json=sent, headers=first).status_code == 422


def test_extended(client: FlaskClient, make: ModuleType, first: Any) -> None:
    code = make.certificate(valid_from=date(2023, 11, 1), valid_until=date(2026, 11, 1)).code
    assert client.get(f"{BASE}/{code}").json["status"] == "lapsed"
    sent = {"receipt_number": "TN-7", "until": "2027-02-01"}
    refused = client.post(f"{BASE}/{code}/extension", json=sent, headers=first)
    assert (refused.status_code, refused.json["code"]) == (409, "renewal.receipt_unknown")
    sent["received_on"] = "2026-10-01"
    assert client.post(f"{BASE}/{code}/extension", json=sent, headers=first).json["status"] == "extended"


def test_discarded(client: FlaskClient, make: ModuleType, first: Any) -> None:
    code = make.certificate(verified=False).code
    assert client.delete(f"{BASE}/{code}", headers=first).status_code == 204
    verified = make.certificate().code
    assert client.delete(f"{BASE}/{verified}", headers=first).json["code"] == "verification.done"


@pytest.mark.parametrize("role", [None, "auditor", "admin"])
def test_only_certifiers_write(role: str | None, client: FlaskClient, make: ModuleType) -> None:
    headers = make.headers(role) if role else {}
    answer = client.post(BASE, json=body(make.product().code), headers=headers)
    assert answer.status_code == (403 if role else 401)
