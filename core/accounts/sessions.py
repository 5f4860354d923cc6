"""Sessions that the server can end: a 256-bit id in the signed cookie, its digest in the database.

What a session may do is read from the database at each request, so a role taken back or an
account closed counts from the next request on. Holders of a staff role get short sessions.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hmac import compare_digest

from flask import has_request_context, request, session
from sqlalchemy import bindparam, delete, select, update

from core.accounts import acting
from core.accounts.actor import ANONYMOUS, Actor, Grant
from core.accounts.models import OneTimeLink, UserAccount, UserSession
from core.accounts.permissions import find_role
from core.accounts.queries import actor_of, grants_of
from core.accounts.tokens import actor_of_token
from core.clock import now
from core.db import db, transaction
from core.errors import NotFound, Unauthenticated
from core.ids import digest, secret_token
from core.schedule import hourly

COOKIE_KEY = "sid"
#: The cookie that says which registered device this browser is; its digest stands in the sessions bound to it.
DEVICE_COOKIE = "device"
TOUCH_EVERY = timedelta(minutes=1)
#: (idle, absolute): a desk is left open at the counter, a visitor comes back next week.
STAFF = (timedelta(minutes=60), timedelta(hours=12))
VISITOR = (timedelta(days=14), timedelta(days=60))
#: How long a session may wait for its code.
CODE_WITHIN = timedelta(minutes=10)
KEEP_ENDED = timedelta(days=30)

_OF_SECRET = (
    select(UserSession, UserAccount)
    .join(UserAccount, UserAccount.id == UserSession.user_id)
    .where(UserSession.digest == bindparam("digest"))
)


def open_session(
    user_id: int, user_agent: str, *, scope: str = "", device: str | None = None
) -> tuple[str, UserSession]:
    """Write a session in the running transaction; answers its secret (never stored) and its row.

    scope: narrow it to these actions (space-separated patterns); device: the digest of a device's secret, without
    which it is nobody's.
    """
    at, secret = now(), secret_token()
    row = UserSession(
        digest=digest(secret), user_id=user_id, created_at=at, last_seen_at=at,
        expires_at=at + _limits(grants_of(user_id))[1], user_agent=user_agent[:200], scope=scope, device=device,
    )  # fmt: skip
    db.session.add(row)
    return secret, row


def end_sessions(user_id: int) -> int:
    """End all of a person's sessions in the running transaction; answers how many."""
    live = UserSession.user_id == user_id, UserSession.revoked_at.is_(None)
    ended = update(UserSession).where(*live).values(revoked_at=now())
    return int(db.session.execute(ended).rowcount)  # type: ignore[attr-defined]


def end_session(session_id: int, user_id: int) -> None:
    """End one session of one's own, in its own transaction. Raises NotFound for another's."""
    mine = UserSession.id == session_id, UserSession.user_id == user_id, UserSession.revoked_at.is_(None)
    with transaction() as write:
        if not write.execute(update(UserSession).where(*mine).values(revoked_at=now())).rowcount:  # type: ignore[attr-defined]
            raise NotFound


def remember(secret: str) -> None:
    """Put a fresh session into the cookie. The old id and CSRF token go: nothing planted before survives."""
    for key in (COOKIE_KEY, acting.KEY, "csrf_token"):
        session.pop(key, None)
    session[COOKIE_KEY] = secret
    session.permanent = True


def forget() -> None:
    """Empty the cookie: on a shared machine nothing of the last person stays."""
    session.clear()


def load_actor() -> Actor:
    """Who is calling: the bearer token if one is sent, else the session cookie, else nobody.

    Raises Unauthenticated for a bearer token that is unknown, expired or revoked, and what
    `acting.by_header` raises: a program must not silently go on as somebody else.
    """
    header = request.headers.get("Authorization", "")
    if header:
        kind, _space, secret = header.partition(" ")
        actor = actor_of_token(secret.strip()) if kind.lower() == "bearer" else None
        if actor is None:
            raise Unauthenticated
        return acting.by_header(actor)
    secret = session.get(COOKIE_KEY)
    found = find_live(secret) if isinstance(secret, str) else None
    if found is None:
        return ANONYMOUS
    row, actor = found
    _touch(row)
    return acting.by_session(actor)


def find_live(secret: str) -> tuple[UserSession, Actor] | None:
    """The session of a secret, while it lives, and its person with the grants of this instant."""
    found = db.session.execute(_OF_SECRET, {"digest": digest(secret)}).one_or_none()
    if found is None or not found[1].is_active or found[0].awaits_code:
        return None
    row = found[0]
    actor = actor_of(found[1], token_scopes=frozenset(row.scope.split()) if row.scope else None)
    return (row, actor) if _is_live(row, actor, now()) and _is_here(row) else None


def find_half(secret: object) -> UserSession | None:
    """A session that waits for the code of its person's second factor, while it may; nobody is signed in by it."""
    if not isinstance(secret, str):
        return None
    waits = UserSession.awaits_code, UserSession.revoked_at.is_(None), UserSession.expires_at > now()
    return db.session.scalar(select(UserSession).where(UserSession.digest == digest(secret), *waits))


def halve(row: UserSession) -> None:
    """Let a session that was just opened wait for its code, and not for long."""
    row.awaits_code, row.expires_at = True, row.created_at + CODE_WITHIN


def make_whole(row: UserSession) -> str:
    """Let a session count from now on, under another secret, in the running transaction; answers the secret."""
    at, secret = now(), secret_token()
    row.digest, row.awaits_code, row.last_seen_at = digest(secret), False, at
    row.expires_at = at + _limits(grants_of(row.user_id))[1]
    return secret


def this_session() -> int | None:
    """The id of the session in this request's cookie, while it lives."""
    secret = session.get(COOKIE_KEY)
    found = find_live(secret) if isinstance(secret, str) else None
    return found[0].id if found else None


@hourly
def tidy_accounts(at: datetime) -> int:
    """Drop sessions and links that ended a month ago."""
    old = at - KEEP_ENDED
    with transaction() as write:
        sessions = write.execute(
            delete(UserSession).where((UserSession.expires_at < old) | (UserSession.revoked_at < old))
        )
        links = write.execute(delete(OneTimeLink).where(OneTimeLink.expires_at < old))
        return int(sessions.rowcount + links.rowcount)  # type: ignore[attr-defined]


def _is_live(row: UserSession, actor: Actor, at: datetime) -> bool:
    idle, _absolute = _limits(actor.grants)
    return row.revoked_at is None and at < row.expires_at and at < row.last_seen_at + idle


def _is_here(row: UserSession) -> bool:
    """A session bound to a device counts only in the browser that is this device."""
    if row.device is None:
        return True
    secret = request.cookies.get(DEVICE_COOKIE, "") if has_request_context() else ""
    return compare_digest(row.device, digest(secret))


def _limits(grants: Iterable[Grant]) -> tuple[timedelta, timedelta]:
    """A role that no part knows any more counts as staff: the shorter limits."""
    held = [find_role(grant.role) for grant in grants]
    return STAFF if any(one is None or one.is_staff for one in held) else VISITOR


def _touch(row: UserSession) -> None:
    """Note that the session lives, by compare-and-set, so that parallel requests write once."""
    at, seen = now(), row.last_seen_at
    if at - seen < TOUCH_EVERY:
        return
    same = UserSession.id == row.id, UserSession.last_seen_at == seen
    with transaction() as write:
        write.execute(update(UserSession).where(*same).values(last_seen_at=at))
