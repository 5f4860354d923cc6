"""What a listing or a pack must fulfil before a verb writes it: hers to set, free, in line with its set and the law."""

from collections.abc import Collection
from datetime import date
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import func, select

from catalog.listings.label import Lack, address_of, missing_label
from catalog.listings.models import LIVE, Listing, Sku
from catalog.listings.refusals import LabelIncomplete, ListingIncomplete, SkuTaken
from catalog.listings.rules import implausible_pack, missing
from catalog.listings.vat import FULL, classes_for, rate_of
from catalog.products.models import Product
from catalog.products.sets import ALCOHOL
from core.clock import today
from core.db import db
from core.errors import Invalid

#: Alcohol that a pack may state: more than none, at most pure.
_MOST_ABV_BP: Final = 10_000


def check_fields(facts: Collection[str], allowed: Collection[str]) -> None:
    """Refuse what is not hers to set: the certificate's facts, the product's, states and counters. Raises Invalid."""
    locked = sorted(set(facts) - set(allowed))
    if locked:
        raise Invalid({field: [_("Mục này không sửa được ở đây.")] for field in locked})


def check_pack(listing: Listing, facts: dict[str, Any], given: Collection[str]) -> None:
    """Refuse a pack whose facts contradict each other, its set or the law of VAT; `given`: what is being set now.

    Raises Invalid.
    """
    product = db.session.get_one(Product, listing.product_id)
    errors: dict[str, list[str]] = {}
    for field in implausible_pack(facts.get("unit", "piece"), facts.get("net_grams")):
        errors[field] = [_("Hàng bán theo gam không ghi khối lượng một món.")]
    is_alcohol = product.set_no in ALCOHOL
    if not is_alcohol and "abv_bp" in given and facts.get("abv_bp") is not None:
        errors["abv_bp"] = [_("Chỉ rượu và đồ uống có cồn mới ghi nồng độ cồn.")]
    if is_alcohol and "abv_bp" in given and facts.get("abv_bp") == 0:
        errors["abv_bp"] = [_("Từ trên 0 đến %(most)s%%.", most=_MOST_ABV_BP // 100)]
    chosen = facts.get("vat_class")
    if "vat_class" in given and chosen is not None and (chosen == FULL) != (classes_for(product.set_no) == (FULL,)):
        errors["vat_class"] = [_("Loại thuế này không hợp với bộ sản phẩm: chỉ rượu chịu mức 10%% không giảm.")]
    if errors:
        raise Invalid(errors)


def check_free(own_id: int | None, facts: dict[str, Any]) -> None:
    """Refuse a code or a GTIN that another pack has. Raises SkuTaken."""
    for field in ("code", "gtin"):
        value = facts.get(field)
        if value is None:
            continue
        taken = select(Sku.id).where(getattr(Sku, field) == value, Sku.id != (own_id or 0))
        if db.session.scalar(taken) is not None:
            raise SkuTaken(field=field)


def with_rate(facts: dict[str, Any], on: date) -> dict[str, Any]:
    """The facts with the rate that a class has on the day; a bare rate, given without a class, stands for itself."""
    chosen = facts.get("vat_class")
    if chosen is not None:
        return facts | {"vat_bp": rate_of(chosen, facts.get("vat_bp", 0), on)}
    return facts | {"vat_class": None} if "vat_bp" in facts else facts


def lacks(listing: Listing) -> list[Lack]:
    """What the law asks of its label and it does not say."""
    product = db.session.get_one(Product, listing.product_id)
    return missing_label(listing, product.set_no, address_of(product.producer, today()))


def check_complete(listing: Listing) -> None:
    """Refuse to show what has no words, no pack, or a label short of the law.

    Raises ListingIncomplete, LabelIncomplete.
    """
    packs = select(func.count()).where(Sku.listing_id == listing.id, Sku.is_active)
    lacking = missing(listing.summary, db.session.scalar(packs) or 0)
    if lacking:
        raise ListingIncomplete(missing=lacking)
    _refuse(lacks(listing))


def check_label_kept(listing: Listing, before: Collection[Lack]) -> None:
    """A live listing, once lawful, does not lose what the law asks for. Raises LabelIncomplete."""
    if listing.state == LIVE:
        known = {one.field for one in before}
        _refuse([one for one in lacks(listing) if one.field not in known])


def _refuse(lacking: Collection[Lack]) -> None:
    if lacking:
        raise LabelIncomplete(label=[{"field": o.field, "text": o.text, "article": o.article} for o in lacking])
