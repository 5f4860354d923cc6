"""Clock work of the days of a fair. No lower bound in time; safe to repeat."""

from datetime import date

from sqlalchemy import or_, select, update

from core.db import db, transaction
from core.schedule import nightly
from shop.fairdays.models import FairBadge, LoadSeat, LoadSlot
from shop.fairs.models import Fair
from shop.fairs.rules import PEOPLE_KEPT

_BLIND = {"synchronize_session": False}


@nightly
def forget_people(today: date) -> int:
    """Empty names on badges, plates and telephones of vehicles a year after their fair; answers how many."""
    over = select(Fair.id).where(Fair.closes_on < today - PEOPLE_KEPT)
    slots = select(LoadSlot.id).where(LoadSlot.fair_id.in_(over))
    badges = update(FairBadge).where(FairBadge.fair_id.in_(over), FairBadge.name != "").values(name="")
    known = or_(LoadSeat.phone != "", LoadSeat.plate != "")
    seats = update(LoadSeat).where(LoadSeat.slot_id.in_(slots), known).values(plate="", phone="")
    with transaction():
        done = [db.session.execute(one, execution_options=_BLIND) for one in (badges, seats)]
        return sum(int(one.rowcount) for one in done)  # type: ignore[attr-defined]
