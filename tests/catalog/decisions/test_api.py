"""/api/v1/decisions: the contract, and what no decision may be."""

from datetime import date
from types import ModuleType
from typing import Any

import pytest
from flask.testing import FlaskClient

from catalog.certificates.models import Certificate
from catalog.decisions.models import Decision
from core.db import db
from tests.catalog.decisions.conftest import DAY, product_line
from tests.support.clock import Clock

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both

URL = "/api/v1/decisions"
FACTS = {
    "kind": "recognition", "number": "3981/QĐ-UBND", "decided_on": "2026-08-05", "issuer_level": "province",
    "issuer": "UBND tỉnh Đồng Tháp",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _on_the_day(clock: Clock) -> None:
    clock.on(DAY)


@pytest.fixture
def first(app: object, make: ModuleType) -> dict[str, str]:
    return make.headers("certifier")


@pytest.fixture
def second(app: object, make: ModuleType) -> dict[str, str]:
    return make.headers("certifier")


def body(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {**FACTS, "lines": list(lines or (product_line(),)), **more}


def test_tried_entered_read_confirmed(client: FlaskClient, first: dict[str, str], second: dict[str, str]) -> None:
    trial = client.post(f"{URL}?dry_run=1", json=body(), headers=first)
    assert trial.status_code == 200
    assert trial.json["totals"] == {"products": 1, "stars": {"3": 1}, "new_products": 1, "new_producers": 1}  # type: ignore[index]
    assert db.session.query(Decision).count() == 0
    entered = client.post(URL, json=body(), headers={**first, "Idempotency-Key": "one"})
    assert (entered.status_code, entered.json["state"], entered.json["products"]) == (201, "entered", 1)  # type: ignore[index]
    assert "ETag" in entered.headers
    again = client.post(URL, json=body(), headers={**first, "Idempotency-Key": "two"})
    assert (again.status_code, again.json["id"]) == (200, entered.json["id"])  # type: ignore[index]
    one = f"{URL}/{entered.json['id']}"  # type: ignore[index]
    assert client.get(one, headers=second).json["lines"][0]["cells"]["product_name"] == "Khô cá lóc"  # type: ignore[index]
    assert client.get(f"{URL}?state=entered&q=3981", headers=second).json["total"] == 1  # type: ignore[index]
    assert client.get(f"{URL}?q=99", headers=second).json["total"] == 0  # type: ignore[index]
    done = client.post(f"{one}/confirmation", json={"products": 1, "stars": {"3": 1, "5": 0}}, headers=second)
    assert (done.status_code, done.json["state"]) == (200, "confirmed")  # type: ignore[index]
    code = done.json["lines"][0]["certificate"]  # type: ignore[index]
    assert client.get(f"/api/v1/certificates/{code}").json["status"] == "valid"  # type: ignore[index]
    assert client.delete(one, headers=first).status_code == 409


def test_discarded_before_it_is_confirmed(client: FlaskClient, first: dict[str, str], second: dict[str, str]) -> None:
    one = f"{URL}/{client.post(URL, json=body(), headers=first).json['id']}"  # type: ignore[index]
    assert client.delete(one, headers=first).status_code == 204
    late = client.post(f"{one}/confirmation", json={}, headers=second)
    assert (late.status_code, late.json["code"]) == (409, "decision.closed")  # type: ignore[index]
    assert client.get(one, headers=first).json["state"] == "discarded"  # type: ignore[index]


@pytest.mark.parametrize(
    "change",
    [
        {"lines": []},
        {"lines": None},
        {"lines": "x"},
        {"lines": [1]},
        {"lines": [[]]},
        {"lines": [{}]},
        {"lines": [{"product_name": {"a": [1]}}]},
        {"lines": [product_line(stars=10**30)]},
        {"lines": [product_line(score="NaN")]},
        {"lines": [product_line(product_name="a\u0000b")]},
        {"lines": [product_line(valid_until="+275760-01-01")]},
        {"lines": [product_line()] * 2},
        {"lines": [product_line()] * 5001},
        {"kind": "gift"},
        {"kind": None},
        {"number": ""},
        {"number": "9" * 61},
        {"decided_on": "2026-02-30"},
        {"decided_on": "03/04/2026"},
        {"decided_on": "2026-11-23"},
        {"issuer_level": "galaxy"},
        {"is_demo": True},
        {"state": "confirmed"},
        {"until_on": "2026-12-01", "kind": "revocation", "ground": "breach", "effective_on": "2026-11-22"},
    ],
)
def test_bad_decisions(client: FlaskClient, first: dict[str, str], change: dict[str, Any]) -> None:
    for url in (URL, f"{URL}?dry_run=1"):
        answer = client.post(url, json=body() | change, headers=first)
        assert 400 <= answer.status_code < 500, answer.json
        assert answer.json["code"] in ("input.invalid", "import.refused")  # type: ignore[index]
    assert db.session.query(Decision).count() == 0


@pytest.mark.parametrize("count", [-1, "1", 1.5, True, None, 10**30])
def test_bad_counts(client: FlaskClient, first: dict[str, str], second: dict[str, str], count: object) -> None:
    one = f"{URL}/{client.post(URL, json=body(), headers=first).json['id']}"  # type: ignore[index]
    for counted in ({"products": count}, {"stars": {"3": count}}, {"stars": {"2": 1}}, {"stars": []}):
        assert client.post(f"{one}/confirmation", json=counted, headers=second).status_code == 422
    assert db.session.query(Certificate).count() == 0


def test_who_may(client: FlaskClient, first: dict[str, str], make: ModuleType) -> None:
    one = f"{URL}/{client.post(URL, json=body(), headers=first).json['id']}"  # type: ignore[index]
    reads = {"auditor": 200, "admin": 200, "reporter": 403, "shopper": 403}
    for role, expected in reads.items():
        headers = make.headers(role, ("area", "31") if role == "reporter" else None)
        assert client.get(one, headers=headers).status_code == client.get(URL, headers=headers).status_code == expected
        assert client.post(URL, json=body(), headers=headers).status_code == 403
        assert client.post(f"{one}/confirmation", json={}, headers=headers).status_code == 403
        assert client.delete(one, headers=headers).status_code == 403
    assert client.get(one).status_code == client.post(URL, json=body()).status_code == 401
    assert client.get(f"{URL}/QD-KHONGCO", headers=first).status_code == 404
    assert client.post(f"{URL}/..%2f1/confirmation", json={}, headers=first).status_code in (404, 405)


def test_a_term_of_29_february_is_what_the_paper_says(client: FlaskClient, first: dict[str, str]) -> None:
    line = product_line(valid_from="2024-02-29", valid_until="2027-02-28")
    facts = {"decided_on": "2024-02-29", "issuer_level": "district", "issuer": "UBND huyện Tháp Mười"}
    answer = client.post(f"{URL}?dry_run=1", json=body(line, **facts), headers=first)
    assert answer.json["lines"][0]["until_on"] == date(2027, 2, 28).isoformat()  # type: ignore[index]
