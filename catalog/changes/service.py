"""Verbs of proposers: edit what is not live in place, and ask for what is; withdraw what was asked for.

Each is one transaction. Locks are taken in one order: the listing, then its open request.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from catalog.changes.applying import apply, standing_of
from catalog.changes.fields import Key, key_of, plain
from catalog.changes.models import EDIT, LISTING, OPEN, WITHDRAWN, ChangedField, ChangeRequest
from catalog.changes.photos import waiting_photos
from catalog.changes.prices import set_price
from catalog.changes.queries import authorize_listing, lock_listing, lock_request
from catalog.changes.refusals import ChangeDecided, ListingLive
from catalog.changes.rules import state_of
from catalog.listings.models import DRAFT, LIVE, SUBMITTED, Listing, Sku
from catalog.listings.refusals import SkuNotFound
from catalog.listings.service import add_sku, edit_listing, edit_sku
from core.accounts.actor import Actor
from core.audit import record
from core.clock import now
from core.db import check_version, db, transaction
from core.ids import short_code

#: What is asked of one field: its key, the live value, the wanted one, the version that they were compared at.
Wish = tuple[Key, Any, Any, int]


def change_listing(by: Actor, listing_id: int, version: int, changes: dict[str, Any]) -> Listing | ChangeRequest | None:
    """Change a listing's words: in place unless it is live, else as a request; None when nothing differs.

    Raises what `edit_listing` and `propose` raise.
    """
    with transaction():
        listing = lock_listing(listing_id)
        authorize_listing(by, "listings.edit", listing)
        if listing.state != LIVE:
            return edit_listing(by, listing_id, version, changes)
        return propose(by, listing_id, version, changes)


def change_pack(by: Actor, code: str, version: int, changes: dict[str, Any], **price: Any) -> Sku | ChangeRequest:
    """Change a pack: in place unless its listing is live; else its price at once and the rest as a request.

    `price`: what `set_price` takes besides. Raises SkuNotFound, EditConflict, and what those verbs raise.
    """
    with transaction():
        listing, sku = _lock_pack(by, code)
        check_version(sku, version)
        staged = {name: value for name, value in changes.items() if name != "price_vnd"}
        if listing.state != LIVE and staged:
            edit_sku(by, code, sku.version, staged)
        if "price_vnd" in changes:
            set_price(by, code, sku.version, changes["price_vnd"], **price)
        if listing.state != LIVE or not staged:
            return sku
        asked = _stage(by, listing, {Key("sku", code, name): value for name, value in staged.items()})
        return asked or sku


def add_pack(by: Actor, listing_id: int, facts: dict[str, Any]) -> Sku | ChangeRequest:
    """Add a pack: at once unless the listing is live, else as a request. Raises what `add_sku` and `propose` raise."""
    with transaction():
        listing = lock_listing(listing_id)
        authorize_listing(by, "listings.edit", listing)
        if listing.state != LIVE:
            return add_sku(by, listing_id, **facts)
        code = facts.get("code") or short_code("SKU")
        asked = _stage(by, listing, {Key("pack", code, ""): facts | {"code": code}})
        if asked is None:
            raise AssertionError("a new pack always differs")
        return asked


def propose(by: Actor, listing_id: int, version: int, fields: Mapping[str, Any]) -> ChangeRequest | None:
    """Ask for changes of a live listing, by the names of `catalog.changes.fields`; what does not differ is left out.

    There is one open request for a listing: asking again adds to it, and a wanted value that equals the live one
    takes the field back. Answers None when nothing new differs, or nothing is left to ask for. Raises ListingNotFound,
    EditConflict, ListingLive when it is not live, Invalid naming what is no field or does not fit, and whatever
    putting the values in place would refuse.
    """
    with transaction():
        listing = lock_listing(listing_id)
        authorize_listing(by, "changes.propose", listing)
        check_version(listing, version)
        return _stage(by, listing, {key_of(name): value for name, value in fields.items()})


def withdraw_request(by: Actor, request_id: int, version: int) -> ChangeRequest:
    """Take a request back; what is on sale stays as it is, a new listing is a draft again.

    Raises ChangeNotFound, EditConflict, ChangeDecided.
    """
    with transaction() as session:
        listing, request = lock_request(request_id)
        authorize_listing(by, "changes.propose", listing)
        check_open(request, version)
        if request.kind == LISTING:
            listing.state = DRAFT if listing.state == SUBMITTED else listing.state
            close(request, WITHDRAWN, by)
        close_fields(request, [one for one in request.fields if one.state == OPEN], WITHDRAWN, by)
        session.flush()
        record("change.withdrawn", f"listing:{listing.id}", by, request=request.id)
    return request


def stage_photos(by: Actor, listing_id: int) -> ChangeRequest | None:
    """Let the photos of a live listing that wait for a moderator stand in its open request."""
    with transaction():
        listing = lock_listing(listing_id)
        wanted = {Key("photo", one.code, ""): value for one, value in waiting_photos(listing.product_id)}
        return _stage(by, listing, wanted) if wanted else None


def check_open(request: ChangeRequest, version: int) -> None:
    """Refuse a request that somebody was quicker with: ChangeDecided; or that was added to since: EditConflict."""
    if request.state != OPEN:
        raise ChangeDecided(state=request.state)
    check_version(request, version)


def close_fields(request: ChangeRequest, fields: list[ChangedField], state: str, by: Actor, reason: str = "") -> None:
    """Note what became of fields; the request follows when none is open any more."""
    at = now()
    for one in fields:
        one.state, one.decided_at, one.decided_by, one.decided_label = state, at, by.user_id, by.label
        one.reason = reason
    request.reason = reason or request.reason
    touch(request, at)
    became = state_of([one.state for one in request.fields])
    if became != OPEN and request.kind == EDIT:
        close(request, became, by)


def touch(request: ChangeRequest, at: datetime) -> None:
    """Raise the request's version, also when the clock stands still."""
    request.touched_at = at
    flag_modified(request, "touched_at")


def close(request: ChangeRequest, state: str, by: Actor) -> None:
    """Note what became of a request as a whole."""
    request.state, request.decided_at, request.decided_by, request.decided_label = state, now(), by.user_id, by.label


def _lock_pack(by: Actor, code: str) -> tuple[Listing, Sku]:
    listing_id = db.session.scalar(select(Sku.listing_id).where(Sku.code == code))
    if listing_id is None:
        raise SkuNotFound
    listing = lock_listing(listing_id)
    authorize_listing(by, "listings.edit", listing)
    query = select(Sku).where(Sku.code == code).with_for_update(of=Sku)
    return listing, db.session.scalars(query.execution_options(populate_existing=True)).one()


def _stage(by: Actor, listing: Listing, wanted: Mapping[Key, Any]) -> ChangeRequest | None:
    """Keep what differs from the live listing; the request with the most recent wish for each field, or None."""
    if listing.state != LIVE:
        raise ListingLive(state=listing.state)
    clean = {key: plain(key, value) for key, value in wanted.items()}
    standing = standing_of(listing, list(clean))
    for key in clean:
        if key.kind == "sku" and key.code not in standing.skus:
            raise SkuNotFound
    request = _open_request(listing.id)
    known = {one.field: one for one in request.fields if one.state == OPEN} if request else {}
    asked = {key: after for key, after in clean.items() if standing.value(key) != after}
    dropped = [known[str(key)] for key in clean if key not in asked and str(key) in known]
    if not asked and not dropped:
        return None
    at = now()
    request = request or _begin(by, listing, at)
    for key, after in asked.items():
        _want(by, request, known.get(str(key)), (key, standing.value(key), after, standing.version(key)), at)
    close_fields(request, dropped, WITHDRAWN, by)
    db.session.flush()
    if any(key.kind != "photo" for key in clean):
        _try_out(by, listing, request)
    told = {str(key): [standing.value(key), after] for key, after in asked.items()}
    record("change.proposed", f"listing:{listing.id}", by, request=request.id, fields=told)
    return request if request.state == OPEN else None


def _open_request(listing_id: int) -> ChangeRequest | None:
    query = select(ChangeRequest).where(ChangeRequest.listing_id == listing_id, ChangeRequest.state == OPEN)
    return db.session.scalars(query.with_for_update().execution_options(populate_existing=True)).first()


def _begin(by: Actor, listing: Listing, at: datetime) -> ChangeRequest:
    request = ChangeRequest(
        listing_id=listing.id, kind=EDIT, state=OPEN, proposed_at=at, proposed_by=by.user_id, proposed_label=by.label,
        on_behalf_of=by.on_behalf_of, touched_at=at, fields=[],
    )  # fmt: skip
    db.session.add(request)
    return request


def _want(by: Actor, request: ChangeRequest, one: ChangedField | None, wish: Wish, at: datetime) -> None:
    """The newest wish for a field; an earlier one that is still open gives way to it, and stays in the audit trail."""
    if one is None:
        one = ChangedField(state=OPEN, decided_label="", reason="")
        request.fields.append(one)
    key, one.before, one.after, one.seen_version = wish
    one.field, one.proposed_at, one.proposed_by, one.proposed_label = str(key), at, by.user_id, by.label
    touch(request, at)


class _Undone(Exception):
    """Ends a trial."""


def _try_out(by: Actor, listing: Listing, request: ChangeRequest) -> None:
    """Put everything in place and take it back: what the listing's own rules refuse is refused at once, to her."""
    fields = [one for one in request.fields if one.state == OPEN and not one.field.startswith("photo:")]
    with suppress(_Undone), db.session.begin_nested():
        apply(by, listing, fields)
        raise _Undone
    db.session.expire_all()
