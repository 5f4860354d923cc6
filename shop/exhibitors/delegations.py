"""Verbs of delegations: make one, give it a block of booths, invite its people, and what they do themselves.

A delegation fills its block: it sends applications, which are accepted with it, and gives its booths to them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm.attributes import flag_modified

from catalog.areas.queries import get_area
from catalog.producers.queries import get_producer
from core.accounts.actor import SYSTEM, Actor
from core.accounts.links import Issued
from core.accounts.links import invite as invite_account
from core.accounts.models import UserAccount
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import local_day, now
from core.db import check_version, db, transaction
from core.ids import short_code
from shop.exhibitors.permissions import scope_of
from shop.exhibitors.refusals import BlockTaken, DelegationClosed, DelegationExists, DelegationNotFound
from shop.fairs import people
from shop.fairs import permissions as fair_permissions
from shop.fairs import queries as fair_queries
from shop.fairs.applying.applications import Decision, Wanted, Way, lock_application, put, settle
from shop.fairs.applying.joined import BoothDelegated, FairDelegation, FairDelegationBooth, delegation_by_booth
from shop.fairs.booths.barriers import barrier
from shop.fairs.booths.offers import Given, give
from shop.fairs.models import Booking, Booth, Fair, FairApplication
from shop.fairs.plans.promises import Promised, promise
from shop.fairs.refusals import ApplicationNotFound, BoothNotFound
from shop.fairs.rules import LIVE_APPLICATION, LIVE_BOOKING, ApplicationState
from shop.fairs.service import lock_fair

DELEGATE = "fair_delegate"


@dataclass(frozen=True)
class NewDelegation:
    """What an organizer says of a delegation; ``area``: the code of its province."""

    name: str
    area: str | None = None
    due_on: date | None = None


def create_delegation(slug: str, new: NewDelegation, by: Actor) -> FairDelegation:
    """Make a delegation to a fair. Raises DelegationExists, AreaUnknown; NotFound for another organizer's fair."""
    with transaction() as session:
        at = now()
        fair = lock_fair(slug, by, "delegations.manage")
        if session.scalar(_named(fair.id, new.name)) is not None:
            raise DelegationExists
        area_id = get_area(new.area, local_day(at)).id if new.area else None
        one = FairDelegation(
            code=short_code("DO"), fair_id=fair.id, name=new.name, area_id=area_id, due_on=new.due_on,
            made_by=by.label[:200], made_at=at,
        )  # fmt: skip
        session.add(one)
        session.flush()
        record("delegation.created", f"delegation:{one.code}", by, fair=slug, name=new.name)
        return one


def edit_delegation(code: str, new: NewDelegation, version: int, by: Actor) -> FairDelegation:
    """Change its name, its province, its last day. Raises DelegationExists, EditConflict, AreaUnknown."""
    with transaction() as session:
        one, fair = _managed(code, by)
        check_version(one, version)
        if session.scalar(_named(fair.id, new.name).where(FairDelegation.id != one.id)) is not None:
            raise DelegationExists
        one.name, one.due_on = new.name, new.due_on
        one.area_id = get_area(new.area, local_day(now())).id if new.area else None
        session.flush()
        record("delegation.edited", f"delegation:{code}", by, name=new.name, due_on=new.due_on)
        return one


def set_block(code: str, booths: Sequence[str], version: int, by: Actor) -> FairDelegation:
    """Let the block be exactly these booths of the plan.

    Raises BlockTaken naming all that are unknown, for no exhibitor, held by somebody outside the delegation, or
    another's block; nothing is changed then. A booth that the delegation's own exhibitor holds may not leave the block.
    """
    with transaction() as session:
        one, fair = _managed(code, by)
        check_version(one, version)
        found = session.scalars(
            select(Booth).where(Booth.fair_id == fair.id, Booth.is_on_plan).order_by(Booth.id).with_for_update()
        ).all()
        wanted = {booth.code: booth for booth in found if booth.code in set(booths)}
        before = {booth.code: booth for booth in block_of(one.id)}
        faults = [{"code": name, "reason": "unknown"} for name in sorted(set(booths) - set(wanted))]
        faults += _taken(one, wanted.values(), [before[name] for name in sorted(set(before) - set(wanted))])
        if faults:
            raise BlockTaken(booths=faults)
        session.execute(delete(FairDelegationBooth).where(FairDelegationBooth.delegation_id == one.id))
        session.add_all(FairDelegationBooth(booth_id=booth.id, delegation_id=one.id) for booth in wanted.values())
        flag_modified(one, "name")  # a block is part of it: the version rises
        session.flush()
        record("delegation.block_set", f"delegation:{code}", by, booths=sorted(wanted))
        return one


def invite_delegate(code: str, contact: str, name: str, by: Actor) -> Issued:
    """Invite somebody to fill a block, by e-mail or by the link that is answered. Raises Invalid for a contact."""
    one = get_delegation(code)
    fair = db.session.get_one(Fair, one.fair_id)
    authorize(by, "delegations.manage", fair_permissions.scope_of(fair))
    with transaction():
        issued = invite_account(contact, name, DELEGATE, scope_of(one), SYSTEM)
        record("delegation.invited", f"delegation:{code}", by, name=name)
        return issued


def end_delegate(code: str, grant_id: int, by: Actor) -> UserAccount:
    """Let one of a delegation's people go, at once; what she sent and gave stays. Raises NotFound for another's."""
    with transaction():
        one, _fair = _managed(code, by)
        person = people.end_role(DELEGATE, scope_of(one), grant_id)
        record("delegation.person_ended", f"delegation:{code}", by, name=person.name, account=person.id)
        return person


def withdraw_delegate(code: str, link_id: int, by: Actor) -> None:
    """Take an open invitation to fill a block back. Raises NotFound for another delegation's."""
    with transaction():
        one, _fair = _managed(code, by)
        name = people.withdraw(DELEGATE, scope_of(one), link_id)
        record("delegation.invitation_withdrawn", f"delegation:{code}", by, name=name)


def apply_for(code: str, wanted: Wanted, by: Actor) -> FairApplication:
    """A delegation sends the application of one of its producers; it is accepted at once, as part of the block.

    Raises DelegationClosed, ProducerNotFound, and what `shop.fairs.applying.applications.apply` raises.
    """
    with transaction():
        one, fair = filled(code, by)
        producer = get_producer(wanted.producer or "")
        way = Way("delegation", None, one.id, last_day(one, fair))
        application = put(fair, producer, wanted, way, by)
        return settle(application, fair, Decision(ApplicationState.ACCEPTED), by)


def accept_own(code: str, application_code: str, by: Actor) -> FairApplication:
    """A delegation accepts an application that came to it by a link. Raises ApplicationNotFound for another's."""
    with transaction():
        one, fair = filled(code, by)
        application = lock_application(application_code)
        if application.delegation_id != one.id:
            raise ApplicationNotFound
        return settle(application, fair, Decision(ApplicationState.ACCEPTED), by)


def place(code: str, application_code: str, booth_code: str, by: Actor) -> Booking:
    """A delegation gives a booth of its block to one of its applications: an offer, as the organizer's own.

    Raises BoothDelegated for a booth outside the block, ApplicationNotFound for another's, and what `offer` raises.
    """
    with transaction():
        one, fair = filled(code, by)
        booth = fair_queries.find_booth(fair.id, booth_code)
        if booth is None:
            raise BoothNotFound
        block = db.session.get(FairDelegationBooth, booth.id)
        if block is None or block.delegation_id != one.id:
            raise BoothDelegated(booths=[booth_code], delegation=one.name)
        if fair_queries.get_application(application_code).delegation_id != one.id:
            raise ApplicationNotFound
        (booking,) = give(fair, [Given(application_code, booth_code)], by, now())
        return booking


def fillable(code: str, by: Actor) -> tuple[FairDelegation, Fair]:
    """A delegation of the caller's own with its fair, to look at. Raises DelegationNotFound, NotFound for another's."""
    one = get_delegation(code)
    authorize(by, "delegations.fill", scope_of(one))
    return one, db.session.get_one(Fair, one.fair_id)


def holders_of(block: Sequence[Booth]) -> dict[int, Booking]:
    """Who holds the booths of a block now, by booth."""
    query = select(Booking).where(Booking.booth_id.in_([one.id for one in block]), Booking.state.in_(LIVE_BOOKING))
    return {one.booth_id: one for one in db.session.scalars(query.order_by(Booking.id))}


def count_applications(fair_id: int) -> dict[int, int]:
    """How many live applications each delegation to a fair has."""
    live = FairApplication.fair_id == fair_id, FairApplication.state.in_(LIVE_APPLICATION)
    query = select(FairApplication.delegation_id, func.count()).where(*live, FairApplication.delegation_id.is_not(None))
    rows = db.session.execute(query.group_by(FairApplication.delegation_id))
    return {delegation_id: count for delegation_id, count in rows if delegation_id is not None}


def get_delegation(code: str) -> FairDelegation:
    """A delegation by its code. Raises DelegationNotFound."""
    one = db.session.scalar(select(FairDelegation).where(FairDelegation.code == code))
    if one is None:
        raise DelegationNotFound
    return one


def fair_of(fair_id: int) -> Fair:
    """The fair of a row."""
    return db.session.get_one(Fair, fair_id)


def find_by_id(delegation_id: int | None) -> FairDelegation | None:
    """The delegation that a row names, if any."""
    return db.session.get(FairDelegation, delegation_id) if delegation_id else None


def find_delegation(fair_id: int, code: str) -> FairDelegation:
    """A delegation to this fair. Raises DelegationNotFound."""
    one = get_delegation(code)
    if one.fair_id != fair_id:
        raise DelegationNotFound
    return one


def list_delegations(fair_id: int) -> Sequence[FairDelegation]:
    """The delegations to a fair, by name."""
    query = select(FairDelegation).where(FairDelegation.fair_id == fair_id).order_by(FairDelegation.name)
    return db.session.scalars(query).all()


def block_of(delegation_id: int) -> Sequence[Booth]:
    """The booths of a block, by number."""
    query = select(Booth).join(FairDelegationBooth, FairDelegationBooth.booth_id == Booth.id)
    own = query.where(FairDelegationBooth.delegation_id == delegation_id)
    return db.session.scalars(own.order_by(Booth.hall, Booth.code)).all()


def _managed(code: str, by: Actor) -> tuple[FairDelegation, Fair]:
    one = get_delegation(code)
    fair = lock_fair(db.session.get_one(Fair, one.fair_id).slug, by, "delegations.manage")
    db.session.refresh(one, with_for_update=True)
    return one, fair


def filled(code: str, by: Actor) -> tuple[FairDelegation, Fair]:
    """The delegation for one of its people, its fair locked, while it may still send."""
    one = get_delegation(code)
    authorize(by, "delegations.fill", scope_of(one))
    query = select(Fair).where(Fair.id == one.fair_id).with_for_update()
    fair = db.session.scalars(query).one()
    if local_day(now()) > last_day(one, fair):
        raise DelegationClosed(due_on=last_day(one, fair))
    return one, fair


def last_day(one: FairDelegation, fair: Fair) -> date:
    """The last day on which a delegation may send: its own, else the day before the opening."""
    return one.due_on or date.fromordinal(fair.opens_on.toordinal() - 1)


def _named(fair_id: int, name: str) -> Select[FairDelegation]:
    return select(FairDelegation).where(FairDelegation.fair_id == fair_id, FairDelegation.name == name)


def _taken(one: FairDelegation, coming: Iterable[Booth], leaving: Sequence[Booth]) -> list[dict[str, str]]:
    """Booths that cannot join (another's block, or held by somebody else), and held ones that cannot leave."""
    coming, blocks = list(coming), delegation_by_booth(one.fair_id)
    query = (
        select(Booking.booth_id, FairApplication.delegation_id)
        .join(FairApplication, FairApplication.id == Booking.application_id)
        .where(Booking.fair_id == one.fair_id, Booking.state.in_(LIVE_BOOKING))
    )
    foreign: set[int] = set()
    held: set[int] = set()
    for booth_id, delegation_id in db.session.execute(query):
        held.add(booth_id)
        if delegation_id != one.id:
            foreign.add(booth_id)
    faults = [{"code": booth.code, "reason": "not_let"} for booth in coming if booth.use != "exhibitor"]
    faults += [{"code": booth.code, "reason": "another"} for booth in coming if blocks.get(booth.id, one.id) != one.id]
    faults += [{"code": booth.code, "reason": "held"} for booth in coming if booth.id in foreign]
    return faults + [{"code": booth.code, "reason": "held"} for booth in leaving if booth.id in held]


@barrier
def foreign_blocks(booths: Sequence[Booth], applications: Sequence[FairApplication]) -> Iterable[tuple[int, int, str]]:
    """A booth of a block goes to nobody outside its delegation, from the waiting list either. One statement."""
    query = select(FairDelegationBooth).where(FairDelegationBooth.booth_id.in_([one.id for one in booths]))
    for block in db.session.scalars(query):
        for application in applications:
            if application.delegation_id != block.delegation_id:
                yield block.booth_id, application.id, _("Gian thuộc phần của một đoàn.")


@promise
def blocks(fair: Fair) -> Iterable[Promised]:
    """A floor plan keeps the booths of every block. One statement."""
    query = (
        select(Booth.code, FairDelegation.name)
        .join(FairDelegationBooth, FairDelegationBooth.booth_id == Booth.id)
        .join(FairDelegation, FairDelegation.id == FairDelegationBooth.delegation_id)
        .where(Booth.fair_id == fair.id, Booth.is_on_plan)
    )
    for booth, name in db.session.execute(query.order_by(Booth.code)):
        yield Promised(booth, "delegated", name)
