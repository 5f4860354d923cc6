"""Keeping, seeing, withdrawing."""

import io
from types import ModuleType

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from catalog.documents.models import Document
from catalog.documents.queries import of_subject
from catalog.documents.refusals import AlreadyWithdrawn, NotForThePublic, SubjectUnknown
from catalog.documents.service import keep, set_public, withdraw
from core.accounts.actor import ANONYMOUS, Actor
from core.audit import AuditEntry
from core.db import transaction
from core.errors import Forbidden, Invalid, NotFound, Unauthenticated
from tests.catalog.documents.conftest import Picture


@pytest.fixture
def certifier(make: ModuleType) -> Actor:
    return make.actor("certifier")


def test_the_same_bytes_for_the_same_subject_are_one(
    certifier: Actor, make: ModuleType, session: Session, picture: Picture
) -> None:
    one, two = make.certificate(), make.certificate()
    sent = picture(exif=True)
    first = keep(certifier, sent, "scan.jpg", f"certificate:{one.code}", "decision")
    assert keep(certifier, sent, "again.jpg", f"certificate:{one.code}", "decision").code == first.code
    assert keep(certifier, sent, "scan.jpg", f"certificate:{two.code}", "decision").code != first.code
    assert [d.code for d in of_subject(f"certificate:{one.code}")] == [first.code]
    kept = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "document.kept")
    assert session.scalar(kept) == 2


def test_a_document_needs_something_it_is_about(certifier: Actor, make: ModuleType, pdf: bytes) -> None:
    for subject in ("certificate:CN-NONE", "product:SP-NONE", "producer:", "moon:1", "", "certificate"):
        with pytest.raises(SubjectUnknown):
            keep(certifier, pdf, "a.pdf", subject)
    with pytest.raises(Invalid):
        keep(certifier, pdf, "a.pdf", f"product:{make.product().code}", "poem")


def test_only_those_who_may_keep(make: ModuleType, pdf: bytes) -> None:
    product = make.product()
    subject = f"product:{product.code}"
    own = make.actor("producer", ("producer", product.producer.code))
    foreign = make.actor("producer", ("producer", make.producer().code))
    keep(own, pdf, "a.pdf", subject)
    with pytest.raises(Forbidden):
        keep(own, pdf, "b.pdf", subject, "decision")
    with pytest.raises(NotFound):
        keep(foreign, pdf, "a.pdf", subject)
    with pytest.raises(Forbidden):
        keep(make.actor("auditor"), pdf, "a.pdf", subject)
    with pytest.raises(Unauthenticated):
        keep(ANONYMOUS, pdf, "a.pdf", subject)


def test_a_wrong_one_is_withdrawn_and_may_come_again(certifier: Actor, make: ModuleType, pdf: bytes) -> None:
    subject = f"certificate:{make.certificate().code}"
    first = keep(certifier, pdf, "a.pdf", subject, "decision")
    withdraw(certifier, first.code, reason="Quét nhầm trang")
    assert of_subject(subject) == []
    with pytest.raises(AlreadyWithdrawn):
        withdraw(certifier, first.code, reason="x")
    assert keep(certifier, pdf, "a.pdf", subject, "decision").code != first.code
    assert len(of_subject(subject, with_withdrawn=True)) == 2


@pytest.mark.daily
def test_the_database_keeps_it(certifier: Actor, make: ModuleType, pdf: bytes, session: Session) -> None:
    one = keep(certifier, pdf, "a.pdf", f"certificate:{make.certificate().code}", "decision")
    for statement in (
        "UPDATE document SET sent_sha256 = 'x' WHERE id = :id",
        "UPDATE document SET subject = 'product:SP' WHERE id = :id",
        "DELETE FROM document WHERE id = :id",
    ):
        with pytest.raises(DBAPIError, match="document_"), transaction():
            session.execute(text(statement), {"id": one.id})


def test_who_may_see_it(certifier: Actor, make: ModuleType, pdf: bytes, client: FlaskClient) -> None:
    certificate = make.certificate()
    code = certificate.product.producer.code
    one = keep(certifier, pdf, "Quyết định 39.pdf", f"certificate:{certificate.code}", "decision")
    url = f"/tai-lieu/{one.code}"
    for role, scope in (("certifier", None), ("auditor", None), ("admin", None), ("producer", ("producer", code))):
        assert client.get(url, headers=make.headers(role, scope)).status_code == 200, role
    foreign = ("producer", ("producer", make.producer().code)), ("cashier", ("store", "x")), ("shopper", None)
    for role, scope in foreign:
        assert client.get(url, headers=make.headers(role, scope)).status_code == 404, role
    assert client.get(url).status_code == 404
    set_public(certifier, one.code, is_public=True)
    assert client.get(url).status_code == 200
    withdraw(certifier, one.code, reason="Bản mờ")
    assert client.get(url).status_code == 404
    assert client.get(url, headers=make.headers("auditor")).status_code == 200
    assert client.get("/tai-lieu/TL-NOTHERE").status_code == 404


def test_how_it_is_served(certifier: Actor, make: ModuleType, pdf: bytes, client: FlaskClient) -> None:
    one = keep(certifier, pdf, "Quyết định 39.pdf", f"certificate:{make.certificate().code}", "decision")
    url, headers = f"/tai-lieu/{one.code}", make.headers("auditor")
    answer = client.get(url, headers=headers)
    assert answer.data == pdf
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    shown = answer.headers["Content-Disposition"]
    assert shown == "inline; filename=\"Quyt nh 39.pdf\"; filename*=UTF-8''Quy%E1%BA%BFt%20%C4%91%E1%BB%8Bnh%2039.pdf"
    assert client.get(f"{url}?tai=1", headers=headers).headers["Content-Disposition"].startswith("attachment;")
    again = client.get(url, headers={**headers, "If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_only_a_verified_decision_is_for_the_public(certifier: Actor, make: ModuleType, pdf: bytes) -> None:
    entered, verified = make.certificate(verified=False), make.certificate()
    hidden = (
        keep(certifier, pdf, "a.pdf", f"certificate:{entered.code}", "decision"),
        keep(certifier, pdf, "a.pdf", f"certificate:{verified.code}", "complaint"),
        keep(certifier, pdf, "a.pdf", f"product:{make.product().code}", "decision"),
    )
    for one in hidden:
        with pytest.raises(NotForThePublic):
            set_public(certifier, one.code, is_public=True)
    with pytest.raises(Forbidden):
        set_public(make.actor("admin"), hidden[0].code, is_public=True)


def test_the_api_takes_and_lists(make: ModuleType, pdf: bytes, client: FlaskClient) -> None:
    certificate = make.certificate()
    url, headers = f"/api/v1/certificates/{certificate.code}/documents", make.headers("certifier")

    def send(data: bytes, name: str = "a.pdf", **more: str) -> tuple[int, dict[str, object]]:
        body = {"file": (io.BytesIO(data), name), **more}
        answer = client.post(url, data=body, headers=headers, content_type="multipart/form-data")
        return answer.status_code, answer.get_json()

    status, made = send(pdf, kind="decision")
    assert (status, made["media_type"], made["kind"]) == (201, "application/pdf", "decision")
    assert send(pdf)[1]["code"] == made["code"]
    assert send(b"nothing", "a.pdf")[0:1] == (422,)
    assert send(b"nothing", "a.pdf")[1]["code"] == "document.type"
    assert send(pdf, kind="poem")[0] == 422
    assert client.post(url, headers=headers, data={}, content_type="multipart/form-data").status_code == 422
    listed = client.get(url, headers=headers).get_json()
    assert [one["code"] for one in listed["items"]] == [made["code"]]
    assert client.get(listed["items"][0]["url"], headers=headers).data == pdf
    assert client.get(url).status_code == 401
    assert client.get(url, headers=make.headers("producer", ("producer", "CT-1"))).status_code == 404
    gone = client.post(
        f"/api/v1/documents/{made['code']}/withdrawal", headers=headers, json={"reason": "Nhầm hồ sơ"}
    ).get_json()
    assert gone["withdrawn_reason"] == "Nhầm hồ sơ"


def test_lists_do_not_read_the_bytes(certifier: Actor, make: ModuleType, pdf: bytes, session: Session) -> None:
    subject = f"certificate:{make.certificate().code}"
    keep(certifier, pdf, "a.pdf", subject)
    session.expire_all()
    assert "data" not in of_subject(subject)[0].__dict__
    assert session.scalar(select(func.count()).select_from(Document)) == 1
