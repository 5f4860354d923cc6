"""Six digits of one person: set by herself, kept as a hash like a password, guessed by nobody (few tries)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select

from core.accounts.actor import Actor, Scope
from core.accounts.models import UserAccount, UserGrant
from core.accounts.passwords import hash_password, verify_password
from core.accounts.permissions import actions, is_allowed
from core.accounts.queries import actor_of
from core.audit import record
from core.clock import now
from core.db import db, transaction
from core.errors import Invalid
from core.web.ratelimit import forgive, limit
from shop.tills.models import Till
from shop.tills.people_models import TillPin
from shop.tills.refusals import PinWeak, PinWrong

DIGITS = 6
#: Wrong digits for one person, and at one till, in this time; then both wait.
PERSON_TRIES, TILL_TRIES, WITHIN = 5, 25, timedelta(minutes=10)
#: What everybody tries first.
_WEAK = frozenset({"123456", "654321", "123123", "112233", "121212", "456789", "987654", "234567", "345678"})


@dataclass(frozen=True)
class Person:
    """Somebody who has a PIN and may sell at a store."""

    id: int
    name: str
    is_manager: bool


def check_pin(pin: str) -> None:
    """Refuse (Invalid) what is not six digits, or what everybody tries first."""
    if len(pin) != DIGITS or not (pin.isascii() and pin.isdecimal()):
        raise Invalid({"pin": [_l("Mã PIN gồm 6 chữ số.")]})
    if pin in _WEAK or len(set(pin)) < 3:
        raise PinWeak({"pin": [_l("Mã PIN này quá dễ đoán. Hãy chọn 6 số khác.")]})


def set_pin(by: Actor, pin: str) -> None:
    """Set one's own PIN. Raises Invalid, PinWeak; RuntimeError for an actor without an account."""
    if by.user_id is None:
        raise RuntimeError("a PIN belongs to a person")
    check_pin(pin)
    hashed = hash_password(pin)
    with transaction() as session:
        row = session.get(TillPin, by.user_id, with_for_update=True)
        if row is None:
            session.add(TillPin(user_id=by.user_id, pin_hash=hashed, set_at=now()))
        else:
            row.pin_hash, row.set_at = hashed, now()
        record("till.pin_set", f"account:{by.user_id}", by)


def check_person(user_id: int, pin: str, till: Till, action: str) -> Actor:
    """The person behind a right PIN, when she may do `action` at the till's store.

    Raises PinWrong for every reason alike and in the same time, RateLimited after too many tries. Called outside any
    transaction: a wrong try counts although it is refused.
    """
    limit("till_pin", str(user_id), times=PERSON_TRIES, per=WITHIN)
    limit("till_pin_till", till.code, times=TILL_TRIES, per=WITHIN)
    user, pin_row = db.session.get(UserAccount, user_id), db.session.get(TillPin, user_id)
    is_right = verify_password(pin, pin_row.pin_hash if pin_row else None)
    actor = actor_of(user) if user is not None and user.is_active else None
    if not is_right or actor is None or not is_allowed(actor, action, Scope("store", till.store.code)):
        raise PinWrong
    forgive("till_pin", str(user_id))
    forgive("till_pin_till", till.code)
    return actor


def has_pin(user_id: int) -> bool:
    """Whether the person has set one."""
    return db.session.get(TillPin, user_id) is not None


def list_people(store_code: str) -> list[Person]:
    """Who has a PIN and may sell at the store, by name."""
    sellers, approvers = actions()["till.sell"], actions()["till.approve"]
    here = or_(UserGrant.scope_type == "", (UserGrant.scope_type == "store") & (UserGrant.scope_id == store_code))
    query = (
        select(UserAccount.id, UserAccount.name, UserGrant.role)
        .join(TillPin, TillPin.user_id == UserAccount.id)
        .join(UserGrant, UserGrant.user_id == UserAccount.id)
        .where(UserAccount.is_active, UserGrant.revoked_at.is_(None), UserGrant.role.in_(sellers), here)
    )
    names: dict[int, str] = {}
    roles: dict[int, set[str]] = {}
    for user_id, name, role in db.session.execute(query):
        names[user_id] = name
        roles.setdefault(user_id, set()).add(role)
    found = [Person(one, name, bool(roles[one] & approvers)) for one, name in names.items()]
    return sorted(found, key=lambda one: (one.name, one.id))


def is_manager(actor: Actor, store_code: str) -> bool:
    """Whether the person may approve acts at the store."""
    return is_allowed(actor, "till.approve", Scope("store", store_code))


def with_pins(user_ids: Sequence[int]) -> set[int]:
    """Which of these people have a PIN."""
    return set(db.session.scalars(select(TillPin.user_id).where(TillPin.user_id.in_(user_ids))))
