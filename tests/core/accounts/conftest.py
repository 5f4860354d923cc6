"""A browser that keeps its form's token, and roles that exist for these tests only."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.accounts import permissions
from core.accounts.permissions import EVERY, permit, role, scope
from tests.support import browser as browsers
from tests.support.client import FreshClient

PASSWORD = "một câu dễ nhớ"


class Browser(browsers.Browser):
    """Signs in with the password that all accounts of these tests have."""

    def sign_in(self, contact: str, password: str = PASSWORD, **more: Any) -> TestResponse:
        return super().sign_in(contact, password, **more)


@pytest.fixture
def browser(client: FlaskClient) -> Browser:
    return Browser(client)


@pytest.fixture
def other_browser(app: Flask) -> Browser:
    """The same person elsewhere, or somebody else."""
    return Browser(FreshClient(app))


@pytest.fixture(autouse=True)
def roles(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """``boss`` gives every role, ``keeper`` gives ``helper`` in its own branch; ``guest`` is no staff.

    The application comes first: what it registers when it is built must outlive these tests.
    """
    if "app" in request.fixturenames:
        request.getfixturevalue("app")
    monkeypatch.setattr(permissions, "_roles", dict(permissions._roles))
    monkeypatch.setattr(permissions, "_kinds", dict(permissions._kinds))
    monkeypatch.setattr(permissions, "_allowed", permissions._allowed.copy())
    branches = {"north": "Chi nhánh bắc", "south": "Chi nhánh nam"}
    scope("branch", "Chi nhánh", branches.get, lambda: list(branches.items()))
    role("boss", gives=(EVERY,))
    role("keeper", scope="branch", gives=("helper",))
    role("helper", scope="branch")
    role("guest", is_staff=False)
    permit("goods.receive", "keeper", "boss")
