"""What contradicts the rules of its day is refused with its article, or stands by a reason that a second accepts."""

from datetime import date
from types import ModuleType
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from catalog.certificates.importing import COLUMNS, Decision, import_decision
from catalog.certificates.models import Certificate
from catalog.certificates.refusals import ImportRefused
from core.audit import AuditEntry
from core.db import db, transaction
from tests.support.clock import Clock

BASE = "/api/v1/certificates"
REASON = "Tỉnh đánh giá hồ sơ 4 sao, kết quả 3 sao nên tỉnh ban hành."
#: Three stars by a province in the years when districts recognised them.
WRONG = {
    "decision_number": "12/QĐ-UBND", "decided_on": "2024-05-06", "issuer_level": "province",
    "issuer": "UBND tỉnh Lâm Đồng", "stars": 3, "valid_from": "2024-05-06", "valid_until": "2027-05-06",
}  # fmt: skip
ARTICLE = "QĐ 148/QĐ-TTg, Phụ lục II, khoản 1.b"


@pytest.fixture
def first(make: ModuleType, clock: Clock) -> dict[str, str]:
    clock.on(date(2026, 11, 22))
    return make.headers("certifier")


@pytest.fixture
def second(make: ModuleType) -> dict[str, str]:
    return make.headers("certifier")


def send(client: FlaskClient, make: ModuleType, by: dict[str, str], **changes: object) -> Any:
    return client.post(BASE, json={"product": make.product().code, **WRONG, **changes}, headers=by)


def test_the_refusal_names_field_code_and_article(client: FlaskClient, make: ModuleType, first: Any) -> None:
    answer = send(client, make, first)
    assert (answer.status_code, answer.json["code"]) == (422, "law.contradicted")
    assert ARTICLE in answer.json["errors"]["issuer_level"][0]
    (fault,) = answer.json["faults"]
    assert (fault["field"], fault["code"], fault["article"]) == ("issuer_level", "law.level", ARTICLE)
    assert answer.json["is_excusable"] is True
    assert db.session.scalar(select(Certificate.id)) is None


def test_every_contradiction_is_told_at_once(client: FlaskClient, make: ModuleType, first: Any) -> None:
    answer = send(client, make, first, score=71, score_a=41, score_b=10, score_c=20, valid_until="2027-06-06")
    assert {(f["field"], f["code"]) for f in answer.json["faults"]} == {
        ("issuer_level", "law.level"), ("score", "law.score"), ("score_a", "law.sections"), ("valid_until", "law.term"),
    }  # fmt: skip
    assert set(answer.json["errors"]) == {"issuer_level", "score", "score_a", "valid_until"}


@pytest.mark.parametrize("reason", ["", "   ", "vì thế", " " * 30 + "ngắn"])
def test_a_reason_that_explains_nothing_is_none(reason: str, client: FlaskClient, make: ModuleType, first: Any) -> None:
    assert send(client, make, first, exception_reason=reason).status_code == 422


@pytest.mark.parametrize(
    "impossible",
    [
        {"valid_until": "2024-05-05"},
        {"decided_on": "2026-11-23", "valid_from": "2026-11-23"},
        {"stars": 2},
        {"stars": 1},
    ],
)
def test_nothing_excuses_what_no_paper_can_carry(
    impossible: dict[str, Any], client: FlaskClient, make: ModuleType, first: Any
) -> None:
    answer = send(client, make, first, exception_reason=REASON, **impossible)
    assert (answer.status_code, answer.json["is_excusable"]) == (422, False)


def test_an_exception_is_accepted_expressly_or_not_at_all(
    client: FlaskClient, make: ModuleType, first: Any, second: Any
) -> None:
    entered = send(client, make, first, exception_reason=REASON)
    assert entered.status_code == 201, entered.json
    assert entered.json["exception"]["reason"] == REASON
    assert [fault["code"] for fault in entered.json["exception"]["faults"]] == ["law.level"]
    code = entered.json["code"]
    hidden = client.get(f"/api/v1/desk/certificates/{code}", headers=second).json
    assert (hidden["exception"], hidden["doubts"]) == (None, []), "it would tell the stars"
    reading = {"stars": 3, "valid_until": "2027-05-06"}
    address = f"{BASE}/{code}/verification"
    wrong = client.post(address, json={**reading, "stars": 4, "accept_exception": True}, headers=second)
    assert wrong.json["code"] == "verification.differs", "nothing is told before both readings agree"
    for unaccepted in (reading, {**reading, "accept_exception": False}):
        answer = client.post(address, json=unaccepted, headers=second)
        assert (answer.status_code, answer.json["code"]) == (409, "verification.exception")
        assert (answer.json["reason"], answer.json["faults"][0]["article"]) == (REASON, ARTICLE)
    assert client.get(f"{BASE}/{code}").status_code == 404
    assert client.post(address, json={**reading, "accept_exception": True}, headers=second).status_code == 200
    assert client.get(f"{BASE}/{code}").json["status"] == "valid"
    seen = client.get(f"/api/v1/desk/certificates/{code}", headers=first).json
    assert seen["exception"]["is_accepted"] is True
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "certificate.verified")).one()
    assert entry.data["exception_accepted"] is True


def test_a_reason_without_a_contradiction_is_not_kept(client: FlaskClient, make: ModuleType, first: Any) -> None:
    lawful = send(client, make, first, issuer_level="district", exception_reason=REASON)
    assert (lawful.status_code, lawful.json["exception"]) == (201, None)


def test_accepting_what_is_no_exception_changes_nothing(
    client: FlaskClient, make: ModuleType, first: Any, second: Any
) -> None:
    code = send(client, make, first, issuer_level="district").json["code"]
    reading = {"stars": 3, "valid_until": "2027-05-06", "accept_exception": True}
    assert client.post(f"{BASE}/{code}/verification", json=reading, headers=second).status_code == 200
    assert db.session.scalars(select(Certificate)).one().is_exception_accepted is False


def test_sections_alone_make_the_score_and_doubts_are_shown(client: FlaskClient, make: ModuleType, first: Any) -> None:
    old = {"decided_on": "2020-05-06", "valid_from": "2020-05-06", "valid_until": "2023-05-06"}
    answer = send(client, make, first, **old, score_a=30, score_b=19.5, score_c=20)
    assert answer.status_code == 201, answer.json
    assert answer.json["score"] == 69.5
    assert [(d["field"], d["code"]) for d in answer.json["doubts"]] == [("score", "law.score")]
    one = db.session.scalars(select(Certificate)).one()
    assert (one.score_a_hundredths, one.score_b_hundredths, one.score_c_hundredths) == (3000, 1950, 2000)


def test_an_import_names_column_and_article_and_knows_no_exception(app: Flask, make: ModuleType, clock: Clock) -> None:
    clock.on(date(2026, 11, 22))
    decision = Decision("12/QĐ-UBND", date(2024, 5, 6), "province", "UBND tỉnh Lâm Đồng")
    lines = [
        ",Mắm,HTX Biển,,9,3,71,2024-05-06,2027-05-06",
        ",Trà,HTX Biển,,12,4,,2024-05-06,2027-06-07",
        "31-1174-01-2026,Chè,HTX Biển,,12,4,,2024-05-06,2027-05-06",
    ]
    with pytest.raises(ImportRefused) as refusal:
        import_decision(make.actor("certifier"), decision, "\n".join([",".join(COLUMNS), *lines]).encode(), "x.csv")
    errors = refusal.value.facts["errors"]
    assert {(e["line"], e["column"]) for e in errors} == {
        (2, None), (2, "score"), (3, "valid_until"), (4, "product_code"),
    }  # fmt: skip
    assert ARTICLE in next(e["message"] for e in errors if e["column"] is None)


@pytest.mark.daily
def test_the_database_holds_reason_and_acceptance(app: Flask, make: ModuleType) -> None:
    one = make.certificate(verified=False)
    other = make.user()
    faults = [{"field": "stars", "code": "law.level", "article": "x", "text": "x"}]
    for broken, name in (
        ({"exception_faults": faults}, "exception_whole"),
        ({"exception_reason": REASON}, "exception_whole"),
        ({"exception_faults": faults, "exception_reason": "ngắn"}, "exception_explained"),
        ({"score_a_hundredths": 10_001}, "score_a_in_range"),
    ):
        with pytest.raises(DBAPIError, match=name), transaction():
            db.session.execute(update(Certificate).where(Certificate.id == one.id).values(**broken))
    excused = {"exception_faults": faults, "exception_reason": REASON}
    verified = {"verified_by": other.id, "verified_at": one.entered_at, "verified_on": one.decided_on}
    with pytest.raises(DBAPIError, match="exception_accepted"), transaction():
        db.session.execute(update(Certificate).where(Certificate.id == one.id).values(**excused, **verified))
    accepted = {"is_exception_accepted": True}
    with transaction():
        db.session.execute(
            update(Certificate).where(Certificate.id == one.id).values(**excused, **verified, **accepted)
        )
    for change in ("exception_reason = 'một lý do khác, dài hơn hai mươi chữ'", "score_a_hundredths = 1"):
        with pytest.raises(DBAPIError, match="certificate_exception_fixed"), transaction():
            db.session.execute(text(f"UPDATE certificate SET {change} WHERE id = :id"), {"id": one.id})


def test_a_programme_code_is_checked_when_a_product_is_entered(client: FlaskClient, make: ModuleType) -> None:
    headers = make.headers("certifier")
    product = {"name": "Mắm", "producer": make.producer().code, "set": 9}
    for typed, kept in (("31 – 11749 – 01 – 2025", "31-11749-01-2025"), ("83-829-28780-3-2022", "83-829-28780-3-2022")):
        made = client.post("/api/v1/products", json={**product, "name": typed, "ocop_code": typed}, headers=headers)
        assert (made.status_code, made.json["ocop_code"]) == (201, kept), made.json
    wrong = client.post("/api/v1/products", json={**product, "ocop_code": "31-11749-2025"}, headers=headers)
    assert (wrong.status_code, list(wrong.json["errors"])) == (422, ["ocop_code"])
