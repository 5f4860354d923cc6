"""Rows of fairs as the API shows them: plain values, names loaded, money in đồng."""

from collections.abc import Collection, Sequence
from typing import Any, TypeVar

from sqlalchemy import select

from catalog.areas.models import Area
from catalog.producers.models import Producer
from core.db import db
from shop.cards.links import redirect_url
from shop.fairs import queries
from shop.fairs.applying.joined import delegations_of, partners_of
from shop.fairs.booths.fees import fee_due
from shop.fairs.booths.models import BoothSwap
from shop.fairs.directory import BoothView, Exhibitor
from shop.fairs.models import Booking, Booth, BoothDay, Fair, FairApplication
from shop.fairs.rules import LIVE_DAY
from shop.payments.queries import find_payment
from shop.stores.models import Seller

CURRENCY = "VND"
#: What is shown of a fair as it stands.
_FACTS = (
    "slug", "name", "state", "registration_number", "registered_on", "venue", "opens_on", "closes_on", "hours_from",
    "hours_until", "about", "contact_phone", "contact_email", "applications_from", "applications_until", "decide_by",
    "pay_by", "renew_by", "cancelled_at", "cancelled_because", "rules", "version",
)  # fmt: skip
Named = TypeVar("Named", Seller, Area)


def fair_view(fair: Fair) -> dict[str, Any]:
    """A fair with its organizer and how many booths its plan has."""
    return fair_views([fair])[0]


def fair_views(found: Sequence[Fair]) -> list[dict[str, Any]]:
    """Fairs of a list, their sellers, areas and booths in three statements, however many there are."""
    sellers = {one.id: one for one in _among(Seller, {fair.seller_id for fair in found})}
    areas = {one.id: one for one in _among(Area, {fair.area_id for fair in found if fair.area_id})}
    counts = queries.count_booths([fair.id for fair in found])
    return [
        {
            **{name: getattr(fair, name) for name in _FACTS}, "organizer": sellers[fair.seller_id].name,
            "seller": sellers[fair.seller_id].code, "area": areas.get(fair.area_id or 0),
            "booths": counts.get(fair.id, 0),
        }
        for fair in found
    ]  # fmt: skip


def _among(model: type[Named], ids: Collection[int]) -> Sequence[Named]:
    return db.session.scalars(select(model).where(model.id.in_(list(ids)))).all() if ids else []


def booth_view(view: BoothView) -> dict[str, Any]:
    """A booth of the plan as visitors see it."""
    booth = view.booth
    return {
        "code": booth.code, "uid": booth.uid, "hall": booth.hall, "polygon": booth.polygon, "kind": booth.kind,
        "use": booth.use, "zone": booth.zone, "open_sides": booth.open_sides,
        "services": booth.services, "price": booth.price_vnd, "currency": CURRENCY, "status": view.status,
        "free_days": view.free_days, "exhibitors": [one.producer for one in view.exhibitors],
    }  # fmt: skip


def exhibitor_view(one: Exhibitor) -> dict[str, Any]:
    """An exhibitor with the products it may show, and on which days."""
    products = [
        {
            "slug": shown.product.slug, "name": shown.product.name, "set": shown.product.set_no,
            "group": shown.product.product_set.group, "stars": shown.stars, "days": shown.days,
        }
        for shown in one.products
    ]  # fmt: skip
    return {
        "producer": one.producer, "place": one.place or None, "booth": one.booth.code, "hall": one.booth.hall,
        "days": one.days,
        "confirmed": one.is_confirmed, "products": products,
    }  # fmt: skip


def application_views(found: Sequence[FairApplication]) -> list[dict[str, Any]]:
    """Applications with the names of their producers and products."""
    products = {one.product_id for application in found for one in application.products}
    names = queries.names_of({one.producer_id for one in found}, products)
    fairs = {fair_id: db.session.get_one(Fair, fair_id).slug for fair_id in {one.fair_id for one in found}}
    partners, blocks = partners_of([one.id for one in found]), delegations_of([one.fair_id for one in found])
    return [
        {
            "id": one.code, "fair": fairs[one.fair_id], "producer": names.producers[one.producer_id],
            "state": one.state, "submitted_at": one.submitted_at, "wishes": one.wishes, "renew_by": one.renew_by,
            "products": [names.products[shown.product_id].slug for shown in one.products],
            "decided_at": one.decided_at, "note": one.decision_note, "version": one.version, "source": one.source,
            "partner": partners.get(one.id), "delegation": blocks.get(one.delegation_id or 0),
        }
        for one in found
    ]  # fmt: skip


def booking_view(booking: Booking) -> dict[str, Any]:
    """A booking with its days, products and fee."""
    days = queries.days_of(booking.id, *LIVE_DAY)
    names = queries.names_of((), queries.product_ids_of(booking.id))
    payment = find_payment(booking.payment_reference) if booking.payment_reference else None
    return {
        "id": booking.code, "fair": db.session.get_one(Fair, booking.fair_id).slug,
        "booth": db.session.get_one(Booth, booking.booth_id).code,
        "application": db.session.get_one(FairApplication, booking.application_id).code,
        "producer": db.session.get_one(Producer, booking.producer_id), "state": booking.state,
        "price": booking.price_vnd, "due": fee_due(booking), "refund_due": booking.refund_due_vnd,
        "subsidy": booking.subsidy_vnd, "ended_because": booking.ended_because,
        "currency": CURRENCY, "days": [_day_view(day) for day in days],
        "products": sorted(product.slug for product in names.products.values()), "expires_at": booking.expires_at,
        "renew_by": booking.renew_by, "checked_in_on": booking.checked_in_on, "version": booking.version,
        "payment": None if payment is None else {
            "reference": payment.reference, "provider": payment.provider, "status": payment.status,
            "amount": payment.amount_vnd, "qr_text": payment.qr_text, "expires_at": payment.expires_at,
            "redirect_url": redirect_url(payment),
        },
    }  # fmt: skip


def _day_view(day: BoothDay) -> dict[str, Any]:
    return {
        "day": day.day, "state": day.state, "price": day.price_vnd, "certificate": day.certificate_number,
        "stars": day.stars,
    }  # fmt: skip


def swap_view(swap: BoothSwap) -> dict[str, Any]:
    """A proposal to change booths."""
    first, second = db.session.get_one(Booking, swap.first_id), db.session.get_one(Booking, swap.second_id)
    return {
        "id": swap.code, "fair": db.session.get_one(Fair, swap.fair_id).slug, "first": first.code,
        "second": second.code, "state": swap.state, "note": swap.note, "asked_at": swap.asked_at,
        "expires_at": swap.expires_at, "first_agreed_at": swap.first_agreed_at,
        "second_agreed_at": swap.second_agreed_at, "ended_at": swap.ended_at,
    }  # fmt: skip
