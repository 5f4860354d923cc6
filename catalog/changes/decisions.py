"""Verbs of moderators: approve all or some fields, reject with a reason; publish or return a new listing.

The first to decide wins, the other is told. What is approved is put in place in the same transaction, or nothing is.
"""

from collections.abc import Collection, Mapping
from typing import Any

from flask_babel import gettext as _

from catalog.changes.applying import Standing, apply, standing_of
from catalog.changes.events import ChangesDecided
from catalog.changes.fields import key_of
from catalog.changes.models import APPROVED, LISTING, OPEN, REJECTED, ChangedField, ChangeRequest
from catalog.changes.photos import refuse_photos
from catalog.changes.queries import find_open, lock_listing, lock_request
from catalog.changes.refusals import ChangeMoved, ChangeOwn
from catalog.changes.rules import SHORTEST_REASON, tag
from catalog.changes.service import check_open, close, close_fields
from catalog.listings.models import DRAFT, SUBMITTED, Listing
from catalog.listings.refusals import ListingState
from catalog.listings.service import publish_listing
from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.db import db, transaction
from core.errors import EditConflict, Invalid
from core.events import publish

#: The name under which a new listing as a whole stands where fields are named.
WHOLE = "listing"


def approve(
    by: Actor,
    request_id: int,
    version: int,
    *,
    fields: Collection[str] | None = None,
    seen: Mapping[str, str] | None = None,
    reason: str = "",
) -> ChangeRequest:
    """Put these fields (None: all that are open) in place of what is on sale; a new listing goes live.

    With a `reason` the other open fields are rejected in the same act, without one they stay open. Where the live
    value is no longer what the proposer saw, `seen` says by its mark (`rules.tag`) that the moderator has seen it.
    Of a new listing `seen[listing]` is the sequence that she looked at.

    Raises ChangeNotFound, EditConflict (added to since), ChangeDecided, ChangeOwn, ChangeMoved, Invalid for names
    that are not open fields, and whatever the verbs of listings refuse; nothing is put in place then.
    """
    with transaction() as session:
        authorize(by, "changes.decide")
        listing, request = lock_request(request_id)
        check_open(request, version)
        if request.kind == LISTING:
            return _publish(by, listing, request, (seen or {}).get(WHOLE))
        chosen, left = _split(request, fields)
        if not chosen:
            raise Invalid({"fields": [_("Chọn ít nhất một mục để duyệt.")]})
        _check_other(by, chosen)
        _check_unmoved(standing_of(listing, [key_of(one.field) for one in chosen]), chosen, seen or {})
        apply(by, listing, chosen)
        db.session.refresh(request)
        close_fields(request, chosen, APPROVED, by)
        if reason:
            _refuse(by, listing, request, left, checked_reason(reason))
        session.flush()
        _tell(by, request, chosen, left if reason else [], reason)
    return request


def reject(
    by: Actor, request_id: int, version: int, *, reason: str, fields: Collection[str] | None = None
) -> ChangeRequest:
    """Leave what is on sale as it is, and tell why; a new listing goes back to its producer as a draft.

    Raises ChangeNotFound, EditConflict, ChangeDecided, Invalid without a reason.
    """
    with transaction() as session:
        authorize(by, "changes.decide")
        listing, request = lock_request(request_id)
        check_open(request, version)
        reason = checked_reason(reason)
        if request.kind == LISTING:
            return _return(by, listing, request, reason)
        chosen, _left = _split(request, fields)
        _refuse(by, listing, request, chosen, reason)
        session.flush()
        _tell(by, request, [], chosen, reason)
    return request


def publish_as(by: Actor, listing_id: int) -> Listing:
    """Let a listing go live, handed in or not.

    Raises ChangeOwn for who handed it in, and what `publish_listing` raises.
    """
    with transaction():
        authorize(by, "listings.publish")
        listing = lock_listing(listing_id)
        request = find_open(listing_id)
        if request is not None and request.kind == LISTING:
            _check_sender(by, request)
            close(request, APPROVED, by)
            db.session.flush()
            _tell(by, request, [], [], "", whole=(WHOLE,))
        return publish_listing(by, listing.id)


def checked_reason(reason: str) -> str:
    """The reason, trimmed. Raises Invalid where it says nothing."""
    trimmed = reason.strip()
    if len(trimmed) < SHORTEST_REASON:
        raise Invalid({"reason": [_("Ghi lý do để chủ thể biết cần sửa gì.")]})
    return trimmed


def _split(request: ChangeRequest, names: Collection[str] | None) -> tuple[list[ChangedField], list[ChangedField]]:
    """The open fields that are meant, and the other open ones."""
    waiting = {one.field: one for one in request.fields if one.state == OPEN}
    wanted = set(waiting) if names is None else set(names)
    if stray := sorted(wanted - set(waiting)):
        raise Invalid({"fields": [_("Không còn chờ duyệt: %(names)s.", names=", ".join(stray))]})
    return [one for one in waiting.values() if one.field in wanted], [
        one for one in waiting.values() if one.field not in wanted
    ]


def _check_other(by: Actor, chosen: list[ChangedField]) -> None:
    own = [one.field for one in chosen if by.user_id is not None and one.proposed_by == by.user_id]
    if own:
        raise ChangeOwn(fields=own)


def _check_sender(by: Actor, request: ChangeRequest) -> None:
    if by.user_id is not None and request.proposed_by == by.user_id:
        raise ChangeOwn(fields=[WHOLE])


def _check_unmoved(standing: Standing, chosen: list[ChangedField], seen: Mapping[str, str]) -> None:
    lines: list[dict[str, Any]] = []
    for one in chosen:
        value = standing.value(key_of(one.field))
        if value != one.before and seen.get(one.field) != tag(value):
            lines.append({"field": one.field, "was": one.before, "now": value, "wanted": one.after, "seen": tag(value)})
    if lines:
        raise ChangeMoved(lines=lines)


def _refuse(by: Actor, listing: Listing, request: ChangeRequest, fields: list[ChangedField], reason: str) -> None:
    close_fields(request, fields, REJECTED, by, reason)
    photos = [key.code for one in fields if (key := key_of(one.field)).kind == "photo"]
    if photos:
        refuse_photos(by, listing.product_id, photos, reason)


def _publish(by: Actor, listing: Listing, request: ChangeRequest, seen: str | None) -> ChangeRequest:
    _check_sender(by, request)
    if listing.state != SUBMITTED:
        raise ListingState(state=listing.state)
    if seen is not None and seen != str(listing.sequence):
        raise EditConflict(yours=seen, current=str(listing.sequence))
    close(request, APPROVED, by)
    db.session.flush()
    publish_listing(by, listing.id)
    _tell(by, request, [], [], "", whole=(WHOLE,))
    return request


def _return(by: Actor, listing: Listing, request: ChangeRequest, reason: str) -> ChangeRequest:
    """Back to a draft: its producer reads why, mends it and hands it in again."""
    if listing.state != SUBMITTED:
        raise ListingState(state=listing.state)
    listing.state, request.reason = DRAFT, reason
    close(request, REJECTED, by)
    db.session.flush()
    record("listing.returned", f"listing:{listing.id}", by, reason=reason)
    publish(ChangesDecided(request.id, listing.id, (), (WHOLE,), reason))
    return request


def _tell(
    by: Actor,
    request: ChangeRequest,
    approved: list[ChangedField],
    rejected: list[ChangedField],
    reason: str,
    whole: tuple[str, ...] = (),
) -> None:
    for verb, fields, why in (("approved", approved, ""), ("rejected", rejected, reason)):
        if fields:
            told = {one.field: [one.before, one.after] for one in fields}
            record(f"change.{verb}", f"listing:{request.listing_id}", by, request=request.id, fields=told, reason=why)
    names = tuple(one.field for one in approved) or whole
    publish(ChangesDecided(request.id, request.listing_id, names, tuple(one.field for one in rejected), reason))
