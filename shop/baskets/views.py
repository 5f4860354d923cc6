"""Gift baskets as programs read them."""

from typing import Any

from flask import url_for

from shop.baskets.queries import Part, Shown


def basket_view(shown: Shown) -> dict[str, Any]:
    """A basket with its parts."""
    basket = shown.basket
    return {
        "slug": basket.slug, "name": basket.name, "occasion": basket.occasion, "words": basket.words,
        "store": {"code": basket.store.code, "name": basket.store.name}, "parts": [_part(one) for one in shown.parts],
        "goods": shown.goods_vnd, "wrapping": basket.wrap_vnd, "total": shown.total_vnd, "currency": "VND",
        "grams": shown.grams, "adult": shown.is_alcohol, "is_open": shown.is_open, "in_stock": shown.stock,
        "sellable_until": shown.ends_on, "url": url_for("baskets.show", slug=basket.slug, _external=True),
    }  # fmt: skip


def _part(part: Part) -> dict[str, Any]:
    named, governing = part.named, part.offer.governing if part.offer else None
    told = {
        "position": part.position, "sku": named.code, "slug": named.slug, "name": named.name, "label": named.label,
        "unit": named.unit, "quantity": part.quantity, "cost": part.cost_vnd,
        "stars": governing.stars if governing else None, "ends_on": governing.ends_on if governing else None,
    }  # fmt: skip
    return told | ({"problem": part.reason} if part.reason else {})
