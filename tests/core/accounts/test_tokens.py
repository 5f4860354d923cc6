from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.accounts.actor import SYSTEM
from core.accounts.models import ApiToken
from core.accounts.tokens import actor_of_token, create_token, revoke_token
from core.clock import now, travel
from core.errors import NotFound
from tests.core.accounts.conftest import PASSWORD, Browser


def test_a_token_is_its_owner_narrowed(app: Flask, make, session: Session) -> None:
    user = make.user("boss")
    secret, token = create_token(user, "till", SYSTEM, scope=" goods.receive  money ", days=30)
    assert secret.startswith("ocop_")
    assert secret.startswith(token.prefix)
    assert secret not in repr(vars(token))
    actor = actor_of_token(secret)
    assert actor is not None
    assert (actor.user_id, actor.via, actor.token_scopes) == (user.id, "token", {"goods.receive", "money"})


def test_a_token_ends_by_time_by_hand_and_with_its_owner(app: Flask, make) -> None:
    user = make.user("boss")
    secret, token = create_token(user, "till", SYSTEM, days=30)
    with travel(now() + timedelta(days=29)):
        assert actor_of_token(secret)
    with travel(now() + timedelta(days=31)):
        assert actor_of_token(secret) is None
    with pytest.raises(NotFound):
        revoke_token(token.id, user.id + 1, SYSTEM)
    revoke_token(token.id, user.id, SYSTEM)
    assert actor_of_token(secret) is None


def test_last_use_is_written_at_most_once_a_minute(app: Flask, make, session: Session) -> None:
    secret, token = create_token(make.user(), "till", SYSTEM)
    begun = now()
    for seconds, used in ((0, 0), (30, 0), (61, 61)):
        with travel(begun + timedelta(seconds=seconds)):
            actor_of_token(secret)
        session.expire_all()
        assert session.scalars(select(ApiToken.last_used_at)).one() == begun + timedelta(seconds=used)
    assert token.name == "till"


def test_a_wrong_token_is_refused_not_anonymous(client: FlaskClient) -> None:
    answer = client.get("/api/openapi.json", headers={"Authorization": "Bearer ocop_wrong"})
    assert answer.status_code in (200, 401)
    refused = client.get("/tai-khoan", headers={"Authorization": "Bearer ocop_wrong", "Accept": "application/json"})
    assert (refused.status_code, refused.json["code"]) == (401, "auth.required")


def test_a_token_makes_no_tokens(client: FlaskClient, make) -> None:
    headers = {**make.headers("boss"), "Accept": "application/json"}
    assert client.get("/tai-khoan", headers=headers).status_code == 403


def test_tokens_on_the_account_page(browser: Browser, make, app: Flask, session: Session) -> None:
    browser.post("/dang-ky", name="Lan", contact="lan@demo.test", password=PASSWORD)
    page = browser.post("/tai-khoan/ma", page="/tai-khoan", token_name="máy tính tiền", scope="stock", days="30")
    assert page.status_code == 201
    token = session.scalars(select(ApiToken)).one()
    secret = page.text.split('<code class="secret">')[1].split("</code>")[0]
    assert actor_of_token(secret)
    assert secret not in browser.get("/tai-khoan").text
    assert browser.post(f"/tai-khoan/ma/{token.id}/thu-hoi", page="/tai-khoan").status_code == 303
    assert actor_of_token(secret) is None


def test_commands_make_users_and_tokens(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    run = app.test_cli_runner().invoke
    monkeypatch.setenv("OCOP_PASSWORD", PASSWORD)
    made = run(args=["users", "create", "hoa@demo.test", "--role", "keeper", "--branch", "north"])
    assert (made.exit_code, made.output) == (0, "hoa@demo.test: keeper\n")
    token = run(args=["tokens", "create", "HOA@demo.test", "--name", "till", "--scope", "goods", "--expires", "7"])
    actor = actor_of_token(token.output.strip())
    assert actor is not None
    assert actor.scopes_of("branch") == {"north"}
    for wrong in (
        ["users", "create", "x@demo.test", "--role", "nothing"],
        ["users", "create", "x@demo.test", "--role", "keeper", "--branch", "nowhere"],
        ["users", "create", "not a contact", "--role", "guest"],
        ["tokens", "create", "x@demo.test", "--name", "till"],
    ):
        assert run(args=wrong).exit_code == 1, wrong
