"""Reads of delivery: the fees of a day, and where places lie as fees see it."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import joinedload

from catalog.areas.models import Area
from catalog.areas.queries import old_districts_of, province_of
from core.db import db
from shop.delivery.models import Tariff
from shop.delivery.rules import FURTHER, ZONES, Fees, Place, Rates
from shop.stores.models import Store

_last = select(func.max(Tariff.starts_on)).where(Tariff.starts_on <= bindparam("on")).scalar_subquery()
_BEGUN_LAST = select(Tariff).where(Tariff.starts_on == _last).options(joinedload(Tariff.steps))


def find_tariff(on: date) -> Tariff | None:
    """The tariff of a day: the last one that has begun."""
    return db.session.scalars(_BEGUN_LAST, {"on": on}).unique().one_or_none()


def rates_on(on: date) -> Rates | None:
    """The fees of a day as the rules see them; None where none were entered."""
    tariff = find_tariff(on)
    return rates_of(tariff) if tariff else None


def rates_of(tariff: Tariff) -> Rates:
    """A tariff as the rules see it."""
    zones: dict[str, Fees] = {}
    for zone in ZONES:
        steps = sorted((one.up_to_grams, one.fee_vnd) for one in tariff.steps if one.zone == zone)
        extra = next((fee for grams, fee in steps if grams == FURTHER), 0)
        zones[zone] = Fees(tuple((grams, fee) for grams, fee in steps if grams != FURTHER), extra)
    return Rates(
        zones, tariff.free_from_vnd, tariff.cold_vnd, tariff.fragile_vnd, tariff.pack_grams,
        frozenset(tariff.near.get("provinces", ())),
    )  # fmt: skip


def list_tariffs() -> Sequence[Tariff]:
    """Every tariff, the newest first."""
    return db.session.scalars(select(Tariff).order_by(Tariff.starts_on.desc())).all()


def places_of(stores: Sequence[Store], to: Area) -> tuple[Mapping[int, Place], Place]:
    """Where stores stand, by store id, and where a destination lies, as fees and nearness see it.

    A store that serves a district of old is near all its communes; another one those of its own commune's.
    """
    districts = old_districts_of({to.id, *(store.area_id for store in stores)})
    found = {
        store.id: Place(
            store.area.code,
            province_of(store.area).code,
            frozenset({store.serves.code} if store.serves else districts[store.area_id]),
        )
        for store in stores
    }
    return found, Place(to.code, province_of(to).code, frozenset(districts[to.id]))
