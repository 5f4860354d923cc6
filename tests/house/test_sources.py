"""Rules of the house that the syntax tree can judge."""

import ast
import re
import subprocess

import pytest

from tests.support.sources import PACKAGES, ROOT, dotted, name, python_files, tree

#: Words of the trade. The ground must not know them: roles and scopes are opaque strings there.
TRADE = {
    "area", "booth", "booking", "cart", "catalog", "certificate", "certifier", "commune", "exhibitor", "fair", "fairs",
    "listing", "listings", "lot", "lots", "mart", "producer", "producers", "product", "products", "seller", "shelf",
    "shop", "shopper", "sku", "star", "stars", "stock", "store", "stores", "till",
}  # fmt: skip
CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "datetime.datetime.now"}


#: Whoosh's writer has a ``commit`` of its own: the index is no database, and only the worker writes it.
COMMITS = {"core/db.py", "catalog/search/whoosh_index.py"}


def test_only_core_db_commits() -> None:
    found = [
        f"{name(path)}:{node.lineno}"
        for path in python_files(*PACKAGES)
        if name(path) not in COMMITS
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]
    assert not found, f"a verb opens transaction(); only core/db.py commits: {found}"


def test_only_core_clock_asks_for_the_time() -> None:
    found = [
        f"{name(path)}:{node.lineno}"
        for path in python_files(*PACKAGES)
        if name(path) != "core/clock.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and dotted(node) in CLOCKS
    ]
    assert not found, f"use core.clock.now() and today(): {found}"


#: The one question to the database's clock: whether it is another one than ours (case H1). Nothing is dated by it.
ASKS_ANOTHER_CLOCK = {"core/skew.py"}


def test_sql_never_asks_for_the_time() -> None:
    asks = re.compile(r"\b(CURRENT_DATE|CURRENT_TIMESTAMP|LOCALTIMESTAMP|clock_timestamp\(|now\(\)|date\('now)", re.I)
    found = [
        f"{name(path)}:{node.lineno}"
        for path in python_files(*PACKAGES, "migrations")
        if name(path) not in ASKS_ANOTHER_CLOCK
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and asks.search(node.value)
        if not _is_docstring(path, node)
    ]
    assert not found, f"the database's clock is another clock: {found}"


@pytest.mark.parametrize("package", PACKAGES)
def test_files_and_functions_stay_small(package: str) -> None:
    long_files = [
        f"{name(path)}: {lines} lines"
        for path in python_files(package)
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    ]
    long_functions = [
        f"{name(path)}:{node.lineno} {node.name}: {length} lines"
        for path in python_files(package)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > 50
    ]
    assert not long_files + long_functions


def test_core_speaks_no_word_of_the_trade() -> None:
    found = [
        f"{name(path)}:{line} {word}"
        for path in python_files("core")
        for line, word in _names(tree(path))
        if TRADE & set(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", word).lower().split("_"))
    ]
    assert not found, f"core/ is the ground under any shop: {found}"


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


def _names(module: ast.Module) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for node in ast.walk(module):
        if isinstance(node, ast.Name):
            found.append((node.lineno, node.id))
        elif isinstance(node, ast.Attribute):
            found.append((node.lineno, node.attr))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.append((node.lineno, node.name))
        elif isinstance(node, ast.arg):
            found.append((node.lineno, node.arg))
    return found


def _is_docstring(path: object, node: ast.Constant) -> bool:
    module = tree(path)  # type: ignore[arg-type]
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return any(
        isinstance(one.body[0], ast.Expr) and one.body[0].value is node
        for one in ast.walk(module)
        if isinstance(one, holders) and one.body
    )
