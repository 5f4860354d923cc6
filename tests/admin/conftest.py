"""Browsers of the people who work at the desks."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.support.browser import Browser
from tests.support.client import FreshClient

Staff = Callable[..., Browser]


@pytest.fixture
def staff(app: Flask, make) -> Staff:
    """``staff("certifier")``, ``staff("cashier", ("store", code))``: somebody signed in with that role."""

    def signed_in(role: str | None = None, scope: tuple[str, str] | None = None) -> Browser:
        return Browser(FreshClient(app)).become(make.user(role, scope))

    return signed_in
