"""What the days of a fair do when a certificate ends, and whom they tell. Each may run twice, with one effect."""

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select

from catalog.certificates.queries import governing
from catalog.consequences.rules import ENDINGS
from catalog.consequences.service import Case, consequence
from catalog.producers.models import Producer
from catalog.products.models import Product
from core.accounts.actor import SYSTEM
from core.accounts.models import UserAccount, UserGrant
from core.db import db
from core.events import later, on
from core.messages import Message, Recipient, send
from core.web.links import address_of
from core.web.pages import show_day
from shop.fairdays import letters, slots
from shop.fairdays.events import IncidentOpened
from shop.fairdays.incidents import Noticed, booth_of, notice
from shop.fairdays.models import FairIncident
from shop.fairdays.queries import PAID
from shop.fairdays.rules import Direction, IncidentKind, IncidentState
from shop.fairdays.stalls import stalls_of
from shop.fairdays.words import INCIDENTS
from shop.fairs.events import FairMoved
from shop.fairs.life.models import FairMove
from shop.fairs.models import Booking, BookingProduct, Fair
from shop.fairs.queries import get_fair
from shop.fairs.rules import FairState
from shop.stores.service import change_store

#: Registered by import.
LETTERS = (letters.incident,)
#: Of these the organizers are told at once; the rest stands on the board.
_TOLD = (IncidentKind.LAPSE, IncidentKind.SAFETY)
_OVER = (FairState.OVER, FairState.CANCELLED)


@consequence("fair", *ENDINGS)
def product_off(case: Case) -> dict[str, int]:
    """A product that is shown at a fair under way loses its certificate: an incident for each booth that shows it.

    Lists, signs and the gate judge by date for themselves; this is for people, who must take goods off a table.
    """
    if governing([case.product_id], case.today):
        return {"incidents": 0}
    product = db.session.get_one(Product, case.product_id)
    words = _("%(product)s không còn hiệu lực công nhận từ %(day)s: mời chủ thể cất sản phẩm khỏi gian.",
              product=product.name, day=show_day(case.on))  # fmt: skip
    new = [
        notice(Noticed(one, case.product_id, words, f"{case.code}:{case.happening}:{case.on}:{one.code}"))
        for one in _showing(case)
    ]
    return {"incidents": sum(new)}


@on(FairMoved)
def move_stalls(event: FairMoved) -> None:
    """The stalls of a postponed fair sell on its new days."""
    fair = get_fair(event.fair)
    for stall in stalls_of(fair.id):
        change_store(stall.store.id, stall.store.version, SYSTEM, opens_on=fair.opens_on, ends_on=fair.closes_on)


@on(FairMoved)
def move_slots(event: FairMoved) -> None:
    """Vehicles come before the new opening, and leave after the new last day."""
    move = db.session.get_one(FairMove, event.move)
    steps = {Direction.IN: move.opens_on - move.was_opens_on, Direction.OUT: move.closes_on - move.was_closes_on}
    slots.follow(move.fair_id, steps)


@later(IncidentOpened, outside=True)
def tell_organizers(event: IncidentOpened) -> None:
    """By e-mail or SMS, what cannot wait until somebody looks at the board."""
    incident = db.session.scalar(select(FairIncident).where(FairIncident.code == event.code))
    if incident is None or incident.kind not in _TOLD or incident.state == IncidentState.CLOSED:
        return
    fair, booth = db.session.get_one(Fair, incident.fair_id), booth_of(incident)
    booking = db.session.get(Booking, incident.booking_id) if incident.booking_id else None
    context = {
        "fair": fair.name, "booth": booth.code if booth else "", "what": str(INCIDENTS[IncidentKind(incident.kind)]),
        "producer": db.session.get_one(Producer, booking.producer_id).name if booking else "",
        "words": incident.words, "is_lapse": incident.kind == IncidentKind.LAPSE,
        "url": address_of("fairdays_desk.incidents_page", slug=fair.slug),
    }  # fmt: skip
    for person in _organizers(fair):
        to = Recipient(person.email, person.phone, person.name)
        key = f"fair.incident:{event.code}:{person.id}"
        send(Message(to, "fair.incident", key, person.locale, context, f"incident:{event.code}"))


def _showing(case: Case) -> Sequence[Booking]:
    """The paid bookings of fairs under way that show the product."""
    query = (
        select(Booking)
        .join(BookingProduct, BookingProduct.booking_id == Booking.id)
        .join(Fair, Fair.id == Booking.fair_id)
        .where(BookingProduct.product_id == case.product_id, Booking.state.in_(PAID), Fair.state.not_in(_OVER))
        .where(Fair.opens_on <= case.today, Fair.closes_on >= case.today)
    )
    return db.session.scalars(query.order_by(Booking.id)).all()


def _organizers(fair: Fair) -> Sequence[UserAccount]:
    """The open accounts of those who run this fair."""
    held = UserGrant.role == "fair_organizer", UserGrant.scope_type == "fair", UserGrant.scope_id == fair.slug
    query = select(UserAccount).join(UserGrant, UserGrant.user_id == UserAccount.id)
    live = query.where(*held, UserGrant.revoked_at.is_(None), UserAccount.is_active)
    return db.session.scalars(live.order_by(UserAccount.id)).unique().all()
