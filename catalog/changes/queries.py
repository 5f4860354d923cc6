"""Reading requests: the queue, one request compared with what is on sale now, what became of earlier ones."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from catalog.changes.applying import standing_of
from catalog.changes.fields import Key, key_of
from catalog.changes.models import LISTING, OPEN, REJECTED, ChangedField, ChangeRequest
from catalog.changes.refusals import ChangeNotFound
from catalog.changes.rules import days_waiting, tag
from catalog.listings.models import SUBMITTED, Listing
from catalog.listings.queries import get_listing
from catalog.producers.models import Producer
from catalog.producers.queries import scope_of
from catalog.products.models import Product
from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.clock import local_day
from core.db import db

#: Open requests that somebody can decide: a new listing only while it is handed in.
_WAITS = and_(ChangeRequest.state == OPEN, or_(ChangeRequest.kind != LISTING, Listing.state == SUBMITTED))


@dataclass(frozen=True, slots=True)
class Queued:
    """One request in the queue."""

    request: ChangeRequest
    listing: Listing
    product: Product
    #: Names of its open fields, in the order of asking.
    fields: list[str]
    days: int


@dataclass(frozen=True, slots=True)
class Compared:
    """One field of a request beside what is on sale now."""

    field: ChangedField
    key: Key
    #: The live value; of a decided field the one that it was proposed against.
    now: Any
    #: Whether the live value is another than the proposer saw.
    is_moved: bool
    #: Mark of the live value: who approves says with it what she has seen.
    seen: str


def get_request(request_id: int) -> ChangeRequest:
    """A request with its fields. Raises ChangeNotFound."""
    query = select(ChangeRequest).where(ChangeRequest.id == request_id).options(selectinload(ChangeRequest.fields))
    found = db.session.scalars(query).first()
    if found is None:
        raise ChangeNotFound
    return found


def find_open(listing_id: int) -> ChangeRequest | None:
    """The open request of a listing."""
    query = select(ChangeRequest).where(ChangeRequest.listing_id == listing_id, ChangeRequest.state == OPEN)
    return db.session.scalars(query.options(selectinload(ChangeRequest.fields))).first()


def find_return(listing_id: int) -> ChangeRequest | None:
    """The last request of a listing, where it was a new listing that came back: its `reason` says why."""
    query = select(ChangeRequest).where(ChangeRequest.listing_id == listing_id, ChangeRequest.kind == LISTING)
    last = db.session.scalars(query.order_by(ChangeRequest.id.desc()).limit(1)).first()
    return last if last is not None and last.state == REJECTED else None


def list_requests(
    on: date, *, state: str = OPEN, producers: Collection[str] | None = None, page: int = 1, per_page: int = 30
) -> tuple[list[Queued], int]:
    """A page of requests: open ones the oldest first, decided ones ("" for all that are) the newest first; and how
    many. `producers`: of these codes only.
    """
    query = _of(producers).where(_WAITS if state == OPEN else ChangeRequest.state != OPEN)
    if state not in (OPEN, ""):
        query = query.where(ChangeRequest.state == state)
    total = db.session.scalar(select(func.count()).select_from(query.with_only_columns(ChangeRequest.id).subquery()))
    order = (ChangeRequest.proposed_at, ChangeRequest.id) if state == OPEN else (ChangeRequest.id.desc(),)
    page_of = query.order_by(*order).limit(per_page).offset((page - 1) * per_page)
    rows = db.session.execute(page_of.options(selectinload(ChangeRequest.fields), joinedload(Product.producer)))
    return [_queued(row[0], row[1], row[2], on) for row in rows.unique()], total or 0


def count_waiting(besides: int | None = None) -> int:
    """How many requests wait for somebody; `besides`: of others than this account."""
    query = select(func.count()).select_from(ChangeRequest).join(Listing, Listing.id == ChangeRequest.listing_id)
    query = query.where(_WAITS)
    if besides is not None:
        query = query.where(ChangeRequest.proposed_by.is_distinct_from(besides))
    return db.session.scalar(query) or 0


def oldest_days(on: date) -> int:
    """Whole days for which the oldest request has waited; 0 where none waits."""
    query = select(func.min(ChangeRequest.proposed_at)).join(Listing, Listing.id == ChangeRequest.listing_id)
    since = db.session.scalar(query.where(_WAITS))
    return days_waiting(local_day(since), on) if since else 0


def find_next(request: ChangeRequest, besides: int | None) -> int | None:
    """The oldest other request that waits and was not handed in by this account."""
    query = (
        select(ChangeRequest.id)
        .join(Listing, Listing.id == ChangeRequest.listing_id)
        .where(_WAITS, ChangeRequest.id != request.id)
        .order_by(ChangeRequest.proposed_at, ChangeRequest.id)
        .limit(1)
    )
    if besides is not None:
        query = query.where(ChangeRequest.proposed_by.is_distinct_from(besides))
    return db.session.scalar(query)


def list_history(listing_id: int, field: str | None = None, most: int = 200) -> Sequence[ChangedField]:
    """What was asked of a listing and what became of it, the newest first; `field`: of this field only."""
    query = (
        select(ChangedField)
        .join(ChangeRequest, ChangeRequest.id == ChangedField.request_id)
        .where(ChangeRequest.listing_id == listing_id)
        .order_by(ChangedField.id.desc())
        .limit(most)
    )
    return db.session.scalars(query.where(ChangedField.field == field) if field else query).all()


def list_earlier(request: ChangeRequest, most: int = 20) -> Sequence[ChangeRequest]:
    """Other requests of the same listing, the newest first."""
    query = select(ChangeRequest).where(ChangeRequest.listing_id == request.listing_id, ChangeRequest.id != request.id)
    return db.session.scalars(query.order_by(ChangeRequest.id.desc()).limit(most)).all()


def compare(request: ChangeRequest, listing: Listing) -> list[Compared]:
    """Every field of a request beside what is on sale now. Two statements, however many fields."""
    keys = {one.id: key_of(one.field) for one in request.fields if one.state == OPEN}
    standing = standing_of(listing, list(keys.values()))
    found: list[Compared] = []
    for one in request.fields:
        key = keys.get(one.id)
        if key is None:
            found.append(Compared(one, key_of(one.field), one.before, False, ""))
            continue
        value = standing.value(key)
        found.append(Compared(one, key, value, value != one.before, tag(value)))
    return found


def lock_listing(listing_id: int) -> Listing:
    """A listing, locked until the transaction ends. Raises ListingNotFound."""
    query = select(Listing).where(Listing.id == listing_id).with_for_update()
    db.session.scalars(query.execution_options(populate_existing=True)).first()
    return get_listing(listing_id)


def lock_request(request_id: int) -> tuple[Listing, ChangeRequest]:
    """A request behind its listing, both locked. Raises ChangeNotFound."""
    listing_id = db.session.scalar(select(ChangeRequest.listing_id).where(ChangeRequest.id == request_id))
    if listing_id is None:
        raise ChangeNotFound
    listing = lock_listing(listing_id)
    query = select(ChangeRequest).where(ChangeRequest.id == request_id).with_for_update()
    request = db.session.scalars(query.execution_options(populate_existing=True)).one()
    db.session.refresh(request, ["fields"])
    return listing, request


def authorize_listing(by: Actor, action: str, listing: Listing) -> None:
    """Refuse unless the actor may do this to the listing's producer."""
    authorize(by, action, scope_of(product_of(listing).producer))


def product_of(listing: Listing) -> Product:
    """The product that a listing shows."""
    return db.session.get_one(Product, listing.product_id)


def _of(producers: Collection[str] | None) -> Select[ChangeRequest, Listing, Product]:
    query = (
        select(ChangeRequest, Listing, Product)
        .join(Listing, Listing.id == ChangeRequest.listing_id)
        .join(Product, Product.id == Listing.product_id)
    )
    if producers is None:
        return query
    return query.join(Producer, Producer.id == Product.producer_id).where(Producer.code.in_(producers))


def _queued(request: ChangeRequest, listing: Listing, product: Product, on: date) -> Queued:
    names = [one.field for one in request.fields if one.state == OPEN]
    return Queued(request, listing, product, names, days_waiting(local_day(request.proposed_at), on))


def own_producers(by: Actor) -> frozenset[str] | None:
    """The producers whose requests this person sees; None: all."""
    return by.scopes_of("producer") if by.roles <= {"producer", "shopper"} else None
