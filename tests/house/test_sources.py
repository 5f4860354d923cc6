"""Rules of the house that the syntax tree can judge."""

import ast
import re
import subprocess
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from tests.support.sources import PACKAGES, ROOT, dotted, name, python_files

pytestmark = pytest.mark.daily  # the first reads every source for all

#: Words of the trade. The ground must not know them: roles and scopes are opaque strings there.
TRADE = {
    "area", "booth", "booking", "cart", "catalog", "certificate", "certifier", "commune", "exhibitor", "fair", "fairs",
    "listing", "listings", "lot", "lots", "mart", "producer", "producers", "product", "products", "seller", "shelf",
    "shop", "shopper", "sku", "star", "stars", "stock", "store", "stores", "till",
}  # fmt: skip
CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "datetime.datetime.now"}
#: Whoosh's writer has a ``commit`` of its own: the index is no database, and only the worker writes it.
COMMITS = {"core/db.py", "catalog/search/whoosh_index.py"}
#: The one question to the database's clock: whether it is another one than ours (case H1). Nothing is dated by it.
ASKS_ANOTHER_CLOCK = {"core/skew.py"}
ASKS = re.compile(r"\b(CURRENT_DATE|CURRENT_TIMESTAMP|LOCALTIMESTAMP|clock_timestamp\(|now\(\)|date\('now)", re.I)
#: How the names of clocks end.
ENDS = {one.rsplit(".", 1)[1] for one in CLOCKS}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
NAMED = (ast.ClassDef, *FUNCTIONS)
HOLDERS = (ast.Module, *NAMED)


@dataclass
class Seen:
    """What the rules ask about one file: line and what stands there. The tree itself is not kept."""

    lines: int
    commits: list[str] = field(default_factory=list[str])
    clocks: list[str] = field(default_factory=list[str])
    #: SQL that asks for the time.
    asks: list[str] = field(default_factory=list[str])
    long_functions: list[str] = field(default_factory=list[str])
    trade: list[str] = field(default_factory=list[str])


@cache
def seen(path: Path) -> Seen:
    """Walk a file once, for all rules."""
    source = path.read_text(encoding="utf-8")
    found, docstrings, where = Seen(len(source.splitlines())), set[int](), name(path)
    for node in ast.walk(ast.parse(source, filename=str(path))):
        if isinstance(node, HOLDERS) and node.body:
            first = node.body[0]
            docstrings |= {id(first.value)} if isinstance(first, ast.Expr) else set()
        note(found, where, node, is_docstring=id(node) in docstrings)
    return found


def note(found: Seen, where: str, node: ast.AST, *, is_docstring: bool) -> None:
    """Take down what one node says."""
    if isinstance(node, ast.Attribute):
        if node.attr in ENDS and dotted(node) in CLOCKS:
            found.clocks.append(f"{where}:{node.lineno}")
    elif isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute) and node.func.attr == "commit":
            found.commits.append(f"{where}:{node.lineno}")
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, str) and not is_docstring and ASKS.search(node.value):
            found.asks.append(f"{where}:{node.lineno}")
    elif isinstance(node, FUNCTIONS) and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > 50:
        found.long_functions.append(f"{where}:{node.lineno} {node.name}: {length} lines")
    if (said := name_of(node)) and (words := TRADE & parts(said)):
        found.trade.append(f"{where}:{getattr(node, 'lineno', '')} {said}: {', '.join(words)}")


@cache
def parts(said: str) -> frozenset[str]:
    """The words of a name."""
    return frozenset(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", said).lower().split("_"))


def name_of(node: ast.AST) -> str:
    """The name that a node gives or uses."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, NAMED):
        return node.name
    return node.arg if isinstance(node, ast.arg) else ""


def test_only_core_db_commits() -> None:
    found = [one for path in python_files(*PACKAGES) if name(path) not in COMMITS for one in seen(path).commits]
    assert not found, f"a verb opens transaction(); only core/db.py commits: {found}"


def test_only_core_clock_asks_for_the_time() -> None:
    found = [one for path in python_files(*PACKAGES) if name(path) != "core/clock.py" for one in seen(path).clocks]
    assert not found, f"use core.clock.now() and today(): {found}"


def test_sql_never_asks_for_the_time() -> None:
    paths = [path for path in python_files(*PACKAGES, "migrations") if name(path) not in ASKS_ANOTHER_CLOCK]
    found = [one for path in paths for one in seen(path).asks]
    assert not found, f"the database's clock is another clock: {found}"


@pytest.mark.parametrize("package", PACKAGES)
def test_files_and_functions_stay_small(package: str) -> None:
    files = list(python_files(package))
    long_files = [f"{name(path)}: {seen(path).lines} lines" for path in files if seen(path).lines > 400]
    assert not long_files + [one for path in files for one in seen(path).long_functions]


def test_core_speaks_no_word_of_the_trade() -> None:
    found = [one for path in python_files("core") for one in seen(path).trade]
    assert not found, f"core/ is the ground under any shop: {found}"


def test_the_rules_see_what_they_forbid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A control: one file that breaks them all."""
    bad = tmp_path / "bad.py"
    lines = ['"""now() in a docstring is no SQL."""', "from datetime import date", "class CartLine: pass", "def f():"]
    lines += ["    session.commit(); date.today(); 'SELECT now()'", *["    pass"] * 50]
    bad.write_text("\n".join(lines))
    monkeypatch.setattr("tests.support.sources.ROOT", tmp_path)
    found = seen(bad)
    assert (found.lines, found.commits, found.clocks, found.asks) == (55, ["bad.py:5"], ["bad.py:5"], ["bad.py:5"])
    assert found.long_functions == ["bad.py:4 f: 52 lines"]
    assert found.trade == ["bad.py:3 CartLine: cart"]


def test_nothing_points_outside_the_project() -> None:
    """A clone must be whole: no path of the workshop in which it was written."""
    secret_words = ("/wo" + "rk/", "../sha" + "red", "sha" + "red/design", ".lib" + "rary")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    found: list[str] = []
    for entry in listed.stdout.decode().split("\0"):
        path = ROOT / entry
        if not entry or not path.is_file() or entry == "uv.lock":
            continue
        text = path.read_bytes().decode("utf-8", errors="ignore")
        found += [f"{entry}: {word}" for word in secret_words if word in text]
    assert not found
