"""The test client: every request in a context of its own, as behind a real server."""

from contextvars import copy_context
from typing import Any

from flask.globals import _cv_app  # pyright: ignore[reportPrivateUsage]
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.db import end_reading


class FreshClient(FlaskClient):
    """Sends each request outside the test's own app context.

    Flask would let a request share the context that the test has pushed: its ``g``, its
    session and its identity map. The clock's travel is kept, since it is a context variable too.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request. The test's session gives back its snapshot first, so that both see each other."""
        kwargs.setdefault("buffered", True)
        if _cv_app.get(None) is not None:
            end_reading()
        return copy_context().run(self._open_fresh, args, kwargs)

    def _open_fresh(self, args: Any, kwargs: Any) -> TestResponse:
        _cv_app.set(None)  # type: ignore[arg-type]
        return super().open(*args, **kwargs)
