"""A fair in schema.org's words (JSON-LD)."""

from typing import Any

from core.web.links import address_of
from shop.fairs.models import Fair
from shop.fairs.rules import FairState


def fair_data(fair: Fair) -> dict[str, Any]:
    """One ``Event``: name, days, place, and whether it still takes place."""
    state = "EventCancelled" if fair.state == FairState.CANCELLED else "EventScheduled"
    return {
        "@context": "https://schema.org", "@type": "Event", "name": fair.name,
        "url": address_of("fairs.show", slug=fair.slug), "startDate": fair.opens_on.isoformat(),
        "endDate": fair.closes_on.isoformat(), "eventStatus": f"https://schema.org/{state}",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": {"@type": "Place", "name": fair.venue, "address": {
            "@type": "PostalAddress", "streetAddress": fair.venue, "addressCountry": "VN",
        }},
    }  # fmt: skip
