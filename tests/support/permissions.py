"""The table of who may call what: every route × every role, in ``tests/house/permissions.csv``.

``python -m tests.support.permissions`` writes it anew from what the routes declare. The
difference is the review: each ``yes`` that appears is a door that somebody opened.
"""

import csv
import io
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask, Response, request
from werkzeug.routing import IntegerConverter, Rule

from core.accounts.actor import ANONYMOUS, Actor, Grant, Scope
from core.accounts.permissions import actions, roles, scope_kind
from core.web import access
from core.web.security import guard_forms
from tests.support.databases import make_app
from tests.support.sources import ROOT

TABLE = ROOT / "tests" / "house" / "permissions.csv"
NOBODY = "anonymous"


def callers() -> list[str]:
    """The columns: nobody, then every registered role."""
    return [NOBODY, *sorted(roles())]


def routes(app: Flask) -> Iterator[tuple[str, str, Rule]]:
    """Every (method, path, rule) of the app, in the order of paths."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, rule.rule, rule


def declared(app: Flask) -> dict[str, dict[str, str]]:
    """What the routes say: ``GET /path`` to its row."""
    allowed = actions()
    table: dict[str, dict[str, str]] = {}
    for method, path, rule in routes(app):
        wanted = access.access_of(app, rule.endpoint)
        row = {"access": wanted or ""}
        for caller in callers():
            open_ = (
                wanted == access.PUBLIC
                or (wanted == access.SIGNED_IN and caller != NOBODY)
                or caller in allowed.get(wanted or "", ())
            )
            row[caller] = "yes" if open_ else ""
        table[f"{method} {path}"] = row
    return table


def written() -> dict[str, dict[str, str]]:
    """The table as committed."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {row.pop("route"): row for row in csv.DictReader(file)}


def text(table: dict[str, dict[str, str]]) -> str:
    """The table as CSV."""
    out = io.StringIO()
    writer = csv.DictWriter(out, ["route", "access", *callers()], lineterminator="\n")
    writer.writeheader()
    writer.writerows({"route": route, **row} for route, row in table.items())
    return out.getvalue()


@contextmanager
def doors_only(app: Flask) -> Iterator[None]:
    """Let every request that passes the first door end there with ``X-Reached``; no view runs.

    The caller is the role named by ``X-Caller``. Forms' tokens are left out: another test's matter.
    """
    app.before_request_funcs[None].remove(guard_forms)
    app.before_request(lambda: Response(status=204, headers={"X-Reached": "yes"}))
    loader = access._loader  # pyright: ignore[reportPrivateUsage]
    access.load_actor_with(lambda: actor(request.headers["X-Caller"]))
    try:
        yield
    finally:
        access.load_actor_with(loader)


def actor(caller: str) -> Actor:
    """Somebody who holds exactly one role, in a scope of the right kind."""
    if caller == NOBODY:
        return ANONYMOUS
    kind = scope_kind(caller)
    return Actor(1, caller, frozenset({Grant(caller, Scope(kind, "x") if kind else None)}), via="token")


def address(app: Flask, rule: Rule) -> str:
    """A real address for a rule, its parameters filled with samples."""
    converters = rule._converters  # pyright: ignore[reportPrivateUsage]
    samples = {name: 1 if isinstance(one, IntegerConverter) else "x" for name, one in converters.items()}
    with app.test_request_context():
        built = rule.build(samples | dict(rule.defaults or {}))
    assert built is not None, rule
    return built[1]


def main() -> None:
    """Write the table."""
    with tempfile.TemporaryDirectory() as folder:
        app = make_app(f"sqlite:///{folder}/none.db", Path(folder))
        TABLE.write_text(text(declared(app)), encoding="utf-8")
    sys.stdout.write(f"{TABLE.relative_to(ROOT)} written: review the difference\n")


if __name__ == "__main__":
    main()
