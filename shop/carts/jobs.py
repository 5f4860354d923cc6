"""Clock work of carts."""

from datetime import date, timedelta

from core.clock import day_start
from core.schedule import nightly
from shop.carts.service import forget_carts

#: Days a cart is kept after it was last touched.
KEPT = 90


@nightly
def forget_old_carts(today: date) -> int:
    """Drop carts untouched for ninety days; answers how many."""
    return forget_carts(day_start(today - timedelta(days=KEPT)))
