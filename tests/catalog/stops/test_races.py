"""An order against a sale of the same product: who came first is told by the record, never by luck."""

from typing import Any

import pytest
from sqlalchemy import select

from catalog.listings.models import Listing, Sku
from catalog.products.models import Product
from catalog.stops.models import ProductStop
from catalog.stops.service import order_stop
from core.accounts.actor import SYSTEM
from core.db import db
from shop.orders.models import Order
from tests.shop.orders.test_races import Stall, kinds
from tests.support.live import Live

#: One writer at a time on SQLite, by construction.
pytestmark = [pytest.mark.long("sqlite"), pytest.mark.daily("postgresql")]

ORDER = {"number": "118/LĐ-QLTT", "authority": "Chi cục", "ground": "Vượt mức"}


def test_no_sale_is_decided_after_a_stop_without_having_seen_it(live: Live) -> None:
    stall = Stall(live, 50)
    asked = [live.run(stall.ask) for _ in range(6)]

    def stop() -> str:
        product = select(Product.code).join(Listing, Listing.product_id == Product.id).join(Sku)
        return order_stop(SYSTEM, product=db.session.scalar(product.where(Sku.code == stall.sku)), **ORDER).code

    def work(number: int) -> Any:
        return stop() if number == 3 else stall.place(asked[number - (number > 3)])

    answers = live.together(7, work)
    assert set(kinds(answers)) <= {"ok", "LinesStopped", "LinesLapsed"}, answers
    assert isinstance(answers[3], str)
    recorded = live.run(lambda: db.session.scalar(select(ProductStop.recorded_at)))
    decided = live.run(lambda: db.session.scalars(select(Order.decided_at)).all())
    assert all(at <= recorded for at in decided if at is not None)
    assert [line for line in stall.breaches() if line.startswith("I7")] == []
