"""Alive, ready, measured: ``/healthz``, ``/readyz``, ``/metrics``."""

from collections.abc import Callable
from typing import Any

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Flask, Response, current_app, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, Histogram, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from core.clock import now
from core.db import db
from core.skew import too_far, warning
from core.web.access import public

blueprint = Blueprint("health", __name__)

REQUESTS = Counter("http_requests_total", "Requests by route and status", ["endpoint", "status"])
SECONDS = Histogram("http_request_seconds", "Time to answer", ["endpoint"])

_checks: dict[str, Callable[[], str | None]] = {}
_warnings: dict[str, Callable[[], str | None]] = {}


def ready_when(name: str, check: Callable[[], str | None]) -> None:
    """Register a condition of readiness: None when well, else what is wrong."""
    _checks[name] = check


def warn_when(name: str, check: Callable[[], str | None]) -> None:
    """Register what people should look at though the machine may serve: None when well."""
    _warnings[name] = check


def init_app(app: Flask) -> None:
    """Serve the three addresses and count requests."""
    app.register_blueprint(blueprint)
    ready_when("database", database_answers)
    ready_when("migrations", migrations_are_done)
    ready_when("clock", too_far)
    warn_when("clock", warning)
    app.before_request(_start)
    app.after_request(_count)


@blueprint.get("/healthz")
@public
def healthz() -> Response:
    """The process lives."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public
def readyz() -> tuple[Response, int]:
    """200 when every condition holds, else 503 naming what does not."""
    found = {name: check() for name, check in _checks.items()}
    wrong = {name: text for name, text in found.items() if text}
    body: dict[str, Any] = {
        "status": "unready" if wrong else "ready",
        "checks": {n: t or "ok" for n, t in found.items()},
    }
    if "database" not in wrong:
        body["warnings"] = {name: said for name, check in _warnings.items() if (said := check())}
    return jsonify(body), 503 if wrong else 200


@blueprint.get("/metrics")
@public
def metrics() -> Response:
    """Counters of this process in Prometheus' text form."""
    return Response(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)


def database_answers() -> str | None:
    """Whether a query comes back."""
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        db.session.rollback()
        return type(error).__name__
    return None


def migrations_are_done() -> str | None:
    """Whether the schema is the newest that this code knows."""
    newest = ScriptDirectory(str(current_app.extensions["migrate"].directory)).get_current_head()
    try:
        present = MigrationContext.configure(db.session.connection()).get_current_revision()
    except SQLAlchemyError as error:
        db.session.rollback()
        return type(error).__name__
    return None if present == newest else f"schema {present}, code {newest}"


def _start() -> None:
    request.environ["ocop.started"] = now()


def _count(response: Response) -> Response:
    endpoint = request.endpoint or "none"
    REQUESTS.labels(endpoint, response.status_code).inc()
    if "ocop.started" in request.environ:
        SECONDS.labels(endpoint).observe((now() - request.environ["ocop.started"]).total_seconds())
    return response
