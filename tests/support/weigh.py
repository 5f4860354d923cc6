"""Weigh the tests: ``make weigh``, or ``make weigh ARGS=tests/shop/orders``. Writes ``tests/weights.csv``.

What is weighed is processor time, since machines are shared; what a session makes once for all its tests counts for
none of them. Tests that were not run keep what they weighed; names that are gone leave with a weighing of everything.
"""

import time
from collections.abc import Generator

import pytest

from tests.support.everyday import WEIGHTS, has_a_twin, read_weights, write_weights

_weighed: dict[str, float] = {}
_shared = [0.0]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Weigh one test."""
    _shared[0], began = 0.0, time.process_time()
    try:
        return (yield)
    finally:
        if not has_a_twin(item):
            _weighed[item.nodeid] = time.process_time() - began - _shared[0]


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[object]) -> Generator[None, object, object]:
    """Leave out what is made once."""
    began = time.process_time()
    try:
        return (yield)
    finally:
        if fixturedef.scope == "session":
            _shared[0] += time.process_time() - began


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write down what was learnt."""
    whole = session.config.args == session.config.getini("testpaths")
    before = {} if whole or not WEIGHTS.exists() else read_weights()
    write_weights(before | _weighed)
