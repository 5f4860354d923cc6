"""Wishes as people type them: neighbours by name or code, features of a hall by ticking."""

import re
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _

from catalog.producers.models import Producer
from catalog.producers.queries import find_by_name, find_producer
from core.errors import Invalid
from shop.fairs.applying.admitting import PLACES
from shop.fairs.plans.plan import FEATURES

#: Wishes that a form holds as they are kept.
PLAIN = ("kind", "services", "note", "booths")


def read_wishes(data: dict[str, Any]) -> dict[str, Any]:
    """The wishes of a loaded form. Raises Invalid by field for a neighbour whom nobody is called, or several."""
    wishes = {key: data[key] for key in PLAIN if data.get(key)}
    errors: dict[str, list[str]] = {}
    for field in PLACES:
        codes, unknown = read_names(data.get(field) or "")
        if unknown:
            errors[field] = [_("Không tìm thấy đúng một chủ thể tên %(names)s.", names="; ".join(unknown))]
        named = [*codes, *data.get(f"{field}_features", ())]
        if named:
            wishes[field] = named
    if errors:
        raise Invalid(errors)
    return wishes


def read_names(text: str) -> tuple[list[str], list[str]]:
    """Codes of the producers named in a text (by code or name, apart by semicolons or lines), and what names none."""
    said = [part.strip() for part in re.split(r"[;\n]", text) if part.strip()]
    found = [(part, _find(part)) for part in said]
    return [one.code for _part, one in found if one], [part for part, one in found if one is None]


def typed_wishes(wishes: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """The other way: the values of a form from kept wishes; ``names``: producers by code."""
    values: dict[str, Any] = {key: wishes[key] for key in PLAIN if wishes.get(key)}
    for field in PLACES:
        named: Iterable[str] = wishes.get(field) or ()
        values[f"{field}_features"] = [one for one in named if one in FEATURES]
        values[field] = "; ".join(names.get(one, one) for one in named if one not in FEATURES)
    return values


def _find(said: str) -> Producer | None:
    return find_producer(said.upper()) or find_by_name(said)
