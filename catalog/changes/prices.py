"""Prices of packs: at once or from a day on, without a moderator; their history; what has begun is tidied up at night.

No door waits for the night: what a pack costs is judged by date (`catalog.listings.prices.price_on`). Orders keep the
price that they were placed at.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import func, select

from catalog.changes.refusals import PriceBegun, PriceBig, PriceNotFound
from catalog.changes.rules import BIG_PERCENT, MOST_DAYS_AHEAD, MOST_PLANNED, is_big, percent
from catalog.listings.events import ListingChanged
from catalog.listings.models import LIVE, Listing, Sku
from catalog.listings.prices import STANDING, PriceChange, price_on, reprice_now, settle
from catalog.listings.queries import get_listing
from catalog.listings.refusals import SkuNotFound
from catalog.listings.service import raise_sequence
from catalog.producers.models import Producer
from catalog.producers.queries import scope_of
from catalog.products.models import Product
from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import local_day, now
from core.db import check_version, db, transaction
from core.errors import Invalid
from core.events import publish


@dataclass(frozen=True, slots=True)
class Priced:
    """A pack with its price on a day, its plans (first day first) and its history (oldest first)."""

    sku: Sku
    listing: Listing
    product: Product
    price_vnd: int
    planned: list[PriceChange]
    past: list[PriceChange]


@dataclass(frozen=True, slots=True)
class Big:
    """A change by more than half, for the moderators."""

    change: PriceChange
    sku: Sku
    product: Product
    percent: int


def set_price(
    by: Actor,
    code: str,
    version: int,
    price_vnd: int,
    *,
    starts_on: date | None = None,
    reason: str = "",
    is_confirmed: bool = False,
) -> PriceChange | None:
    """Set a pack's price: at once (no day, or today), or from 00:00 of a day to come; a plan for the same day gives
    way. Answers None when it costs that already.

    Raises SkuNotFound, EditConflict, Invalid for a day that is past or too far off, PriceBig for more than half up or
    down that is not confirmed (drafts are not on sale: nobody is asked).
    """
    with transaction() as session:
        sku, listing = _lock(by, code)
        check_version(sku, version)
        at = now()
        on = local_day(at)
        first_day = starts_on or on
        _check_day(first_day, on)
        before = _price_before(sku, first_day, on)
        if listing.state == LIVE and not is_confirmed and is_big(before, price_vnd):
            raise PriceBig(was=before, wanted=price_vnd, percent=percent(before, price_vnd))
        if first_day > on:
            change = _plan(by, sku, before, price_vnd, first_day, at, reason)
        else:
            change = reprice_now(by, sku, price_vnd, at, reason)
        session.flush()
        if change is not None:
            verb = "price.planned" if first_day > on else "price.changed"
            told = {"from": before, "to": price_vnd, "starts_on": first_day, "reason": reason}
            record(verb, f"sku:{sku.code}", by, **told)
            _tell_changed(listing)
    return change


def cancel_price(by: Actor, change_id: int) -> PriceChange:
    """Give up a planned price. Raises PriceNotFound, PriceBegun once its day is there."""
    with transaction() as session:
        code = db.session.scalar(
            select(Sku.code).join(PriceChange, PriceChange.sku_id == Sku.id).where(PriceChange.id == change_id)
        )
        if code is None:
            raise PriceNotFound
        sku, listing = _lock(by, code)
        change = session.get_one(PriceChange, change_id, populate_existing=True)
        at = now()
        if change.applied_at or change.cancelled_at or change.starts_on <= local_day(at):
            raise PriceBegun(starts_on=change.starts_on.isoformat())
        change.cancelled_at, change.cancelled_label = at, by.label
        session.flush()
        record("price.plan_cancelled", f"sku:{sku.code}", by, to=change.to_vnd, starts_on=change.starts_on)
        _tell_changed(listing)
    return change


def apply_due(today: date) -> int:
    """Take prices that have begun over into the packs' rows; each pack in a transaction of its own."""
    query = select(PriceChange.sku_id).where(STANDING, PriceChange.starts_on <= today).distinct()
    return sum(_apply(sku_id, today) for sku_id in db.session.scalars(query.order_by(PriceChange.sku_id)).all())


def list_priced(producers: Collection[str] | None, on: date, code: str | None = None) -> list[Priced]:
    """Packs of these producers (codes; None: of all) with their prices, by product; `code`: of this pack only."""
    query = (
        select(Sku, Listing, Product, price_on(on))
        .join(Listing, Listing.id == Sku.listing_id)
        .join(Product, Product.id == Listing.product_id)
        .join(Producer, Producer.id == Product.producer_id)
        .order_by(Product.name_folded, Product.id, Sku.is_active.desc(), Sku.id)
    )
    if producers is not None:
        query = query.where(Producer.code.in_(producers))
    if code is not None:
        query = query.where(Sku.code == code)
    rows = db.session.execute(query.limit(500)).all()
    changes = _changes_of([row[0].id for row in rows])
    return [
        Priced(
            row[0], row[1], row[2], row[3],
            [one for one in changes.get(row[0].id, []) if one.applied_at is None and one.starts_on > on],
            [one for one in changes.get(row[0].id, []) if one.applied_at is not None or one.starts_on <= on],
        )
        for row in rows
    ]  # fmt: skip


def list_big(page: int, per_page: int) -> tuple[list[Big], int]:
    """Changes by more than half, planned or made, the newest first, and how many."""
    by_half = func.abs(PriceChange.to_vnd - PriceChange.from_vnd) * 100 > PriceChange.from_vnd * BIG_PERCENT
    query = (
        select(PriceChange, Sku, Product)
        .join(Sku, Sku.id == PriceChange.sku_id)
        .join(Listing, Listing.id == Sku.listing_id)
        .join(Product, Product.id == Listing.product_id)
        .where(PriceChange.from_vnd.is_not(None), by_half, PriceChange.cancelled_at.is_(None))
    )
    total = db.session.scalar(select(func.count()).select_from(query.with_only_columns(PriceChange.id).subquery()))
    rows = db.session.execute(query.order_by(PriceChange.id.desc()).limit(per_page).offset((page - 1) * per_page))
    return [Big(one, sku, product, percent(one.from_vnd or 1, one.to_vnd)) for one, sku, product in rows], total or 0


def _changes_of(sku_ids: Sequence[int]) -> dict[int, list[PriceChange]]:
    query = select(PriceChange).where(PriceChange.sku_id.in_(sku_ids), PriceChange.cancelled_at.is_(None))
    found: dict[int, list[PriceChange]] = {}
    for one in db.session.scalars(query.order_by(PriceChange.starts_on, PriceChange.id)):
        found.setdefault(one.sku_id, []).append(one)
    return found


def _lock(by: Actor, code: str) -> tuple[Sku, Listing]:
    query = select(Sku).where(Sku.code == code).with_for_update(of=Sku)
    sku = db.session.scalars(query.execution_options(populate_existing=True)).first()
    if sku is None:
        raise SkuNotFound
    listing = get_listing(sku.listing_id)
    authorize(by, "prices.set", scope_of(db.session.get_one(Product, listing.product_id).producer))
    return sku, listing


def _check_day(day: date, on: date) -> None:
    if day < on:
        raise Invalid({"starts_on": [_("Ngày này đã qua.")]})
    if day > on + timedelta(days=MOST_DAYS_AHEAD):
        raise Invalid({"starts_on": [_("Chỉ hẹn giá trước nhiều nhất một năm.")]})


def _price_before(sku: Sku, day: date, on: date) -> int:
    """What the pack costs now, or on the eve of a planned day, in đồng."""
    eve = max(on, day - timedelta(days=1))
    return db.session.execute(select(price_on(eve)).where(Sku.id == sku.id)).scalar_one()


def _plan(by: Actor, sku: Sku, before: int, price_vnd: int, day: date, at: datetime, reason: str) -> PriceChange | None:
    plans = select(PriceChange).where(PriceChange.sku_id == sku.id, STANDING)
    standing = db.session.scalars(plans).all()
    same_day = next((one for one in standing if one.starts_on == day), None)
    if same_day is not None and same_day.to_vnd == price_vnd:
        return None
    if same_day is not None:
        same_day.cancelled_at, same_day.cancelled_label = at, by.label
        db.session.flush()
    elif len(standing) >= MOST_PLANNED:
        raise Invalid({"starts_on": [_("Đã hẹn %(n)d lần đổi giá, hãy bỏ bớt.", n=MOST_PLANNED)]})
    change = PriceChange(
        sku_id=sku.id, from_vnd=before, to_vnd=price_vnd, starts_on=day, reason=reason, noted_at=at, by_id=by.user_id,
        by_label=by.label, on_behalf_of=by.on_behalf_of,
    )  # fmt: skip
    db.session.add(change)
    return change


def _apply(sku_id: int, today: date) -> int:
    with transaction():
        query = select(Sku).where(Sku.id == sku_id).with_for_update()
        sku = db.session.scalars(query.execution_options(populate_existing=True)).one()
        done = settle(sku, today, now())
        if done:
            _tell_changed(get_listing(sku.listing_id))
    return done


def _tell_changed(listing: Listing) -> None:
    sequence = raise_sequence(listing.id)
    if listing.state == LIVE:
        publish(ListingChanged(listing.id, listing.product_id, sequence))
