"""Verbs of waiting: ask, confirm, take turns, tell, withdraw, forget. A contact is gone as soon as it is not needed."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import Table, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from catalog.listings.models import Listing, Sku
from catalog.listings.queries import find_by_product
from catalog.listings.refusals import ListingNotFound
from catalog.products.models import Product
from catalog.products.queries import find_product
from core.accounts.actor import Actor
from core.accounts.contacts import Contact, get_contact
from core.accounts.permissions import authorize
from core.accounts.queries import get_user
from core.audit import record
from core.clock import day_start, now
from core.db import db, dialect_name, end_reading, transaction
from core.errors import Invalid, NotFound
from core.events import publish
from core.ids import short_code
from core.messages.service import can_text
from core.web.ratelimit import caller_address, limit
from shop.stores.models import Store
from shop.stores.queries import find_store
from shop.waiting.events import WaitAsked, WaitDue
from shop.waiting.links import code_of
from shop.waiting.models import Wait
from shop.waiting.queries import Market, market_of, ripe
from shop.waiting.refusals import Buyable, WaitOver
from shop.waiting.rules import (
    BREATH,
    CLOSED,
    CONFIRM_WITHIN,
    CONSENT,
    EXPIRED,
    KEPT,
    OPEN,
    SOLD_OUT,
    TELLING,
    TO_CALL,
    TOLD,
    UNCONFIRMED,
    WAITING,
    WITHDRAWN,
    Wish,
    reach,
    turns,
)

_ROW = cast("Table", Wait.__table__)
_NEW = {
    "sqlite": sqlite.insert(_ROW).on_conflict_do_nothing(index_elements=["contact", "product_id"]),
    "postgresql": postgresql.insert(_ROW).on_conflict_do_nothing(index_elements=["contact", "product_id"]),
}
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_BLIND = {"synchronize_session": False}


@dataclass(frozen=True)
class _Wanted:
    """What is waited for, by ids."""

    product_id: int
    sku_id: int | None
    store_id: int | None


def ask(
    by: Actor, *, product: str, contact: str | None = None, sku: str | None = None, store: str | None = None
) -> None:
    """Be told once when a product (slug or code) can be bought again, in one pack or any, at one store or any.

    Without `contact` the caller's own account is told. What was asked before stays as it was: nobody learns from the
    answer who waits. Raises ListingNotFound, Invalid, Buyable, RateLimited.
    """
    known = _own_contact(by) if not contact else get_contact(contact)
    limit("waiting.address", caller_address(), times=20, per=_HOUR)
    limit("waiting.contact", known.text, times=5, per=_DAY)
    note(by, known, product, sku, store)


def note(by: Actor, known: Contact, product: str, sku: str | None = None, store: str | None = None) -> None:
    """Write the wish down, without the limits of a visitor. Raises ListingNotFound, Invalid, Buyable."""
    with transaction():
        at = now()
        wanted = _wanted(product, sku, store)
        market = market_of(wanted.product_id, at)
        if reach(Wish(0, wanted.sku_id, wanted.store_id, SOLD_OUT), market.free):
            raise Buyable
        is_own = known in _contacts_of(by)
        state = UNCONFIRMED if known.email and not is_own else WAITING
        values: dict[str, Any] = {
            **asdict(wanted), "code": short_code("BT"), "contact": known.text,
            "user_id": by.user_id if is_own else None,
            "reason": SOLD_OUT if market.offers else CLOSED, "state": state, "locale": str(get_locale() or "vi"),
            "consent": CONSENT, "asked_at": at, "expires_at": at + (CONFIRM_WITHIN if state == UNCONFIRMED else KEPT),
        }  # fmt: skip
        db.session.execute(_NEW[dialect_name()].values(**values))
        _ask_owner(known, wanted.product_id, at, is_own=is_own)


def confirm(key: str) -> Wait:
    """It was she who asked. Twice has the effect of once. Raises WaitNotFound, WaitOver."""
    with transaction():
        wait, at = _lock(key), now()
        if wait.expires_at <= at:
            raise WaitOver
        if wait.state == UNCONFIRMED:
            wait.state, wait.expires_at = WAITING, at + KEPT
        return wait


def withdraw(key: str) -> Wait:
    """Stop waiting: the contact is erased at once. Twice has the effect of once. Raises WaitNotFound."""
    with transaction():
        wait = _lock(key, even_over=True)
        if wait.state in OPEN:
            _end(wait, WITHDRAWN)
        return wait


def take_turns(product_ids: Collection[int], at: datetime) -> int:
    """Call those whose turn it is; answers how many. Judged by the gate and by what lies free now.

    Rows are locked before they are counted, so that two who come with the same news call nobody twice.
    """
    with transaction():
        return sum(_take_turns_of(product_id, at) for product_id in sorted(set(product_ids)))


def call_all(at: datetime) -> int:
    """The same for every product that has something for those who wait: what no event told is found here."""
    found = ripe(at)
    end_reading()
    return sum(take_turns([product_id], at) for product_id in found)


def put_back(wait_id: int) -> None:
    """Its turn came to nothing: the goods, or the star, are gone again. It waits on."""
    with transaction():
        back = update(Wait).where(Wait.id == wait_id, Wait.state == TELLING).values(state=WAITING, due_at=None)
        db.session.execute(back, execution_options=_BLIND)


def told(wait_id: int) -> None:
    """The mail is out: the contact is erased. Twice has the effect of once."""
    with transaction() as session:
        wait = session.scalars(select(Wait).where(Wait.id == wait_id).with_for_update()).one()
        if wait.state == TELLING:
            _end(wait, TOLD)


def called(by: Actor, code: str, *, reached: bool) -> None:
    """A store has telephoned; reached or not, the number is erased. Raises NotFound for another store's."""
    authorize(by, "waiting.call")
    with transaction() as session:
        wait = session.scalars(select(Wait).where(Wait.code == code).with_for_update()).first()
        if wait is None or not _is_store_of(by, wait):
            raise NotFound
        if wait.state == TO_CALL:
            _end(wait, TOLD if reached else EXPIRED)
            record("waiting.called", f"waiting:{code}", by, reached=reached)


def forget(contact: str) -> int:
    """Erase every wish of a phone number or e-mail, and of the account behind it; answers how many."""
    known = get_contact(contact)
    with transaction() as session:
        gone = delete(Wait).where(Wait.contact == known.text)
        return int(session.execute(gone, execution_options=_BLIND).rowcount)  # type: ignore[attr-defined]


def forget_expired(today: date) -> int:
    """Erase contacts whose time is over, told or not; answers how many."""
    due = Wait.state.in_(OPEN), Wait.expires_at <= day_start(today)
    with transaction() as session:
        unanswered = delete(Wait).where(Wait.state == UNCONFIRMED, due[1])
        dropped = session.execute(unanswered, execution_options=_BLIND).rowcount  # type: ignore[attr-defined]
        values = {"state": EXPIRED, "contact": None, "user_id": None, "due_at": None, "ended_at": now()}
        ended = session.execute(update(Wait).where(*due).values(**values), execution_options=_BLIND)
        return int(dropped + ended.rowcount)  # type: ignore[attr-defined]


def _own_contact(by: Actor) -> Contact:
    own = _contacts_of(by)
    if not own:
        raise Invalid({"contact": [_("Hãy nhập số điện thoại hoặc e-mail.")]})
    return own[0]


def _contacts_of(by: Actor) -> list[Contact]:
    """The account's e-mail, then its phone; of nobody none."""
    if by.user_id is None:
        return []
    user = get_user(by.user_id)
    known = [Contact(email=user.email) if user.email else None, Contact(phone=user.phone) if user.phone else None]
    return [one for one in known if one]


def _wanted(product: str, sku: str | None, store: str | None) -> _Wanted:
    """Raises ListingNotFound, Invalid."""
    found: Product | None = find_product(product)
    listing = find_by_product(found.id) if found else None
    if found is None or listing is None or listing.published_at is None:
        raise ListingNotFound
    pack = _pack_of(listing, sku) if sku else None
    place: Store | None = find_store(store) if store else None
    if store and place is None:
        raise Invalid({"store": [_("Không có cửa hàng này.")]})
    return _Wanted(found.id, pack.id if pack else None, place.id if place else None)


def _pack_of(listing: Listing, code: str) -> Sku:
    pack = next((one for one in listing.skus if one.code == code), None)
    if pack is None:
        raise Invalid({"sku": [_("Sản phẩm này không có quy cách đó.")]})
    return pack


def _ask_owner(known: Contact, product_id: int, at: datetime, *, is_own: bool) -> None:
    """A wish that nobody has confirmed: hers by now, or a mail asks its owner, and waits for her anew."""
    query = select(Wait).where(Wait.contact == known.text, Wait.product_id == product_id, Wait.state == UNCONFIRMED)
    wait = db.session.scalars(query.with_for_update()).first()
    if wait is None:
        return
    if is_own:
        wait.state, wait.expires_at = WAITING, at + KEPT
        return
    wait.expires_at = at + CONFIRM_WITHIN
    publish(WaitAsked(wait.id))


def _take_turns_of(product_id: int, at: datetime) -> int:
    waiting = _locked(product_id, at)
    market = market_of(product_id, at) if waiting else Market({}, {})
    if not market.offers:
        return 0
    recent = select(Wait).where(
        Wait.product_id == product_id, Wait.state.in_((TELLING, TO_CALL, TOLD)), Wait.due_at > at - BREATH
    )
    before = [wish_of(one) for one in db.session.scalars(recent)]
    chosen = set(turns([wish_of(one) for one in waiting], before, market.free))
    for one in waiting:
        if one.id in chosen:
            _call(one, market, at)
    return len(chosen)


def _locked(product_id: int, at: datetime) -> Sequence[Wait]:
    """Who waits for a product, in the order of asking, locked."""
    theirs = Wait.product_id == product_id, Wait.state == WAITING, Wait.expires_at > at
    query = select(Wait).where(*theirs).order_by(Wait.id)
    return db.session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()


def wish_of(wait: Wait) -> Wish:
    """A wish as the rules read it."""
    return Wish(wait.id, wait.sku_id, wait.store_id, wait.reason)


def _call(wait: Wait, market: Market, at: datetime) -> None:
    """A mail to an e-mail, an SMS where there is a gateway; else the store with most of what was wished telephones."""
    wait.due_at = at
    if "@" in (wait.contact or "") or can_text():
        wait.state = TELLING
        publish(WaitDue(wait.id))
        return
    wait.state = TO_CALL
    if wait.store_id is None:
        fit = {key: count for key, count in market.free.items() if count and wait.sku_id in (None, key[0])}
        wait.store_id = max(fit, key=lambda key: (fit[key], -key[1]))[1] if fit else None


def _lock(key: str, *, even_over: bool = False) -> Wait:
    wait = db.session.scalars(select(Wait).where(Wait.code == code_of(key)).with_for_update()).first()
    if wait is None or (wait.state not in OPEN and not even_over):
        raise WaitOver
    return wait


def _end(wait: Wait, state: str) -> None:
    """The wish is over, and with it the right to keep the contact."""
    wait.state, wait.contact, wait.user_id, wait.ended_at = state, None, None, now()
    wait.due_at = wait.due_at if state == TOLD else None


def _is_store_of(by: Actor, wait: Wait) -> bool:
    everywhere = any(grant.scope is None for grant in by.grants)
    store = db.session.get(Store, wait.store_id) if wait.store_id else None
    return everywhere or (store is not None and store.code in by.scopes_of("store"))
