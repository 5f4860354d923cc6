"""What a page of results says of the words: which of them are where, and what to try when nothing was found."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from markupsafe import Markup

from catalog.products.sets import SETS
from catalog.search.analysis import folded_words
from catalog.search.asked.queries import popular
from catalog.search.facets import set_name
from catalog.search.highlight import highlight
from catalog.search.service import Query, search
from catalog.search.synonyms import synonyms
from catalog.search.understanding import Understood, understand
from catalog.search.words import SET_WORDS
from core.text import fold
from shop.front.addresses import GROUP_SLUGS, SET_SLUGS, group_label
from shop.front.browsing import is_adult
from shop.front.counting import count_search

#: Words that are looked for alone, and kinds that are offered.
_WORDS, _KINDS = 3, 4
#: Signs of a summary that are shown before the first word of it that was searched for.
_BEFORE = 36
_MARK = Markup("<mark>{}</mark>")


@dataclass(frozen=True, slots=True)
class Way:
    """Something to try: its words, where it leads, and how many products are there (None: not counted)."""

    label: str
    url: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Help:
    """What to try when nothing was found."""

    #: Single words of the query that find something.
    parts: list[Way]
    #: Kinds of goods whose words stand in the query; else all groups that have products.
    kinds: list[Way]
    is_near: bool
    #: What others searched for and found this week.
    popular: list[Way]


def searched(context: Mapping[str, Any], on: date) -> dict[str, Any]:
    """For the page of a search (its context as `listing_page` gave it): counts it, and gives `marked` and `help`."""
    words = context["args"].get("q", "")
    if not words:
        return {"marked": None, "help": None}
    if not context["filtered"]:
        count_search(context["total"], on, hides_alcohol=context["asks_age"])
    understood = understand(words)
    nothing = not context["total"] and not context["asks_age"] and not context["filtered"]
    return {"marked": marker(understood), "help": help_for(understood, on) if nothing else None}


def marker(understood: Understood) -> Callable[..., Markup | None]:
    """Gives a text with what was searched for in <mark>; None when nothing of it is there.

    around: of a long text, leave out what stands far before the first of these words.
    """
    others = synonyms()

    def marked(text: str, *, around: bool = False) -> Markup | None:
        parts = highlight(text, understood, others)
        first = next((at for at, (_text, hit) in enumerate(parts) if hit), None)
        if first is None:
            return None
        before = "".join(text for text, _hit in parts[:first])
        if around and len(before) > _BEFORE:
            parts = [("…" + before[-_BEFORE:].partition(" ")[2], False), *parts[first:]]
        return Markup("").join(_MARK.format(text) if hit else text for text, hit in parts)

    return marked


def help_for(understood: Understood, on: date) -> Help:
    """What to try instead, every part of it open today to this visitor."""
    facets = search(Query(is_adult=is_adult()), on).facets
    near = _near_sets(understood)
    counts = {int(value.value): value.count for value in facets["set"]}
    kinds = [
        Way(set_name(number), url_for("front.product_set", slug=SET_SLUGS[number]), counts[number])
        for number in near
        if counts.get(number)
    ]
    groups = [
        Way(group_label(value.value), url_for("front.group", slug=GROUP_SLUGS[value.value]), value.count)
        for value in facets["group"]
    ]
    own = " ".join(word.folded for word in understood.words)
    others = [text for text in popular() if fold(text) != own]
    ways = [Way(text, url_for("front.browse", q=text)) for text in others]
    return Help(_parts(understood, on), kinds[:_KINDS] or groups, bool(kinds), ways)


def _parts(understood: Understood, on: date) -> list[Way]:
    """The longest words of a longer query, each with what it finds alone."""
    typed = dict.fromkeys(word.meant for word in understood.words)
    if len(typed) < 2:
        return []
    longest = sorted(typed, key=len, reverse=True)[:_WORDS]
    found = [(one, search(Query(text=one, is_adult=is_adult()), on).total) for one in typed if one in longest]
    return [Way(one, url_for("front.browse", q=one), total) for one, total in found if total]


def _near_sets(understood: Understood) -> list[int]:
    """Product sets whose words stand in the query, most words first."""
    asked = {fold(word.meant) for word in understood.words if len(word.folded) > 1}
    hits = {n: len(asked & set(folded_words(f"{SET_WORDS[n]} {SETS[n].name_vi}"))) for n in SETS}
    return sorted((number for number, count in hits.items() if count), key=lambda number: -hits[number])
