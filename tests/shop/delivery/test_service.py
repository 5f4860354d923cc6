"""Fees from a day on: entered before they begin, never changed afterwards; places of today and of old."""

from dataclasses import replace
from datetime import timedelta
from types import ModuleType

import pytest
from sqlalchemy.orm import Session

from core.clock import today
from core.errors import Forbidden, Invalid
from shop.delivery import service
from shop.delivery.queries import list_tariffs, rates_on
from shop.delivery.refusals import TariffBegun, TariffNotFound
from shop.delivery.rules import Fees, Load, Rates, fee_of
from shop.delivery.service import NewTariff

DAY = timedelta(days=1)


def now_rates() -> Rates:
    rates = rates_on(today())
    assert rates is not None
    return rates


def test_a_shop_begins_with_fees(session: Session) -> None:
    rates = now_rates()
    assert [fee_of(rates, zone, Load(1_000)) for zone in ("local", "province", "near", "far")] == [
        20_000, 20_000, 35_000, 35_000,
    ]  # fmt: skip
    assert rates.free_from_vnd == 500_000


def test_new_fees_begin_at_midnight_and_take_the_place_of_those_of_their_day(
    make: ModuleType, session: Session
) -> None:
    by, rates = make.actor("admin"), now_rates()
    dear = replace(rates, zones={**rates.zones, "far": Fees(((1_000, 99_000),), 9_000)}, near={"22"})
    service.enter(NewTariff(today() + DAY, dear), by)
    service.enter(NewTariff(today() + DAY, replace(dear, free_from_vnd=None)), by)
    assert now_rates() == rates
    tomorrow = rates_on(today() + DAY)
    assert tomorrow == replace(dear, free_from_vnd=None, near=frozenset({"22"}))
    assert len(list_tariffs()) == 2


def test_fees_that_have_begun_never_change(make: ModuleType, session: Session) -> None:
    by = make.actor("admin")
    with pytest.raises(TariffBegun):
        service.enter(NewTariff(today(), now_rates()), by)
    with pytest.raises(TariffBegun):
        service.withdraw(list_tariffs()[0].starts_on, by)
    with pytest.raises(TariffNotFound):
        service.withdraw(today() + DAY, by)
    service.enter(NewTariff(today() + DAY, now_rates()), by)
    service.withdraw(today() + DAY, by)
    assert len(list_tariffs()) == 1


def test_steps_that_make_no_sense_are_refused(make: ModuleType, session: Session) -> None:
    wrong = replace(now_rates(), zones={**now_rates().zones, "near": Fees(((2_000, 20_000), (1_000, 10_000)))})
    with pytest.raises(Invalid):
        service.enter(NewTariff(today() + DAY, wrong), make.actor("admin"))


@pytest.mark.parametrize("role", ["auditor", "store_manager"])
def test_only_an_admin_sets_fees(role: str, make: ModuleType) -> None:
    with pytest.raises(Forbidden):
        service.enter(NewTariff(today() + DAY, now_rates()), make.actor(role))
