"""The verb of delivery's desk: fees from a day on."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import now, today
from core.db import transaction
from core.errors import Invalid
from shop.delivery.models import Step, Tariff
from shop.delivery.refusals import TariffBegun, TariffNotFound
from shop.delivery.rules import FURTHER, Rates, problems_of


@dataclass(frozen=True)
class NewTariff:
    """Fees from a day on."""

    starts_on: date
    rates: Rates


def enter(new: NewTariff, by: Actor) -> Tariff:
    """Enter fees that begin on a day to come; entered again for the same day, they take the place of the first.

    Refuses TariffBegun for a day that has begun, Invalid for steps that make no sense.
    """
    with transaction() as session:
        authorize(by, "delivery.edit")
        if new.starts_on <= today():
            raise TariffBegun
        if problems := problems_of(new.rates):
            raise Invalid({"steps": _words(problems)})
        before = session.scalars(select(Tariff).where(Tariff.starts_on == new.starts_on)).first()
        if before is not None:
            session.delete(before)
            session.flush()
        tariff = _tariff(new, by)
        session.add(tariff)
        session.flush()
        record("delivery.tariff_entered", f"tariff:{new.starts_on}", by, replaced=before is not None)
        return tariff


def withdraw(starts_on: date, by: Actor) -> None:
    """Take back fees that have not begun. Refuses TariffNotFound, TariffBegun."""
    with transaction() as session:
        authorize(by, "delivery.edit")
        tariff = session.scalars(select(Tariff).where(Tariff.starts_on == starts_on)).first()
        if tariff is None:
            raise TariffNotFound
        if starts_on <= today():
            raise TariffBegun
        session.delete(tariff)
        record("delivery.tariff_withdrawn", f"tariff:{starts_on}", by)


def _tariff(new: NewTariff, by: Actor) -> Tariff:
    rates = new.rates
    steps = [
        Step(zone=zone, up_to_grams=grams, fee_vnd=fee)
        for zone, fees in rates.zones.items()
        for grams, fee in (*fees.steps, (FURTHER, fees.extra_kg_vnd))
    ]
    return Tariff(
        starts_on=new.starts_on, free_from_vnd=rates.free_from_vnd, cold_vnd=rates.cold_vnd,
        fragile_vnd=rates.fragile_vnd, pack_grams=rates.pack_grams, near={"provinces": sorted(rates.near)},
        entered_at=now(), entered_by=by.label, steps=steps,
    )  # fmt: skip


def _words(problems: Collection[str]) -> list[str]:
    """What is wrong with the steps, in words."""
    texts = {
        "zone_missing": _("Mỗi vùng cần ít nhất một mức phí."),
        "steps_fall": _("Mức cân nặng phải tăng dần, và gói nặng hơn không rẻ hơn."),
    }
    return list(dict.fromkeys(texts[problem.partition(":")[0]] for problem in problems))
