"""Products as the API and the pages show them: one shape each for a card and for a whole product."""

from typing import Any

from flask import url_for

from catalog.listings.measures import contents_words, shelf_words, tell_strength
from catalog.listings.places import Place
from catalog.listings.queries import Card
from catalog.photos.queries import photos_of
from catalog.photos.schemas import url_of
from core.web.links import address_of
from shop.front.queries import Pack, Shown


def card_view(card: Card, *, in_stock: bool) -> dict[str, Any]:
    """A card with the names that both the API's schema and the macro `product_card` read."""
    return {
        "listing_id": card.listing_id,
        "slug": card.slug, "name": card.name, "code": card.code, "group": card.group, "set_no": card.set_no,
        "producer": {"code": card.producer_code, "name": card.producer_name}, "producer_name": card.producer_name,
        "stars": card.stars, "area": _named(card.area), "place": card.area.name if card.area else None,
        "price_vnd": card.price_vnd, "unit": card.unit, "has_more_prices": card.has_more_prices,
        "sku_code": card.sku_code, "sellable_until": card.governing.ends_on, "ends_on": card.governing.ends_on,
        "is_alcohol": card.is_alcohol, "is_demo": card.is_demo, "in_stock": in_stock, "photo": card.photo,
        "image": url_of(card.photo) if card.photo else address_of("front.picture", slug=card.slug),
        "url": url_for("front.product", slug=card.slug), "summary": card.summary,
    }  # fmt: skip


def whole_view(shown: Shown) -> dict[str, Any]:
    """Everything that a shopper may know of a product for sale."""
    card, listing, governing = shown.card, shown.listing, shown.card.governing
    photos = photos_of(card.product_id)
    return {
        **card_view(card, in_stock=shown.in_stock),
        "story": listing.story, "ingredients": listing.ingredients, "usage": listing.usage,
        **{name: getattr(listing, name) for name in ("origin", "warnings", "dates_note", "specs")},
        "maker_address": listing.maker_address or ", ".join(p.name for p in (card.locality, card.area) if p),
        "is_gift": listing.is_gift, "locality": _named(card.locality), "skus": [pack_view(one) for one in shown.packs],
        "certificate": {
            "code": governing.code, "decision_number": governing.decision_number, "decided_on": governing.decided_on,
            "issuer": governing.issuer, "stars": governing.stars, "starts_on": governing.starts_on,
            "ends_on": governing.ends_on, "url": address_of("certificates.show", code=governing.code),
        },
        "url": address_of("front.product", slug=card.slug),
        "picture": address_of("front.card_png", slug=card.slug), "photos": photos,
        "images": [url_of(photo) for photo in photos],
    }  # fmt: skip


def pack_view(pack: Pack) -> dict[str, Any]:
    """A pack with the stores that have it."""
    sku = pack.sku
    columns = ("code", "label", "unit", "net_grams", "net_ml", "net_pieces", "gtin", "shelf_days", "storage", "abv_bp")
    stock = [{"store": {"code": store.code, "name": store.name}, "available": units} for store, units in pack.stock]
    facts: dict[str, Any] = {name: getattr(sku, name) for name in columns}
    words = {
        "contents": contents_words(sku.net_grams, sku.net_ml, sku.net_pieces),
        "shelf": shelf_words(sku.shelf_days), "strength": tell_strength(sku.abv_bp),
    }  # fmt: skip
    return facts | words | {"price_vnd": pack.price_vnd, "in_stock": pack.in_stock, "stock": stock}


def _named(place: Place | None) -> dict[str, str] | None:
    return {"code": place.code, "name": place.name} if place else None
