"""Sending forms as a browser does: with the token of its session."""

import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def submit(client: FlaskClient, url: str, fields: dict[str, str], page: str = "/gio-hang") -> TestResponse:
    """Post a form with the CSRF token that ``page`` carries."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert found, f"{page} carries no token"
    return client.post(url, data={"csrf_token": found[1], **fields})
