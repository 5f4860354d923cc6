"""The pages of the shop front: home, search, one product, and the question of age. Directories: directory.py."""

from datetime import date, timedelta
from typing import Any

from flask import Response, redirect, request, session, url_for
from flask_babel import gettext as _

from catalog.listings.prices import planned_prices
from catalog.listings.queries import Card
from catalog.products.queries import get_product
from core.clock import local_day, now
from core.web.access import public
from core.web.head import Head, head_of, site_name
from core.web.i18n import safe_path
from core.web.pages import Pages, render
from shop.carts import service as cart_service
from shop.carts.mine import find_mine
from shop.front.addresses import GROUP_SLUGS, area_slug, group_label, producer_slug
from shop.front.alike import beside, instead
from shop.front.api import certificate_url
from shop.front.browsing import ALL, is_adult, listing_page
from shop.front.helping import searched
from shop.front.linked import breadcrumbs, product_data, website
from shop.front.queries import Closed, Moved, Shown, show
from shop.front.shelves import first_of, leading, today_shelves
from shop.front.trails import Trail, trail_of
from shop.front.views import card_view, whole_view
from shop.inventory.shelves import trading_stores
from shop.reviews.queries import ratings

pages = Pages("front", __name__)

#: Group, drawing and ground of the six marks on the home page.
GROUP_MARKS = (
    ("I", "rice", 1), ("II", "juice", 2), ("III", "herb", 0), ("IV", "basket", 4), ("V", "bonsai", 5),
    ("VI", "homestay", 3),
)  # fmt: skip
#: Products of the first shelf of the home page, and of each other.
NEWEST, FEW = 8, 4


@pages.get("/")
@public
def home() -> Response:
    """The shop's front: what it promises, a seal, the six groups, the shelves, the stores."""
    at = now()
    shelves = today_shelves(at)
    rows = [first_of(page, at, FEW if place else NEWEST, is_adult=is_adult()) for place, page in enumerate(shelves)]
    newest = rows[0]
    shown = [
        (row.page, row.total, [card_view(card, in_stock=row.shelf.has(card.listing_id)) for card in row.cards])
        for row in rows
        if row.cards
    ]
    title = _("Đặc sản có sao, còn hạn, rõ nguồn gốc")
    text = _("Đặc sản OCOP từ 3 đến 5 sao, còn hiệu lực công nhận, mua tại cửa hàng hoặc giao tận nhà.")
    return render(
        "front/home.html",
        head=head_of("front.home", {}, title, text, data=[website(site_name())]),
        total=newest.total,
        seal_of=leading(newest.cards),
        rows=shown,
        groups=[
            (GROUP_SLUGS[group], group_label(group), kind, ground, newest.counts.get(group, 0))
            for group, kind, ground in GROUP_MARKS
        ],
        stores=list(trading_stores().values()),
    )


@pages.get("/san-pham", endpoint="browse")
@public
def browse_page() -> Response:
    """Search and browse; the address holds the whole state. What it cannot understand is left out."""
    at = now()
    context = listing_page(ALL, at)
    words = context["args"].get("q", "")
    title = _("“%(words)s”", words=words) if words else _("Sản phẩm OCOP đang bán")
    text = _("Sản phẩm OCOP đang còn hiệu lực công nhận: tìm theo tên, nhóm, số sao, địa phương, cửa hàng.")
    head = head_of(
        "front.browse", {}, title, text, page=context["page"], pages=context["pages"],
        is_listed=not words and not context["filtered"] and bool(context["cards"]),
    )  # fmt: skip
    return render("front/browse.html", head=head, **context, **searched(context, local_day(at)))


@pages.get("/san-pham/<slug>")
@public
def product(slug: str) -> Response:
    """One product: for sale today, or (410) why not and what else there is."""
    at = now()
    found = show(slug, at)
    if isinstance(found, Moved):
        return redirect(url_for("front.product", slug=found.slug), 301)  # type: ignore[return-value]
    if isinstance(found, Closed):
        return _closed(found)
    if found.card.is_alcohol and not is_adult():
        return render("front/age.html", card=found.card)
    view, card = whole_view(found), found.card
    trail = trail_of(card.group, card.set_no, card.name)
    return render(
        "front/product.html", shown=found, view=view, stores=_stores_of(found), trail=trail,
        head=_head_of(found, view, trail, local_day(at)), rows=beside(card, at, is_adult=is_adult()),
        instead=[] if found.in_stock else instead(get_product(slug), at, is_adult=is_adult()),
        maker_url=url_for("front.maker", slug=producer_slug(card.producer_code, card.producer_name)),
        area_url=_area_url(card),
    )  # fmt: skip


@pages.post("/tuoi")
@public
def confirm_adult() -> Response:
    """The visitor says that he or she is 18 or older: asked once, kept in the session and the cart."""
    session["adult"] = True
    cart = find_mine()
    if cart is not None:
        cart_service.confirm_adult(cart.token)
    return redirect(safe_path(request.form.get("next"), url_for("front.browse")), 303)  # type: ignore[return-value]


def _head_of(found: Shown, view: dict[str, Any], trail: Trail, on: date) -> Head:
    """The head of a product's page: its card as a picture, its words, what certifies it."""
    card = found.card
    text = card.summary or _(
        "%(name)s của %(producer)s, %(n)s sao OCOP.", name=card.name, producer=card.producer_name, n=card.stars
    )
    rating = ratings([card.product_id]).get(card.product_id)
    return head_of(
        "front.product", {"slug": card.slug}, f"{card.name} · " + _("%(n)s sao OCOP", n=card.stars), text,
        kind="product", picture=[*view["images"], view["picture"]][0], is_card=not view["images"],
        picture_words=card.name,
        data=[product_data(view, _last_days(found, on), rating), breadcrumbs(trail)],
    )  # fmt: skip


def _last_days(found: Shown, on: date) -> dict[str, date]:
    """The last day of each pack's price, where it is known to change."""
    planned = planned_prices([pack.sku.id for pack in found.packs])
    changes = {
        code: [one.starts_on for one in planned.get(sku_id, ()) if one.starts_on > on]
        for code, sku_id in ((pack.sku.code, pack.sku.id) for pack in found.packs)
    }
    return {code: min(days) - timedelta(days=1) for code, days in changes.items() if days}


def _closed(found: Closed) -> Response:
    """The page of a product that is not for sale: 410, the reason, its certificate, what else there is."""
    refusal, at = found.refusal(), now()
    return render(
        "front/closed.html", refusal.status, product=found.product, why=found.why, refusal=refusal,
        certificate_url=certificate_url(found), trail=trail_of(
            found.product.product_set.group, found.product.set_no, found.product.name
        ),
        instead=instead(found.product, at, is_adult=is_adult()), on=local_day(at),
    )  # fmt: skip


def _area_url(card: Card) -> str | None:
    """The page of the place of today in which a product is made."""
    place = card.locality or card.area
    if place is None:
        return None
    is_plain = place == card.area
    return url_for("front.area", slug=area_slug(place.code, place.name, is_plain=is_plain))


def _stores_of(shown: Shown) -> list[tuple[Any, dict[str, int]]]:
    """Stores that have any pack, each with its units by pack code, most complete first."""
    stores: dict[int, tuple[Any, dict[str, int]]] = {}
    for pack in shown.packs:
        for store, units in pack.stock:
            stores.setdefault(store.id, (store, {}))[1][pack.sku.code] = units
    return sorted(stores.values(), key=lambda pair: -len(pair[1]))
