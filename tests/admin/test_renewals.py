import re
from datetime import date, timedelta
from types import ModuleType

import pytest
from sqlalchemy.orm import Session

from catalog.certificates.models import Certificate
from catalog.certificates.queries import status_on
from catalog.certificates.rules import Status
from catalog.renewals.models import RenewalDossier
from tests.admin.conftest import Staff
from tests.support.clock import Clock

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)


@pytest.fixture
def certificate(make: ModuleType, clock: Clock) -> Certificate:
    clock.on(TODAY)
    return make.certificate(make.product("Mật ong"), valid_from=TODAY - 900 * DAY, valid_until=TODAY + 150 * DAY)


def test_from_the_producers_receipt_to_the_extension(staff: Staff, certificate: Certificate, session: Session) -> None:
    page = f"/quan-ly/gia-han/{certificate.code}"
    producer = staff("producer", ("producer", certificate.product.producer.code))
    certifier = staff("certifier")
    text = producer.get(page).text
    assert "Nộp hồ sơ đánh giá lại cho UBND cấp xã ngay bây giờ, chậm nhất 22/12/2026." in text
    assert "Phiếu đăng ký đánh giá, phân hạng sản phẩm OCOP" in text
    assert "Điều 6.1.c" in text
    made = producer.post(page, page=page, receipt_number="12/PTN", received_on=TODAY.isoformat())
    assert made.status_code == 303
    assert "Chủ thể báo đã nộp hồ sơ" in producer.get(page).text
    dossier = session.query(RenewalDossier).one()
    act = f"/quan-ly/ho-so-gia-han/{dossier.code}"
    assert producer.post(f"{act}/xac-nhan", page=page).status_code == 403
    extend = f"/quan-ly/chung-nhan/{certificate.code}/keo-dai"
    until = (certificate.valid_until + 90 * DAY).isoformat()
    early = certifier.post(extend, page=extend, receipt_number="12/PTN", until=until)
    assert early.status_code == 409
    assert "chưa xác nhận phiếu tiếp nhận" in early.text
    assert certifier.post(f"{act}/xac-nhan", page=page).status_code == 303
    assert 'value="12/PTN"' in certifier.get(extend).text
    assert "Hồ sơ đã nộp, đang chờ kết quả." in producer.get(page).text
    assert certifier.post(extend, page=extend, receipt_number="12/PTN", until=until).status_code == 303
    session.expire_all()
    assert status_on(certificate, certificate.valid_until + DAY) is Status.EXTENDED
    refused = certifier.post(f"{act}/ket-qua", page=page, outcome="refused", decided_on=TODAY.isoformat())
    assert refused.status_code == 303
    session.expire_all()
    assert (dossier.outcome, certificate.extended_until) == ("refused", None)


@pytest.mark.on("sqlite")
def test_what_was_typed_stays_and_what_is_wrong_is_said(staff: Staff, certificate: Certificate) -> None:
    page = f"/quan-ly/gia-han/{certificate.code}"
    certifier = staff("certifier")
    answer = certifier.post(page, page=page, receipt_number="<b>", received_on=(TODAY + DAY).isoformat())
    assert answer.status_code == 422
    assert "&lt;b&gt;" in answer.text
    assert "Phải từ ngày đầu của chứng nhận đến hôm nay." in answer.text
    extend = f"/quan-ly/chung-nhan/{certificate.code}/keo-dai"
    assert "Chưa có hồ sơ nào được ghi" in certifier.get(extend).text
    until = (certificate.valid_until + 90 * DAY).isoformat()
    unknown = certifier.post(extend, page=extend, receipt_number="77", until=until)
    assert unknown.status_code == 409
    assert "Chưa có hồ sơ nào mang số phiếu tiếp nhận này" in unknown.text
    sure = certifier.post(extend, page=extend, receipt_number="77", until=until, received_on=TODAY.isoformat())
    assert sure.status_code == 303


@pytest.mark.on("sqlite")
def test_the_kit_is_the_producers_own(staff: Staff, certificate: Certificate, make: ModuleType) -> None:
    page = f"/quan-ly/gia-han/{certificate.code}"
    stranger = staff("producer", ("producer", make.producer().code))
    for url in (page, f"{page}/lich.ics", f"{page}/doanh-thu.pdf"):
        assert stranger.get(url).status_code == 404
        assert staff("cashier", ("store", make.store().code)).get(url).status_code == 403
    assert stranger.post(page, page="/quan-ly/", receipt_number="1", received_on=TODAY.isoformat()).status_code == 404
    assert staff("auditor").get(page).status_code == 200
    assert staff("auditor").post(page, page=page, receipt_number="1", received_on=TODAY.isoformat()).status_code == 403


@pytest.mark.on("sqlite")
def test_files_of_the_kit(staff: Staff, certificate: Certificate) -> None:
    page = f"/quan-ly/gia-han/{certificate.code}"
    producer = staff("producer", ("producer", certificate.product.producer.code))
    ics = producer.get(f"{page}/lich.ics")
    assert (ics.mimetype, ics.data.count(b"BEGIN:VEVENT")) == ("text/calendar", 3)
    pdf = producer.get(f"{page}/doanh-thu.pdf?from=2026-01-01&to=2026-11-22")
    assert (pdf.mimetype, pdf.data[:5]) == ("application/pdf", b"%PDF-")
    assert producer.get(f"{page}/doanh-thu.pdf?from=nonsense&to=1800-01-01").status_code == 200


@pytest.mark.on("sqlite")
def test_a_result_that_does_not_fit_is_told(staff: Staff, certificate: Certificate, session: Session) -> None:
    page = f"/quan-ly/gia-han/{certificate.code}"
    certifier = staff("certifier")
    certifier.post(page, page=page, receipt_number="12/PTN", received_on=TODAY.isoformat())
    act = f"/quan-ly/ho-so-gia-han/{session.query(RenewalDossier).one().code}/ket-qua"
    for bad in (
        {"outcome": "renewed", "decided_on": "2026-11-22"},
        {"outcome": "lost", "decided_on": "2026-11-22"},
        {},
    ):
        certifier.post(act, page=page, **bad)
        assert 'class="notice bad"' in certifier.get(page).text
    assert session.query(RenewalDossier).one().outcome is None


@pytest.mark.on("sqlite")
def test_the_first_desk_counts_what_is_due(staff: Staff, certificate: Certificate) -> None:
    page = f"/quan-ly/gia-han/{certificate.code}"
    producer = staff("producer", ("producer", certificate.product.producer.code))
    assert "sản phẩm đến kỳ hoặc quá hạn nộp hồ sơ" in producer.get("/quan-ly/").text
    certifier = staff("certifier")
    assert figure(certifier.get("/quan-ly/").text, "phiếu tiếp nhận chờ xác nhận") == "0"
    assert figure(certifier.get("/quan-ly/").text, "sản phẩm đến kỳ hoặc quá hạn nộp hồ sơ") == "1"
    producer.post(page, page=page, receipt_number="12/PTN", received_on=TODAY.isoformat())
    assert figure(certifier.get("/quan-ly/").text, "phiếu tiếp nhận chờ xác nhận") == "1"
    assert figure(certifier.get("/quan-ly/").text, "sản phẩm đến kỳ hoặc quá hạn nộp hồ sơ") == "0"
    assert "chờ xác nhận" in certifier.get("/quan-ly/sap-het-han?stage=filed").text


def figure(text: str, label: str) -> str:
    return re.findall(r"<b>([^<]+)</b><span>" + label, text)[0]
