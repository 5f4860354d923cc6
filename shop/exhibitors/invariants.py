"""What must never be found in the tables of exhibitors."""

from collections.abc import Iterable

from sqlalchemy import func, select

from core.db import db
from core.doctor import invariant
from shop.exhibitors.models import FairInvitation, FairOutsider
from shop.fairs.applying.joined import AGREED, FairApplicationPartner, FairDelegation, FairDelegationBooth
from shop.fairs.models import Booking, Booth, FairApplication
from shop.fairs.rules import LIVE_APPLICATION, LIVE_BOOKING


@invariant("I85", "a booth of a delegation's block is held by that delegation's exhibitors alone")
def own_blocks() -> Iterable[str]:
    """One line for each booking that breaks it."""
    query = (
        select(Booking.code)
        .join(FairDelegationBooth, FairDelegationBooth.booth_id == Booking.booth_id)
        .join(FairApplication, FairApplication.id == Booking.application_id)
        .where(Booking.state.in_(LIVE_BOOKING))
        .where(func.coalesce(FairApplication.delegation_id, 0) != FairDelegationBooth.delegation_id)
    )
    return (f"{code} lies in another delegation's block" for code in db.session.scalars(query))


@invariant("I86", "a block's booths are of its own fair")
def blocks_of_one_fair() -> Iterable[str]:
    """One line for each booth that breaks it."""
    query = (
        select(FairDelegation.code, Booth.code)
        .join(FairDelegationBooth, FairDelegationBooth.delegation_id == FairDelegation.id)
        .join(Booth, Booth.id == FairDelegationBooth.booth_id)
        .where(Booth.fair_id != FairDelegation.fair_id)
    )
    return (f"{row[0]} holds {row[1]} of another fair" for row in db.session.execute(query))


@invariant("I87", "the uses of an invitation are the applications and papers that came by it")
def counted_uses() -> Iterable[str]:
    """One line for each invitation that is counted wrong."""
    came = select(func.count()).where(
        FairApplication.invitation_id == FairInvitation.id, FairApplication.source != "outside"
    )
    papers = select(func.count()).where(FairOutsider.invitation_id == FairInvitation.id)
    counted = came.scalar_subquery() + papers.scalar_subquery()
    query = select(FairInvitation.code).where(FairInvitation.uses != counted)
    return (f"{code} counts other uses than came by it" for code in db.session.scalars(query))


@invariant("I88", "nobody shares a booth at a fair where an application of her own is live")
def partners_apply_once() -> Iterable[str]:
    """One line for each partner that breaks it."""
    own = FairApplication.__table__.alias("own")
    query = (
        select(FairApplication.code)
        .join(FairApplicationPartner, FairApplicationPartner.application_id == FairApplication.id)
        .join(
            own, (own.c.fair_id == FairApplication.fair_id) & (own.c.producer_id == FairApplicationPartner.producer_id)
        )
        .where(FairApplicationPartner.state == AGREED, FairApplication.state.in_(LIVE_APPLICATION))
        .where(own.c.state.in_(LIVE_APPLICATION))
    )
    return (f"{code} is shared with one who applies herself" for code in db.session.scalars(query))
