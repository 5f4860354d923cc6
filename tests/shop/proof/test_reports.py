"""Reports of labels: made by anybody, read and answered by the certifier, forgotten in time."""

import io
from types import ModuleType

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from core.audit import AuditEntry
from core.clock import now, today
from core.db import db, transaction
from core.errors import EditConflict, Forbidden, NotFound, Unauthenticated
from shop.proof import service
from shop.proof.models import LabelReport
from shop.proof.queries import count_new
from shop.proof.refusals import ReportClosed
from tests.shop.proof import pictures
from tests.support.browser import Browser
from tests.support.clock import Clock

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both

FORM = "/quet/bao"
SAID = {"text": "CN-00000000", "place": "Chợ Đổ, quầy 12"}


def one_report() -> LabelReport:
    return db.session.query(LabelReport).order_by(LabelReport.id.desc()).first()  # type: ignore[return-value]


def test_a_report_is_kept_without_what_the_photo_knew(client: FlaskClient) -> None:
    photo = (io.BytesIO(pictures.placed()), "IMG_0001.jpg")
    answer = Browser(client).post(FORM, page=FORM, **SAID, note="Hai\ndòng", contact="0912 345 678", photo=photo)
    assert answer.status_code == 303
    kept = one_report()
    assert answer.location == f"/quet/bao/{kept.code}"
    assert (kept.text, kept.place, kept.note, kept.state) == (SAID["text"], SAID["place"], "Hai\ndòng", "new")
    assert kept.photo is not None
    assert b"Camera" not in kept.photo
    with Image.open(io.BytesIO(kept.photo)) as seen:
        assert (seen.format, dict(seen.getexif())) == ("JPEG", {})
    told = client.get(answer.location).text
    assert kept.code in told
    assert "345 678" not in told
    entry = db.session.query(AuditEntry).filter_by(subject=f"label_report:{kept.code}").one()
    assert "0912" not in str(entry.data)


@pytest.mark.parametrize(
    "change, field",
    [
        ({"text": ""}, "f-text"), ({"place": " "}, "f-place"), ({"text": "x" * 501}, "f-text"),
        ({"note": "x" * 2001}, "f-note"), ({"contact": "x" * 121}, "f-contact"), ({"place": "a\u202eb"}, "f-place"),
    ],
    ids=["no text", "no place", "long text", "long note", "long contact", "override"],
)  # fmt: skip
def test_what_does_not_fit_is_told_and_kept(change: dict[str, str], field: str, client: FlaskClient) -> None:
    answer = Browser(client).post(FORM, page=FORM, **{**SAID, "note": "giữ lại", **change})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert change.get("note") or "giữ lại" in answer.text
    assert db.session.query(LabelReport).count() == 0


def test_a_photo_that_is_none_is_told_at_its_field(client: FlaskClient) -> None:
    answer = Browser(client).post(FORM, page=FORM, **SAID, photo=(io.BytesIO(pictures.SVG), "a.jpg"))
    assert answer.status_code == 422
    assert 'id="e-photo"' in answer.text
    assert db.session.query(LabelReport).count() == 0


def test_one_form_is_one_report(client: FlaskClient) -> None:
    for _ in range(2):
        assert Browser(client).post(FORM, page=FORM, **SAID, once="k" * 40).status_code == 303
    assert db.session.query(LabelReport).count() == 1


def test_one_telephone_reports_five_times_a_day(client: FlaskClient, clock: Clock) -> None:
    clock.on(today())
    said = {**SAID, "contact": "+84 912 345 678"}
    answers = [client.post("/api/v1/label-reports", json=said) for _ in range(6)]
    assert [one.status_code for one in answers] == [201] * 5 + [429]
    assert int(answers[5].headers["Retry-After"]) > 0
    assert client.post("/api/v1/label-reports", json={**SAID, "contact": "0912345678"}).status_code == 429
    assert client.post("/api/v1/label-reports", json={**SAID, "contact": "a@b.test"}).status_code == 201
    assert db.session.query(LabelReport).count() == 6


def test_the_api_answers_with_the_code_alone(client: FlaskClient) -> None:
    made = client.post("/api/v1/label-reports", json={**SAID, "contact": "0912345678"}).json
    assert (made["state"], made["answer"]) == ("new", None)
    assert "contact" not in made
    assert client.get(f"/api/v1/label-reports/{made['code']}").json == made
    assert client.get("/api/v1/label-reports/BN-NOBODY00").status_code == 404
    assert client.get("/quet/bao/BN-NOBODY00").status_code == 404
    for wrong in ({}, {**SAID, "state": "closed"}, {**SAID, "text": 5}, {**SAID, "photo": "x"}):
        assert client.post("/api/v1/label-reports", json=wrong).status_code == 422


def test_the_certifier_reads_takes_and_answers(client: FlaskClient, make: ModuleType) -> None:
    photo = pictures.label("CN-00000000")
    report = service.report(make.actor(), **SAID, contact="0912345678", photo=photo)
    desk = Browser(client).become(make.user("certifier"))
    base = f"/quan-ly/bao-nhan/{report.code}"
    assert report.code in desk.get("/quan-ly/bao-nhan").text
    assert count_new() == 1
    assert "0912345678" in desk.get(base).text
    seen = desk.get(f"{base}/anh")
    assert (seen.content_type, seen.data) == ("image/jpeg", photo)
    assert "sandbox" in seen.headers["Content-Security-Policy"]
    assert desk.post(f"{base}/xem", page=base, version="1").status_code == 303
    stale = desk.post(f"{base}/tra-loi", page=base, version="1", answer="Đã xem")
    assert stale.status_code == 412
    assert "Đã xem" in stale.text
    assert desk.post(f"{base}/tra-loi", page=base, version="2", answer=" ").status_code == 422
    assert desk.post(f"{base}/tra-loi", page=base, version="2", answer="Nhãn của\nđợt cũ").status_code == 303
    told = client.get(f"/quet/bao/{report.code}").text
    assert "đợt cũ" in told
    deeds = [entry.action for entry in db.session.query(AuditEntry).filter_by(subject=f"label_report:{report.code}")]
    assert deeds == ["label_report.received", "label_report.looking", "label_report.closed"]
    assert report.code in desk.get("/quan-ly/bao-nhan?state=closed").text
    assert desk.get("/quan-ly/bao-nhan?state=nonsense&page=0").status_code == 200


def test_who_may_answer(make: ModuleType) -> None:
    code = service.report(make.actor(), **SAID).code
    for role in (None, "auditor", "reporter", "shopper"):
        with pytest.raises((Forbidden, Unauthenticated)):
            service.close(make.actor(role), code, answer="x", version=1)
    with pytest.raises(NotFound):
        service.close(make.actor("certifier"), "BN-NOBODY00", answer="x", version=1)
    with pytest.raises(EditConflict):
        service.look_into(make.actor("certifier"), code, version=9)
    service.close(make.actor("certifier"), code, answer="x", version=1)
    with pytest.raises(ReportClosed):
        service.close(make.actor("certifier"), code, answer="y", version=2)


@pytest.mark.parametrize("role, status", [(None, 303), ("shopper", 403), ("store_manager", 403), ("auditor", 200)])
def test_who_may_read(role: str | None, status: int, client: FlaskClient, make: ModuleType) -> None:
    report = service.report(make.actor(), **SAID, contact="0912345678", photo=pictures.label("a"))
    browser = Browser(client)
    if role:
        browser.become(make.user(role, ("store", "x") if role == "store_manager" else None))
    for path in ("", f"/{report.code}", f"/{report.code}/anh"):
        answer = browser.get(f"/quan-ly/bao-nhan{path}").status_code
        assert answer == status, path


def test_contacts_are_forgotten_half_a_year_after_the_answer(make: ModuleType, clock: Clock) -> None:
    clock.on(today())
    said = {**SAID, "contact": "0912345678", "photo": pictures.label("a")}
    answered, waiting = (service.report(make.actor(), **said) for _ in range(2))
    service.close(make.actor("certifier"), answered.code, answer="x", version=1)
    clock.forward(days=service.KEEP_DAYS)
    assert service.forget_contacts(today()) == 0
    clock.forward(days=1)
    assert service.forget_contacts(today()) == 1
    assert service.forget_contacts(today()) == 0
    db.session.expire_all()
    assert (answered.contact, answered.photo, answered.photo_bytes) == (None, None, None)
    assert waiting.contact == "0912345678"


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "lost"}, {"state": "looking"}, {"state": "closed", "taken_at": 1, "closed_at": 1},
        {"answer": "x"}, {"photo_bytes": 3}, {"photo": b"x"},
    ],
    ids=str,
)  # fmt: skip
def test_the_database_holds_the_states(wrong: dict[str, object], make: ModuleType) -> None:
    at = now()
    row = {"code": "BN-1", "text": "a", "place": "b", "note": "", "reported_at": at, "state": "new", "version": 1}
    row |= {key: at if key.endswith("_at") else value for key, value in wrong.items()}
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(insert(LabelReport).values(**row))


def test_a_store_s_sheet_of_labels(client: FlaskClient, make: ModuleType, clock: Clock) -> None:
    clock.on(today())
    store = make.store("kien-thuy")
    lasting, ending = make.sku(name="Mật ong"), make.sku(name="Chè xanh", valid_until=today())
    for sku in (lasting, ending):
        make.lot(sku, store)
    make.lot(make.sku(name="Của nơi khác"))
    desk = Browser(client).become(make.user("cashier", ("store", "kien-thuy")))
    address = "/quan-ly/cua-hang/kien-thuy/nhan-ke"
    sheet = desk.get(address).text
    assert sheet.count("seal-mark") == 2
    assert "120.000" in sheet
    assert "Của nơi khác" not in sheet
    assert desk.get(f"{address}?sku={lasting.code}&an-gia=1").text.count("seal-mark") == 1
    assert "120.000" not in desk.get(f"{address}?an-gia=1").text
    clock.forward(days=1)
    assert "Chè xanh" not in desk.get(address).text
    other = Browser(client).become(make.user("cashier", ("store", "an-lao")))
    assert other.get(address).status_code == 404
