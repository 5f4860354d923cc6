"""What ties applications to others: blocks of booths given to a delegation, and households that share a booth.

The verbs stand in `shop.exhibitors`; the rows stand here, since booths and the public directory read them. That a
booth of a block goes to nobody outside its delegation is held by a trigger too (migration 0043).
"""

from collections.abc import Collection
from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from catalog.producers.models import Producer
from core.db import Base, Instant, Pk, Versioned, db
from core.errors import Refusal
from shop.fairs.models import Booth, FairApplication

ASKED, AGREED, DECLINED, ENDED = "asked", "agreed", "declined", "ended"


class BoothDelegated(Refusal):
    """The booth lies in a block that is another delegation's. Facts: booths, delegation."""

    code = "booth.delegated"
    text = _l("Gian hàng thuộc phần của một đoàn; chỉ hồ sơ của đoàn đó nhận được.")


class FairDelegation(Versioned, Base):
    """Another province's department (or a union, a district) that brings exhibitors of its own to its own block."""

    __tablename__ = "fair_delegation"
    __table_args__ = (UniqueConstraint("fair_id", "name"),)

    id: Mapped[Pk]
    #: Public code and scope of its people's role: ``DO-7K3M9QXT``.
    code: Mapped[str] = mapped_column(String(20), unique=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    #: "Sở Công Thương tỉnh Cao Bằng".
    name: Mapped[str] = mapped_column(String(160))
    #: The province (or commune) that it comes from.
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    #: Last day on which it may send applications; empty: until the fair's own cut-off.
    due_on: Mapped[date | None]
    made_by: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[Instant]


class FairDelegationBooth(Base):
    """A booth of a delegation's block: of one delegation at most."""

    __tablename__ = "fair_delegation_booth"

    booth_id: Mapped[int] = mapped_column(ForeignKey("booth.id"), primary_key=True)
    delegation_id: Mapped[int] = mapped_column(ForeignKey("fair_delegation.id"), index=True)


class FairApplicationPartner(Base):
    """A second household on the booth of an application: the applicant holds it, both are shown."""

    __tablename__ = "fair_application_partner"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'agreed', 'declined', 'ended')", name="state_known"),
        CheckConstraint("state = 'asked' OR answered_at IS NOT NULL", name="answered_has_instant"),
    )

    application_id: Mapped[int] = mapped_column(ForeignKey("fair_application.id"), primary_key=True)
    #: The household that is asked.
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    #: ``asked``, ``agreed``, ``declined``, or ``ended`` when either went back on it.
    state: Mapped[str] = mapped_column(String(10))
    #: Rises with each new question, so that the link of an old one says nothing any more.
    serial: Mapped[int] = mapped_column(default=1)
    #: What the applicant wrote.
    words: Mapped[str] = mapped_column(String(300), default="")
    asked_at: Mapped[Instant]
    answered_at: Mapped[Instant | None]


def delegation_by_booth(fair_id: int) -> dict[int, int]:
    """The delegation of each booth that lies in a block, by the booth's id."""
    query = select(FairDelegationBooth.booth_id, FairDelegationBooth.delegation_id)
    of_fair = query.join(Booth, Booth.id == FairDelegationBooth.booth_id).where(Booth.fair_id == fair_id)
    return {row[0]: row[1] for row in db.session.execute(of_fair)}


def delegations_of(fair_ids: Collection[int]) -> dict[int, str]:
    """The codes of the delegations to these fairs, by id."""
    query = select(FairDelegation.id, FairDelegation.code).where(FairDelegation.fair_id.in_(set(fair_ids)))
    return {row[0]: row[1] for row in db.session.execute(query)}


def check_block(booth: Booth, application: FairApplication) -> None:
    """Refuse a booth of a block to whoever is not of its delegation. Raises BoothDelegated."""
    block = db.session.get(FairDelegationBooth, booth.id)
    if block is not None and block.delegation_id != application.delegation_id:
        name = db.session.get_one(FairDelegation, block.delegation_id).name
        raise BoothDelegated(booths=[booth.code], delegation=name)


def partners_of(application_ids: Collection[int]) -> dict[int, Producer]:
    """The household that shares the booth of each of these applications, where one agreed."""
    query = (
        select(FairApplicationPartner.application_id, Producer)
        .join(Producer, Producer.id == FairApplicationPartner.producer_id)
        .where(FairApplicationPartner.application_id.in_(list(application_ids)), FairApplicationPartner.state == AGREED)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}
