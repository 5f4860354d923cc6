"""Verbs of invitations: make one, make its link anew, take it back, and apply by it. Each is one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select, update

from catalog.producers.models import Producer
from catalog.producers.queries import get_producer
from core.accounts.actor import Actor
from core.accounts.contacts import get_contact
from core.audit import record
from core.clock import local_day, now
from core.db import db, transaction
from core.errors import Invalid
from core.events import publish
from core.ids import short_code
from core.web.links import address_of
from shop.exhibitors.delegations import find_delegation
from shop.exhibitors.events import InvitationSent
from shop.exhibitors.links import About, key_of, read_key
from shop.exhibitors.models import FairInvitation
from shop.exhibitors.refusals import InvitationForAnother, InvitationNotFound, InvitationOver, LinkUnknown
from shop.fairs.applying.applications import Wanted, Way, apply
from shop.fairs.models import Fair, FairApplication
from shop.fairs.service import lock_fair

#: The most applications that may come by one link.
MOST_USES = 1000


@dataclass(frozen=True)
class Guest:
    """Whom an organizer invites: a producer of the catalog, somebody by e-mail or telephone, or whoever has the link.

    ``contact`` empty: the organizer hands the link on herself. ``uses``: how many applications may come by it.
    """

    until_on: date
    name: str = ""
    producer: str | None = None
    contact: str | None = None
    uses: int = 1
    note: str = ""
    delegation: str | None = None


def invite(slug: str, guest: Guest, by: Actor) -> FairInvitation:
    """Invite to a fair; whoever left a contact is written to.

    Raises Invalid, ProducerNotFound, DelegationNotFound, FairNotFound; NotFound for another organizer's fair.
    """
    with transaction() as session:
        at = now()
        fair = lock_fair(slug, by, "invitations.manage")
        _check(fair, guest, local_day(at))
        producer = get_producer(guest.producer) if guest.producer else None
        delegation = find_delegation(fair.id, guest.delegation) if guest.delegation else None
        contact = get_contact(guest.contact).text if guest.contact else None
        name = guest.name or (producer.name if producer else "") or contact or _("Liên kết chung")
        one = FairInvitation(
            code=short_code("LM"), fair_id=fair.id, producer_id=producer.id if producer else None,
            delegation_id=delegation.id if delegation else None, name=name, contact=contact, note=guest.note,
            uses_allowed=guest.uses, until_on=guest.until_on, made_by=by.label[:200], made_at=at, serial=1, uses=0,
        )  # fmt: skip
        session.add(one)
        session.flush()
        record("invitation.sent", f"invitation:{one.code}", by, fair=slug, to=name, uses=guest.uses)
        publish(InvitationSent(one.code, one.serial))
        return one


def renew_link(code: str, by: Actor) -> FairInvitation:
    """Another link for an invitation; the earlier ones end, and whoever left a contact is written to again."""
    with transaction() as session:
        one = _own(code, by)
        _check_standing(one, local_day(now()))
        one.serial += 1
        session.flush()
        record("invitation.renewed", f"invitation:{code}", by)
        publish(InvitationSent(one.code, one.serial))
        return one


def revoke(code: str, by: Actor) -> FairInvitation:
    """Take an invitation back; twice has the effect of once. Applications that came by it stay."""
    with transaction():
        one = _own(code, by)
        if one.revoked_at is None:
            one.revoked_at = now()
            record("invitation.revoked", f"invitation:{code}", by)
        return one


def apply_invited(key: str, wanted: Wanted, by: Actor) -> FairApplication:
    """Apply by an invitation's link: it may open a fair whose public days are over, and its uses are counted.

    Raises LinkUnknown, InvitationOver, InvitationForAnother, and what `shop.fairs.applying.applications.apply` raises.
    """
    with transaction():
        one = find_by_key(key)
        use(one, local_day(now()))
        fair = db.session.get_one(Fair, one.fair_id)
        way = Way(
            "delegation" if one.delegation_id else "invitation", one.id, one.delegation_id, one.until_on
        )  # fmt: skip
        application = apply(fair.slug, wanted, by, way)
        if one.producer_id not in (None, application.producer_id):
            raise InvitationForAnother
        return application


def use(one: FairInvitation, on: date) -> None:
    """Count one application, in one guarded statement: of two at the last place one wins. Raises InvitationOver."""
    _check_standing(one, on)
    free = FairInvitation.id == one.id, FairInvitation.uses < FairInvitation.uses_allowed
    open_one = *free, FairInvitation.revoked_at.is_(None), FairInvitation.until_on >= on
    counted = update(FairInvitation).where(*open_one).values(uses=FairInvitation.uses + 1)
    if not db.session.execute(counted.execution_options(synchronize_session=False)).rowcount:  # type: ignore[attr-defined]
        raise InvitationOver(reason="used", until_on=one.until_on)
    db.session.refresh(one)


def find_by_key(key: str) -> FairInvitation:
    """The invitation behind a link. Raises LinkUnknown."""
    code, serial = read_key(About.INVITATION, key)
    one = db.session.scalar(select(FairInvitation).where(FairInvitation.code == code))
    if one is None or one.serial != serial:
        raise LinkUnknown
    return one


def address(one: FairInvitation) -> str:
    """The link, to be handed on."""
    return address_of("exhibitors.invitation", key=key_of(About.INVITATION, one.code, one.serial))


def why_over(one: FairInvitation, on: date) -> str | None:
    """Why an invitation cannot be used any more, or None: ``revoked``, ``ended`` or ``used``."""
    if one.revoked_at is not None:
        return "revoked"
    if on > one.until_on:
        return "ended"
    return "used" if one.uses >= one.uses_allowed else None


def list_invitations(fair_id: int) -> Sequence[FairInvitation]:
    """The invitations to a fair, the newest first."""
    query = select(FairInvitation).where(FairInvitation.fair_id == fair_id)
    return db.session.scalars(query.order_by(FairInvitation.id.desc())).all()


def invitations_to(producer_ids: Sequence[int], on: date) -> Sequence[FairInvitation]:
    """Open invitations that name one of these producers."""
    query = select(FairInvitation).where(
        FairInvitation.producer_id.in_(list(producer_ids)), FairInvitation.revoked_at.is_(None),
        FairInvitation.until_on >= on, FairInvitation.uses < FairInvitation.uses_allowed,
    )  # fmt: skip
    return db.session.scalars(query.order_by(FairInvitation.id)).all() if producer_ids else []


def invited_producer(one: FairInvitation) -> Producer | None:
    """The producer that an invitation names."""
    return db.session.get(Producer, one.producer_id) if one.producer_id else None


def _check(fair: Fair, guest: Guest, on: date) -> None:
    errors: dict[str, list[str]] = {}
    if not on <= guest.until_on < fair.opens_on:
        errors["until_on"] = [_("Phải từ hôm nay đến trước ngày khai mạc.")]
    if guest.producer and guest.uses != 1:
        errors["uses"] = [_("Lời mời đích danh chỉ dùng một lần.")]
    if errors:
        raise Invalid(errors)


def _own(code: str, by: Actor) -> FairInvitation:
    one = db.session.scalar(select(FairInvitation).where(FairInvitation.code == code))
    if one is None:
        raise InvitationNotFound
    lock_fair(db.session.get_one(Fair, one.fair_id).slug, by, "invitations.manage")
    db.session.refresh(one)
    return one


def _check_standing(one: FairInvitation, on: date) -> None:
    reason = why_over(one, on)
    if reason is not None:
        raise InvitationOver(reason=reason, until_on=one.until_on)
