"""The manner of every route: who may call, how refusals look, one effect per Idempotency-Key."""

import threading
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from core.accounts import permissions
from core.accounts.actor import Actor, Grant, Scope
from core.accounts.permissions import authorize, permit, role
from core.clock import now
from core.db import db, transaction
from core.errors import NotFound, Refusal
from core.schedule import ScheduleRun
from core.web import access
from core.web.access import needs, public
from core.web.api import Blueprint, Schema, register_api
from core.web.fields import Whole, Words
from core.web.i18n import safe_path
from core.web.idempotency import idempotent
from tests.support.databases import Database, make_app


@pytest.fixture(autouse=True)
def roles_of_the_test() -> Generator[None]:
    """Roles and actions that no other test shall see."""
    role("tester")
    permit("things.write", "tester")
    role("keeper", scope="branch")
    permit("branch.write", "keeper")
    yield
    for name in ("tester", "keeper"):
        permissions._roles.pop(name)
    for action in ("things.write", "branch.write"):
        permissions._allowed.pop(action)


class ThingIn(Schema):
    """A thing to make."""

    name = Words(required=True)
    size = Whole(least=1, required=True)


class ThingOut(ThingIn):
    """A thing made."""

    id = Words()


class Sold(Refusal):
    """For the test."""

    code = "thing.sold"


def _blueprint() -> Blueprint:
    blp = Blueprint("api_things", __name__, url_prefix="/things", description="Things")

    @blp.post("")
    @public
    @blp.arguments(ThingIn)
    @idempotent
    @blp.response(201, ThingOut)
    def make_thing(data: dict[str, Any]) -> dict[str, Any]:
        if data["name"] == "sold":
            with transaction() as session:
                session.add(ScheduleRun(job="half done", ran_at=now()))
            raise Sold(lines=[{"sku": "A"}])
        with transaction() as session:
            count = session.scalar(select(func.count()).select_from(ScheduleRun)) or 0
            session.add(ScheduleRun(job=f"{data['name']} {count}", ran_at=now()))
        return {"id": str(count), **data}

    @blp.get("/secret")
    @needs("things.write")
    @blp.response(200, ThingOut)
    def secret() -> dict[str, Any]:
        return {"id": "1", "name": "x", "size": 1}

    @blp.get("/unsaid")
    @blp.response(200, ThingOut)
    def unsaid() -> dict[str, Any]:
        return {}

    return blp


class Things:
    """A part of one feature."""

    @staticmethod
    def init_app(app: Flask) -> None:
        """Join."""
        register_api(app, _blueprint())


@pytest.fixture
def things(database: Database, tmp_path: Path) -> Generator[Flask]:
    """An application with that part alone, on a fresh database."""
    url = database.fresh()
    app = make_app(url, tmp_path, parts=[Things()])
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    database.discard(url)


@pytest.fixture
def caller(things: Flask) -> FlaskClient:
    """A client of it."""
    return things.test_client()


def _made(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(ScheduleRun)) or 0


def _post(caller: FlaskClient, body: Any, key: str | None = None) -> Any:
    headers = {"Idempotency-Key": key} if key is not None else {}
    return caller.post("/api/v1/things", json=body, headers=headers)


def test_one_effect_per_key_and_the_same_answer(things: Flask, caller: FlaskClient) -> None:
    first = _post(caller, {"name": "a", "size": 1}, "k1")
    again = _post(caller, {"name": "a", "size": 1}, "k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.data == again.data
    assert again.headers["Idempotent-Replay"] == "true"
    assert _made(things) == 1


def test_the_same_key_with_another_body_is_refused(things: Flask, caller: FlaskClient) -> None:
    _post(caller, {"name": "a", "size": 1}, "k1")
    other = _post(caller, {"name": "a", "size": 2}, "k1")
    assert other.status_code == 422
    assert other.json["code"] == "idempotency.mismatch"
    assert _made(things) == 1


def test_a_refusal_undoes_everything_and_is_not_stored(things: Flask, caller: FlaskClient) -> None:
    refused = _post(caller, {"name": "sold", "size": 1}, "k2")
    assert refused.status_code == 409
    assert refused.content_type == "application/problem+json"
    assert refused.json["code"] == "thing.sold"
    assert refused.json["lines"] == [{"sku": "A"}]
    assert _made(things) == 0
    assert _post(caller, {"name": "b", "size": 1}, "k2").status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 201, "a b", "khóa"])
def test_a_key_that_is_none(things: Flask, caller: FlaskClient, key: str) -> None:
    answer = caller.post(
        "/api/v1/things", json={"name": "a", "size": 1}, headers=[("Idempotency-Key", key.encode().decode("latin-1"))]
    )
    assert answer.status_code == 422
    assert _made(things) == 0


def test_sixteen_at_once_with_one_key_make_one_thing(things: Flask) -> None:
    barrier, answers = threading.Barrier(16), []

    def send() -> None:
        caller = things.test_client()
        barrier.wait()
        for _ in range(200):
            answer = _post(caller, {"name": "race", "size": 1}, "one-key")
            if answer.status_code != 409:
                break
            assert answer.json["code"] == "idempotency.running"
            assert answer.headers["Retry-After"] == "1"
        answers.append((answer.status_code, answer.data))

    threads = [threading.Thread(target=send) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 16
    assert set(answers) == {answers[0]}
    assert answers[0][0] == 201
    assert _made(things) == 1


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        (b"{", "application/json", 400, "json.invalid"),
        (b'{"name":"a","size":1,"size":2}', "application/json", 400, "json.invalid"),
        (b'{"name":"a","size":1}', "text/plain", 415, "request.media_type"),
        (b'{"name":"a"}', "application/json", 422, "input.invalid"),
        (b'{"name":"a","size":2.5}', "application/json", 422, "input.invalid"),
        (b'{"name":"a","size":1e400}', "application/json", 422, "input.invalid"),
        (b'{"name":"a","size":1,"price":1}', "application/json", 422, "input.invalid"),
        (b'["a"]', "application/json", 400, "json.invalid"),
    ],
)
def test_bad_bodies_write_nothing(
    things: Flask, caller: FlaskClient, body: bytes, content_type: str, status: int, code: str
) -> None:
    answer = caller.post("/api/v1/things", data=body, content_type=content_type)
    assert (answer.status_code, answer.json["code"]) == (status, code)  # type: ignore[index]
    assert _made(things) == 0


def test_who_may_call(things: Flask, caller: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert caller.get("/api/v1/things/secret").json["code"] == "auth.required"  # type: ignore[index]
    nobody = Actor(user_id=1, label="x", via="token")
    tester = Actor(user_id=1, label="x", grants=frozenset({Grant("tester")}), via="token")
    monkeypatch.setattr(access, "_loader", lambda: nobody)
    assert caller.get("/api/v1/things/secret").status_code == 403
    monkeypatch.setattr(access, "_loader", lambda: tester)
    assert caller.get("/api/v1/things/secret").status_code == 200


def test_a_route_that_says_nothing_is_refused(caller: FlaskClient) -> None:
    assert caller.get("/api/v1/things/unsaid").status_code == 403


def test_a_cookie_needs_the_session_token_and_a_bearer_does_not(
    things: Flask, caller: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    things.config["WTF_CSRF_ENABLED"] = True
    for via, expected in (("session", 403), ("token", 201)):
        actor = Actor(user_id=1, label="x", via=via)
        monkeypatch.setattr(access, "_loader", lambda actor=actor: actor)
        assert _post(caller, {"name": via, "size": 1}).status_code == expected


def test_answers_are_hardened_and_never_kept_over_midnight(caller: FlaskClient) -> None:
    answer = caller.get("/healthz")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    again = caller.get("/healthz", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_methods_that_do_not_fit_say_which_do(caller: FlaskClient) -> None:
    answer = caller.delete("/api/v1/things")
    assert answer.status_code == 405
    assert answer.json["code"] == "method.not_allowed"  # type: ignore[index]
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize(
    "target", ["//evil.example", "/\\evil", "https://evil.example", "javascript:alert(1)", "/a\nb", "", None, "evil"]
)
def test_never_sent_to_another_site(target: str | None) -> None:
    assert safe_path(target, "/home") == "/home"


def test_sent_back_to_a_path_of_ours() -> None:
    assert safe_path("/san-pham?q=mật ong", "/home") == "/san-pham?q=mật ong"


def test_foreign_things_are_not_found() -> None:
    keeper = Actor(user_id=1, label="x", grants=frozenset({Grant("keeper", Scope("branch", "north"))}))
    authorize(keeper, "branch.write", Scope("branch", "north"))
    with pytest.raises(NotFound):
        authorize(keeper, "branch.write", Scope("branch", "south"))
