"""Second factors: the RFC's own numbers, the two steps of a sign-in, paper, remembered browsers, demand and reset."""

from datetime import UTC, datetime
from types import ModuleType

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.accounts import factors, links, service
from core.accounts.actor import SYSTEM
from core.accounts.codes import (
    STEP_SECONDS,
    code_at,
    find_step,
    letters_of,
    new_paper_codes,
    plain_code,
    secret_of,
    step_of,
)
from core.accounts.factor_models import RecoveryCode, SecondFactor
from core.accounts.models import UserAccount, UserSession
from core.accounts.passwords import hash_password
from core.accounts.refusals import CodeWrong, FactorMissing, FactorStands
from core.audit import AuditEntry
from core.clock import now, today
from core.db import db, transaction
from tests.support.browser import Browser
from tests.support.client import FreshClient
from tests.support.clock import Clock

PASSWORD = "mat-khau-rat-dai"
#: RFC 6238, Appendix B (SHA-1): seconds, and eight digits.
VECTORS = (
    (59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"), (1234567890, "89005924"),
    (2000000000, "69279037"), (20000000000, "65353130"),
)  # fmt: skip
both = pytest.mark.long("postgresql")


@pytest.mark.parametrize(("seconds", "digits"), VECTORS)
def test_the_numbers_of_the_rfc(seconds: int, digits: str) -> None:
    secret = b"12345678901234567890"
    assert code_at(secret, seconds // STEP_SECONDS, 8) == digits
    assert code_at(secret, seconds // STEP_SECONDS) == digits[2:]


def test_a_code_counts_for_half_a_minute_on_either_side_and_once() -> None:
    secret, at = b"12345678901234567890", datetime(2026, 11, 22, 3, 0, 15, tzinfo=UTC)
    step = step_of(at)
    for ahead, taken in ((-2, False), (-1, True), (0, True), (1, True), (2, False)):
        assert (find_step(secret, code_at(secret, step + ahead), at, 0) == step + ahead) is taken
    assert find_step(secret, code_at(secret, step), at, step) is None
    assert find_step(secret, code_at(secret, step - 1), at, step) is None
    assert find_step(secret, "", at, 0) is None


def test_paper_codes_are_many_and_read_as_people_write_them() -> None:
    codes = new_paper_codes()
    assert len(set(codes)) == 10
    assert all(len(plain_code(code)) == 16 for code in codes)
    assert plain_code(" 7k3m-9qxt o i l ") == "7K3M9QXT011"


@pytest.fixture
def person(make: ModuleType, session: Session, clock: Clock) -> UserAccount:
    """A manager with a password and a confirmed authenticator; the clock stands still."""
    clock.on(today())
    user = make.user("store_manager", ("store", make.store().code), email="hoa@example.test")
    with transaction():
        session.execute(
            update(UserAccount).where(UserAccount.id == user.id).values(password_hash=hash_password(PASSWORD))
        )
    factors.begin(user.id)
    user.codes = factors.confirm(user.id, code_of(user.id), SYSTEM)
    clock.forward(seconds=30)
    return user


def code_of(user_id: int) -> str:
    """What her authenticator shows now."""
    factor = db.session.get(SecondFactor, user_id)
    assert factor is not None
    return code_at(secret_of(user_id, factor.nonce), step_of(now()))


def first_step(app: Flask) -> Browser:
    browser = Browser(FreshClient(app))
    sent = browser.post("/dang-nhap", contact="hoa@example.test", password=PASSWORD)
    assert sent.status_code == 303
    return browser


def test_the_password_alone_opens_nothing(person: UserAccount, app: Flask, session: Session) -> None:
    browser = first_step(app)
    assert browser.get("/quan-ly/").headers["Location"].startswith("/dang-nhap")
    assert browser.get("/tai-khoan").status_code == 303
    assert browser.get("/dang-nhap/ma").status_code == 200
    wrong = browser.post("/dang-nhap/ma", code="000000")
    assert (wrong.status_code, "Mã chưa đúng" in wrong.text) == (401, True)
    code = code_of(person.id)
    assert browser.post("/dang-nhap/ma", code=code).status_code == 303
    assert browser.get("/quan-ly/").status_code == 200  # the control: with the code it opens
    again = first_step(app)
    assert again.post("/dang-nhap/ma", code=code).status_code == 401  # the same half minute twice
    assert again.get("/quan-ly/").status_code == 303


@both
def test_a_paper_code_stands_for_the_authenticator_once(person: UserAccount, app: Flask, session: Session) -> None:
    code = person.codes[0]
    assert first_step(app).post("/dang-nhap/ma", code=code.lower()).status_code == 303
    assert first_step(app).post("/dang-nhap/ma", code=code).status_code == 401
    assert factors.paper_codes_left(person.id) == 9
    assert code not in "".join(session.scalars(select(RecoveryCode.digest)))
    ways = [
        one.data.get("way") for one in session.scalars(select(AuditEntry).where(AuditEntry.action == "session.started"))
    ]
    assert "code:paper" in ways


@both
def test_a_remembered_browser_is_not_asked_for_thirty_days(person: UserAccount, app: Flask, clock: Clock) -> None:
    browser = first_step(app)
    assert browser.post("/dang-nhap/ma", code=code_of(person.id), remembers="true").status_code == 303
    for days, place in ((0, "/quan-ly/"), (29, "/quan-ly/"), (2, "/dang-nhap/ma")):
        browser.post("/dang-xuat")
        clock.forward(days=days)
        sent = browser.post("/dang-nhap", contact="hoa@example.test", password=PASSWORD)
        assert sent.headers["Location"].startswith(place), days
    assert first_step(app).get("/quan-ly/").status_code == 303  # another browser is asked


@both
def test_tries_are_counted_and_the_first_step_runs_out(person: UserAccount, app: Flask, clock: Clock) -> None:
    browser = first_step(app)
    answers = [browser.post("/dang-nhap/ma", code=f"{n:06}").status_code for n in range(8)]
    assert answers[:6] == [401] * 6
    assert answers[6:] == [429, 429]
    clock.forward(minutes=11)
    late = browser.post("/dang-nhap/ma", code=code_of(person.id))
    assert late.headers["Location"] == "/dang-nhap"
    for wrong in ("", "1" * 61, "\u0000"):
        assert first_step(app).post("/dang-nhap/ma", code=wrong).status_code == 422
    assert browser.get("/dang-nhap/ma").status_code == 303


@both
def test_enrolling_on_ones_own_page(make: ModuleType, app: Flask, session: Session, clock: Clock) -> None:
    clock.on(today())
    user = make.user("certifier")
    browser = Browser(FreshClient(app)).become(user)
    assert browser.post("/tai-khoan/hai-buoc/ma", code="123456").status_code == 409
    assert browser.post("/tai-khoan/hai-buoc").status_code == 303
    secret = factors.begun(user.id)
    assert secret is not None
    page = browser.get("/tai-khoan/hai-buoc").text
    assert letters_of(secret) in page
    assert browser.post("/tai-khoan/hai-buoc/ma", code="000000").status_code == 401
    shown = browser.post("/tai-khoan/hai-buoc/ma", code=code_of(user.id))
    assert (shown.status_code, shown.text.count('class="secret"')) == (201, 10)
    after = browser.get("/tai-khoan/hai-buoc").text
    assert letters_of(secret) not in after  # never shown again
    assert factors.begun(user.id) is None
    with pytest.raises(FactorStands):
        factors.begin(user.id)
    clock.forward(minutes=1)
    other = browser.post("/tai-khoan/hai-buoc/giay", code=code_of(user.id))
    assert other.status_code == 201
    clock.forward(minutes=1)
    assert browser.post("/tai-khoan/hai-buoc/tat", code=code_of(user.id)).status_code == 303
    assert not factors.is_enrolled(user.id)
    assert secret.hex() not in str(session.execute(select(SecondFactor.nonce)).all())


@both
def test_an_administrator_resets_it_with_a_word_in_the_trail(person: UserAccount, make: ModuleType, app: Flask, session: Session) -> None:  # fmt: skip # noqa: E501
    admin = make.user("admin")
    desk, manager = Browser(FreshClient(app)).become(admin), Browser(FreshClient(app)).become(make.user("certifier"))
    assert manager.post(f"/quan-ly/nguoi-dung/{person.id}/hai-buoc").status_code == 403
    assert desk.post(f"/quan-ly/nguoi-dung/{admin.id}/hai-buoc").status_code == 403
    assert desk.post(f"/quan-ly/nguoi-dung/{person.id}/hai-buoc").status_code == 303
    assert not factors.is_enrolled(person.id)
    assert session.scalar(select(AuditEntry).where(AuditEntry.action == "second_factor.reset")) is not None
    with pytest.raises(FactorMissing):
        factors.reset(person.id, SYSTEM)
    assert first_step(app).get("/quan-ly/").status_code == 200


@both
def test_where_it_is_demanded_a_desk_opens_after_the_enrolment_only(
    make: ModuleType, app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.on(today())
    code = make.store().code
    manager, cashier = make.user("store_manager", ("store", code)), make.user("cashier", ("store", code))
    boss, clerk = Browser(FreshClient(app)).become(manager), Browser(FreshClient(app)).become(cashier)
    assert boss.get("/quan-ly/").status_code == 200  # on loopback nobody is made to
    demanded = app.extensions["config"].__class__(**{**app.extensions["config"].__dict__, "totp": "required"})
    monkeypatch.setitem(app.extensions, "config", demanded)
    sent = boss.get("/quan-ly/")
    assert (sent.status_code, sent.headers["Location"]) == (303, "/tai-khoan/hai-buoc")
    assert boss.get("/tai-khoan").status_code == 200
    assert boss.post("/quan-ly/dia-diem/x").status_code == 403
    assert clerk.get("/quan-ly/").status_code == 200
    token = {"Authorization": f"Bearer {make.token('store_manager', ('store', code))}"}
    assert FreshClient(app).get(f"/api/v1/stores/{code}/settings", headers=token).status_code == 200
    factors.begin(manager.id)
    factors.confirm(manager.id, code_of(manager.id), SYSTEM)
    assert boss.get("/quan-ly/").status_code == 200
    clock.forward(minutes=1)
    assert boss.post("/tai-khoan/hai-buoc/tat", code=code_of(manager.id)).status_code == 403  # not hers to give up
    assert factors.is_enrolled(manager.id)


@both
def test_a_printed_code_and_another_password_ask_too(person: UserAccount, app: Flask, session: Session) -> None:
    issued = links.issue_sign_in_link(person.id, SYSTEM)
    browser = Browser(FreshClient(app))
    assert browser.post(f"/vao/{issued.secret}").headers["Location"].startswith("/dang-nhap/ma")
    with pytest.raises(CodeWrong):
        factors.check(person.id + 1, "123456")
    service.set_password(person.id, hash_password(PASSWORD + "2"), SYSTEM)
    assert (
        session.scalars(select(UserSession).where(UserSession.awaits_code, UserSession.revoked_at.is_(None))).all()
        == []
    )
