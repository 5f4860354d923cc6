"""What the next fair takes over: the names of delegations and what applications are judged by. Nobody's application."""

from sqlalchemy import select

from core.clock import now
from core.db import db
from core.ids import short_code
from shop.exhibitors.models import FairCriterion
from shop.fairs.applying.joined import FairDelegation
from shop.fairs.life.copying import copies
from shop.fairs.models import Fair


@copies
def take_over(old: Fair, new: Fair) -> None:
    """Delegations without their booths, which are chosen anew on the plan; criteria with their weights."""
    at = now()
    own = select(FairDelegation).where(FairDelegation.fair_id == old.id).order_by(FairDelegation.id)
    for one in db.session.scalars(own).all():
        db.session.add(FairDelegation(
            code=short_code("DO"), fair_id=new.id, name=one.name, area_id=one.area_id, made_by=one.made_by, made_at=at,
        ))  # fmt: skip
    criteria = select(FairCriterion).where(FairCriterion.fair_id == old.id).order_by(FairCriterion.position)
    for one in db.session.scalars(criteria).all():
        db.session.add(FairCriterion(fair_id=new.id, position=one.position, name=one.name, weight=one.weight))
