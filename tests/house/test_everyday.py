"""No test falls between the everyday suite and the long one, and what is told of them is so."""

import re
from itertools import groupby
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from tests.support.everyday import COLLECTED, WRITTEN, is_left, left, read_heavy, read_weights, write_weights
from tests.support.sources import ROOT


def item(
    name: str = "test_it", *marks: pytest.MarkDecorator, on: str | None = None, takes: str = "app database"
) -> pytest.Item:
    """What the rule looks at of a test."""
    held = {decorator.mark.name: decorator.mark for decorator in marks}
    spec = SimpleNamespace(params={"database": on} if on else {})
    made = SimpleNamespace(nodeid=name, callspec=spec, fixturenames=takes.split(), get_closest_marker=held.get)
    return cast("pytest.Item", made)


def suites(*items: pytest.Item, heavy: tuple[str, ...] = ()) -> list[str]:
    return ["long" if is_left(one, named=False, heavy=heavy) else "each day" for one in items]


def test_an_unmarked_test_runs_on_one_database_each_day_and_on_the_other_in_the_long_suite() -> None:
    assert suites(item(on="sqlite"), item(on="postgresql")) == ["each day", "long"]


@pytest.mark.parametrize("subject", ["live", "database", "database postgres", "app database live"])
def test_whose_subject_is_the_database_runs_on_both_each_day(subject: str) -> None:
    assert suites(item(on="sqlite", takes=subject), item(on="postgresql", takes=subject)) == ["each day"] * 2


def test_a_test_of_postgresql_alone_has_no_twin_that_could_speak_for_it() -> None:
    assert suites(item("test_it", pytest.mark.on("postgresql"), on="postgresql")) == ["each day"]


def test_what_is_heavy_waits_unless_it_is_daily() -> None:
    heavy = ("test_walk",)
    assert suites(item("test_walk", on="sqlite"), item(on="sqlite"), heavy=heavy) == ["long", "each day"]
    assert suites(item("test_walk", pytest.mark.daily, on="postgresql"), heavy=heavy) == ["each day"]


def test_a_marker_may_name_its_databases() -> None:
    for mark, answers in ((pytest.mark.long, ["each day", "long"]), (pytest.mark.daily, ["each day", "each day"])):
        marked = mark("postgresql")
        assert suites(item("test_it", marked, on="sqlite"), item("test_it", marked, on="postgresql")) == answers


def test_who_names_a_file_gets_all_of_it_but_what_is_marked_long() -> None:
    both = [item("test_walk", on="postgresql"), item("test_walk", pytest.mark.long, on="sqlite")]
    assert left(both, named=True, heavy={"test_walk"}) == both[1:]


def test_every_collected_test_is_in_exactly_one_suite(request: pytest.FixtureRequest) -> None:
    everything = request.config.stash[COLLECTED]
    for_long = {one.nodeid for one in left(everything, named=False, heavy=read_heavy())}
    for_each_day = {one.nodeid for one in everything} - for_long
    assert len(for_long) + len(for_each_day) == len(everything), "two tests have one name"
    option = request.config.option
    chosen = option.keyword or option.markexpr or getattr(option, "lf", False)
    if request.config.args == request.config.getini("testpaths") and not chosen:
        ran = {one.nodeid for one in request.session.items}
        assert ran in (for_each_day, for_long), "somebody else takes tests away"


def test_both_suites_run_the_same_tests_but_for_the_rule() -> None:
    lines = re.findall(r"^\t@(.*pytest.*-n 2.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert len(lines) == 2
    assert [line.startswith("OCOP_LONG=1 ") for line in lines] == [False, True]
    for line in lines:
        assert not re.search(r" (-m|-k|--deselect|--ignore)\b", line)


def test_every_weight_is_one_of_a_test() -> None:
    weighed = sorted(tuple(name.split("[")[0].split("::")) for name in read_weights())
    for file, tests in groupby(weighed, key=lambda parts: parts[0]):
        path = ROOT / file
        defined = set(re.findall(r"def (test_\w+)", path.read_text())) if path.exists() else set[str]()
        gone = {parts[-1] for parts in tests} - defined
        assert not gone, f"{file} has no {gone}: `make weigh ARGS={file}`, or take the lines out of tests/weights.csv"


def test_weights_are_kept_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "weights.csv"
    write_weights({"b": WRITTEN + 1, "a": WRITTEN, "light": WRITTEN / 2}, path)
    assert read_weights(path) == {"a": WRITTEN, "b": WRITTEN + 1}
    assert path.read_text().splitlines()[1].endswith(",a")
