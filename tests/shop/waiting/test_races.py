"""Two who come with the same news call nobody twice, and no more than may be called."""

import pytest

from core.accounts.actor import ANONYMOUS
from core.accounts.contacts import Contact
from core.clock import now
from shop.waiting import service
from shop.waiting.queries import count_waiting
from tests import make
from tests.shop.waiting.conftest import build
from tests.support.clock import Clock
from tests.support.live import Live

pytestmark = pytest.mark.long("sqlite")  # one writer at a time there, by construction


def test_eight_workers_with_one_restock(live: Live, clock: Clock) -> None:
    def stage() -> int:
        gone = build(make, clock)
        gone.crowd(20)
        gone.make.lot(gone.sku, gone.store, on_shelf=2)
        return gone.product.id

    product_id = live.run(stage)
    answers = live.together(8, lambda _n: service.take_turns([product_id], now()))
    assert sorted(answers) == [0] * 7 + [6], answers


def test_eight_askings_with_one_number_are_one_wish(live: Live, clock: Clock) -> None:
    slug, product_id = live.run(lambda: (lambda g: (g.product.slug, g.product.id))(build(make, clock)))
    answers = live.together(8, lambda _n: service.note(ANONYMOUS, Contact(phone="+84912345678"), slug))
    assert answers == [None] * 8
    assert live.run(lambda: count_waiting([product_id])) == {product_id: 1}
