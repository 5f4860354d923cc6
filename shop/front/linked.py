"""The shop front in schema.org's words (JSON-LD): what search engines may tell of a page.

Everything said here is on the page too, and nothing outlives the gate: a price is promised to the last day of the
certificate or of the price, whichever comes first.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from catalog.certificates.schema_org import certification
from core.web.head import site_root
from core.web.links import address_of
from shop.front.trails import Trail

_SCHEMA = "https://schema.org"


def product_data(view: Mapping[str, Any], last_days: Mapping[str, date], rating: Any = None) -> dict[str, Any]:
    """The product with what certifies it and every pack's offer.

    view: shop.front.views.whole_view. last_days: by pack code, the last day of a price that is known to change.
    rating: average and count of real reviews (from 1 to 5); None: nobody has written any.
    """
    proof = view["certificate"]
    data: dict[str, Any] = {
        "@context": _SCHEMA, "@type": "Product", "name": view["name"], "sku": view["code"],
        "description": view["summary"] or view["name"], "image": [*view["images"], view["picture"]], "url": view["url"],
        "brand": {"@type": "Brand", "name": view["producer"]["name"]},
        "manufacturer": {"@type": "Organization", "name": view["producer"]["name"]},
        "hasCertification": certification(
            stars=proof["stars"], decision_number=proof["decision_number"], decided_on=proof["decided_on"],
            issuer=proof["issuer"], starts_on=proof["starts_on"], ends_on=proof["ends_on"], is_active=True,
            url=proof["url"],
        ),
        "offers": [_offer(pack, view, last_days.get(pack["code"])) for pack in view["skus"]],
    }  # fmt: skip
    if rating is not None and rating.count:
        data["aggregateRating"] = {
            "@type": "AggregateRating", "ratingValue": round(float(rating.average), 1), "reviewCount": rating.count,
            "bestRating": 5, "worstRating": 1,
        }  # fmt: skip
    return data


def _offer(pack: Mapping[str, Any], view: Mapping[str, Any], last_day: date | None) -> dict[str, Any]:
    """One pack as an offer; goods sold by weight are priced by the kilogram."""
    until = min(filter(None, (view["sellable_until"], last_day)))
    offer: dict[str, Any] = {
        "@type": "Offer", "sku": pack["code"], "name": pack["label"], "url": view["url"], "price": pack["price_vnd"],
        "priceCurrency": "VND", "priceValidUntil": until.isoformat(), "itemCondition": f"{_SCHEMA}/NewCondition",
        "availability": f"{_SCHEMA}/" + ("InStock" if pack["in_stock"] else "OutOfStock"),
    }  # fmt: skip
    if pack["gtin"]:
        offer["gtin"] = pack["gtin"]
    if pack["unit"] == "gram":
        offer["priceSpecification"] = {
            "@type": "UnitPriceSpecification", "price": pack["price_vnd"], "priceCurrency": "VND", "unitCode": "KGM",
        }  # fmt: skip
    return offer


def breadcrumbs(trail: Trail) -> dict[str, Any]:
    """The way to a page; the last step is the page itself."""
    items: list[dict[str, Any]] = []
    for place, (label, path) in enumerate(trail, 1):
        item: dict[str, Any] = {"@type": "ListItem", "position": place, "name": label}
        if path and place < len(trail):
            item["item"] = site_root() + path
        items.append(item)
    return {"@context": _SCHEMA, "@type": "BreadcrumbList", "itemListElement": items}


def website(name: str) -> dict[str, Any]:
    """The shop itself, and how to search it."""
    browse = address_of("front.browse")
    return {
        "@context": _SCHEMA, "@type": "WebSite", "name": name, "url": address_of("front.home"),
        "inLanguage": ["vi", "en"],
        "potentialAction": {
            "@type": "SearchAction", "query-input": "required name=q",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{browse}?q={{q}}"},
        },
    }  # fmt: skip


def item_list(name: str, cards: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The products of a list in their order. cards: shop.front.views.card_view."""
    return {
        "@context": _SCHEMA, "@type": "ItemList", "name": name,
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": card["name"],
             "url": address_of("front.product", slug=card["slug"])}
            for place, card in enumerate(cards, 1)
        ],
    }  # fmt: skip


def producer_data(name: str, url: str, place: str | None) -> dict[str, Any]:
    """A producer: its name and where it is, no more."""
    data: dict[str, Any] = {"@context": _SCHEMA, "@type": "Organization", "name": name, "url": url}
    if place:
        data["address"] = {"@type": "PostalAddress", "addressLocality": place, "addressCountry": "VN"}
    return data
