"""A pinned booth is for whom it is pinned: the waiting list does not move up into it."""

from collections.abc import Iterable, Sequence

from flask_babel import gettext as _
from sqlalchemy import select

from core.db import db
from shop.assignment.models import BoothPin
from shop.fairs.booths.barriers import barrier
from shop.fairs.models import Booth, FairApplication


@barrier
def pinned(booths: Sequence[Booth], applications: Sequence[FairApplication]) -> Iterable[tuple[int, int, str]]:
    """Booths that are pinned for another application."""
    query = select(BoothPin).where(BoothPin.booth_id.in_([one.id for one in booths]))
    for pin in db.session.scalars(query):
        for application in applications:
            if application.id != pin.application_id:
                yield pin.booth_id, application.id, _("Gian đã ghim cho hồ sơ khác.")
