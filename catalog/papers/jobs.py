"""Clock work on papers: it only tells. What blocks was written in advance and turns by date."""

from datetime import date, timedelta

from sqlalchemy import or_, select, update

from catalog.papers.models import Paper
from catalog.papers.rules import REMIND, reminder_due
from core.accounts.actor import SYSTEM
from core.audit import record
from core.db import db, end_reading, transaction
from core.schedule import nightly


@nightly
def remind_of_papers(today: date) -> int:
    """Note each paper that will have run out in thirty days, or has, once each; no lower bound; answers how many."""
    soon = today + timedelta(days=REMIND)
    query = select(Paper.id, Paper.valid_until).where(
        Paper.confirmed_at.is_not(None), Paper.withdrawn_at.is_(None), Paper.valid_until <= soon
    )
    found = [(row.id, row.valid_until) for row in db.session.execute(query.order_by(Paper.id))]
    end_reading()
    return sum(_tell(paper_id, valid_until, today) for paper_id, valid_until in found if valid_until)


def _tell(paper_id: int, valid_until: date, today: date) -> bool:
    due = reminder_due(valid_until, today)
    if due is None:
        return False
    with transaction():
        later = or_(Paper.told_until.is_(None), Paper.told_until < due)
        claimed = update(Paper).where(Paper.id == paper_id, later).values(told_until=due).returning(Paper.code)
        code = db.session.scalar(claimed)
        if code is None:
            return False
        record(
            "paper.over" if valid_until < today else "paper.ending", f"paper:{code}", SYSTEM, valid_until=valid_until
        )
    return True
