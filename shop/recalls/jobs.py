"""Clock work of recalls: sales that reached us late, goods that turned up, lots that came in meanwhile."""

from datetime import datetime

from sqlalchemy import select

from core.accounts.actor import SYSTEM
from core.db import db, transaction
from core.schedule import hourly
from shop.recalls.models import Recall
from shop.recalls.queries import closed_with_goods
from shop.recalls.rules import State
from shop.recalls.service import take_latecomers, write_tasks
from shop.recalls.telling import find_buyers


@hourly
def follow_open_recalls(at: datetime) -> int:
    """Look again at every open recall; answers how many lots, stores and buyers were found.

    A closed one is asked only whether goods of it turned up in a store that has no task yet.
    """
    found = 0
    for called in db.session.scalars(select(Recall).where(Recall.state == State.OPEN).order_by(Recall.id)).all():
        with transaction():
            again = db.session.get_one(Recall, called.id)
            found += take_latecomers(again, SYSTEM) + write_tasks(again, at) + find_buyers(again)
    for called in closed_with_goods():
        with transaction():
            found += write_tasks(db.session.get_one(Recall, called.id), at)
    return found
