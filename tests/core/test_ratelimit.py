from datetime import timedelta

import pytest
from flask import Flask

from core.clock import now, travel
from core.db import transaction
from core.errors import RateLimited
from core.web.ratelimit import forgive, limit, tidy_buckets

pytestmark = pytest.mark.daily  # what the database itself decides

PER = timedelta(minutes=1)


def test_so_many_then_wait_then_on(app: Flask) -> None:
    begun = now()
    with travel(begun):
        for _ in range(3):
            limit("try", "lan", times=3, per=PER)
        with pytest.raises(RateLimited) as refused:
            limit("try", "lan", times=3, per=PER)
        assert refused.value.facts == {"retry_after": 20}
        limit("try", "hoa", times=3, per=PER)
        limit("other", "lan", times=3, per=PER)
    with travel(begun + timedelta(seconds=20)):
        limit("try", "lan", times=3, per=PER)
        with pytest.raises(RateLimited):
            limit("try", "lan", times=3, per=PER)


def test_a_refused_try_costs_nothing_more(app: Flask) -> None:
    begun = now()
    with travel(begun):
        limit("try", "lan", times=1, per=PER)
        for _ in range(5):
            with pytest.raises(RateLimited):
                limit("try", "lan", times=1, per=PER)
    with travel(begun + PER):
        limit("try", "lan", times=1, per=PER)


def test_forgiven_and_tidied(app: Flask) -> None:
    limit("try", "lan", times=1, per=PER)
    forgive("try", "lan")
    limit("try", "lan", times=1, per=PER)
    assert tidy_buckets(now() + 2 * PER) == 1


def test_never_inside_a_transaction(app: Flask) -> None:
    with pytest.raises(RuntimeError), transaction():
        limit("try", "lan", times=1, per=PER)


def test_threads_share_the_limit(live) -> None:
    def once(_n: int) -> bool:
        try:
            limit("try", "lan", times=5, per=timedelta(hours=1))
        except RateLimited:
            return False
        return True

    assert sum(live.together(12, once)) == 5
