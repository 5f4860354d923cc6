"""Which lots a receipt's lines come from: a scanned lot gives its own line, the rest first expired, first out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from catalog.listings.queries import Offer
from shop.inventory.rules import LevelView, is_sellable, pick_lots
from shop.inventory.taking import Views
from shop.tills.asked import AskedLine
from shop.tills.refusals import LotBlocked
from shop.tills.writing import TakenLot

#: (wanted, found) units by SKU code.
Missing = dict[str, tuple[int, int]]


def choose(
    lines: Sequence[AskedLine], offers: Mapping[str, Offer], views: Views, on: date
) -> tuple[dict[int, list[TakenLot]], Missing]:
    """Lots by line position, and what is missing by SKU. Raises LotBlocked for a scanned lot that may not be sold."""
    left = {sku_id: list(some) for sku_id, some in views.items()}
    _check_scanned(lines, offers, left, on)
    chosen: dict[int, list[TakenLot]] = {}
    missing: Missing = {}
    order = sorted(range(len(lines)), key=lambda place: (lines[place].lot is None, place))
    for place in order:
        line = lines[place]
        sku_id = offers[line.sku].sku_id
        taken = _pick(left.get(sku_id, []), line, on)
        chosen[place + 1] = taken
        left[sku_id] = _without(left.get(sku_id, []), taken)
        found = sum(one.quantity for one in taken)
        if found < line.quantity:
            wanted, had = missing.get(line.sku, (0, 0))
            missing[line.sku] = (wanted + line.quantity, had + found)
    return dict(sorted(chosen.items())), missing


def _pick(views: Sequence[LevelView], line: AskedLine, on: date) -> list[TakenLot]:
    fitting = [view for view in views if line.lot is None or view.lot_code == line.lot]
    codes = {view.level_id: view.lot_code for view in fitting}
    picks = pick_lots(fitting, line.quantity, on)
    return [TakenLot(one.level_id, one.lot_id, codes[one.level_id], one.quantity) for one in picks]


def _without(views: Sequence[LevelView], taken: Sequence[TakenLot]) -> list[LevelView]:
    gone = {one.level_id: one.quantity for one in taken}
    return [replace(view, free=view.free - gone.get(view.level_id, 0)) for view in views]


def _check_scanned(lines: Sequence[AskedLine], offers: Mapping[str, Offer], views: Views, on: date) -> None:
    """A scanned lot must lie here, be of these goods, and be fit."""
    wrong = [line.lot for line in lines if line.lot is not None and not _is_fit(line, offers, views, on)]
    if wrong:
        raise LotBlocked(lots=wrong)


def _is_fit(line: AskedLine, offers: Mapping[str, Offer], views: Views, on: date) -> bool:
    some = views.get(offers[line.sku].sku_id, [])
    return any(view.lot_code == line.lot and is_sellable(view.state, view.expires_on, on) for view in some)
