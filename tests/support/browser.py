"""A browser: loads a page and posts its form with the token that the page carries."""

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.accounts.models import UserAccount
from core.accounts.service import begin_session

#: A page that anybody may load and that carries a form.
FORM_PAGE = "/quen-mat-khau"


class Browser:
    """One person's browser."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, url: str) -> TestResponse:
        """Load a page."""
        return self.client.get(url)

    def post(self, url: str, page: str = FORM_PAGE, **data: Any) -> TestResponse:
        """Send a form, with the token of ``page``."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get(page).text)
        assert found, f"{page} carries no form"
        return self.client.post(url, data={"csrf_token": found[1], **data})

    def sign_in(self, contact: str, password: str, **more: Any) -> TestResponse:
        """By the form, as people do."""
        return self.post("/dang-nhap", contact=contact, password=password, **more)

    def become(self, user: UserAccount) -> "Browser":
        """Be signed in as somebody, without a password."""
        secret = begin_session(user.id, "test", "test")
        with self.client.session_transaction() as cookie:
            cookie["sid"] = secret
        return self
