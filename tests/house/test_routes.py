"""Every route says who may call it, and the written table of route × role is what a caller meets."""

from collections.abc import Callable

import pytest
from flask import Flask

from core.accounts.permissions import actions, roles
from core.web.access import PUBLIC, SIGNED_IN, access_of
from tests.support import permissions
from tests.support.live import Live

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
@pytest.mark.daily
def test_each_door_is_as_the_table_says(live: Live) -> None:
    """Every route for nobody, for one role that may and for one that may not; other roles at each route."""
    table, callers = permissions.written(), permissions.callers()

    def some(number: int, route: str) -> list[str]:
        turned = callers[number % len(callers) :] + callers[: number % len(callers)]
        return list(dict.fromkeys([permissions.NOBODY, *_first_of_each(turned, table[route])]))

    assert wrong_doors(live.app, some) == []


@pytest.mark.long
@pytest.mark.on("sqlite")
def test_each_role_meets_the_door_that_the_table_says(live: Live) -> None:
    """The whole table."""
    callers = permissions.callers()
    assert wrong_doors(live.app, lambda _number, _route: callers) == []


def wrong_doors(app: Flask, choose: Callable[[int, str], list[str]]) -> list[str]:
    """Where one of the chosen callers of a route meets another door than the table says."""
    table, wrong = permissions.written(), list[str]()
    with permissions.doors_only(app):
        client = app.test_client()
        for number, (method, path, rule) in enumerate(permissions.routes(app)):
            address = permissions.address(app, rule)
            for caller in choose(number, f"{method} {path}"):
                answer = client.open(address, method=method, headers={"X-Caller": caller})
                reached = answer.headers.get("X-Reached") == "yes"
                expected = table[f"{method} {path}"][caller] == "yes"
                refused_well = answer.status_code in (302, 303, 401, 403)
                if reached != expected or (not reached and not refused_well):
                    wrong.append(f"{caller}: {method} {path} -> {answer.status_code}")
    return wrong


def _first_of_each(callers: list[str], row: dict[str, str]) -> list[str]:
    """The first who may and the first who may not."""
    return [next((one for one in callers if row[one] == said), permissions.NOBODY) for said in ("yes", "")]
