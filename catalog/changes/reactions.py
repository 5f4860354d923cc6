"""What changes do when others speak: queue what was handed in, and tell producers what was decided."""

from flask import current_app
from sqlalchemy import select

from catalog.changes import letters
from catalog.changes.events import ChangesDecided, ChangesTold
from catalog.changes.models import APPROVED, LISTING, OPEN, WITHDRAWN, ChangeRequest
from catalog.changes.queries import find_open, get_request, product_of
from catalog.changes.service import close, close_fields, stage_photos
from catalog.listings.events import ListingOpened, ListingSubmitted
from catalog.listings.models import LIVE
from catalog.listings.queries import find_by_product, get_listing
from catalog.photos.events import PhotosWaiting
from catalog.photos.models import ProductPhoto
from catalog.renewals.recipients import producers_people
from core.accounts.actor import SYSTEM, Actor
from core.accounts.models import UserAccount
from core.accounts.queries import get_user
from core.clock import now
from core.db import db
from core.events import later, on, publish
from core.ids import digest
from core.messages import Message, Recipient, send
from core.web.links import address_of

#: Registered by import.
LETTERS = (letters.decided,)
#: The page of a request at the desk (of an upper part), where there is one.
PAGE = "desk.change"


@on(ListingSubmitted)
def queue_listing(event: ListingSubmitted) -> None:
    """A whole listing waits for a moderator; what was open of it before is part of it now."""
    earlier = find_open(event.listing_id)
    if earlier is not None:
        close_fields(earlier, [one for one in earlier.fields if one.state == OPEN], WITHDRAWN, SYSTEM)
        if earlier.state == OPEN:
            close(earlier, WITHDRAWN, SYSTEM)
        db.session.flush()
    at = now()
    request = ChangeRequest(
        listing_id=event.listing_id, kind=LISTING, state=OPEN, proposed_at=at, proposed_by=event.by_id,
        proposed_label=event.by_label, on_behalf_of=event.on_behalf_of, touched_at=at, fields=[],
    )  # fmt: skip
    db.session.add(request)
    db.session.flush()


@on(ListingOpened)
def close_opened(event: ListingOpened) -> None:
    """A listing that went live by another door waits for nobody any more."""
    request = find_open(event.listing_id)
    if request is not None and request.kind == LISTING:
        close(request, APPROVED, SYSTEM)
        db.session.flush()


@on(PhotosWaiting)
def queue_photos(event: PhotosWaiting) -> None:
    """New photos of a live listing, and new words of its photos, stand in its open request."""
    listing = find_by_product(event.product_id)
    if listing is None or listing.state != LIVE:
        return
    newest = (
        select(UserAccount.id, UserAccount.name)
        .join(ProductPhoto, ProductPhoto.uploaded_by == UserAccount.id)
        .where(ProductPhoto.product_id == event.product_id)
        .order_by(ProductPhoto.id.desc())
        .limit(1)
    )
    sender = db.session.execute(newest).first()
    stage_photos(Actor(sender.id, sender.name) if sender else SYSTEM, listing.id)


@on(ChangesDecided)
def tell_producer(event: ChangesDecided) -> None:
    """One line of the outbox for each of the producer's people."""
    product_id = get_listing(event.listing_id).product_id
    for one in producers_people([product_id]):
        publish(ChangesTold(one.user_id, event.request_id, event.approved, event.rejected, event.reason))


@later(ChangesTold, outside=True)
def mail_decision(event: ChangesTold) -> None:
    """What a moderator decided, in the reader's language; without an e-mail the desk tells."""
    user, request = get_user(event.user_id), get_request(event.request_id)
    if user.email is None or not user.is_active:
        return
    context = {
        "product": product_of(get_listing(request.listing_id)).name, "approved": event.approved,
        "rejected": event.rejected, "reason": event.reason,
        "url": address_of(PAGE, request_id=event.request_id) if PAGE in current_app.view_functions else "",
    }  # fmt: skip
    to, about = Recipient(user.email, name=user.name), f"change:{event.request_id}"
    send(Message(to, "changes.decided", _mail_key(event), user.locale, context, about))


def _mail_key(event: ChangesTold) -> str:
    """Of the fields that were decided, which may be many, only the digest: a key has a length."""
    names = digest(",".join((*event.approved, "/", *event.rejected)))[:16]
    return f"changes:{event.user_id}:{event.request_id}:{names}"
