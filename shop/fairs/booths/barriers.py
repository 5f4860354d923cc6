"""Who may not have which booth although it is free: rules of features above, and those of the fair itself.

    @barrier
    def of_another_delegation(booths, applications): yield booth.id, application.id, "Gian của đoàn khác."

Asked when the waiting list moves up: a booth is offered to the first for whom nothing stands in the way.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from flask_babel import gettext as _
from sqlalchemy import select

from catalog.products.models import Product
from core.db import db
from shop.fairs.booths.giving import area_codes
from shop.fairs.models import Booking, Booth, Fair, FairApplication
from shop.fairs.rulebook import rules_of
from shop.fairs.rules import LIVE_BOOKING

#: (booth id, application id) -> why not, in words for the organizer.
Reasons = dict[tuple[int, int], str]
Barrier = Callable[[Sequence[Booth], Sequence[FairApplication]], Iterable[tuple[int, int, str]]]
_barriers: list[Barrier] = []


def barrier(find: Barrier) -> Barrier:
    """Register a rule: it yields (booth id, application id, reason) for each pair that may not be."""
    if find not in _barriers:
        _barriers.append(find)
    return find


def barriers_of(booths: Sequence[Booth], applications: Sequence[FairApplication]) -> Reasons:
    """Why which application may not be offered which booth; what is missing is allowed. A constant number of reads."""
    found: Reasons = {}
    for find in (_services, _zones, _delegations, _quotas, *_barriers):
        for booth_id, application_id, reason in find(booths, applications):
            found.setdefault((booth_id, application_id), reason)
    return found


def _services(booths: Sequence[Booth], applications: Sequence[FairApplication]) -> Iterable[tuple[int, int, str]]:
    """What an exhibitor cannot do without: water for who cooks, power for who cools."""
    for application in applications:
        needs = set(application.wishes.get("services") or ())
        for booth in booths:
            if needs - set(booth.services):
                yield booth.id, application.id, _("Gian không có điện, nước hoặc kho mát mà hồ sơ cần.")


def _zones(booths: Sequence[Booth], applications: Sequence[FairApplication]) -> Iterable[tuple[int, int, str]]:
    """A zone may be for some groups of products only."""
    zoned = [one for one in booths if one.zone]
    if not zoned or not applications:
        return
    zones = rules_of(db.session.get_one(Fair, zoned[0].fair_id)).zones
    ids = {shown.product_id for one in applications for shown in one.products}
    products = {one.id: one for one in db.session.scalars(select(Product).where(Product.id.in_(ids)))}
    for application in applications:
        groups = {products[shown.product_id].product_set.group for shown in application.products}
        for booth in zoned:
            allowed = zones.get(booth.zone or "")
            if allowed and not groups & allowed:
                yield booth.id, application.id, _("Khu %(zone)s dành cho ngành hàng khác.", zone=booth.zone)


def _delegations(booths: Sequence[Booth], applications: Sequence[FairApplication]) -> Iterable[tuple[int, int, str]]:
    """Who belongs to a delegation stands in its block, which its own department fills."""
    for application in applications:
        if application.delegation_id is not None:
            for booth in booths:
                yield booth.id, application.id, _("Hồ sơ thuộc một đoàn, gian do đoàn xếp.")


def _quotas(booths: Sequence[Booth], applications: Sequence[FairApplication]) -> Iterable[tuple[int, int, str]]:
    """No area gets more booths than the fair says."""
    if not booths or not applications:
        return
    fair = db.session.get_one(Fair, booths[0].fair_id)
    quota = rules_of(fair).quota
    if not quota:
        return
    live = select(Booking.producer_id).where(Booking.fair_id == fair.id, Booking.state.in_(LIVE_BOOKING))
    holders = list(db.session.scalars(live))
    areas = area_codes({*holders, *(one.producer_id for one in applications)})
    held = Counter(code for producer_id in holders for code in areas.get(producer_id, ()))
    full = {code for code, most in quota.items() if held[code] >= most}
    for application in applications:
        if full & areas.get(application.producer_id, set()):
            for booth in booths:
                yield booth.id, application.id, _("Địa phương của hồ sơ đã đủ số gian.")
