"""Clock work: each hour a producer is told what was done for her since the last time."""

from datetime import datetime, timedelta

from sqlalchemy import select

from catalog.mandates.events import DeedsTold
from catalog.mandates.models import Mandate
from catalog.mandates.queries import people_of, untold
from core.audit import SETTLED, AuditEntry
from core.clock import local_day
from core.db import db, transaction
from core.events import publish
from core.schedule import hourly

#: A mandate that ended is looked at for as long, for what was done on its last day.
_AFTER = timedelta(days=2)


@hourly
def tell_deeds(at: datetime) -> int:
    """One notice for each of the producer's people and each mandate under which something was done; answers how many
    mandates. An entry younger than a minute waits for the next hour: its transaction may still be running.
    """
    since = local_day(at - _AFTER)
    active = Mandate.confirmed_at.is_not(None), Mandate.until_on >= since
    recent = Mandate.ended_at.is_(None) | (Mandate.ended_at >= at - _AFTER)
    told = 0
    for mandate_id in db.session.scalars(select(Mandate.id).where(*active, recent).order_by(Mandate.id)).all():
        with transaction():
            mandate = db.session.get_one(Mandate, mandate_id, with_for_update={"of": Mandate})
            entries = untold(mandate, at - SETTLED)
            if entries:
                _tell(mandate, entries[0], entries[-1])
                told += 1
    return told


def _tell(mandate: Mandate, first: AuditEntry, last: AuditEntry) -> None:
    mandate.told_entry_id = last.id
    db.session.flush()
    for person in people_of(mandate.producer):
        publish(DeedsTold(mandate.id, person.id, first.id, last.id))
