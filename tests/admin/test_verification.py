"""The verifier's split screen: the scan beside the fields, the first entry hidden until a reading differed."""

import io
from datetime import timedelta
from types import ModuleType

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from catalog.certificates.models import Certificate
from catalog.documents.models import Document
from catalog.documents.queries import of_subject
from core.audit import AuditEntry
from core.clock import today
from tests.admin.conftest import Staff
from tests.admin.test_certificates import NEW, entry
from tests.support.browser import Browser

ATTACH = "/quan-ly/tai-lieu"

pytestmark = pytest.mark.on("sqlite")  # pages over verbs that are tested on both


def scan() -> tuple[io.BytesIO, str]:
    out = io.BytesIO()
    Image.new("RGB", (60, 80), "#eee").save(out, "JPEG")
    return io.BytesIO(out.getvalue()), "Quyết định 3981.jpg"


def attach(person: Browser, one: Certificate, file: tuple[io.BytesIO, str]) -> TestResponse:
    page = f"/quan-ly/chung-nhan/{one.code}"
    return person.post(ATTACH, page=page, subject=f"certificate:{one.code}", kind="decision", file=file)


@pytest.fixture
def waiting(make: ModuleType) -> Certificate:
    return make.certificate(stars=4, verified=False)


def test_the_scan_stands_beside_the_fields(staff: Staff, waiting: Certificate, session: Session) -> None:
    verifier = staff("certifier")
    page = f"/quan-ly/chung-nhan/{waiting.code}"
    assert "Chưa có bản quét" in verifier.get(f"{page}/xac-nhan").text
    assert attach(verifier, waiting, scan()).status_code == 303
    document = session.scalars(select(Document)).one()
    shown = verifier.get(f"{page}/xac-nhan")
    assert f'src="/tai-lieu/{document.code}"' in shown.text
    assert "frame-src 'self'" in shown.headers["Content-Security-Policy"]
    assert "frame-src" not in verifier.get(page).headers["Content-Security-Policy"]
    assert verifier.get(f"/tai-lieu/{document.code}").status_code == 200


def test_a_bad_scan_is_refused_in_words(staff: Staff, waiting: Certificate, session: Session) -> None:
    certifier = staff("certifier")
    page = f"/quan-ly/chung-nhan/{waiting.code}"
    for data, name, told in ((b"<html>", "a.pdf", "không phải loại đó"), (b"%PDF-1.4", "a.pdf", "bị hỏng")):
        attach(certifier, waiting, (io.BytesIO(data), name))
        assert told in certifier.get(page).text
    certifier.post(ATTACH, page=page, subject=f"certificate:{waiting.code}")
    assert "Hãy chọn một tệp" in certifier.get(page).text
    assert session.scalars(select(Document)).all() == []


def test_both_values_light_up_only_after_the_attempt_is_recorded(
    staff: Staff, waiting: Certificate, session: Session
) -> None:
    verifier, other = staff("certifier"), staff("certifier")
    page = f"/quan-ly/chung-nhan/{waiting.code}/xac-nhan"
    last = f"{waiting.valid_until:%d/%m/%Y}"
    assert last not in verifier.get(page).text
    assert "Người nhập</th>" not in verifier.get(page).text
    wrong = (waiting.valid_until - timedelta(days=1)).isoformat()
    differs = verifier.post(page, page=page, stars="5", valid_until=wrong)
    assert differs.status_code == 409
    assert last in differs.text and differs.text.count('class="differs"') == 2
    noted = session.scalars(select(AuditEntry).where(AuditEntry.action == "verification.differed")).one()
    assert noted.data == {"fields": ["stars", "valid_until"], "stars": 5, "valid_until": wrong}
    assert last in verifier.get(page).text, "what is on record may be looked at again"
    assert last not in other.get(page).text, "but not by somebody who has not read"
    one_off = verifier.post(page, page=page, stars="4", valid_until=wrong)
    assert one_off.text.count('class="differs"') == 1
    assert verifier.post(page, page=page, stars="4", valid_until=waiting.valid_until.isoformat()).status_code == 303


def test_an_entry_goes_back_with_a_reason(staff: Staff, waiting: Certificate, make: ModuleType) -> None:
    verifier = staff("certifier")
    page = f"/quan-ly/chung-nhan/{waiting.code}"
    assert verifier.post(f"{page}/tra-lai", page=page, reason="").status_code == 422
    assert verifier.post(f"{page}/tra-lai", page=page, reason="Quyết định ghi 5 sao").status_code == 303
    assert "Quyết định ghi 5 sao" in verifier.get(page).text


def test_the_one_who_entered_cannot_send_it_back(staff: Staff, make: ModuleType, session: Session) -> None:
    first = staff("certifier")
    begins = today() - timedelta(days=10)
    made = first.post(NEW, page=NEW, **entry(make.product().code), valid_from_x=begins.isoformat())
    assert made.status_code == 303
    code = session.scalars(select(Certificate.code)).one()
    page = f"/quan-ly/chung-nhan/{code}"
    assert first.post(f"{page}/tra-lai", page=page, reason="Thử xem").status_code == 409


def test_an_entry_and_its_scan_are_written_together(staff: Staff, make: ModuleType, session: Session) -> None:
    certifier = staff("certifier")
    product = make.product()
    bad = certifier.post(NEW, page=NEW, **entry(product.code), scan=(io.BytesIO(b"no"), "a.pdf"))
    assert bad.status_code == 422
    assert session.scalars(select(Certificate)).all() == []
    assert certifier.post(NEW, page=NEW, **entry(product.code), scan=scan()).status_code == 303
    one = session.scalars(select(Certificate)).one()
    assert [d.file_name for d in of_subject(f"certificate:{one.code}")] == ["Quyết định 3981.jpg"]


def test_a_wrong_scan_is_withdrawn_and_a_decision_shown_to_all(
    staff: Staff, make: ModuleType, session: Session, client
) -> None:
    certifier, verified = staff("certifier"), make.certificate()
    page = f"/quan-ly/chung-nhan/{verified.code}"
    attach(certifier, verified, scan())
    document = session.scalars(select(Document)).one()
    url = f"/quan-ly/tai-lieu/{document.code}"
    assert certifier.post(f"{url}/cong-khai", page=page, is_public="1").status_code == 303
    assert client.get(f"/tai-lieu/{document.code}").status_code == 200
    certifier.post(f"{url}/rut", page=page, reason="")
    assert "Hãy ghi lý do rút." in certifier.get(page).text
    certifier.post(f"{url}/rut", page=page, reason="Quét nhầm trang")
    assert client.get(f"/tai-lieu/{document.code}").status_code == 404
    assert "Quét nhầm trang" in certifier.get(page).text


def test_a_subject_that_is_not_there_is_refused(staff: Staff, session: Session) -> None:
    certifier = staff("certifier")
    for subject in ("certificate:CN-NONE", "moon:1", "", "certificate:"):
        answer = certifier.post(ATTACH, subject=subject, file=scan())
        assert answer.status_code == 303, subject
    assert session.scalars(select(Document)).all() == []


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "lan-1"}])
def test_a_difference_by_the_api_is_on_record_too(
    key: dict[str, str], make: ModuleType, waiting: Certificate, session: Session, client
) -> None:
    url = f"/api/v1/certificates/{waiting.code}/verification"
    body = {"stars": 5, "valid_until": waiting.valid_until.isoformat()}
    refused = client.post(url, headers={**make.headers("certifier"), **key}, json=body)
    assert (refused.status_code, refused.json["code"]) == (409, "verification.differs")
    noted = session.scalars(select(AuditEntry).where(AuditEntry.action == "verification.differed")).one()
    assert noted.data["fields"] == ["stars"]
