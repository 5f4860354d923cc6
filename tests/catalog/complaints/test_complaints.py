"""Complaints: received from anybody, examined, answered within a promised time, each step in the log."""

import re
from datetime import date, timedelta
from types import ModuleType

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from catalog.complaints.models import Complaint, ComplaintStep
from catalog.complaints.queries import get_own, list_complaints, steps_of
from catalog.complaints.refusals import ComplaintNotFound, ComplaintState
from catalog.complaints.rules import NEXT, is_late, may_follow
from catalog.complaints.service import complain, take_step
from core.accounts.actor import ANONYMOUS, Actor
from core.clock import today
from core.db import transaction
from core.errors import Forbidden, RateLimited
from tests.support.browser import Browser
from tests.support.clock import Clock

WORDS = "Mua ngày 20/11 ở chợ, nắp hở, có mùi chua."
FORM = {"about": "Mật ong thử", "topic": "quality", "words": WORDS, "name": "", "contact": "", "product": ""}


@pytest.fixture(autouse=True)
def _in_a_request(app, request):
    """Limits count by the caller's address."""
    if "client" in request.fixturenames:
        yield
        return
    with app.test_request_context():
        yield


@pytest.fixture
def certifier(make: ModuleType) -> Actor:
    return make.actor("certifier")


def received(**more: str) -> Complaint:
    return complain(ANONYMOUS, about="Mật ong", topic="quality", words=WORDS, **more).complaint


def test_states_follow_each_other() -> None:
    assert may_follow("received", "answered") and may_follow("closed", "examining")
    assert not may_follow("answered", "received") and not may_follow("closed", "answered")
    assert set(NEXT) == {"received", "examining", "answered", "closed"}


def test_an_answer_is_promised_within_seven_days(clock: Clock) -> None:
    clock.on(date(2026, 11, 22))
    assert received().due_on == date(2026, 11, 29)
    assert not is_late("examining", date(2026, 11, 29), date(2026, 11, 29))
    assert is_late("examining", date(2026, 11, 29), date(2026, 11, 30))
    assert not is_late("answered", date(2026, 11, 29), date(2026, 11, 30))


def test_each_step_is_in_the_log(certifier: Actor) -> None:
    one = received()
    take_step(certifier, one.code, state="examining", note="Đã gọi cửa hàng")
    take_step(certifier, one.code, state="answered", note="Lô đã được rút, cửa hàng đổi hàng.")
    take_step(certifier, one.code, state="closed", note="Người gửi đồng ý")
    assert [step.state for step in steps_of(one)] == ["received", "examining", "answered", "closed"]
    assert [step.note for step in steps_of(one, public_only=True)] == ["", "Lô đã được rút, cửa hàng đổi hàng."]
    with pytest.raises(ComplaintState):
        take_step(certifier, one.code, state="answered", note="Lần nữa")
    take_step(certifier, one.code, state="examining", note="Mở lại")
    with pytest.raises(ComplaintNotFound):
        take_step(certifier, "KN-NONE", state="closed", note="x")


@pytest.mark.daily
def test_the_log_only_grows(certifier: Actor, session: Session) -> None:
    one = received()
    for change in (
        "UPDATE complaint_step SET note = 'khác'",
        "DELETE FROM complaint_step",
        f"DELETE FROM complaint WHERE id = {one.id}",
    ):
        with pytest.raises(DBAPIError, match="complaint_"), transaction():
            session.execute(text(change))


def test_only_the_desks_read_and_handle(make: ModuleType) -> None:
    one = received()
    for role in ("auditor", "producer", "store_manager", "shopper"):
        with pytest.raises(Forbidden):
            take_step(make.actor(role), one.code, state="closed", note="x")


def test_its_address_is_a_secret() -> None:
    told = complain(ANONYMOUS, about="x", topic="other", words=WORDS)
    assert told.token not in told.complaint.token
    assert get_own(told.complaint.code, told.token).id == told.complaint.id
    for wrong in ("", "x", told.complaint.token):
        with pytest.raises(ComplaintNotFound):
            get_own(told.complaint.code, wrong)


def test_one_contact_cannot_flood() -> None:
    for _ in range(5):
        received(contact="0912 345 678")
    with pytest.raises(RateLimited):
        received(contact="0912 345 678")
    received(contact="0912 345 679")


def test_the_first_due_comes_first(clock: Clock, certifier: Actor) -> None:
    clock.on(date(2026, 11, 22))
    first = received()
    clock.on(date(2026, 11, 24))
    second, done = received(), received()
    take_step(certifier, done.code, state="closed", note="Trùng")
    assert [one.code for one in list_complaints("", 1, 10)[0]] == [first.code, second.code]
    assert list_complaints("closed", 1, 10)[1] == 1


def test_anybody_complains_on_the_page(make: ModuleType, client: FlaskClient, session: Session) -> None:
    certificate = make.certificate()
    product = certificate.product
    visitor = Browser(client)
    for code in (product.code, product.slug, certificate.code):
        assert product.name in visitor.get(f"/khieu-nai?ve={code}").text
    hidden = make.certificate(verified=False)
    assert hidden.product.name not in visitor.get(f"/khieu-nai?ve={hidden.code}").text
    bad = visitor.post("/khieu-nai", page="/khieu-nai", **{**FORM, "words": "ngắn", "about": "<b>x</b>"})
    assert bad.status_code == 422 and "&lt;b&gt;x&lt;/b&gt;" in bad.text
    sent = visitor.post("/khieu-nai", page="/khieu-nai", **{**FORM, "product": product.code, "contact": "a@b.test"})
    assert sent.status_code == 303
    one = session.scalars(select(Complaint)).one()
    assert one.product_id == product.id
    shown = visitor.get(sent.location)
    assert WORDS in shown.text and f"{one.due_on:%d/%m/%Y}" in shown.text
    assert "a@b.test" not in shown.text
    assert visitor.get(f"/khieu-nai/{one.code}").status_code == 404
    assert visitor.get(re.sub("token=.*", "token=x", sent.location)).status_code == 404


def test_the_desk_answers(make: ModuleType, client: FlaskClient, session: Session, certifier: Actor) -> None:
    visitor = Browser(client)
    address = visitor.post("/khieu-nai", page="/khieu-nai", **FORM).location
    one = session.scalars(select(Complaint)).one()
    staff = Browser(client).become(make.user("certifier"))
    page = f"/quan-ly/khieu-nai/{one.code}"
    assert one.code in staff.get("/quan-ly/khieu-nai").text
    assert staff.post(f"{page}/buoc", page=page, state="examining", note="").status_code == 422
    assert staff.post(f"{page}/buoc", page=page, state="examining", note="Việc nội bộ").status_code == 303
    assert staff.post(f"{page}/buoc", page=page, state="answered", note="Cửa hàng đổi hàng").status_code == 303
    assert staff.post(f"{page}/buoc", page=page, state="received", note="Lùi lại").status_code == 409
    read = visitor.get(address).text
    assert "Cửa hàng đổi hàng" in read and "Việc nội bộ" not in read
    assert session.scalars(select(ComplaintStep)).all()[-1].state == "answered"


def test_the_api(make: ModuleType, client: FlaskClient) -> None:
    made = client.post("/api/v1/complaints", json={"about": "Mật ong", "topic": "safety", "words": WORDS})
    assert (made.status_code, made.json["state"]) == (201, "received")
    assert made.json["due_on"] == (today() + timedelta(days=7)).isoformat()
    assert client.get(made.json["url"]).status_code == 200
    headers = make.headers("certifier")
    assert client.get("/api/v1/complaints").status_code == 401
    assert client.get("/api/v1/complaints", headers=headers).json["total"] == 1
    url = f"/api/v1/complaints/{made.json['code']}"
    step = {"state": "answered", "note": "Đã rút lô", "is_public": True}
    told = client.post(f"{url}/steps", headers=headers, json=step)
    assert [s["state"] for s in told.json["steps"]] == ["received", "answered"]
    for bad in ({"topic": "poem"}, {"words": "ngắn"}, {"words": "x" * 4001}, {"about": ""}, {"more": 1}):
        body = {"about": "x", "topic": "other", "words": WORDS, **bad}
        assert client.post("/api/v1/complaints", json=body).status_code == 422, bad
