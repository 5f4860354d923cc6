"""The reference pages that are made from the code: settings, refusals, events, commands.

``python -m tests.support.docs`` writes them; a house test fails while they are stale.
"""

import inspect
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path

import click
from flask import Flask

from catalog.consequences.service import listeners
from catalog.consequences.table import Cell, Held, cells
from core.config import Config
from core.doctor import invariants
from core.errors import Refusal
from core.events import registered
from core.schedule import jobs
from core.web.apidocs import every
from tests.support.databases import make_app
from tests.support.sources import PACKAGES, ROOT

NOTE = "<!-- Made from the code by `python -m tests.support.docs`. Change the code, then run it. -->\n"


def settings(_app: Flask) -> str:
    """docs/settings.md: every environment variable."""
    rows = [
        (f"`OCOP_{one.name.upper()}`", f"`{one.default}`" if str(one.default) else "", one.metadata.get("doc", ""))
        for one in fields(Config)
    ]
    text = (
        "Read once at start from the environment; a malformed value refuses to start and names itself.\n"
        "Each may instead be given as `…_FILE`, the path of a file that holds the value, as secrets should be.\n"
    )
    return _page("Settings", text, ("setting", "default", "meaning"), rows)


def refusals(_app: Flask) -> str:
    """docs/refusals.md: every code that a problem may carry."""
    rows = [
        (f"`{one.code}`", str(one.status), f"`{one.__module__}.{one.__name__}`", _first_line(one))
        for one in sorted(_ours(), key=lambda one: (one.code, one.__module__, one.__name__))
    ]
    text = (
        "Every “no” has a stable code. The API answers it as `application/problem+json`\n"
        "(`type`, `title`, `status`, `code`, `detail`, and the facts of the case); a page shows the same text.\n"
    )
    return _page("Refusals", text, ("code", "status", "refusal", "said when"), rows)


def events(_app: Flask) -> str:
    """docs/events.md: who is told what, when; and the clock work."""
    told: dict[str, list[tuple[str, str]]] = defaultdict(list)
    spread = f"{listeners.__module__}."  # these only hand on to the consequences; tests listen, too
    for event, when, reaction in [*registered(), *listeners()]:
        if not reaction.startswith((spread, "tests.")):
            told[event].append((when, reaction))
    rows = [(f"`{event}`", when, f"`{reaction}`") for event in sorted(told) for when, reaction in sorted(told[event])]
    text = (
        "The lower package publishes, the upper one reacts. `now`: in the same transaction, all or nothing;\n"
        "`later`: by the worker, one outbox row a reaction; `outside`: by the worker, with no transaction held.\n"
        "Consequences of a certificate share a row for each event and timing (`catalog/consequences/service.py`).\n"
        "No door rests on them: each judges by date for itself.\n"
    )
    page = _page("Events", text, ("event", "when", "reaction"), rows)
    return page + "\n## Clock work\n\nEach may run twice with the effect of once.\n\n" + _list(jobs())


def commands(app: Flask) -> str:
    """docs/commands.md: the command line, and what the doctor asks."""
    rows = [(f"`flask --app wsgi {name}`", text) for name, text in _commands(app.cli)]
    page = _page("Commands", "Besides the targets of the Makefile (`make` lists them).\n", ("command", "does"), rows)
    asked = [f"**{one.code}** {one.text}" for one in invariants()]
    return page + "\n## What the doctor asks\n\n" + "".join(f"- {line}\n" for line in asked)


def consequences(_app: Flask) -> str:
    """docs/consequences.md: what a change of a certificate does to each kind of object."""
    rows = [(one.object, one.happening, one.act, one.held.value, _holder(one), one.source) for one in cells()]
    text = (
        "What becomes of each kind of object when something happens to a product's certificate\n"
        "(`catalog/consequences/data/consequences.csv`, walked by `tests/cases/test_table.py`).\n\n"
        "`door`: judged by date whenever it is asked, shown by the test; `reaction`: done once for each certificate,\n"
        "consequence and occasion, caught up on every night, in the audit trail as `consequence.done`; `told`: shown\n"
        "to somebody. Objects: `payment` an order whose money is awaited,\n"
        "`order` a decided one that has not left, `sold` goods that have left, `label` the tag on the shelf.\n"
    )
    return _page("Consequences", text, ("object", "happening", "what becomes of it", "held", "by", "rule"), rows)


PAGES: dict[str, Callable[[Flask], str]] = {
    "settings.md": settings,
    "refusals.md": refusals,
    "events.md": events,
    "commands.md": commands,
    "consequences.md": consequences,
}


@cache
def rendered() -> dict[Path, str]:
    """Every page as the code has it now."""
    with tempfile.TemporaryDirectory() as folder:
        app = make_app(f"sqlite:///{folder}/none.db", Path(folder))
        return {ROOT / "docs" / name: render(app) for name, render in PAGES.items()}


def _holder(cell: Cell) -> str:
    """Who holds a cell, as a name that stands in the code."""
    if cell.held in (Held.DOOR, Held.TOLD):
        return f"`{cell.by.replace('::', ': ')}`"
    if cell.held is Held.REACTION:
        module, _dot, name = cell.by.rpartition(".")
        return f"`{module.replace('.', '/')}.py: {name}`"
    return cell.by


def _ours() -> set[type[Refusal]]:
    """The refusals of the packages; tests make some, too."""
    return {one for one in every(Refusal) if one.__module__.partition(".")[0] in PACKAGES}


def _commands(group: click.Group, before: str = "") -> Iterator[tuple[str, str]]:
    for name, command in sorted(group.commands.items()):
        if (command.callback and command.callback.__module__.startswith(("flask.", "flask_migrate"))) or name == "db":
            continue  # Flask's and Flask-Migrate's own, told in their documentation
        if isinstance(command, click.Group):
            yield from _commands(command, f"{before}{name} ")
        else:
            yield before + name, command.get_short_help_str(limit=200)


def _first_line(cls: type) -> str:
    return (inspect.getdoc(cls) or "").split("\n")[0]


def _list(lines: list[str]) -> str:
    return "".join(f"- `{line}`\n" for line in lines)


def _page(title: str, text: str, head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    table = "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)
    return f"# {title}\n\n{NOTE}\n{text}\n{table}"


def main() -> None:
    """Write the pages."""
    for path, text in rendered().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
