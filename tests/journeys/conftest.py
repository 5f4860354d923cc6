"""The people of a journey and their tools: everything they do goes over HTTP."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from core.worker import run_pending
from tests import make
from tests.support.client import FreshClient
from tests.support.live import Live


class Town:
    """A live shop with its officers, staff and shoppers, each known by a role."""

    def __init__(self, live: Live) -> None:
        self.live = live
        self.client = FreshClient(live.app)
        self._headers: dict[str, dict[str, str]] = {}

    @property
    def app(self) -> Flask:
        """The application."""
        return self.live.app

    def hires(self, name: str, role: str, scope: tuple[str, str] | None = None) -> None:
        """Give somebody an account with a role and a token."""
        self._headers[name] = self.live.run(lambda: make.headers(role, scope))

    def asks(self, method: str, path: str, body: Any = None, *, who: str | None = None, **headers: str) -> TestResponse:
        """Send a request to the API as somebody, or as nobody."""
        sent = dict(self._headers[who]) if who else {}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.open(f"/api/v1{path}", method=method, json=body, headers=sent)

    def gets(self, path: str, who: str | None = None) -> Any:
        """The JSON of a GET that must succeed."""
        answer = self.asks("GET", path, who=who)
        assert answer.status_code == 200, (path, answer.json)
        return answer.json

    def does(self, who: str | None, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The JSON of a write that must succeed."""
        answer = self.asks(method, path, body, who=who, **headers)
        assert answer.status_code in (200, 201), (path, answer.status_code, answer.json)
        return answer.json

    def refused(self, who: str | None, method: str, path: str, body: Any = None) -> tuple[int, str]:
        """Status and code of a call that must be refused."""
        answer = self.asks(method, path, body, who=who)
        assert answer.status_code >= 400, (path, answer.json)
        return answer.status_code, answer.json["code"]  # type: ignore[index]

    def worker(self) -> None:
        """Let the worker run until nothing waits."""
        while self.live.run(run_pending):
            pass

    def page(self, path: str) -> tuple[int, str]:
        """Status and text of a page."""
        answer = self.client.get(path)
        return answer.status_code, answer.get_data(as_text=True)


@pytest.fixture
def town(live: Live) -> Town:
    """An empty shop on a real database of its own."""
    return Town(live)
