"""Who stands at the till: signed in by PIN in a session that is narrow and bound to the browser."""

from datetime import datetime

from sqlalchemy import select

from core.accounts.actor import Actor
from core.accounts.models import UserSession
from core.accounts.queries import actor_of, get_user
from core.accounts.sessions import open_session
from core.audit import record
from core.clock import now
from core.db import db, transaction
from core.ids import digest
from shop.tills.models import Till
from shop.tills.people_models import TillSession
from shop.tills.permissions import AT_THE_TILL
from shop.tills.pins import check_person
from shop.tills.refusals import NoTill


def sign_in(till: Till, user_id: int, pin: str, user_agent: str) -> str:
    """Open a session of the till for a person; answers its secret. Whoever was signed in there is no more.

    Raises PinWrong, RateLimited.
    """
    actor = check_person(user_id, pin, till, "till.sell")
    with transaction() as session:
        here = session.scalar(select(Till).where(Till.id == till.id).with_for_update(of=Till))
        if here is None or here.token_digest is None:
            raise NoTill
        end_sessions(here, now())
        secret, row = open_session(user_id, user_agent, scope=AT_THE_TILL, device=here.token_digest)
        session.flush()
        session.add(TillSession(till_id=here.id, user_id=user_id, session_id=row.id, started_at=row.created_at))
        record("till.signed_in", f"till:{here.code}", actor)
    return secret


def sign_out(till: Till, secret: str | None) -> None:
    """Lock the till: the session of this secret ends."""
    with transaction() as session:
        row = session.scalar(select(UserSession).where(UserSession.digest == digest(secret or "")))
        if row is not None and row.device == till.token_digest and row.revoked_at is None:
            row.revoked_at = at = now()
            _close(select(TillSession).where(TillSession.session_id == row.id), at)
            record("till.signed_out", f"till:{till.code}", actor_of(get_user(row.user_id)))


def end_sessions(till: Till, at: datetime) -> None:
    """Nobody is signed in at the till any more. Inside a transaction."""
    bound = select(UserSession).where(UserSession.device == till.token_digest, UserSession.revoked_at.is_(None))
    for row in db.session.scalars(bound):
        row.revoked_at = at
    _close(select(TillSession).where(TillSession.till_id == till.id), at)


def find_cashier(till_id: int, user_id: int) -> Actor | None:
    """Somebody who has been signed in at the till by PIN, as a doer; None for others."""
    query = select(TillSession.id).where(TillSession.till_id == till_id, TillSession.user_id == user_id)
    return actor_of(get_user(user_id)) if db.session.scalar(query.limit(1)) else None


def _close(query: object, at: datetime) -> None:
    for one in db.session.scalars(query.where(TillSession.ended_at.is_(None))):  # type: ignore[attr-defined]
        one.ended_at = at
