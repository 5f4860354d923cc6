import time
from datetime import timedelta
from statistics import median

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.accounts import passwords, service
from core.accounts.models import UserAccount, UserSession
from core.accounts.queries import get_user
from core.audit import AuditEntry
from core.clock import now, travel
from core.db import transaction
from core.errors import Invalid
from core.ids import digest
from tests.core.accounts.conftest import PASSWORD, Browser


@pytest.fixture
def lan(app: Flask) -> UserAccount:
    return service.register("Lan", "lan@demo.test", PASSWORD)


def test_sign_in_by_phone_or_email_in_any_notation(app: Flask, browser: Browser) -> None:
    service.register("Hoa", "0912 345 678", PASSWORD)
    answer = browser.sign_in("+84 912 345 678")
    assert (answer.status_code, answer.location) == (303, "/tai-khoan")
    assert "Hoa" in browser.get("/tai-khoan").text


def test_unknown_account_and_wrong_password_read_the_same(browser: Browser, lan: UserAccount) -> None:
    def said(contact: str, password: str) -> str:
        answer = browser.sign_in(contact, password)
        assert answer.status_code == 401
        page = answer.text.replace(contact, "")
        return "".join(line for line in page.splitlines() if "csrf" not in line)

    assert said("lan@demo.test", "wrong password") == said("nobody@demo.test", "wrong password")


@pytest.mark.on("sqlite")  # hashing asks no database
def test_unknown_account_takes_as_long(app: Flask, lan: UserAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions, "password_hasher", passwords.STRONG)
    strong = passwords.hash_password(PASSWORD)

    def seconds(password_hash: str | None) -> float:
        begun = time.perf_counter()
        assert not passwords.verify_password("wrong password", password_hash)
        return time.perf_counter() - begun

    seconds(None)  # the decoy is made once
    known, unknown = median(seconds(strong) for _ in range(7)), median(seconds(None) for _ in range(7))
    assert abs(known - unknown) < max(known, unknown) * 0.5


def test_a_closed_account_stays_out(browser: Browser, lan: UserAccount) -> None:
    with transaction():
        get_user(lan.id).is_active = False
    assert browser.sign_in("lan@demo.test").status_code == 401


def test_next_stays_on_this_site(browser: Browser, other_browser: Browser, lan: UserAccount) -> None:
    assert browser.sign_in("lan@demo.test", next="/gio-hang?x=1").location == "/gio-hang?x=1"
    for evil in ("//evil.test", "/\\evil.test", "https://evil.test", "javascript:alert(1)", "/a\r\nb", "\\\\evil"):
        other_browser.post("/dang-xuat")
        assert other_browser.sign_in("lan@demo.test", next=evil).location == "/tai-khoan", evil


def test_a_page_that_needs_an_account_leads_back(browser: Browser, lan: UserAccount) -> None:
    assert browser.get("/tai-khoan").location == "/dang-nhap?next=/tai-khoan"


def test_the_form_comes_back_with_what_was_typed_but_no_password(browser: Browser) -> None:
    answer = browser.sign_in("<b>lan", "secret-typed")
    assert answer.status_code == 401
    assert "&lt;b&gt;lan" in answer.text
    assert "secret-typed" not in answer.text


def test_signing_out_kills_the_cookie_on_the_server(browser: Browser, lan: UserAccount, session: Session) -> None:
    browser.sign_in("lan@demo.test")
    cookie = browser.client.get_cookie("session")
    browser.post("/dang-xuat", page="/tai-khoan")
    assert cookie is not None
    browser.client.set_cookie("session", cookie.value)
    assert browser.get("/tai-khoan").status_code == 303


def test_the_database_knows_only_the_digest(app: Flask, lan: UserAccount, session: Session) -> None:
    secret = service.sign_in("lan@demo.test", PASSWORD)
    row = session.scalars(select(UserSession)).one()
    assert row.digest == digest(secret)
    assert secret not in repr(vars(row))


def test_signing_in_rotates_the_session(browser: Browser, lan: UserAccount) -> None:
    browser.sign_in("lan@demo.test")
    with browser.client.session_transaction() as first:
        before = first["sid"]
    browser.post("/dang-xuat", page="/tai-khoan")
    browser.sign_in("lan@demo.test")
    with browser.client.session_transaction() as second:
        assert second["sid"] != before


def test_idle_and_absolute_end(browser: Browser, lan: UserAccount, make) -> None:
    begun = now()
    with travel(begun):
        browser.sign_in("lan@demo.test")
    with travel(begun + timedelta(days=13)):
        assert browser.get("/tai-khoan").status_code == 200
    with travel(begun + timedelta(days=13 + 14)):
        assert browser.get("/tai-khoan").status_code == 303


def test_staff_sessions_are_short(app: Flask, browser: Browser, make) -> None:
    keeper = make.user("keeper", ("branch", "north"))
    with transaction():
        get_user(keeper.id).password_hash = passwords.hash_password(PASSWORD)
    begun = now()
    with travel(begun):
        browser.sign_in(keeper.email)
    for hours in (0.9, 1.8, 2.7):
        with travel(begun + timedelta(hours=hours)):
            assert browser.get("/tai-khoan").status_code == 200
    with travel(begun + timedelta(hours=3.8)):
        assert browser.get("/tai-khoan").status_code == 303


def test_last_seen_is_written_at_most_once_a_minute(browser: Browser, lan: UserAccount, session: Session) -> None:
    begun = now()
    with travel(begun):
        browser.sign_in("lan@demo.test")
    for seconds, seen in ((30, 0), (61, 61), (90, 61)):
        with travel(begun + timedelta(seconds=seconds)):
            browser.get("/tai-khoan")
        session.expire_all()
        assert session.scalars(select(UserSession.last_seen_at)).one() == begun + timedelta(seconds=seen)


def test_ten_tries_then_wait_by_account_not_by_address(browser: Browser, lan: UserAccount, app: Flask) -> None:
    service.register("Hoa", "hoa@demo.test", PASSWORD)
    begun = now()
    with travel(begun):
        for _ in range(10):
            assert browser.sign_in("lan@demo.test", "wrong password").status_code == 401
        refused = browser.sign_in(" LAN@demo.test", PASSWORD)
        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) == 60
        assert browser.sign_in("hoa@demo.test").status_code == 303
    with travel(begun + timedelta(seconds=61)):
        browser.post("/dang-xuat", page="/tai-khoan")
        assert browser.sign_in("lan@demo.test").status_code == 303


def test_a_form_without_the_token_is_refused(browser: Browser, lan: UserAccount) -> None:
    answer = browser.client.post("/dang-nhap", data={"contact": "lan@demo.test", "password": PASSWORD})
    assert answer.status_code == 403
    assert browser.get("/tai-khoan").status_code == 303


def test_changing_the_password_ends_every_other_session(
    browser: Browser, other_browser: Browser, lan: UserAccount, make
) -> None:
    browser.sign_in("lan@demo.test")
    other_browser.sign_in("lan@demo.test")
    wrong = browser.post(
        "/tai-khoan/mat-khau", page="/tai-khoan", old="not it", password="câu khác hẳn", again="câu khác hẳn"
    )
    assert wrong.status_code == 422
    assert other_browser.get("/tai-khoan").status_code == 200
    right = browser.post(
        "/tai-khoan/mat-khau", page="/tai-khoan", old=PASSWORD, password="câu khác hẳn", again="câu khác hẳn"
    )
    assert right.status_code == 303
    assert browser.get("/tai-khoan").status_code == 200
    assert other_browser.get("/tai-khoan").status_code == 303
    assert other_browser.sign_in("lan@demo.test", PASSWORD).status_code == 401
    assert other_browser.sign_in("lan@demo.test", "câu khác hẳn").status_code == 303


def test_one_session_ends_another_but_not_a_stranger_s(
    browser: Browser, other_browser: Browser, lan: UserAccount, session: Session
) -> None:
    service.register("Hoa", "hoa@demo.test", PASSWORD)
    other_browser.sign_in("hoa@demo.test")
    theirs = session.scalars(select(UserSession.id).order_by(UserSession.id.desc())).first()
    browser.sign_in("lan@demo.test")
    answer = browser.post(f"/tai-khoan/phien/{theirs}/ket-thuc", page="/tai-khoan")
    assert answer.status_code == 404
    assert other_browser.get("/tai-khoan").status_code == 200


def test_a_stale_profile_comes_back_with_both_values(browser: Browser, lan: UserAccount, session: Session) -> None:
    browser.sign_in("lan@demo.test")
    assert browser.post("/tai-khoan", page="/tai-khoan", version=1, name="Lan Anh", locale="vi").status_code == 303
    answer = browser.post("/tai-khoan", page="/tai-khoan", version=1, name="Lan Chi", locale="vi")
    assert answer.status_code == 412
    assert "Lan Anh" in answer.text
    assert "Lan Chi" in answer.text
    session.expire_all()
    assert get_user(lan.id).name == "Lan Anh"


@pytest.mark.parametrize("weak", ["1234567", "12345678", "aaaaaaaa", "lan@demo.test", "x" * 129])
def test_weak_passwords_are_refused(app: Flask, weak: str) -> None:
    with pytest.raises(Invalid):
        service.register("Lan", "lan@demo.test", weak)


def test_registering_writes_one_account_and_its_trail(browser: Browser, session: Session) -> None:
    answer = browser.post("/dang-ky", name="Lan", contact="0912 345 678", password=PASSWORD)
    assert answer.status_code == 303
    user = session.scalars(select(UserAccount)).one()
    assert (user.phone, user.email) == ("+84912345678", None)
    said = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert said == ["account.registered", "session.started"]
    again = browser.post("/dang-ky", name="Lan", contact="+84912345678", password=PASSWORD)
    assert again.status_code == 409
    assert len(session.scalars(select(UserAccount)).all()) == 1
