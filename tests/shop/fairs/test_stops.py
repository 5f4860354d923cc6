"""A stopped product shows nothing at a fair: the rule, the rows and the database agree."""

from collections.abc import Mapping
from datetime import date

import pytest
from sqlalchemy.exc import DBAPIError

from catalog.products.models import Product
from catalog.stops.service import lift_stop, order_stop
from core.clock import today
from shop.fairs import queries
from shop.fairs.booths import bookings, coverage
from shop.fairs.booths.bookings import Claim, book
from shop.fairs.booths.invariants import booths_covered
from shop.fairs.rules import Term
from tests.shop.fairs.conftest import Ground

ORDER = {"number": "118/LĐ-QLTT", "authority": "Chi cục Quản lý thị trường", "ground": "Mẫu thử vượt mức"}


@pytest.fixture
def product(ground: Ground) -> Product:
    return ground.product()


def test_a_stop_puts_days_at_risk_and_its_end_restores_them(ground: Ground, product: Product) -> None:
    booking, _ = book(ground.fair.slug, "A01", Claim(ground.application(product).code), ground.organizer)
    admin = ground.make.actor("admin")
    stop = order_stop(admin, producer=product.producer.code, **ORDER)
    assert len(list(booths_covered())) == len(ground.days), "until somebody looks, the doctor sees it"
    coverage.look_at_product(product.id, today())
    assert list(booths_covered()) == []
    assert {state for _day, state, _number in ground.rows(booking)} == {"conditional"}
    lift_stop(admin, stop.code, reason="Đạt")
    coverage.look_at_product(product.id, today())
    assert {state for _day, state, _number in ground.rows(booking)} == {"hold"}


@pytest.mark.daily
def test_without_the_python_gate_the_database_refuses(
    ground: Ground, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    (term,) = queries.terms_of([product.id])

    def blind(_fair: object, _products: object, days: tuple[date, ...]) -> Mapping[date, Term]:
        return dict.fromkeys(days, term)

    claim = Claim(ground.application(product).code)
    monkeypatch.setattr(bookings, "covering", blind)
    admin = ground.make.actor("admin")
    stop = order_stop(admin, product=product.code, from_on=ground.days[1], **ORDER)
    with pytest.raises(DBAPIError, match="booth_day is uncovered"):
        book(ground.fair.slug, "A01", claim, ground.organizer)
    lift_stop(admin, stop.code, reason="Đạt")  # the control: the same call is stored once nothing stops it
    book(ground.fair.slug, "A01", claim, ground.organizer)


def test_only_the_stopped_days_are_uncovered(ground: Ground, product: Product) -> None:
    order_stop(
        ground.make.actor("admin"), product=product.code, from_on=ground.days[1], until_on=ground.days[1], **ORDER
    )
    (term,) = queries.terms_of([product.id])
    assert [term.covers(day) for day in ground.days] == [True, False, True]
