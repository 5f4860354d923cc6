"""Directories and their pages: groups and sets, places, producers, shelves, what a store has."""

from collections.abc import Mapping
from typing import Any

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext, pgettext

from catalog.producers.models import KINDS
from catalog.products.sets import SETS
from catalog.search.facets import group_name, set_name
from catalog.search.service import Query, search
from catalog.showcase.kept import showcase
from core.clock import local_day, now
from core.errors import NotFound
from core.text import normalise, squeeze
from core.web.access import public
from core.web.head import head_of
from core.web.pages import render
from shop.front.addresses import GROUP_SLUGS, SET_SLUGS, find_group, find_set, group_label, producer_slug
from shop.front.browsing import Scope, is_adult, listing_page
from shop.front.counts import by_area, list_makers
from shop.front.gazetteer import Gazetteer, Unit, gazetteer
from shop.front.linked import breadcrumbs, item_list, producer_data
from shop.front.makers import find_maker, kind_label, recognitions, story_of
from shop.front.pages import GROUP_MARKS, pages
from shop.front.shelves import find_shelf, today_shelves
from shop.front.trails import Trail, areas_trail, directory, group_trail, makers_trail, set_trail
from shop.stores.queries import get_store

MAKERS_A_PAGE = 48
#: Signs of a place's or a producer's name that somebody looks for.
_LONGEST = 60


@pages.get("/nhom")
@public
def groups() -> Response:
    """The six groups and their 26 sets, each with how many products it has today."""
    facets = search(Query(is_adult=is_adult()), local_day(now())).facets
    by_set = {int(one.value): one.count for one in facets["set"]}
    by_group = {one.value: one.count for one in facets["group"]}
    shelves = [
        (group_name(group), GROUP_SLUGS[group], kind, ground, by_group.get(group, 0), _sets(group, by_set))
        for group, kind, ground in GROUP_MARKS
    ]
    text = _("Sáu nhóm, 26 bộ sản phẩm OCOP và số sản phẩm đang bán của mỗi bộ.")
    head = head_of("front.groups", {}, _("Nhóm và bộ sản phẩm OCOP"), text)
    return render("front/groups.html", head=head, groups=shelves)


@pages.get("/nhom/<slug>")
@public
def group(slug: str) -> Response:
    """One of the six groups: its sets and its products."""
    number = find_group(slug)
    if number is None:
        raise NotFound
    if slug != GROUP_SLUGS[number]:
        return _moved("front.group", GROUP_SLUGS[number])
    context = listing_page(Scope({"group": [number]}, frozenset({"set"}), "newest"), now())
    text = _("Sản phẩm OCOP nhóm %(name)s đang còn hiệu lực công nhận.", name=group_name(number))
    sets = _sets(number, context["set_counts"])
    return _listed(
        "front/group.html", "front.group", slug, group_label(number), text, group_trail(number), context, sets=sets
    )


@pages.get("/bo-san-pham/<slug>", endpoint="product_set")
@public
def product_set(slug: str) -> Response:
    """One of the 26 sets."""
    number = find_set(slug)
    if number is None:
        raise NotFound
    if slug != SET_SLUGS[number]:
        return _moved("front.product_set", SET_SLUGS[number])
    one = SETS[number]
    context = listing_page(Scope({"set": [number]}, frozenset({"group"}), "newest"), now())
    text = _("Bộ sản phẩm %(number)s trong 26 bộ của chương trình OCOP: sản phẩm đang bán hôm nay.", number=number)
    trail = set_trail(one.group, number)
    return _listed("front/set.html", "front.product_set", slug, set_name(number), text, trail, context, number=number)


@pages.get("/ke/<slug>")
@public
def shelf(slug: str) -> Response:
    """A shelf: new, presents, five stars, about to end."""
    at = now()
    page = find_shelf(slug, local_day(at))
    if page is None:
        raise NotFound
    context = listing_page(page.scope, at)
    trail: Trail = [*directory(), (page.title, "")]
    others = [one for one in today_shelves(at) if one.slug != slug]
    return _listed("front/shelf.html", "front.shelf", slug, page.title, page.text, trail, context, others=others)


@pages.get("/cua-hang/<code>/san-pham")
@public
def store(code: str) -> Response:
    """What one store has on its shelves now."""
    found = get_store(code)
    context = listing_page(Scope({"store": code}, sort="newest"), now())
    title = _("Có ở %(store)s", store=found.name)
    text = _("Sản phẩm OCOP có sẵn trên kệ của %(store)s, %(address)s.", store=found.name, address=found.address)
    trail: Trail = [
        (pgettext("menu", "Cửa hàng"), url_for("stores.index")),
        (found.name, url_for("stores.show", code=code)),
        (title, ""),
    ]  # fmt: skip
    return _listed(
        "front/store.html", "front.store", code, title, text, trail, context, key="code", store=found,
    )  # fmt: skip


@pages.get("/dia-phuong")
@public
def areas() -> Response:
    """The provinces of today with their products; a place looked for under any name it ever had."""
    at = now()
    book = gazetteer(local_day(at))
    words = squeeze(request.args.get("q", ""))[:_LONGEST]
    counts = book.counted(by_area(local_day(at), is_adult=is_adult()))
    found = book.holding(words) if words else []
    if len(found) == 1:
        return redirect(url_for("front.area", slug=found[0].slug), 303)  # type: ignore[return-value]
    text = _("Đặc sản OCOP theo tỉnh, xã, phường; tên huyện, xã cũ cũng hiểu.")
    head = head_of("front.areas", {}, pgettext("menu", "Địa phương"), text, is_listed=not words)
    provinces = sorted(book.provinces(), key=lambda one: (-counts[one.id], one.sort_key))
    lines = [_placed(book, one, counts) for one in found]
    return render("front/areas.html", head=head, provinces=provinces, words=words, found=lines, counts=counts)


@pages.get("/dia-phuong/<slug>")
@public
def area(slug: str) -> Response:
    """A place of today or of old, what became of it, and what is made there now."""
    at = now()
    book = gazetteer(local_day(at))
    found = book.find(slug)
    if not found:
        raise NotFound
    counts = book.counted(by_area(local_day(at), is_adult=is_adult()))
    if len(found) > 1 and slug not in [one.slug for one in found]:
        title = _("Nơi nào tên %(name)s?", name=slug.replace("-", " "))
        head = head_of("front.area", {"slug": slug}, title, title, is_listed=False)
        lines = [_placed(book, one, counts) for one in found]
        return render("front/area_choice.html", head=head, found=lines)
    unit = next((one for one in found if one.slug == slug), found[0])
    if unit.slug != slug:
        return _moved("front.area", unit.slug)
    return _area(book, unit, counts)


@pages.get("/nha-san-xuat")
@public
def makers() -> Response:
    """Producers with something for sale today, by name."""
    at = now()
    words = squeeze(request.args.get("q", ""))[:_LONGEST]
    kinds = [kind for kind in request.args.getlist("kind") if kind in KINDS]
    page = min(max(request.args.get("page", 1, type=int), 1), 10_000)
    found = list_makers(local_day(at), is_adult=is_adult(), words=words, kinds=kinds, page=page, per_page=MAKERS_A_PAGE)
    text = _("Hợp tác xã, hộ, doanh nghiệp có sản phẩm OCOP đang bán.")
    page_count = -(-found.total // MAKERS_A_PAGE)
    head = head_of(
        "front.makers", {}, pgettext("menu", "Nhà sản xuất"), text, page=page, pages=page_count,
        is_listed=not words and not kinds and bool(found.found),
    )  # fmt: skip
    tree = showcase(local_day(at)).tree
    lines = [
        (one.producer, producer_slug(one.producer.code, one.producer.name), kind_label(one.producer.kind),
         tree.province(one.producer.area_id), one.count)
        for one in found.found
    ]  # fmt: skip
    ways = [(kind, kind_label(kind), found.kinds[kind]) for kind in KINDS if found.kinds[kind] or kind in kinds]
    return render(
        "front/makers.html", head=head, lines=lines, total=found.total, words=words, ways=ways, page=page,
        pages=page_count, filtered=bool(words or kinds),
    )  # fmt: skip


@pages.get("/nha-san-xuat/<slug>")
@public
def maker(slug: str) -> Response:
    """A producer: where, what kind of subject, its products for sale, its certificates. No personal data."""
    at = now()
    on, producer = local_day(at), find_maker(slug)
    known = recognitions(producer, on) if producer else []
    if producer is None or not known:
        raise NotFound
    own = producer_slug(producer.code, producer.name)
    if slug != own:
        return _moved("front.maker", own)
    context = listing_page(Scope({"producer": [producer.code]}, sort="newest"), at)
    story = story_of([card["listing_id"] for card in context["cards"]]) if context["cards"] else None
    kind = kind_label(producer.kind)
    text = _("%(kind)s có %(n)s chứng nhận OCOP.", kind=kind, n=len(known))
    tree = showcase(local_day(at)).tree
    place = tree.locality(producer.area_id), tree.province(producer.area_id)
    return _listed(
        "front/maker.html", "front.maker", slug, producer.name, text, [*makers_trail(), (producer.name, "")], context,
        producer=producer, kind=kind, place=place, story=story, recognitions=known,
        more=[producer_data(producer.name, "", place[0].name if place[0] else None)],
    )  # fmt: skip


def _listed(
    template: str, endpoint: str, slug: str, title: str, text: str, trail: Trail, context: dict[str, Any],
    *, key: str = "slug", more: list[dict[str, Any]] | None = None, **rest: Any,
) -> Response:  # fmt: skip
    """A page about something, with its list; noindex while it is filtered or has nothing to show."""
    head = head_of(
        endpoint, {key: slug}, title, text, page=context["page"], pages=context["pages"],
        is_listed=not context["filtered"] and bool(context["cards"]),
        data=[breadcrumbs(trail), item_list(title, context["cards"]), *(more or [])],
    )  # fmt: skip
    return render(template, head=head, title=title, text=text, trail=trail, **context, **rest)


def _moved(endpoint: str, slug: str) -> Response:
    """The same page under its own address; what was asked for beside it stays."""
    return redirect(url_for(endpoint, slug=slug, **request.args.to_dict(flat=False)), 301)  # type: ignore[return-value]


def _sets(number: str, counts: Mapping[int, int]) -> list[tuple[str, str, int]]:
    """The sets of a group: name, slug, products today."""
    own = (one for one in SETS.values() if one.group == number)
    return [(set_name(one.number), SET_SLUGS[one.number], counts.get(one.number, 0)) for one in own]


def _placed(book: Gazetteer, unit: Unit, counts: Mapping[int, int]) -> tuple[Unit, str, int]:
    """A place in a list: itself, the places above it in words, its products today."""
    above = ", ".join(one.name for one in book.above(unit))
    return unit, above, _count(book, unit, counts)


def _count(book: Gazetteer, unit: Unit, counts: Mapping[int, int]) -> int:
    """Products of a place: its own where it stands, else of what it became."""
    return counts.get(unit.id, 0) or sum(counts.get(one.unit.id, 0) for one in book.became(unit) if one.is_whole)


def _area(book: Gazetteer, unit: Unit, counts: Mapping[int, int]) -> Response:
    """The page of one place.

    A commune of old shows what is made in the whole communes that took it over, since nothing is recorded more
    narrowly; a district shows what is recorded in it and what is made in communes that lie wholly in it.
    """
    became = book.became(unit)
    codes = (
        {unit.code} if unit.is_standing else {one.unit.code for one in became if one.is_whole or unit.kind == "commune"}
    )
    if unit.kind != "commune":
        codes.add(unit.code)
    context = listing_page(Scope({"area": sorted(codes) or [unit.code]}, sort="newest"), now())
    trail: Trail = [
        *areas_trail(),
        *((one.name, url_for("front.area", slug=one.slug)) for one in reversed(book.above(unit))),
    ]
    text = ngettext(
        "%(num)s sản phẩm OCOP của %(name)s đang còn hiệu lực công nhận.",
        "%(num)s sản phẩm OCOP của %(name)s đang còn hiệu lực công nhận.", context["total"], name=unit.name,
    )  # fmt: skip
    below = book.communes(unit) if unit.kind == "province" and unit.is_standing else []
    return _listed(
        "front/area.html", "front.area", unit.slug, unit.name, text, [*trail, (unit.name, "")], context,
        unit=unit, older=_older_names(book, unit),
        became=[] if unit.is_standing else became, is_divided=not unit.is_standing and book.is_divided(unit),
        was=book.was(unit) if unit.is_standing and unit.kind == "commune" else [], counts=counts,
        communes=below, districts=book.old_districts(unit) if below else [], province=_province(book, unit),
        district_counts={one.id: _count(book, one, counts) for one in (book.old_districts(unit) if below else [])},
    )  # fmt: skip


def _older_names(book: Gazetteer, unit: Unit) -> list[Unit]:
    """Its epochs under another title; another spelling of the same name is none."""
    return [one for one in book.epochs(unit) if normalise(one.name).lower() != normalise(unit.name).lower()]


def _province(book: Gazetteer, unit: Unit) -> Unit | None:
    """The province of today above what a place became."""
    ends = [above for one in book.became(unit) for above in book.above(one.unit)]
    return ends[0] if ends else None
