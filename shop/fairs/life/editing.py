"""Change what is said of a fair. What was promised to holders stands: their days move by a postponement only."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from catalog.areas.queries import get_area
from core.accounts.actor import Actor
from core.audit import record
from core.clock import today
from core.db import check_version, db, transaction
from core.errors import Invalid
from shop.fairs import queries
from shop.fairs.life.facts import FACTS, refuse_faults
from shop.fairs.models import Booking, Fair, FairApplication
from shop.fairs.refusals import FairHeld, FairNotOpen
from shop.fairs.rulebook import last_renewal_day, read_rules, rules_of
from shop.fairs.rules import LIVE_APPLICATION, LIVE_BOOKING, FairState, fair_days, uncovered
from shop.fairs.service import lock_fair, seller_id_of

_DAYS = ("opens_on", "closes_on")
#: Fairs that are still to be changed.
_ALIVE = (FairState.DRAFT, FairState.OPEN, FairState.RUNNING)


def edit_fair(slug: str, changes: Mapping[str, Any], version: int, by: Actor) -> Fair:
    """Take over what is sent (columns of `facts.FACTS`, ``seller`` and ``area`` by code; None takes a fact away).

    Raises EditConflict for a version that is not the present one, FairNotOpen once it is over or called off,
    FairHeld for days and narrower rules while booths are given, Invalid for faults, AreaNotFound.
    """
    with transaction() as session:
        fair = lock_fair(slug, by)
        check_version(fair, version)
        if fair.state not in _ALIVE:
            raise FairNotOpen(state=fair.state)
        on = today()
        before = {name: getattr(fair, name) for name in FACTS}
        after = {**before, **{name: value for name, value in changes.items() if name in FACTS}}
        _check_registered(fair, after)
        refuse_faults(after, on, has_begun=fair.state == FairState.RUNNING)
        changed = [name for name in FACTS if after[name] != before[name]]
        _check_held(fair, before, after, changed)
        for name in changed:
            setattr(fair, name, after[name])
        changed += _set_places(fair, changes, on, by)
        session.flush()
        if set(changed) & {*_DAYS, "renew_by", "rules"}:
            rejudge(fair, on, keeps_dates=not set(changed) & {*_DAYS, "renew_by"})
        if changed:
            record("fair.edited", f"fair:{slug}", by, changed=changed)
        return fair


def rejudge(fair: Fair, on: date, *, keeps_dates: bool = False) -> tuple[int, int]:
    """Judge every live application by the fair's present days: one whose days are all covered waits for nothing.

    ``keeps_dates``: one that waits already keeps its own deadline. The caller holds the fair's lock. Answers how many
    there are, and how many wait for a renewed certificate.
    """
    live = FairApplication.fair_id == fair.id, FairApplication.state.in_(LIVE_APPLICATION)
    query = select(FairApplication).where(*live).options(selectinload(FairApplication.products))
    found = db.session.scalars(query.order_by(FairApplication.id).with_for_update()).all()
    waiting = waiting_among(fair, found)
    for one in found:
        if one.id not in waiting:
            one.renew_by = None
        elif one.renew_by is None or not keeps_dates:
            one.renew_by = last_renewal_day(fair, on)
    return len(found), len(waiting)


def waiting_among(fair: Fair, found: Any, days: tuple[date, ...] | None = None) -> set[int]:
    """Ids of the applications that leave some day uncovered: of the fair's present days, or of these."""
    product_ids = {shown.product_id for one in found for shown in one.products}
    terms = queries.terms_of(product_ids)
    all_days, stars_min = days or fair_days(fair.opens_on, fair.closes_on), rules_of(fair).stars_min
    waiting: set[int] = set()
    for one in found:
        own = {shown.product_id for shown in one.products}
        if uncovered([term for term in terms if term.product_id in own], all_days, stars_min):
            waiting.add(one.id)
    return waiting


def count_live_bookings(fair_id: int) -> int:
    """How many booths are given, in whatever live state."""
    live = Booking.fair_id == fair_id, Booking.state.in_(LIVE_BOOKING)
    return db.session.scalar(select(func.count()).select_from(Booking).where(*live)) or 0


def _check_registered(fair: Fair, after: Mapping[str, Any]) -> None:
    if fair.state != FairState.DRAFT and not after["registration_number"]:
        raise Invalid({"registration_number": [_("Hội chợ đã mở thì không bỏ số đăng ký được.")]})


def _check_held(fair: Fair, before: Mapping[str, Any], after: Mapping[str, Any], changed: list[str]) -> None:
    """Days that were promised, and the stars that given booths were judged by, stand while booths are given."""
    fixed = [name for name in changed if name in _DAYS]
    if fixed and fair.state == FairState.RUNNING:
        raise FairNotOpen(state=fair.state, fields=fixed)
    if read_rules(after["rules"]).stars_min > read_rules(before["rules"]).stars_min:
        fixed.append("rules")
    if fixed and (count := count_live_bookings(fair.id)):
        raise FairHeld(fields=fixed, bookings=count)


def _set_places(fair: Fair, changes: Mapping[str, Any], on: date, by: Actor) -> list[str]:
    """The commune, and the legal seller while nobody has booked yet."""
    changed: list[str] = []
    if "area" in changes:
        area_id = get_area(changes["area"], on).id if changes["area"] else None
        changed += ["area"] if area_id != fair.area_id else []
        fair.area_id = area_id
    seller_id = seller_id_of(changes["seller"], by) if changes.get("seller") else fair.seller_id
    if seller_id != fair.seller_id:
        if db.session.scalar(select(Booking.id).where(Booking.fair_id == fair.id).limit(1)) is not None:
            raise FairHeld(fields=["seller"])
        fair.seller_id = seller_id
        changed.append("seller")
    return changed
