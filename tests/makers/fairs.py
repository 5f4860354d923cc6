"""Fairs with their booths, and applications to them."""

from datetime import date, timedelta
from itertools import count

from catalog.products.models import Product
from core.clock import now, today
from core.db import transaction
from core.ids import short_code
from shop.fairs.models import Booth, Fair, FairApplication, FairApplicationProduct
from tests.makers import catalog, shop

_numbers = count(1)


def fair(slug: str | None = None, *, booths: int = 1, opens_on: date | None = None, days: int = 3) -> Fair:
    """A fair open to the public with booths ``A01`` …, which begins in sixty days and lasts three."""
    opens = opens_on or today() + timedelta(days=60)
    seller_id = shop.seller().id
    with transaction() as session:
        one = Fair(
            slug=slug or f"hoi-cho-{next(_numbers)}", name="Hội chợ thử", seller_id=seller_id,
            registration_number="12/XTTM", venue="Nhà thi đấu, phường Thử", opens_on=opens,
            closes_on=opens + timedelta(days=days - 1), applications_from=today() - timedelta(days=10),
            applications_until=opens - timedelta(days=20), state="open",
            rules={"stars_min": 3, "groups": [], "hold_hours": 72},
            halls=[{"code": "A", "name": "Nhà A", "width": 6000, "height": 3000}],
        )  # fmt: skip
        session.add(one)
        session.flush()
        session.add_all(_booth(one.id, number) for number in range(1, booths + 1))
    return one


def application(
    fair: Fair, *, product: Product | None = None, state: str = "accepted", stars: int = 4
) -> FairApplication:
    """The wish of a producer of its own to show one product, certified unless it is given, at a fair."""
    shown = product or catalog.product(producer=catalog.producer())
    if product is None:
        catalog.certificate(shown, stars=stars)
    return _application(fair, shown.producer_id, [shown], state)


def _application(fair: Fair, producer_id: int, products: list[Product], state: str) -> FairApplication:
    with transaction() as session:
        one = FairApplication(
            code=short_code("HS"), fair_id=fair.id, producer_id=producer_id, state=state, submitted_at=now(), wishes={},
            decided_at=now() if state in ("accepted", "waitlisted", "rejected") else None,
            products=[FairApplicationProduct(product_id=product.id) for product in products],
        )  # fmt: skip
        session.add(one)
    return one


def _booth(fair_id: int, number: int) -> Booth:
    left = 300 * (number - 1)
    corners = [[left, 0], [left + 300, 0], [left + 300, 300], [left, 300]]
    return Booth(
        fair_id=fair_id, code=f"A{number:02}", hall="A", polygon=corners, kind="standard", services=["power"],
        price_vnd=3_000_000,
    )  # fmt: skip
