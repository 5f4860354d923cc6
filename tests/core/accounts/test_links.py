import re
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.accounts import links, service, tokens
from core.accounts.actor import SYSTEM, Grant, Scope
from core.accounts.grants import revoke_role
from core.accounts.links import accept_invitation, invite, issue_sign_in_link, request_reset, use_sign_in_link
from core.accounts.models import OneTimeLink, UserAccount, UserGrant, UserSession
from core.accounts.queries import find_by_text, grants_of, list_sessions
from core.accounts.refusals import BadCredentials, GrantTooHigh, LinkSpent
from core.clock import now, travel
from core.outbox import OutboxRow
from core.worker import run_pending
from tests.core.accounts.conftest import PASSWORD, Browser
from tests.support.mails import text_of

NORTH = Scope("branch", "north")


@pytest.fixture
def lan(app: Flask) -> UserAccount:
    return service.register("Lan", "lan@demo.test", PASSWORD)


@pytest.fixture
def mails(app: Flask):
    """Run what waits, then answer the mails written since."""
    folder = app.extensions["config"].instance / "mail"
    before = set(folder.glob("*.eml"))

    def written() -> list[str]:
        run_pending()
        new: list[Path] = sorted(set(folder.glob("*.eml")) - before)
        return [
            f"{m['To']}|{m['Subject']}|{text_of(m)}"
            for m in (message_from_bytes(p.read_bytes(), policy=policy.default) for p in new)
        ]

    return written


def address(mail: str, path: str) -> str:
    start = mail.index(path)
    return mail[start:].split()[0]


def test_reset_by_mail_end_to_end(browser: Browser, lan: UserAccount, mails, session: Session) -> None:
    service.sign_in("lan@demo.test", PASSWORD)
    tokens.create_token(lan, "till", SYSTEM)
    answer = browser.post("/quen-mat-khau", contact="LAN@demo.test")
    assert answer.status_code == 200
    (mail,) = mails()
    assert mail.startswith("lan@demo.test|Đặt lại mật khẩu|")
    url = address(mail, "/dat-lai/")
    page = browser.get(url)
    assert (page.status_code, page.headers["Referrer-Policy"]) == (200, "no-referrer")
    differ = browser.post(url, page=url, password="câu mới hẳn", again="khác")
    assert differ.status_code == 422
    assert browser.post(url, page=url, password="câu mới hẳn", again="câu mới hẳn").status_code == 303
    assert browser.get(url).status_code == 410
    session.expire_all()
    assert all(s.revoked_at for s in session.scalars(select(UserSession)))
    assert browser.sign_in("lan@demo.test", "câu mới hẳn").status_code == 303


def test_reset_answers_the_same_for_nobody(browser: Browser, lan: UserAccount, mails) -> None:
    known = browser.post("/quen-mat-khau", contact="lan@demo.test").text
    unknown = browser.post("/quen-mat-khau", contact="nobody@demo.test").text
    # The token that guards forms carries the second in which it was signed.
    assert re.sub(r'name="csrf_token" value="[^"]+"', "", known) == re.sub(
        r'name="csrf_token" value="[^"]+"', "", unknown
    )
    assert len(mails()) == 1


def test_no_secret_waits_in_the_outbox(app: Flask, lan: UserAccount, mails, session: Session) -> None:
    request_reset("lan@demo.test")
    (mail,) = mails()
    secret = address(mail, "/dat-lai/").removeprefix("/dat-lai/")
    assert links.find_open("reset", secret)
    everything = [str(r.payload) for r in session.scalars(select(OutboxRow))]
    everything += [str(vars(r)) for r in session.scalars(select(OneTimeLink))]
    assert not any(secret in text for text in everything)


def test_a_reset_link_ends_after_an_hour_and_with_the_next(app: Flask, lan: UserAccount) -> None:
    first = links.issue_reset(lan)
    second = links.issue_reset(lan)
    with pytest.raises(LinkSpent):
        links.reset(first.secret, "câu mới hẳn")
    with travel(now() + timedelta(minutes=61)), pytest.raises(LinkSpent):
        links.reset(second.secret, "câu mới hẳn")
    links.reset(second.secret, "câu mới hẳn")


def test_invitation_end_to_end(browser: Browser, make, mails) -> None:
    boss = make.actor("boss")
    invite("hoa@demo.test", "Hoa", "keeper", NORTH, boss)
    (mail,) = mails()
    url = address(mail, "/loi-moi/")
    assert "keeper · Chi nhánh bắc" in browser.get(url).text
    weak = browser.post(url, page=url, name="Hoa", password="1234")
    assert weak.status_code == 422
    assert browser.post(url, page=url, name="Hoa", password=PASSWORD).status_code == 303
    user = find_by_text("hoa@demo.test")
    assert user is not None
    assert grants_of(user.id) == {Grant("keeper", NORTH)}
    assert "keeper · Chi nhánh bắc" in browser.get("/tai-khoan").text
    assert browser.get(url).status_code == 410


def test_the_shown_link_and_the_mailed_one_are_one_invitation(app: Flask, make, mails) -> None:
    shown = invite("hoa@demo.test", "Hoa", "guest", None, make.actor("boss"))
    (mail,) = mails()
    assert len(links.list_invitations()) == 1
    accept_invitation(shown.secret, "Hoa", PASSWORD)
    with pytest.raises(LinkSpent):
        accept_invitation(address(mail, "/loi-moi/").removeprefix("/loi-moi/"), "Hoa", PASSWORD)


def test_an_invitation_takes_a_squatted_account_over(app: Flask, lan: UserAccount, make) -> None:
    """Somebody registered with another's address: the true owner's acceptance throws the squatter out."""
    service.sign_in("lan@demo.test", PASSWORD)
    issued = invite("lan@demo.test", "Lan", "keeper", NORTH, make.actor("boss"))
    accept_invitation(issued.secret, "Lan", "câu của chính chủ")
    assert find_by_text("lan@demo.test").id == lan.id
    with pytest.raises(BadCredentials):
        service.sign_in("lan@demo.test", PASSWORD)
    assert len(list_sessions(lan.id)) == 1


def test_nobody_invites_above_and_a_demoted_inviter_invites_nobody(app: Flask, make, session: Session) -> None:
    keeper = make.actor("keeper", ("branch", "north"))
    with pytest.raises(GrantTooHigh):
        invite("hoa@demo.test", "Hoa", "boss", None, keeper)
    issued = invite("hoa@demo.test", "Hoa", "helper", NORTH, keeper)
    held = session.scalars(select(UserGrant.id).where(UserGrant.user_id == keeper.user_id)).one()
    revoke_role(held, SYSTEM)
    with pytest.raises(GrantTooHigh):
        accept_invitation(issued.secret, "Hoa", PASSWORD)
    assert find_by_text("hoa@demo.test") is None


def test_a_printed_code_signs_in_once(browser: Browser, other_browser: Browser, make, app: Flask) -> None:
    hoa = service.create_account("Hoa", links.get_contact("0912345678"), None)
    issued = issue_sign_in_link(hoa.id, make.actor("boss"))
    url = f"/vao/{issued.secret}"
    page = browser.get(url)
    assert "Hoa" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert browser.get(url).status_code == 200, "looking does not spend it"
    assert browser.post(url, page=url).status_code == 303
    assert "Hoa" in browser.get("/tai-khoan").text
    assert other_browser.get(url).status_code == 410


def test_a_printed_code_lends_no_power_from_above(app: Flask, make) -> None:
    boss = make.user("boss")
    with pytest.raises(GrantTooHigh):
        issue_sign_in_link(boss.id, make.actor("keeper", ("branch", "north")))


def test_two_cannot_use_one_code(live, make) -> None:
    with live.app.app_context():
        hoa = service.create_account("Hoa", links.get_contact("0912345678"), None)
        secret = issue_sign_in_link(hoa.id, SYSTEM).secret

    def use(_n: int) -> str:
        try:
            return use_sign_in_link(secret)
        except LinkSpent:
            return ""

    assert len([one for one in live.together(6, use) if one]) == 1
