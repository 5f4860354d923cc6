"""The way from the front door to a page: what breadcrumbs show and tell."""

from flask import url_for
from flask_babel import pgettext

from catalog.search.facets import set_name
from shop.front.addresses import GROUP_SLUGS, SET_SLUGS, group_label

#: Steps as (label, path); the last one is the page itself.
Trail = list[tuple[str, str]]


def directory() -> Trail:
    """To the directory of groups and sets."""
    return [(pgettext("menu", "Sản phẩm"), url_for("front.browse"))]


def group_trail(group: str) -> Trail:
    """To a group."""
    return [*directory(), (group_label(group), url_for("front.group", slug=GROUP_SLUGS[group]))]


def set_trail(group: str, number: int) -> Trail:
    """To a product set, through its group; a group of one set of the same name is one step."""
    return [*group_trail(group), (set_name(number), url_for("front.product_set", slug=SET_SLUGS[number]))]


def trail_of(group: str, number: int, name: str) -> Trail:
    """To a product, or to what it was."""
    return [*set_trail(group, number), (name, "")]


def areas_trail() -> Trail:
    """To the directory of places."""
    return [(pgettext("menu", "Địa phương"), url_for("front.areas"))]


def makers_trail() -> Trail:
    """To the directory of producers."""
    return [(pgettext("menu", "Nhà sản xuất"), url_for("front.makers"))]
