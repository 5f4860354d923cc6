"""The pages of the shop front: home, browsing, one product, and the question of age."""

from collections.abc import Mapping
from typing import Any

from flask import Response, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from marshmallow import EXCLUDE, ValidationError
from werkzeug.datastructures import MultiDict

from catalog.listings.queries import cards
from catalog.search.facets import FACETS, group_name, set_name
from catalog.search.service import Query, search
from catalog.search.understanding import MOST_SIGNS
from core.clock import local_day, now
from core.text import squeeze
from core.web.access import public
from core.web.fields import accepting_text
from core.web.i18n import safe_path
from core.web.pages import Pages, render
from shop.carts import service as cart_service
from shop.carts.mine import find_mine
from shop.front.api import certificate_url
from shop.front.fields import Several
from shop.front.queries import Browsed, Closed, Moved, Shown, browse, like, show
from shop.front.schemas import ProductsQuery
from shop.front.stock import shelf_of
from shop.front.views import card_view, linked_data, whole_view
from shop.stores.queries import find_store

pages = Pages("front", __name__)

#: Group, drawing and ground of the six marks on the home page.
GROUP_MARKS = (
    ("I", "rice", 1), ("II", "juice", 2), ("III", "herb", 0), ("IV", "basket", 4), ("V", "bonsai", 5),
    ("VI", "homestay", 3),
)  # fmt: skip
NEWEST = 8


@pages.get("/")
@public
def home() -> Response:
    """The shop's front: what it promises, a seal, the six groups, the newest products."""
    at = now()
    on = local_day(at)
    result = search(Query(is_adult=is_adult(), sort="newest"), on)
    newest = cards(result.listing_ids[:NEWEST], on)
    shelf = shelf_of([card.listing_id for card in newest], at)
    counts = {value.value: value.count for value in result.facets["group"]}
    return render(
        "front/home.html",
        total=result.total,
        seal_of=max(newest, key=lambda card: card.stars, default=None),
        newest=[card_view(card, in_stock=shelf.has(card.listing_id)) for card in newest],
        groups=[(group, group_label(group), kind, ground, counts.get(group, 0)) for group, kind, ground in GROUP_MARKS],
    )


@pages.get("/san-pham", endpoint="browse")
@public
def browse_page() -> Response:
    """Search and browse; the address holds the whole state. What it cannot understand is left out."""
    args = read_leniently(request.args)
    found = browse({**args, "adult": is_adult()}, now())
    return render("front/browse.html", **_browse_context(args, found))


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
    others = like(found.card, at, is_adult())
    shelf = shelf_of([card.listing_id for card in others], at)
    view = whole_view(found)
    return render(
        "front/product.html", shown=found, view=view, data=linked_data(view), stores=_stores_of(found),
        group=group_label(found.card.group), set_label=set_name(found.card.set_no),
        others=[card_view(card, in_stock=shelf.has(card.listing_id)) for card in others],
    )  # fmt: skip


@pages.get("/san-pham/<slug>.svg")
@public
def picture(slug: str) -> Response:
    """The product's drawn picture as a file of its own, for other programs; open products only."""
    found = show(slug, now())
    if not isinstance(found, Shown):
        return make_response("", 410)
    card = found.card
    response = make_response(render_template("front/picture.svg", card=card))
    response.content_type = "image/svg+xml; charset=utf-8"
    return response


@pages.post("/tuoi")
@public
def confirm_adult() -> Response:
    """The visitor says that he or she is 18 or older: asked once, kept in the session and the cart."""
    session["adult"] = True
    cart = find_mine()
    if cart is not None:
        cart_service.confirm_adult(cart.token)
    return redirect(safe_path(request.form.get("next"), url_for("front.browse")), 303)  # type: ignore[return-value]


def is_adult() -> bool:
    """Whether this visitor has confirmed to be 18 or older."""
    return bool(session.get("adult"))


def group_label(group: str) -> str:
    """A group's name, short enough for a chip."""
    short = {
        "III": _("Dược liệu"), "IV": _("Thủ công mỹ nghệ"), "VI": _("Du lịch cộng đồng"),
    }  # fmt: skip
    return short.get(group, group_name(group))


def read_leniently(given: MultiDict[str, str]) -> dict[str, Any]:
    """The address's filters as ProductsQuery loads them, without what it would refuse.

    A page is not a program's door: an old link with a filter that is gone still shows what it can.
    """
    schema = ProductsQuery()
    many = {name for name, field in schema.fields.items() if isinstance(field, Several)}
    raw: dict[str, Any] = {name: given.getlist(name) if name in many else given[name] for name in given}
    raw["q"] = squeeze(raw.get("q", ""))[:MOST_SIGNS]
    raw = {name: value for name, value in raw.items() if value not in ("", [""])}
    with accepting_text():
        while True:
            try:
                args: dict[str, Any] = schema.load(raw, unknown=EXCLUDE)  # type: ignore[assignment]
            except ValidationError as error:
                raw = {name: value for name, value in raw.items() if name not in error.messages_dict}
            else:
                break
    if "store" in args and find_store(args["store"]) is None:
        del args["store"]
    return args


def _browse_context(args: Mapping[str, Any], found: Browsed) -> dict[str, Any]:
    total, per_page = found.result.total, args["per_page"]
    titles = {
        "group": _("Nhóm"), "stars": _("Số sao"), "area": _("Địa phương"), "set": _("Bộ sản phẩm"),
        "store": _("Có sẵn tại"), "producer": _("Nhà sản xuất"),
    }  # fmt: skip
    return {
        "args": args,
        "total": total,
        "page": args["page"],
        "pages": -(-total // per_page),
        "cards": [card_view(card, in_stock=found.shelf.has(card.listing_id)) for card in found.cards],
        "facets": [{"name": name, "title": titles[name], "options": found.facets[name]} for name in titles],
        "did_you_mean": found.result.did_you_mean,
        "asks_age": found.result.hides_alcohol,
        "filtered": any(args.get(name) for name in (*FACETS, "store", "price_min", "price_max")),
    }


def _closed(found: Closed) -> Response:
    """The page of a product that is not for sale: 410, the reason, its certificate, what else there is."""
    refusal, at = found.refusal(), now()
    others = like(found.product, at, is_adult())
    shelf = shelf_of([card.listing_id for card in others], at)
    return render(
        "front/closed.html", refusal.status, product=found.product, why=found.why, refusal=refusal,
        certificate_url=certificate_url(found),
        others=[card_view(card, in_stock=shelf.has(card.listing_id)) for card in others],
    )  # fmt: skip


def _stores_of(shown: Shown) -> list[tuple[Any, dict[str, int]]]:
    """Stores that have any pack, each with its units by pack code, most complete first."""
    stores: dict[int, tuple[Any, dict[str, int]]] = {}
    for pack in shown.packs:
        for store, units in pack.stock:
            stores.setdefault(store.id, (store, {}))[1][pack.sku.code] = units
    return sorted(stores.values(), key=lambda pair: -len(pair[1]))
