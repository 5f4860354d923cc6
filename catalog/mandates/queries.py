"""Reading mandates: whose they are, what they allow on a day, what was done under them."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import Select, func, select

from catalog.mandates.models import Mandate
from catalog.mandates.refusals import MandateNotFound
from catalog.mandates.rules import actions_of, parts_of
from catalog.producers.models import Producer
from catalog.producers.queries import scope_of
from core.accounts.acting import lends
from core.accounts.actor import Actor, Behalf, Grant
from core.accounts.models import UserAccount, UserGrant
from core.accounts.permissions import is_allowed
from core.audit import AuditEntry
from core.clock import day_end, day_start
from core.db import db

#: The role whose grants a mandate lends, narrowed to its actions.
_LENT = "producer"


@lends
def find_behalf(user_id: int, code: str, on: date) -> Behalf | None:
    """What this person may do under this mandate on the day: nothing once it is over, or she has lost her post."""
    of = Mandate.user_id == user_id, Mandate.code == code, Mandate.confirmed_at.is_not(None)
    holds = Mandate.ended_at.is_(None), Mandate.from_on <= on, Mandate.until_on >= on
    mandate = db.session.scalars(select(Mandate).where(*of, *holds, _has_post().exists())).first()
    if mandate is None:
        return None
    grant = Grant(_LENT, scope_of(mandate.producer))
    return Behalf(
        mandate.producer.code, mandate.producer.name, mandate.code, mandate.until_on, frozenset({grant}),
        actions_of(parts_of(mandate)),
    )  # fmt: skip


def get_mandate(code: str, actor: Actor) -> Mandate:
    """A mandate for whoever it concerns: the producer's people, who acts, the desks. Raises MandateNotFound."""
    mandate = db.session.scalars(select(Mandate).where(Mandate.code == code)).first()
    if mandate is None or not may_see(mandate, actor):
        raise MandateNotFound
    return mandate


def may_see(mandate: Mandate, actor: Actor) -> bool:
    """Whether it concerns this person. Who acts under one sees her own only as herself."""
    is_own = actor.behalf is None and actor.user_id == mandate.user_id
    return is_own or is_allowed(actor, "mandates.read", scope_of(mandate.producer))


def of_producers(codes: Collection[str]) -> Sequence[Mandate]:
    """The mandates that these producers gave, newest first."""
    query = select(Mandate).join(Producer, Producer.id == Mandate.producer_id).where(Producer.code.in_(codes))
    return db.session.scalars(query.order_by(Mandate.id.desc())).all()


def of_agent(user_id: int) -> Sequence[Mandate]:
    """The mandates that this person was given, newest first."""
    return db.session.scalars(select(Mandate).where(Mandate.user_id == user_id).order_by(Mandate.id.desc())).all()


def list_mandates(page: int, per_page: int, *, is_waiting: bool = False) -> tuple[Sequence[Mandate], int]:
    """A page of all mandates for the desk, newest first, and how many; or those whose paper waits to be seen."""
    query = select(Mandate)
    if is_waiting:
        query = query.where(*_waits())
    total = db.session.scalar(select(func.count()).select_from(query.with_only_columns(Mandate.id).subquery())) or 0
    rows = query.order_by(Mandate.id.desc()).limit(per_page).offset((page - 1) * per_page)
    return db.session.scalars(rows).all(), total


def count_waiting() -> int:
    """Papers that wait for a second person."""
    return db.session.scalar(select(func.count()).select_from(Mandate).where(*_waits())) or 0


def deeds_of(mandate: Mandate, limit: int = 200) -> Sequence[AuditEntry]:
    """What was done under it, newest first."""
    return db.session.scalars(_deeds(mandate).order_by(AuditEntry.id.desc()).limit(limit)).all()


def deeds_between(mandate: Mandate, first: int, last: int) -> Sequence[AuditEntry]:
    """Those of them from one entry to another, oldest first."""
    query = _deeds(mandate).where(AuditEntry.id >= first, AuditEntry.id <= last)
    return db.session.scalars(query.order_by(AuditEntry.id)).all()


def untold(mandate: Mandate, until: datetime) -> Sequence[AuditEntry]:
    """What was done under it and not told yet, up to an instant, oldest first."""
    query = _deeds(mandate).where(AuditEntry.id > mandate.told_entry_id, AuditEntry.at <= until)
    return db.session.scalars(query.order_by(AuditEntry.id).limit(500)).all()


def people_of(producer: Producer) -> Sequence[UserAccount]:
    """The open accounts of a producer's own people."""
    held = UserGrant.role == _LENT, UserGrant.scope_type == "producer", UserGrant.scope_id == producer.code
    query = select(UserAccount).join(UserGrant, UserGrant.user_id == UserAccount.id)
    live = query.where(*held, UserGrant.revoked_at.is_(None), UserAccount.is_active)
    return db.session.scalars(live.order_by(UserAccount.id)).unique().all()


def last_entry_id() -> int:
    """The newest entry of the trail: what came before a mandate is not done under it."""
    return db.session.scalar(select(func.max(AuditEntry.id))) or 0


def _deeds(mandate: Mandate) -> Select[AuditEntry]:
    """Its person's deeds for its producer while it held."""
    ends = mandate.ended_at or day_end(mandate.until_on)
    begins = max(day_start(mandate.from_on), mandate.given_at)
    who = AuditEntry.on_behalf_of == mandate.producer.code, AuditEntry.actor_id == mandate.user_id
    return select(AuditEntry).where(*who, AuditEntry.at >= begins, AuditEntry.at <= ends)


def _has_post() -> Select[int]:
    same = (
        UserGrant.user_id == Mandate.user_id, UserGrant.role == Mandate.role,
        UserGrant.scope_type == Mandate.scope_type, UserGrant.scope_id == Mandate.scope_id,
    )  # fmt: skip
    return select(UserGrant.id).where(*same, UserGrant.revoked_at.is_(None)).correlate(Mandate)


def _waits():  # noqa: ANN202 conditions
    return Mandate.confirmed_at.is_(None), Mandate.ended_at.is_(None)
