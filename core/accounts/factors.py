"""Verbs of second factors: enrol, ask, remember a browser, reset. Which roles must have one is theirs to say
(``role(…, asks_code=True)``); whether it is demanded is a setting (``OCOP_TOTP``).
"""

from datetime import timedelta

from flask import current_app, has_request_context, request
from sqlalchemy import delete, select, update

from core.accounts.actor import Actor
from core.accounts.codes import DIGITS, address_for, find_step, new_paper_codes, plain_code, secret_of
from core.accounts.factor_models import KnownBrowser, RecoveryCode, SecondFactor
from core.accounts.permissions import find_role
from core.accounts.refusals import CodeWrong, FactorFirst, FactorMissing, FactorStands
from core.accounts.sessions import end_sessions
from core.audit import record
from core.clock import now
from core.db import db, transaction
from core.ids import digest, secret_token

#: The cookie of a remembered browser, and how long it is remembered.
BROWSER_COOKIE, REMEMBERED = "browser", timedelta(days=30)


def is_enrolled(user_id: int) -> bool:
    """Whether the person is asked for a code at sign-in."""
    query = select(SecondFactor.user_id).where(SecondFactor.user_id == user_id, SecondFactor.confirmed_at.is_not(None))
    return db.session.scalar(query) is not None


def is_demanded(actor: Actor) -> bool:
    """Whether somebody with these roles must have a second factor in this shop."""
    config = current_app.extensions["config"]
    if config.totp == "offered" or (config.totp == "auto" and config.is_loopback):
        return False
    return any((role := find_role(grant.role)) is not None and role.asks_code for grant in actor.grants)


def demand(actor: Actor) -> None:
    """Refuse (FactorFirst) whoever must have a second factor and has none yet: she may sign in, and enrol, and no
    more. Programs with a token are not asked.
    """
    if actor.via == "session" and actor.user_id and is_demanded(actor) and not is_enrolled(actor.user_id):
        raise FactorFirst


def begin(user_id: int) -> bytes:
    """Begin an enrolment, or begin it anew; answers the secret for the authenticator. Raises FactorStands."""
    with transaction() as session:
        factor = session.get(SecondFactor, user_id, with_for_update=True)
        if factor is not None and factor.confirmed_at is not None:
            raise FactorStands
        if factor is None:
            factor = SecondFactor(user_id=user_id, last_step=0)
            session.add(factor)
        factor.nonce, factor.begun_at = secret_token()[:40], now()
        return secret_of(user_id, factor.nonce)


def begun(user_id: int) -> bytes | None:
    """The secret of an enrolment whose first code is awaited; None without one. Never of one that stands."""
    factor = db.session.get(SecondFactor, user_id)
    return secret_of(user_id, factor.nonce) if factor is not None and factor.confirmed_at is None else None


def address_of_factor(secret: bytes, who: str) -> str:
    """What the QR of an enrolment carries."""
    return address_for(secret, who, current_app.extensions["config"].site_name)


def confirm(user_id: int, typed: str, by: Actor) -> list[str]:
    """End an enrolment with the authenticator's first code; answers the codes on paper, shown now and never again.

    Raises FactorMissing when none was begun, FactorStands, CodeWrong.
    """
    with transaction() as session:
        factor = session.get(SecondFactor, user_id, with_for_update=True)
        if factor is None:
            raise FactorMissing
        if factor.confirmed_at is not None:
            raise FactorStands
        step = find_step(secret_of(user_id, factor.nonce), plain_code(typed), now(), factor.last_step)
        if step is None:
            raise CodeWrong
        factor.confirmed_at, factor.last_step = now(), step
        record("second_factor.enrolled", f"account:{user_id}", by)
        return _write_paper_codes(user_id)


def check(user_id: int, typed: str) -> str:
    """Take a code of the authenticator or one on paper, once; answers which: ``app`` or ``paper``. Raises CodeWrong.

    Each is taken by one guarded statement: of two that come with the same code at once, one is refused.
    """
    code = plain_code(typed)
    with transaction() as session:
        factor = session.get(SecondFactor, user_id)
        if factor is None or factor.confirmed_at is None:
            raise CodeWrong
        if len(code) == DIGITS:
            step = find_step(secret_of(user_id, factor.nonce), code, now(), factor.last_step)
            mine = SecondFactor.user_id == user_id, SecondFactor.last_step < (step or 0)
            taken = session.execute(update(SecondFactor).where(*mine).values(last_step=step or 0)) if step else None
            if taken is None or not taken.rowcount:  # type: ignore[attr-defined]
                raise CodeWrong
            return "app"
        unused = RecoveryCode.user_id == user_id, RecoveryCode.digest == digest(code), RecoveryCode.used_at.is_(None)
        if not session.execute(update(RecoveryCode).where(*unused).values(used_at=now())).rowcount:  # type: ignore[attr-defined]
            raise CodeWrong
        return "paper"


def renew_paper_codes(user_id: int, typed: str, by: Actor) -> list[str]:
    """Other codes on paper in place of all there were; a code proves who asks. Raises CodeWrong."""
    with transaction():
        check(user_id, typed)
        record("second_factor.codes_renewed", f"account:{user_id}", by)
        return _write_paper_codes(user_id)


def remove(user_id: int, typed: str, by: Actor) -> None:
    """Give the second factor up; a code proves who asks. Raises CodeWrong, FactorFirst where her roles demand one."""
    if is_demanded(by):
        raise FactorFirst
    with transaction():
        check(user_id, typed)
        _forget(user_id)
        record("second_factor.removed", f"account:{user_id}", by)


def reset(user_id: int, by: Actor) -> None:
    """Take it off somebody who lost telephone and paper: her sessions end, she enrols anew. Raises FactorMissing."""
    with transaction() as session:
        if session.get(SecondFactor, user_id) is None:
            raise FactorMissing
        _forget(user_id)
        end_sessions(user_id)
        record("second_factor.reset", f"account:{user_id}", by)


def paper_codes_left(user_id: int) -> int:
    """Codes on paper that were not used yet."""
    unused = select(RecoveryCode.id).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return len(db.session.scalars(unused).all())


def remember_browser(user_id: int, user_agent: str) -> str:
    """Remember a browser for thirty days, in the running transaction; answers the secret for its cookie."""
    at, secret = now(), secret_token()
    db.session.add(
        KnownBrowser(
            user_id=user_id, digest=digest(secret), user_agent=user_agent[:200], created_at=at,
            expires_at=at + REMEMBERED,
        )
    )  # fmt: skip
    return secret


def forget_browsers(user_id: int) -> None:
    """Ask for a code everywhere again, in the running transaction."""
    live = KnownBrowser.user_id == user_id, KnownBrowser.revoked_at.is_(None)
    db.session.execute(update(KnownBrowser).where(*live).values(revoked_at=now()))


def is_known_browser(user_id: int) -> bool:
    """Whether this request comes from a browser that the person told us to remember."""
    secret = request.cookies.get(BROWSER_COOKIE) if has_request_context() else None
    if not secret:
        return False
    live = KnownBrowser.user_id == user_id, KnownBrowser.revoked_at.is_(None), KnownBrowser.expires_at > now()
    return db.session.scalar(select(KnownBrowser.id).where(KnownBrowser.digest == digest(secret), *live)) is not None


def asks(user_id: int) -> bool:
    """Whether a sign-in of this person, here and now, must show a code."""
    return is_enrolled(user_id) and not is_known_browser(user_id)


def _write_paper_codes(user_id: int) -> list[str]:
    codes = new_paper_codes()
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    db.session.add_all(RecoveryCode(user_id=user_id, digest=digest(plain_code(code))) for code in codes)
    db.session.flush()
    return codes


def _forget(user_id: int) -> None:
    for table in (RecoveryCode, KnownBrowser, SecondFactor):
        db.session.execute(delete(table).where(table.user_id == user_id))
