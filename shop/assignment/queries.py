"""Reading answers, pins and boards."""

from sqlalchemy import select

from core.db import db
from shop.assignment.models import BoothPin, FairAssignment
from shop.assignment.refusals import AssignmentNotFound
from shop.assignment.rules import RunState
from shop.fairs.models import Booth, Fair, FairApplication


def get_run(code: str) -> FairAssignment:
    """An answer by its code. Refuses with AssignmentNotFound."""
    one = db.session.scalar(select(FairAssignment).where(FairAssignment.code == code))
    if one is None:
        raise AssignmentNotFound
    return one


def slug_of(one: FairAssignment) -> str:
    """The fair of an answer."""
    return db.session.get_one(Fair, one.fair_id).slug


def find_open(fair_id: int) -> FairAssignment | None:
    """The answer that waits or is ready, the newest."""
    return _newest(fair_id, RunState.WAITING, RunState.READY)


def find_latest(fair_id: int) -> FairAssignment | None:
    """The newest answer that was not dropped."""
    return _newest(fair_id, RunState.WAITING, RunState.READY, RunState.FAILED, RunState.APPLIED)


def find_applied(fair_id: int) -> FairAssignment | None:
    """The answer that was applied last."""
    return _newest(fair_id, RunState.APPLIED)


def _newest(fair_id: int, *states: RunState) -> FairAssignment | None:
    query = select(FairAssignment).where(FairAssignment.fair_id == fair_id, FairAssignment.state.in_(states))
    return db.session.scalar(query.order_by(FairAssignment.id.desc()).limit(1))


def find_pin(fair_id: int, booth_code: str) -> BoothPin | None:
    """The pin of a booth of the present plan."""
    of_booth = Booth.fair_id == fair_id, Booth.code == booth_code, Booth.is_on_plan
    return db.session.scalar(select(BoothPin).join(Booth, Booth.id == BoothPin.booth_id).where(*of_booth))


def pins_of(fair_id: int) -> dict[str, str]:
    """Every pin of a fair: the application's code by the booth's."""
    query = (
        select(Booth.code, FairApplication.code)
        .join(BoothPin, BoothPin.booth_id == Booth.id)
        .join(FairApplication, FairApplication.id == BoothPin.application_id)
        .where(BoothPin.fair_id == fair_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query.order_by(Booth.code))}
