"""Every route says who may call it, and the written table of route × role is what a caller meets."""

import pytest
from flask import Flask

from core.accounts.permissions import actions, roles
from core.web.access import PUBLIC, SIGNED_IN, access_of
from tests.support import permissions
from tests.support.databases import Database, make_app

REWRITE = "`python -m tests.support.permissions` writes the table; review what it opens"


@pytest.mark.on("sqlite")
def test_every_route_declares_its_access(app: Flask) -> None:
    known = {PUBLIC, SIGNED_IN, *actions()}
    unsaid = [
        f"{method} {path}"
        for method, path, rule in permissions.routes(app)
        if access_of(app, rule.endpoint) not in known
    ]
    assert not unsaid, "@public, @signed_in or @needs(a registered action) is missing"


@pytest.mark.on("sqlite")
def test_every_action_is_allowed_to_known_roles(app: Flask) -> None:
    unknown = {(action, name) for action, names in actions().items() for name in names - set(roles())}
    assert not unknown


@pytest.mark.on("sqlite")
def test_the_table_names_every_route(app: Flask) -> None:
    stated, written = permissions.declared(app), permissions.written()
    assert sorted(stated.keys() - written.keys()) == [], f"routes without a row; {REWRITE}"
    assert sorted(written.keys() - stated.keys()) == [], f"rows without a route; {REWRITE}"
    assert {r: (written[r], row) for r, row in stated.items() if written[r] != row} == {}, REWRITE


@pytest.mark.on("sqlite")
def test_each_role_meets_the_door_that_the_table_says(database: Database) -> None:
    app = make_app(database.fresh(), database.folder / "doors")
    table = permissions.written()
    wrong: list[str] = []
    with permissions.doors_only(app):
        client = app.test_client()
        for method, path, rule in permissions.routes(app):
            for caller in permissions.callers():
                answer = client.open(permissions.address(app, rule), method=method, headers={"X-Caller": caller})
                reached = answer.headers.get("X-Reached") == "yes"
                expected = table[f"{method} {path}"][caller] == "yes"
                refused_well = answer.status_code in (302, 303, 401, 403)
                if reached != expected or (not reached and not refused_well):
                    wrong.append(f"{caller}: {method} {path} -> {answer.status_code}")
    assert not wrong
