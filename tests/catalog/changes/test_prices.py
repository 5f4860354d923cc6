"""Prices: at once or on a day, with their history; judged by date, whether or not the worker has run."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import text

from catalog.changes.invariants import prices_follow_their_history
from catalog.changes.jobs import take_over_prices
from catalog.changes.prices import apply_due, cancel_price, list_big, list_priced, set_price
from catalog.changes.refusals import PriceBegun, PriceBig, PriceNotFound
from catalog.listings.models import Sku
from catalog.listings.prices import PriceChange, planned_prices, prices_on
from catalog.listings.queries import cards, list_open, offers
from catalog.listings.service import edit_sku
from core.accounts.actor import SYSTEM
from core.clock import today
from core.db import db, transaction
from core.errors import EditConflict, Forbidden, Invalid, NotFound
from core.outbox import OutboxRow
from tests import make
from tests.catalog.changes.conftest import Stand
from tests.support.clock import Clock

DAY = timedelta(days=1)


def put(here: Stand, price: int, starts_on: date | None = None, *, sure: bool = True) -> PriceChange | None:
    """Set a price as the producer's person."""
    return set_price(here.owner, here.code, here.pack.version, price, starts_on=starts_on, is_confirmed=sure)


def doors(here: Stand, on: date) -> set[int]:
    """What each door of the catalog asks for on a day."""
    pack = here.pack
    return {
        offers([pack.id], on)[pack.id].price_vnd, cards([here.listing_id], on)[0].price_vnd,
        list_open(on, [here.listing_id])[0].price_vnd, prices_on([pack.id], on)[pack.id],
    }  # fmt: skip


def test_at_once(here: Stand) -> None:
    sequence = here.listing.sequence
    change = put(here, 120_000)
    assert change is not None
    assert (change.from_vnd, change.to_vnd, change.starts_on) == (100_000, 120_000, today())
    assert doors(here, today()) == {120_000}
    assert here.listing.sequence == sequence + 1
    assert db.session.query(OutboxRow).filter(OutboxRow.payload["sequence"].as_integer() == sequence + 1).count()
    assert put(here, 120_000) is None


def test_a_planned_price_counts_from_midnight_though_nothing_ran(here: Stand, clock: Clock) -> None:
    clock.on(date(2026, 11, 22))
    put(here, 120_000, date(2026, 11, 24))
    put(here, 90_000, date(2026, 12, 1))
    clock.on(date(2026, 11, 23), time(23, 59, 59))
    assert doors(here, today()) == {100_000}
    clock.forward(seconds=1)
    assert doors(here, today()) == {120_000}
    assert doors(here, today() - DAY) == {100_000}
    assert doors(here, date(2026, 12, 1)) == {90_000}
    assert here.pack.price_vnd == 100_000  # nothing has tidied up
    assert (take_over_prices(today()), take_over_prices(today())) == (1, 0)
    assert here.pack.price_vnd == 120_000
    assert doors(here, today()) == {120_000}
    assert [one.price_vnd for one in planned_prices([here.pack.id])[here.pack.id]] == [90_000]
    assert take_over_prices(date(2027, 1, 1)) == 1
    assert list(prices_follow_their_history()) == []


def test_a_price_made_at_once_is_newer_than_one_that_began_and_waits_for_the_worker(here: Stand, clock: Clock) -> None:
    clock.on(date(2026, 11, 22))
    put(here, 120_000, date(2026, 11, 23))
    clock.on(date(2026, 11, 23))
    put(here, 130_000)
    assert doors(here, today()) == {130_000}
    assert apply_due(today()) == 0
    edit_sku(SYSTEM, here.code, here.pack.version, {"price_vnd": 140_000})
    past = list_priced([here.scope[1]], today())[0].past
    assert [(one.from_vnd, one.to_vnd) for one in past] == [
        (100_000, 120_000), (120_000, 130_000), (130_000, 140_000),
    ]  # fmt: skip
    assert list(prices_follow_their_history()) == []


def test_a_plan_gives_way_or_is_given_up(here: Stand, clock: Clock) -> None:
    clock.on(date(2026, 11, 22))
    first = put(here, 120_000, date(2026, 12, 1))
    second = put(here, 125_000, date(2026, 12, 1))
    assert first is not None
    assert second is not None
    assert db.session.get_one(PriceChange, first.id, populate_existing=True).cancelled_at is not None
    with pytest.raises(PriceBegun):
        cancel_price(here.owner, first.id)
    stranger = make.actor("producer", ("producer", make.producer().code))
    with pytest.raises(NotFound):
        cancel_price(stranger, second.id)
    with pytest.raises(PriceNotFound):
        cancel_price(here.owner, 999_999)
    cancel_price(here.owner, second.id)
    assert doors(here, date(2026, 12, 1)) == {100_000}
    third = put(here, 126_000, date(2026, 12, 1))
    assert third is not None
    clock.on(date(2026, 12, 1))
    with pytest.raises(PriceBegun):
        cancel_price(here.owner, third.id)


@pytest.mark.parametrize(("price", "asks"), [(150_000, False), (150_001, True), (50_000, False), (49_999, True)])
def test_more_than_half_is_confirmed_and_listed(here: Stand, price: int, asks: bool) -> None:
    if asks:
        with pytest.raises(PriceBig) as big:
            put(here, price, sure=False)
        assert (big.value.facts["was"], big.value.facts["wanted"]) == (100_000, price)
        assert here.pack.price_vnd == 100_000
    put(here, price, sure=asks)
    assert here.pack.price_vnd == price
    assert [one.percent for one in list_big(1, 10)[0]] == ([50 if price > 100_000 else -50] if asks else [])


def test_the_eve_of_a_planned_day_decides_what_is_big(here: Stand) -> None:
    put(here, 140_000, today() + 5 * DAY, sure=False)
    put(here, 200_000, today() + 10 * DAY, sure=False)
    with pytest.raises(PriceBig):
        put(here, 200_000, today() + 3 * DAY, sure=False)


def test_bad_days_prices_and_people(here: Stand) -> None:
    for day in (today() - DAY, today() + 400 * DAY):
        with pytest.raises(Invalid):
            put(here, 120_000, day)
    with pytest.raises(EditConflict):
        set_price(here.owner, here.code, 99, 120_000)
    stranger = make.actor("producer", ("producer", make.producer().code))
    with pytest.raises(NotFound):
        set_price(stranger, here.code, here.pack.version, 120_000)
    with pytest.raises(Forbidden):
        set_price(make.actor("auditor"), here.code, here.pack.version, 120_000)
    for n in range(24):
        put(here, 100_000 + n, today() + (n + 1) * DAY)
    with pytest.raises(Invalid):
        put(here, 120_000, today() + 30 * DAY)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM price_change", "UPDATE price_change SET to_vnd = 1", "UPDATE price_change SET reason = 'x'",
        "UPDATE price_change SET starts_on = '2020-01-01'",
    ],
)  # fmt: skip
def test_history_is_kept(here: Stand, statement: str) -> None:
    put(here, 120_000)
    put(here, 130_000, today() + DAY)
    with pytest.raises(Exception, match="price_change"), db.session.begin_nested():
        db.session.execute(text(statement))


def test_a_price_past_its_history_is_found(here: Stand) -> None:
    put(here, 120_000)
    db.session.execute(text("UPDATE sku SET price_vnd = 5 WHERE code = :code"), {"code": here.code})
    assert list(prices_follow_their_history()) == [f"pack {here.code}"]


def test_the_cheapest_pack_of_the_day_leads(here: Stand) -> None:
    with transaction() as session:
        session.add(Sku(listing_id=here.listing_id, code="GROSS", label="Hũ 1 kg", price_vnd=110_000, vat_bp=800))
    set_price(here.owner, "GROSS", 1, 80_000, starts_on=today() + DAY)
    assert (cards([here.listing_id], today())[0].sku_code) == here.code
    tomorrow = cards([here.listing_id], today() + DAY)[0]
    assert (tomorrow.sku_code, tomorrow.price_vnd, tomorrow.has_more_prices) == ("GROSS", 80_000, True)
