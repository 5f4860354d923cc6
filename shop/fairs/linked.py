"""A fair, and who shows there, in schema.org's words (JSON-LD)."""

from typing import Any

from core.web.links import address_of
from shop.fairs.directory import Exhibitor
from shop.fairs.models import Fair
from shop.fairs.rules import FairState


def fair_data(fair: Fair, organizer: str | None = None) -> dict[str, Any]:
    """One ``Event``: name, days, place, who holds it, and whether it still takes place."""
    state = "EventCancelled" if fair.state == FairState.CANCELLED else "EventScheduled"
    data: dict[str, Any] = {
        "@context": "https://schema.org", "@type": "Event", "name": fair.name,
        "url": address_of("fairs.show", slug=fair.slug), "startDate": fair.opens_on.isoformat(),
        "endDate": fair.closes_on.isoformat(), "eventStatus": f"https://schema.org/{state}",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": {"@type": "Place", "name": fair.venue, "address": {
            "@type": "PostalAddress", "streetAddress": fair.venue, "addressCountry": "VN",
        }},
    }  # fmt: skip
    return data if organizer is None else {**data, "organizer": {"@type": "Organization", "name": organizer}}


def exhibitor_data(fair: Fair, stands: list[Exhibitor]) -> dict[str, Any]:
    """An ``Organization`` that takes part in the fair, with the products that it shows there."""
    one = stands[0]
    names = {shown.product.slug: shown.product.name for stand in stands for shown in stand.products}
    data: dict[str, Any] = {
        "@context": "https://schema.org", "@type": "Organization", "name": one.producer.name,
        "url": address_of("fairs.exhibitor", slug=fair.slug, code=one.producer.code), "event": fair_data(fair),
        "makesOffer": [
            {"@type": "Offer", "itemOffered": {
                "@type": "Product", "name": name, "url": address_of("front.product", slug=slug),
            }}
            for slug, name in names.items()
        ],
    }  # fmt: skip
    return data if not one.place else {**data, "address": {"@type": "PostalAddress", "addressLocality": one.place}}
