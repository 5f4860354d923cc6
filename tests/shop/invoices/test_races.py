"""Many at once: numbers follow each other without a gap, whoever presses first; on real connections."""

import pytest
from sqlalchemy import select

from core.accounts.actor import SYSTEM
from core.db import db, transaction
from core.doctor import examine
from shop.invoices import corrections, service
from shop.invoices.buyers import Buyer
from shop.invoices.models import Invoice
from shop.invoices.refusals import AlreadyCorrected
from tests import make as builders
from tests.shop.invoices.conftest import Till
from tests.support.live import Live

pytestmark = pytest.mark.long

THREADS = 6


class Undone(RuntimeError):
    """Something else in the same transaction went wrong."""


def drafts(live: Live, count: int) -> list[str]:
    """The codes of so many drafts of one seller."""

    def prepare() -> list[str]:
        store, sku = builders.store(), builders.sku(price_vnd=108_000)
        builders.lot(sku, store, on_shelf=50)
        till = Till(builders, store, [sku])
        return [service.draft_for(till.order(1, work=False).number).code for _ in range(count)]

    return live.run(prepare)


def breaches(live: Live) -> list[str]:
    found = live.run(examine)
    return [line for one in found for line in one.breaches if one.invariant.code in ("I31", "I32")]


def test_numbers_have_no_gap_and_no_double(live: Live) -> None:
    codes = drafts(live, THREADS)
    # Each is pressed twice, by two people at once; one that is refused for the clock's sake would be a gap.
    numbers = live.together(2 * THREADS, lambda n: service.issue(codes[n % THREADS], SYSTEM).number)
    assert sorted(numbers) == sorted([*range(1, THREADS + 1)] * 2)
    assert breaches(live) == []


def test_a_number_whose_transaction_is_undone_is_given_again(live: Live) -> None:
    codes = drafts(live, THREADS)

    def act(n: int) -> int | None:
        with transaction():
            number = service.issue(codes[n], SYSTEM).number
            if n % 3 == 0:
                raise Undone
        return number

    answers = live.together(THREADS, act)
    given = sorted(one for one in answers if isinstance(one, int))
    assert given == list(range(1, len(given) + 1))
    assert sum(isinstance(one, Undone) for one in answers) == THREADS // 3
    assert breaches(live) == []


def test_one_replacement_whoever_asks(live: Live) -> None:
    (code,) = drafts(live, 1)
    live.run(lambda: service.issue(code, SYSTEM).code)
    answers = live.together(6, lambda n: corrections.replace(code, Buyer(), f"sai {n}", SYSTEM).code)
    assert sum(isinstance(one, str) for one in answers) == 1, answers
    assert all(isinstance(one, str | AlreadyCorrected) for one in answers), answers


def test_one_draft_however_often_it_is_told(live: Live) -> None:
    def prepare() -> str:
        store, sku = builders.store(), builders.sku(price_vnd=108_000)
        builders.lot(sku, store, on_shelf=5)
        till = Till(builders, store, [sku])
        number = till.order(1, work=False).number
        service.discard(service.draft_for(number).code, SYSTEM, "làm lại")
        return number

    number = live.run(prepare)
    answers = live.together(6, lambda n: service.draft_for(number).code)
    assert len(set(answers)) == 1, answers
    assert live.run(lambda: len(db.session.scalars(select(Invoice)).all())) == 2
