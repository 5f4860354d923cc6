"""For machines: what may be crawled, where everything is, what is new, and a product's picture as a file.

All of it is judged by the gate on the day: a product that may not be sold is in no part of the map and no feed.
"""

from collections.abc import Sequence
from datetime import date

from flask import Response, make_response, render_template, request
from flask_babel import gettext as _

from catalog.search.service import Query, search
from catalog.showcase.cards import open_cards
from catalog.showcase.faces import Face
from core.clock import day_start, local_day, now
from core.errors import NotFound
from core.web.access import public
from core.web.head import site_root
from core.web.links import address_of
from shop.fairs.directory import directory_of, for_visitors
from shop.fairs.models import Fair
from shop.fairs.queries import list_public
from shop.fairs.rules import FairState
from shop.front.addresses import GROUP_SLUGS, SET_SLUGS, producer_slug
from shop.front.counts import by_area, open_faces
from shop.front.gazetteer import gazetteer
from shop.front.pages import pages
from shop.front.queries import Closed, Moved, Shown, show
from shop.front.shelves import SLUGS
from shop.front.social import card_png
from shop.front.strokes import PAINTS
from shop.stores.queries import list_stores

#: Addresses in one part of the map; the protocol allows ten times as many.
PART = 5_000
#: Entries of the feed.
_NEWEST = 30
#: Fairs that the map names at most, those to come first.
_FAIRS = 500
#: What nobody's crawler should walk: desks, baskets, accounts, and lists that are filtered, sorted or searched.
_CLOSED = (
    "/quan-ly", "/gio-hang", "/thanh-toan", "/don-hang", "/tai-khoan", "/dang-nhap", "/dang-ky", "/tuoi", "/ngon-ngu",
    "/api/", "/webhooks/", "/*?*q=", "/*?*sort=", "/*?*stars=", "/*?*price_", "/*?*store=", "/*?*producer=",
    "/*?*group=", "/*?*set=", "/*?*area=", "/*?*gift=", "/*?*kind=",
)  # fmt: skip

Entry = tuple[str, date | None]


@pages.get("/robots.txt")
@public
def robots() -> Response:
    """Where crawlers may go.

    It speaks for the public address alone: asked for under another name (a test machine, a tunnel, a bare number) it
    closes everything, so that no copy of the shop is ever listed beside it.
    """
    if request.host_url.rstrip("/") != site_root():
        return _text("User-agent: *\nDisallow: /\n")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _CLOSED), "", f"Sitemap: {address_of('front.sitemap')}"]
    return _text("\n".join(lines) + "\n")


@pages.get("/sitemap.xml")
@public
def sitemap() -> Response:
    """The map of the map: one part for what stands still, others for the products for sale today."""
    on = local_day(now())
    products = _products(on)
    parts: list[Entry] = [(address_of("front.sitemap_pages"), None)]
    for number in range(-(-len(products) // PART)):
        changed = max(day for _slug, day in products[number * PART : (number + 1) * PART])
        parts.append((address_of("front.sitemap_products", number=number + 1), changed))
    parts += [(address_of("front.sitemap_fair", slug=fair.slug), None) for fair in _coming_fairs(on)]
    return _xml(render_template("front/sitemap_index.xml", parts=parts))


@pages.get("/sitemap-hoi-cho-<slug>.xml")
@public
def sitemap_fair(slug: str) -> Response:
    """A fair that is to come or runs, and everybody who shows there today."""
    at = now()
    fair = next((one for one in _coming_fairs(local_day(at)) if one.slug == slug), None)
    if fair is None:
        raise NotFound
    shown = for_visitors(directory_of(fair, at), is_adult=False).exhibitors
    codes = dict.fromkeys(one.producer.code for one in shown)
    entries = [address_of("fairs.show", slug=slug)]
    entries += [address_of("fairs.exhibitor", slug=slug, code=code) for code in codes]
    return _xml(render_template("front/sitemap.xml", entries=[(one, None) for one in entries]))


@pages.get("/sitemap-san-pham-<int:number>.xml")
@public
def sitemap_products(number: int) -> Response:
    """Up to 5,000 products for sale today, each with the day since which it is so."""
    products = _products(local_day(now()))[(number - 1) * PART : number * PART] if number > 0 else []
    if not products:
        raise NotFound
    stem = address_of("front.product", slug="-").removesuffix("-")
    return _xml(render_template("front/sitemap.xml", entries=[(stem + slug, day) for slug, day in products]))


@pages.get("/sitemap-trang.xml")
@public
def sitemap_pages() -> Response:
    """Groups, sets, places and producers that have something today; stores, fairs, shelves."""
    on = local_day(now())
    facets = search(Query(), on).facets
    entries = [address_of(f"front.{name}") for name in ("home", "browse", "groups", "areas", "makers")]
    entries += [address_of("front.shelf", slug=slug) for slug in SLUGS]
    entries += [address_of("front.group", slug=GROUP_SLUGS[one.value]) for one in facets["group"]]
    entries += [address_of("front.product_set", slug=SET_SLUGS[int(one.value)]) for one in facets["set"]]
    entries += [address_of("front.area", slug=slug) for slug in _places(on)]
    entries += [address_of("front.maker", slug=producer_slug(code, name)) for code, name in _makers(on)]
    entries += [address_of("stores.index"), address_of("fairs.index"), address_of("baskets.index")]
    entries += [address_of("stores.show", code=store.code) for store in list_stores()]
    entries += [address_of("fairs.show", slug=fair.slug) for fair in list_public(on, 1, _FAIRS)[0]]
    return _xml(render_template("front/sitemap.xml", entries=[(one, None) for one in entries[: PART * 10]]))


@pages.get("/moi.atom")
@public
def feed() -> Response:
    """The newest products for sale today, as an Atom feed."""
    on = local_day(now())
    result = search(Query(sort="newest"), on)
    faces = result.faces(1, _NEWEST)
    published = {face.listing_id: face.published_at for face in faces}
    entries = [(card, published[card.listing_id]) for card in open_cards(result.day, faces)]
    updated = max((day for _card, day in entries), default=day_start(on))
    text = render_template(
        "front/feed.atom", address_of=address_of, entries=entries, updated=updated, title=_("Vừa lên kệ")
    )
    return _xml(text, "application/atom+xml")


@pages.get("/san-pham/<slug>.svg")
@public
def picture(slug: str) -> Response:
    """The product's drawn picture as a file of its own, for other programs; open products only."""
    found = _open(slug)
    if not isinstance(found, Shown):
        return make_response("", 410)
    response = make_response(render_template("front/picture.svg", card=found.card, paints=PAINTS))
    response.content_type = "image/svg+xml; charset=utf-8"
    return response


@pages.get("/san-pham/<slug>.png", endpoint="card_png")
@public
def card_picture(slug: str) -> Response:
    """The product's card as social networks show it (1200 × 630): they take no SVG. Open products only."""
    found = _open(slug)
    if not isinstance(found, Shown):
        return make_response("", 410)
    card = found.card
    place = card.area.name if card.area else ""
    response = make_response(card_png(card.name, card.producer_name, place, card.stars, card.set_no, card.code))
    response.content_type = "image/png"
    return response


def _open(slug: str) -> Shown | Closed | Moved:
    """What the address leads to; an address of old leads to the same picture."""
    found = show(slug, now())
    return show(found.slug, now()) if isinstance(found, Moved) else found


def _coming_fairs(on: date) -> Sequence[Fair]:
    """Public fairs that are not over and not called off."""
    return [one for one in list_public(on, 1, _FAIRS)[0] if one.state in (FairState.OPEN, FairState.RUNNING)]


def _products(on: date) -> list[tuple[str, date]]:
    """Slugs of everything that any visitor may see today, with the day since which it is so, oldest first."""
    return [(face.slug, _since(face, on)) for face in open_faces(on, is_adult=False)]


def _since(face: Face, on: date) -> date:
    """The day since which it can be had: of its publication, or of the certificate that governs it now."""
    governing = face.governing(on)
    return max(local_day(face.published_at), governing.starts_on) if governing else local_day(face.published_at)


def _places(on: date) -> list[str]:
    """Slugs of provinces and communes of today that have something, and of districts of old."""
    book = gazetteer(on)
    counts = book.counted(by_area(on, is_adult=False))
    standing = [unit for unit in book.all() if unit.id in counts and unit.is_standing]
    old = [unit for province in book.provinces() if province.id in counts for unit in book.old_districts(province)]
    return [unit.slug for unit in (*standing, *old)]


def _makers(on: date) -> Sequence[tuple[str, str]]:
    """Code and name of every producer with something that any visitor may see."""
    found = {face.producer_code: face.producer_name for face in open_faces(on, is_adult=False)}
    return sorted(found.items())


def _text(text: str) -> Response:
    response = make_response(text)
    response.content_type = "text/plain; charset=utf-8"
    return response


def _xml(text: str, kind: str = "application/xml") -> Response:
    response = make_response(text)
    response.content_type = f"{kind}; charset=utf-8"
    return response
