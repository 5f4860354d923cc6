"""A store in schema.org's words (JSON-LD): where, when, by whom."""

from typing import Any

from core.web.links import address_of
from shop.stores.models import Store
from shop.stores.opening import Special, specials

_DAYS = {
    "mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday", "sat": "Saturday",
    "sun": "Sunday",
}  # fmt: skip


def store_data(store: Store) -> dict[str, Any]:
    """One ``Store`` (a LocalBusiness): address, position where it was measured, opening hours, the legal seller."""
    data: dict[str, Any] = {
        "@context": "https://schema.org", "@type": "Store", "name": store.name,
        "url": address_of("stores.show", code=store.code),
        "address": {
            "@type": "PostalAddress", "streetAddress": store.address, "addressLocality": store.area.name,
            "addressCountry": "VN",
        },
        "parentOrganization": {"@type": "Organization", "name": store.seller.name, "taxID": store.seller.tax_code},
        "currenciesAccepted": "VND",
        "openingHoursSpecification": [
            {"@type": "OpeningHoursSpecification", "dayOfWeek": _DAYS[day], "opens": opens, "closes": closes}
            for day in _DAYS
            for opens, closes in store.hours.get(day, ())
        ],
    }  # fmt: skip
    if store.special:
        data["specialOpeningHoursSpecification"] = [entry for one in specials(store.special) for entry in _special(one)]
    if store.phone:
        data["telephone"] = store.phone
    if store.lat is not None and store.lng is not None:
        data["geo"] = {"@type": "GeoCoordinates", "latitude": store.lat, "longitude": store.lng}
    return data


def _special(one: Special) -> list[dict[str, str]]:
    """Days with hours of their own; 00:00 to 00:00 says that the store is closed."""
    days = {"validFrom": one.since.isoformat(), "validThrough": one.until.isoformat()}
    pairs = one.hours or (("00:00", "00:00"),)
    return [{"@type": "OpeningHoursSpecification", "opens": a, "closes": b} | days for a, b in pairs]
