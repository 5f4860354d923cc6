"""What a fair's public page leads to besides itself; features above register their doors, as desks do in `tabs`."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import url_for
from flask_babel import LazyString

from shop.fairs.models import Fair


@dataclass(frozen=True, slots=True)
class Door:
    """A line on the fair's page: shown where `is_open` says so."""

    label: LazyString
    endpoint: str
    icon: str
    order: int
    is_open: Callable[[Fair], bool]


_doors: dict[str, Door] = {}


def fair_door(label: LazyString, endpoint: str, icon: str, order: int, is_open: Callable[[Fair], bool]) -> None:
    """Register a page of fairs, addressed by the fair's slug; the same endpoint twice is one door."""
    _doors[endpoint] = Door(label, endpoint, icon, order, is_open)


def doors_of(fair: Fair) -> list[tuple[str, str, str]]:
    """Address, words and icon of what this fair's page leads to, in order."""
    found = sorted(_doors.values(), key=lambda one: one.order)
    return [(url_for(one.endpoint, slug=fair.slug), str(one.label), one.icon) for one in found if one.is_open(fair)]
