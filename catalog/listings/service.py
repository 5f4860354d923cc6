"""Verbs on listings and packs. Each change that a shopper could see raises the sequence and is told.

Producers act on their own, certifiers and admins on all. What is published here may be seen only while a
certificate covers the day; that is judged at every reading, not here.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update

from catalog.certificates.queries import governing
from catalog.listings.checks import (
    check_complete,
    check_fields,
    check_free,
    check_label_kept,
    check_pack,
    lacks,
    with_rate,
)
from catalog.listings.events import ListingChanged, ListingOpened, ListingSubmitted, ListingWithdrawn
from catalog.listings.models import DRAFT, LIVE, SUBMITTED, WITHDRAWN, Listing, Sku
from catalog.listings.prices import note_price, settle
from catalog.listings.queries import find_by_product, get_listing
from catalog.listings.refusals import (
    ListingExists,
    ListingRevoked,
    ListingState,
    SkuNotFound,
)
from catalog.listings.rules import LISTING_FIELDS, SKU_FIELDS, SKU_IDENTITY, may
from catalog.photos.service import approve as approve_photos
from catalog.producers.queries import scope_of
from catalog.products.models import Product
from catalog.products.queries import find_product
from catalog.products.refusals import ProductUnknown
from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import now, today
from core.db import check_version, db, transaction
from core.events import publish
from core.ids import short_code


def open_listing(by: Actor, *, product: str, skus: list[dict[str, Any]] | None = None, **words: Any) -> Listing:
    """Begin the listing of a product (by code or slug) as a draft, with its packs.

    Raises ProductUnknown (also for another producer's), ListingExists, and what `add_sku` raises.
    """
    with transaction() as session:
        found = find_product(product)
        if found is None:
            raise ProductUnknown(product=product)
        authorize(by, "listings.edit", scope_of(found.producer))
        existing = find_by_product(found.id)
        if existing is not None:
            raise ListingExists(listing=existing.id)
        check_fields(words, LISTING_FIELDS)
        listing = Listing(product_id=found.id, state=DRAFT, sequence=0, **words)
        session.add(listing)
        session.flush()
        for facts in skus or []:
            add_sku(by, listing.id, **facts)
        record("listing.opened", f"listing:{listing.id}", by, product=found.code)
    return listing


def add_sku(by: Actor, listing_id: int, **facts: Any) -> Sku:
    """Add a pack: label, unit, price_vnd and what else `Sku` has; a code is made unless given.

    Raises ListingNotFound, SkuTaken (code or GTIN), Invalid when its facts contradict each other, its set or the law.
    """
    with transaction() as session:
        listing = _own(by, listing_id)
        _may_price(by, listing)
        check_fields(facts, SKU_FIELDS | SKU_IDENTITY)
        facts = {"code": short_code("SKU"), **with_rate(facts, today())}
        check_pack(listing, facts, facts)
        check_free(None, facts)
        sku = Sku(listing_id=listing.id, **facts)
        session.add(sku)
        session.flush()
        session.expire(listing, ["skus"])
        note_price(by, sku, None, now())
        record("sku.added", f"sku:{sku.code}", by, listing=listing.id, price_vnd=sku.price_vnd)
        _tell_changed(listing)
    return sku


def edit_listing(by: Actor, listing_id: int, version: int, changes: dict[str, Any]) -> Listing:
    """Change its words, in any state.

    Raises ListingNotFound, EditConflict when `version` is stale, Invalid for what is not hers to set, LabelIncomplete
    when a live listing would lose what the law asks of its label.
    """
    with transaction() as session:
        listing = _own(by, listing_id)
        check_version(listing, version)
        check_fields(changes, LISTING_FIELDS)
        before, lacked = {field: getattr(listing, field) for field in changes}, lacks(listing)
        for field, value in changes.items():
            setattr(listing, field, value)
        session.flush()
        check_label_kept(listing, lacked)
        record("listing.edited", f"listing:{listing.id}", by, before=before, after=changes)
        _tell_changed(listing)
    return listing


def edit_sku(by: Actor, code: str, version: int, changes: dict[str, Any]) -> Sku:
    """Change a pack. Raises SkuNotFound, EditConflict, SkuTaken, Invalid.

    Its unit never changes: stock and old orders were counted in it.
    """
    with transaction() as session:
        sku = _own_sku(by, code)
        listing = get_listing(sku.listing_id)
        check_version(sku, version)
        check_fields(changes, SKU_FIELDS)
        changes = with_rate(changes, today())
        check_pack(listing, {name: getattr(sku, name) for name in SKU_FIELDS | SKU_IDENTITY} | changes, changes)
        check_free(sku.id, changes)
        if "price_vnd" in changes:
            _may_price(by, listing)
            settle(sku, today(), now())
        before, lacked = {field: getattr(sku, field) for field in changes}, lacks(listing)
        for field, value in changes.items():
            setattr(sku, field, value)
        session.flush()
        check_label_kept(listing, lacked)
        if changes.get("price_vnd", before.get("price_vnd")) != before.get("price_vnd"):
            note_price(by, sku, before["price_vnd"], now())
        record("sku.edited", f"sku:{sku.code}", by, before=before, after=changes)
        _tell_changed(get_listing(sku.listing_id))
    return sku


def reprice(by: Actor, code: str, version: int, price_vnd: int) -> Sku:
    """Set the price of a pack: đồng a piece, or a kilogram when it is counted in grams."""
    return edit_sku(by, code, version, {"price_vnd": price_vnd})


def submit(by: Actor, listing_id: int) -> Listing:
    """Hand a draft to the moderators. Raises ListingState, ListingIncomplete, LabelIncomplete."""
    with transaction() as session:
        listing = _own(by, listing_id)
        _step(listing, "submit")
        check_complete(listing)
        listing.state = SUBMITTED
        session.flush()
        record("listing.submitted", f"listing:{listing.id}", by)
        publish(ListingSubmitted(listing.id, listing.product_id, by.user_id, by.label, by.on_behalf_of))
    return listing


def publish_listing(by: Actor, listing_id: int) -> Listing:
    """Let a listing go live. Raises ListingState, ListingIncomplete, LabelIncomplete, ListingRevoked; Forbidden for
    producers.

    It is seen by shoppers, with its photos, on the days that a certificate covers, and on no other. One that a
    revocation withdrew needs a new certificate first.
    """
    with transaction() as session:
        listing = get_listing(listing_id)
        authorize(by, "listings.publish")
        _step(listing, "publish")
        check_complete(listing)
        _check_recognised(listing)
        listing.state, listing.revoked_certificate_id = LIVE, None
        listing.published_at = listing.published_at or now()
        session.flush()
        record("listing.published", f"listing:{listing.id}", by)
        approve_photos(by, product_id=listing.product_id)  # whoever publishes has seen them
        publish(ListingOpened(listing.id, listing.product_id, raise_sequence(listing.id)))
    return listing


def reopen(by: Actor, listing_ids: Sequence[int]) -> list[Listing]:
    """Let listings that revocations withdrew go live again, all of them or none. Raises what `publish_listing` does."""
    with transaction():
        return [publish_listing(by, listing_id) for listing_id in sorted(set(listing_ids))]


def withdraw(by: Actor, listing_id: int, reason: str, *, revoked: int | None = None) -> Listing:
    """Take a listing out of the shop; ``revoked``: for the revocation of this certificate. Raises ListingState."""
    with transaction() as session:
        listing = _own(by, listing_id)
        _step(listing, "withdraw")
        was_live = listing.state == LIVE
        listing.state, listing.revoked_certificate_id = WITHDRAWN, revoked or listing.revoked_certificate_id
        session.flush()
        record("listing.withdrawn", f"listing:{listing.id}", by, reason=reason)
        sequence = raise_sequence(listing.id)
        if was_live:
            publish(ListingWithdrawn(listing.id, listing.product_id, sequence))
    return listing


def raise_sequence(listing_id: int) -> int:
    """Raise the listing's sequence by one and answer it; the row is locked until the transaction ends."""
    raised = (
        update(Listing)
        .where(Listing.id == listing_id)
        .values(sequence=Listing.sequence + 1)
        .returning(Listing.sequence)
        .execution_options(synchronize_session=False)
    )
    return db.session.execute(raised).scalar_one()


def _tell_changed(listing: Listing) -> None:
    """A change of a live listing concerns the index; a draft only counts it."""
    sequence = raise_sequence(listing.id)
    if listing.state == LIVE:
        publish(ListingChanged(listing.id, listing.product_id, sequence))


def _own(by: Actor, listing_id: int) -> Listing:
    listing = get_listing(listing_id)
    product = db.session.get_one(Product, listing.product_id)
    authorize(by, "listings.edit", scope_of(product.producer))
    return listing


def _may_price(by: Actor, listing: Listing) -> None:
    """Who acts for a producer may hold her pages without her prices."""
    product = db.session.get_one(Product, listing.product_id)
    authorize(by, "prices.set", scope_of(product.producer))


def _own_sku(by: Actor, code: str) -> Sku:
    sku = db.session.scalars(select(Sku).where(Sku.code == code)).first()
    if sku is None:
        raise SkuNotFound
    _own(by, sku.listing_id)
    return sku


def _step(listing: Listing, step: str) -> None:
    if not may(step, listing.state):
        raise ListingState(state=listing.state)


def _check_recognised(listing: Listing) -> None:
    if listing.revoked_certificate_id is not None and not governing([listing.product_id], today()):
        raise ListingRevoked
