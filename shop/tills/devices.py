"""Browsers at counters: registered once by a manager, known by a cookie that no script can read."""

from dataclasses import dataclass

from flask import Response, current_app, request
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import joinedload

from core.accounts.actor import Actor, Scope
from core.accounts.models import UserSession
from core.accounts.permissions import authorize
from core.accounts.sessions import DEVICE_COOKIE
from core.audit import record
from core.clock import now
from core.db import db, transaction
from core.errors import NotFound
from core.ids import digest, secret_token, short_code
from shop.stores.models import Store
from shop.tills.models import Till
from shop.tills.people_models import TillSession, TillSetting
from shop.tills.refusals import NoTill

#: A year: a till that nobody uses so long is registered anew.
KEEP_SECONDS = 366 * 24 * 3600
_WITH_STORE = joinedload(Till.store, innerjoin=True).joinedload(Store.seller, innerjoin=True)
_OF_SECRET = select(Till).where(Till.token_digest == bindparam("digest"), Till.is_active).options(_WITH_STORE)


@dataclass(frozen=True)
class Registered:
    """A till and the secret for its browser's cookie, which is never told again."""

    till: Till
    secret: str


def register_till(store: Store, name: str, by: Actor) -> Registered:
    """Make a till of a store; whoever holds the secret is it."""
    authorize(by, "till.manage", Scope("store", store.code))
    secret = secret_token()
    with transaction() as session:
        till = Till(
            code=short_code("QT", 6), store_id=store.id, name=name, token_digest=digest(secret), registered_at=now(),
            registered_by=by.label,
        )  # fmt: skip
        session.add(till)
        session.flush()
        record("till.registered", f"till:{till.code}", by, store=store.code, name=name)
    return Registered(till, secret)


def renew_till(till_id: int, by: Actor) -> Registered:
    """Give a till to another browser: the old cookie is worth nothing from now on, and its sessions end."""
    secret = secret_token()
    with transaction():
        till = _locked(till_id, by)
        _end_sessions(till)
        till.token_digest, till.is_active = digest(secret), True
        record("till.renewed", f"till:{till.code}", by)
    return Registered(till, secret)


def retire_till(till_id: int, by: Actor) -> Till:
    """Take a till out of service: its cookie opens nothing more. Its history stays."""
    with transaction():
        till = _locked(till_id, by)
        _end_sessions(till)
        till.token_digest, till.is_active = None, False
        record("till.retired", f"till:{till.code}", by)
        return till


def find_till() -> Till | None:
    """The till that this browser is, with its store and seller."""
    secret = request.cookies.get(DEVICE_COOKIE, "")
    if not secret:
        return None
    return db.session.scalar(_OF_SECRET, {"digest": digest(secret)})


def get_till() -> Till:
    """As `find_till`. Raises NoTill, also where the store has closed."""
    till = find_till()
    if till is None or not till.store.is_active:
        raise NoTill
    return till


def list_tills(store_ids: list[int]) -> list[Till]:
    """The tills of some stores, those out of service last."""
    query = select(Till).where(Till.store_id.in_(store_ids)).options(_WITH_STORE)
    return list(db.session.scalars(query.order_by(Till.store_id, Till.is_active.desc(), Till.id)))


def settings_of(store_id: int) -> TillSetting:
    """How the store wants its tills to be; a row of defaults, not stored, where nobody has said."""
    return db.session.get(TillSetting, store_id) or TillSetting(
        store_id=store_id, cash_step_vnd=1000, cashier_discount_bp=500, manager_discount_bp=5000,
        return_limit_vnd=500_000, pay_out_limit_vnd=200_000, favourites={},
    )  # fmt: skip


def remember_device(response: Response, secret: str) -> Response:
    """Put the secret into the browser; no script reads it, no other site sends it."""
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(DEVICE_COOKIE, secret, max_age=KEEP_SECONDS, httponly=True, secure=secure, samesite="Strict")
    return response


def _locked(till_id: int, by: Actor) -> Till:
    till = db.session.scalar(select(Till).where(Till.id == till_id).with_for_update(of=Till))
    if till is None:
        raise NotFound
    authorize(by, "till.manage", Scope("store", till.store.code))
    return till


def _end_sessions(till: Till) -> None:
    """Whoever is signed in at the till is no more."""
    at = now()
    bound = UserSession.device == till.token_digest, UserSession.revoked_at.is_(None)
    db.session.execute(update(UserSession).where(*bound).values(revoked_at=at))
    open_ones = TillSession.till_id == till.id, TillSession.ended_at.is_(None)
    db.session.execute(update(TillSession).where(*open_ones).values(ended_at=at))
