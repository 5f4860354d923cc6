"""The app factory: core joined with the parts it is given.

Because parts are arguments, an app of ``catalog`` alone, or of ``catalog`` and ``shop``,
can be built: the living proof of the one direction of imports.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol, cast

import orjson
from flask import Flask, Request, Response
from flask.json.provider import DefaultJSONProvider
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from werkzeug.middleware.proxy_fix import ProxyFix

from core import cli, db, logs
from core.accounts import setup as accounts
from core.config import Config
from core.web import init_app as init_web

_OPTIONS = orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATETIME


class PlainJson(DefaultJSONProvider):
    """Vietnamese stays readable in answers; keys keep their schema's order. By orjson, many times faster."""

    ensure_ascii = False
    sort_keys = False

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """JSON text; with settings of the standard library's (an indent) by that library."""
        return super().dumps(obj, **kwargs) if kwargs else self._bytes(obj).decode()

    def response(self, *args: Any, **kwargs: Any) -> Response:
        """An answer with the bytes of its JSON."""
        body = self._bytes(self._prepare_response_obj(args, kwargs))
        return cast("Response", self._app.response_class(body, mimetype=self.mimetype))  # type: ignore[arg-type]

    def _bytes(self, obj: Any) -> bytes:
        """JSON; by the standard library where somebody's number has more than 64 bits and is told back."""
        try:
            return orjson.dumps(obj, default=self.default, option=_OPTIONS)
        except orjson.JSONEncodeError:
            return super().dumps(obj).encode()


class House(Flask):
    """Flask without what it does for things that we do not have, at every request."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """No view or hook of ours is a coroutine."""
        return func


class Sessions(SecureCookieSessionInterface):
    """Sessions in signed cookies; who brings none has an empty one, and no key is derived to find that out."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """What the cookie holds."""
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)


class Part(Protocol):
    """A package of features: joins itself to the app."""

    def init_app(self, app: Flask) -> None:
        """Register routes, reactions, jobs, permissions and commands."""
        ...


def build_app(config: Config, parts: Sequence[Part]) -> Flask:
    """Make the WSGI application from a checked configuration."""
    app = House("core", static_folder=None, template_folder=None, instance_path=str(config.instance.resolve()))
    config.instance.mkdir(parents=True, exist_ok=True)
    app.extensions["config"] = config
    app.config.update(_flask_settings(config))
    app.json = PlainJson(app)
    app.session_interface = Sessions()
    if not config.is_loopback:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=0)  # type: ignore[method-assign]
    logs.init_app(app, config)
    db.init_app(app)
    init_web(app)
    accounts.init_app(app)
    cli.init_app(app)
    for part in parts:
        part.init_app(app)
    _migrations(app)
    return app


def _flask_settings(config: Config) -> dict[str, object]:
    secure = config.base_url.startswith("https")
    return {
        "SECRET_KEY": config.secret_key,
        "TESTING": config.testing,
        "SQLALCHEMY_DATABASE_URI": config.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": db.engine_options(config.database_url, config.threads),
        "SESSION_COOKIE_NAME": "__Host-session" if secure else "session",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "MAX_CONTENT_LENGTH": 12 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "MAX_FORM_PARTS": 300,
        "WTF_CSRF_CHECK_DEFAULT": False,
        "WTF_CSRF_TIME_LIMIT": None,
        "TEMPLATES_AUTO_RELOAD": False,
    }


def _migrations(app: Flask) -> None:
    folder = Path(app.root_path).parent / "migrations"
    db.migrate.init_app(app, db.db, directory=str(folder), render_as_batch=True, compare_type=True)
