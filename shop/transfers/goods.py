"""What a transfer does to stock. Each act opens the levels it needs, locks them all by id, then moves.

In transit means: at the place ``transit`` of the sender. Every act of a paper writes movements under its number.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select

from catalog.certificates.queries import Governing
from catalog.products.models import Product
from core.accounts.actor import Actor
from core.db import db
from core.events import publish
from shop.inventory import ledger
from shop.inventory.events import StockCame
from shop.inventory.ledger import Document, Posting
from shop.inventory.models import Lot, StockLevel
from shop.inventory.rules import Reason, is_sellable
from shop.stores.models import Place
from shop.transfers.models import Transfer, TransferLine
from shop.transfers.refusals import TransferShort, TransferUnfit
from shop.transfers.rules import DOCUMENT, Outcome

#: One step of units: from a level, to a level (None: they are gone), how many, and why they leave.
Step = tuple[int, int | None, int, Reason]
#: Place ids by store id and code.
Places = Mapping[tuple[int, str], int]


def refuse_unfit(
    lines: Iterable[TransferLine], lots: Mapping[int, Lot], covered: Mapping[int, Governing], on: date
) -> None:
    """Raise TransferUnfit naming every lot that may not be sold on the day, and why."""
    unfit: list[dict[str, str]] = []
    for line in lines:
        lot = lots[line.lot_id]
        why = None
        if not is_sellable(lot.state, lot.expires_on, on):
            why = lot.ground or "expired"
        elif lot.product_id not in covered:
            why = "certificate"
        if why:
            unfit.append({"lot": lot.code, "name": _name(lot), "why": why})
    if unfit:
        raise TransferUnfit(lines=unfit)


def send(paper: Transfer, lots: Mapping[int, Lot], by: Actor, at: datetime) -> None:
    """Out of the sender's places, into transit or to the new place inside the store. Raises TransferShort."""
    places = _places(paper)
    store = paper.from_store_id
    steps = [
        (
            _level(places[store, line.from_place], line.lot_id),
            _level(places[store, line.to_place if paper.is_inside else "transit"], line.lot_id),
            line.quantity,
            Reason.TRANSFER_OUT,
        )
        for line in _by_lot(paper.lines)
    ]
    short = _walk(steps, paper, by, at)
    if short:
        raise TransferShort(lines=_name_short(short, paper.lines, lots, steps))


def take_in(paper: Transfer, units: Mapping[int, int], lots: Mapping[int, Lot], by: Actor, at: datetime) -> None:
    """Out of transit to the receiver's places: units by the line's position."""
    places = _places(paper)
    steps = [
        _arriving(places, paper, line, units[line.position]) for line in _by_lot(paper.lines) if units[line.position]
    ]
    _whole(_walk(steps, paper, by, at))
    _tell(paper.to_store_id, lots, paper.lines)


def settle(paper: Transfer, outcomes: Mapping[int, Outcome], lots: Mapping[int, Lot], by: Actor, at: datetime) -> None:
    """What is in dispute leaves transit: damaged goods are written off, missing ones as somebody decided."""
    places, steps = _places(paper), list[Step]()
    for line in _by_lot(paper.lines):
        transit = _level(places[paper.from_store_id, "transit"], line.lot_id)
        if line.damaged:
            steps.append((transit, None, line.damaged, Reason.DAMAGE))
        if not line.missing:
            continue
        outcome = outcomes[line.position]
        if outcome is Outcome.ARRIVED:
            steps.append(_arriving(places, paper, line, line.missing))
        elif outcome is Outcome.BACK:
            steps.append(_returning(places, paper, line, line.missing))
        else:
            steps.append((transit, None, line.missing, Reason.COUNT))
    _whole(_walk(steps, paper, by, at))
    if Outcome.BACK in outcomes.values():
        _tell(paper.from_store_id, lots, paper.lines)
    if Outcome.ARRIVED in outcomes.values():
        _tell(paper.to_store_id, lots, paper.lines)


def call_back(paper: Transfer, lots: Mapping[int, Lot], by: Actor, at: datetime) -> None:
    """Everything in transit goes to where it came from."""
    places = _places(paper)
    _whole(_walk([_returning(places, paper, line, line.quantity) for line in _by_lot(paper.lines)], paper, by, at))
    _tell(paper.from_store_id, lots, paper.lines)


def _arriving(places: Places, paper: Transfer, line: TransferLine, units: int) -> Step:
    transit = _level(places[paper.from_store_id, "transit"], line.lot_id)
    return transit, _level(places[paper.to_store_id, line.to_place], line.lot_id), units, Reason.TRANSFER_OUT


def _returning(places: Places, paper: Transfer, line: TransferLine, units: int) -> Step:
    transit = _level(places[paper.from_store_id, "transit"], line.lot_id)
    return transit, _level(places[paper.from_store_id, line.from_place], line.lot_id), units, Reason.TRANSFER_OUT


def _walk(steps: Sequence[Step], paper: Transfer, by: Actor, at: datetime) -> list[int]:
    """Lock every level of the steps by id, then move. Answers the levels that had too little (then nothing counts)."""
    ledger.lock({level for source, target, _units, _reason in steps for level in (source, target) if level is not None})
    document, short = Document(DOCUMENT, paper.code), list[int]()
    for source, target, units, reason in steps:
        if not ledger.move(source, -units, Posting(reason, document, by, at, paper.note)):
            short.append(source)
        elif target is not None:
            ledger.move(target, units, Posting(Reason.TRANSFER_IN, document, by, at, paper.note))
    return short


def _whole(short: Sequence[int]) -> None:
    """In transit lies what the papers say (I35): anything else is a fault of ours, and nothing is written."""
    if short:
        raise RuntimeError(f"levels {sorted(short)} lack what their transfers say")


def _by_lot(lines: Sequence[TransferLine]) -> list[TransferLine]:
    """Levels are opened in the order of lots, so that two papers never wait for each other in a circle."""
    return sorted(lines, key=lambda line: (line.lot_id, line.from_place))


def _level(place_id: int, lot_id: int) -> int:
    return ledger.open_level(place_id, lot_id)


def _places(paper: Transfer) -> Places:
    query = select(Place.store_id, Place.code, Place.id)
    stores = query.where(Place.store_id.in_({paper.from_store_id, paper.to_store_id}))
    return {(store, code): place for store, code, place in db.session.execute(stores)}


def _tell(store_id: int, lots: Mapping[int, Lot], lines: Sequence[TransferLine]) -> None:
    publish(StockCame(store_id, tuple(sorted({lots[line.lot_id].sku_id for line in lines}))))


def _name(lot: Lot) -> str:
    return db.session.get_one(Product, lot.product_id).name


def _name_short(
    short: Sequence[int], lines: Sequence[TransferLine], lots: Mapping[int, Lot], steps: Sequence[Step]
) -> list[dict[str, object]]:
    """Each lot of which a place had too little: its code, name, units wanted and free."""
    free = select(StockLevel.id, StockLevel.on_hand - StockLevel.held).where(StockLevel.id.in_(short))
    found = {row[0]: row[1] for row in db.session.execute(free)}
    return [
        {
            "lot": lots[line.lot_id].code, "name": _name(lots[line.lot_id]), "wanted": line.quantity,
            "available": found[step[0]],
        }
        for line, step in zip(_by_lot(lines), steps, strict=True)
        if step[0] in found
    ]  # fmt: skip
