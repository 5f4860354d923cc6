"""Two at once: one opinion a purchase, and exact sums; on real connections, nothing rolled back."""

import pytest

from core.accounts.actor import ANONYMOUS
from core.doctor import examine
from shop.reviews import queries, service
from shop.reviews.refusals import ReviewExists
from tests import make
from tests.shop.reviews.conftest import build
from tests.support.clock import Clock
from tests.support.live import Live

pytestmark = pytest.mark.long("sqlite")  # one writer at a time there, by construction


def test_eight_at_once_are_one_review(live: Live, clock: Clock) -> None:
    number, token, slug = live.run(
        lambda: (lambda b: (b.order.number, b.order.token, b.product.slug))(build(make, clock))
    )
    answers = live.together(8, lambda n: service.write(ANONYMOUS, number, token, product=slug, marks=1 + n % 5).code)
    assert sum(isinstance(one, str) for one in answers) == 1
    assert all(isinstance(one, str | ReviewExists) for one in answers), answers


def test_eight_buyers_at_once_are_eight_in_the_sum(live: Live, clock: Clock) -> None:
    def stage() -> tuple[list[tuple[str, str]], str, int]:
        bought = build(make, clock)
        orders = [bought.buy(bought.sku) for _ in range(8)]
        return [(one.number, one.token) for one in orders], bought.product.slug, bought.product.id

    orders, slug, product_id = live.run(stage)
    live.together(8, lambda n: service.write(ANONYMOUS, *orders[n], product=slug, marks=1 + n % 5))
    assert live.run(lambda: queries.ratings([product_id])[product_id].counts) == (2, 2, 2, 1, 1)
    assert not [x for one in live.run(examine) if one.invariant.code in ("I20", "I21") for x in one.breaches]
