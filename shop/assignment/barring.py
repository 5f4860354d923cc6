"""A pinned booth is for whom it is pinned: the waiting list does not move up into it, and a new plan keeps it."""

from collections.abc import Iterable, Sequence

from flask_babel import gettext as _
from sqlalchemy import select

from catalog.producers.models import Producer
from core.db import db
from shop.assignment.models import BoothPin
from shop.fairs.booths.barriers import barrier
from shop.fairs.models import Booth, Fair, FairApplication
from shop.fairs.plans.promises import Promised, promise
from shop.fairs.rules import LIVE_APPLICATION


@barrier
def pinned(booths: Sequence[Booth], applications: Sequence[FairApplication]) -> Iterable[tuple[int, int, str]]:
    """Booths that are pinned for another application."""
    query = select(BoothPin).where(BoothPin.booth_id.in_([one.id for one in booths]))
    for pin in db.session.scalars(query):
        for application in applications:
            if application.id != pin.application_id:
                yield pin.booth_id, application.id, _("Gian đã ghim cho hồ sơ khác.")


@promise
def pinned_on_plan(fair: Fair) -> Iterable[Promised]:
    """Pins for whoever still comes: of an application that ended, nothing stands in a plan's way. One statement."""
    query = (
        select(Booth.code, Producer.name)
        .join(BoothPin, BoothPin.booth_id == Booth.id)
        .join(FairApplication, FairApplication.id == BoothPin.application_id)
        .join(Producer, Producer.id == FairApplication.producer_id)
        .where(BoothPin.fair_id == fair.id, Booth.is_on_plan, FairApplication.state.in_(LIVE_APPLICATION))
    )
    for booth, name in db.session.execute(query.order_by(Booth.code)):
        yield Promised(booth, "pinned", name)
