"""Sales that were made without the network and cannot simply be booked: kept whole, with what really left the shelf.

Nothing of such a sale is lost and nothing of it is silently a sale (decision 4). Its goods are gone, so the ledger
says so at once under the exception's own number; its cash lies in the drawer and is counted there.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from catalog.listings.models import Sku
from core.accounts.actor import Actor
from core.audit import record
from core.clock import local_day, now
from core.db import db, transaction
from core.errors import Refusal
from core.events import publish
from core.ids import short_code
from shop.inventory import ledger, taking
from shop.inventory.ledger import Document, Posting
from shop.inventory.refusals import OutOfStock
from shop.inventory.rules import LevelView, Pick, Reason, is_sellable, may_leave
from shop.tills import refusals as no
from shop.tills.asked import AskedLine, AskedSale
from shop.tills.events import SaleWaits
from shop.tills.here import Here
from shop.tills.locking import lock_for_sale, seller_at
from shop.tills.models import TillException
from shop.tills.receipts import waiting_of
from shop.tills.rules import Decision, Trouble
from shop.tills.writing import Answer, TakenLot, find_answer, keep_answer

DOCUMENT = "till_exception"
#: Which refusal is which trouble; what is not here was no sale at all (a malformed body, a foreign till).
_TROUBLES: Sequence[tuple[type[Refusal], Trouble]] = (
    (no.LineRefused, Trouble.LAPSED),
    (OutOfStock, Trouble.STOCK),
    (no.LotBlocked, Trouble.UNFIT),
    (no.PriceDiffers, Trouble.PRICE),
    (no.ListWrong, Trouble.PRICE),
    (no.ShiftClosed, Trouble.SHIFT),
    (no.ApprovalNeeded, Trouble.LIMIT),
    (no.ApprovalWrong, Trouble.LIMIT),
    (no.LimitExceeded, Trouble.LIMIT),
    (no.TillAdultsOnly, Trouble.ADULT),
    (no.TotalsDiffer, Trouble.OTHER),
    (no.WayUnfit, Trouble.OTHER),
    (no.ClockApart, Trouble.OTHER),
)


def trouble_of(refusal: Refusal) -> Trouble | None:
    """What kind of trouble a refusal is for a sale that was made already; None when it was no sale."""
    return next((trouble for kind, trouble in _TROUBLES if isinstance(refusal, kind)), None)


def keep_for_decision(place: Here, asked: AskedSale, by: Actor, refusal: Refusal) -> Answer:
    """Write the sale down for a person, and take from the ledger what is there of it. Answers as it always will (202).

    Also into a closed shift: then its cash was in the count already, and no report of the shift changes.
    """
    with transaction() as session:
        shift = lock_for_sale(place, asked.shift)
        told = find_answer(asked.uuid, asked.body_hash)
        if told is not None:
            return told
        code, person = short_code("NL"), seller_at(place, asked, by)
        lines = _take_goods(place, asked, code, person)
        one = TillException(
            code=code, uuid=asked.uuid, till_id=place.till_id, shift_id=shift.id, store_id=place.store_id,
            cashier=person.label, cashier_id=person.user_id, kind=trouble_of(refusal) or Trouble.OTHER,
            why=_why(refusal), body=dict(asked.raw), lines={"items": lines}, total_vnd=asked.total,
            cash_vnd=asked.cash_vnd, is_late=shift.closed_at is not None, sold_at=asked.sold_at, received_at=now(),
            state=Decision.WAITING,
        )  # fmt: skip
        session.add(one)
        session.flush()
        record("till.waits", f"till_exception:{code}", person, kind=one.kind, total_vnd=one.total_vnd, uuid=one.uuid)
        publish(SaleWaits(code, place.store_id, one.kind))
        return keep_answer(asked.uuid, asked.body_hash, 202, waiting_of(one, place, shift.code), one.received_at)


def take_lines(
    place: Here, lines: Sequence[tuple[int, AskedLine, int]], document: Document, by: Actor
) -> dict[int, list[TakenLot]]:
    """Take so many units (position, line, units) of goods that are gone out of the ledger, as far as it has them free.

    From the scanned lot, else first expired first out, what may be sold before what may not; what is promised to
    online orders stays. Answers what was taken by position.
    """
    skus = _sku_ids(lines)
    levels = taking.lock_sellable(place.store_id, set(skus.values()), also_unfit=True)
    at = now()
    views, chosen = taking.view_levels(levels, at), dict[int, list[TakenLot]]()
    for position, line, units in lines:
        some = views.get(skus.get(line.sku, 0), [])
        picks = _pick(some, line, units, local_day(at))
        codes = {view.level_id: view.lot_code for view in some}
        chosen[position] = [TakenLot(p.level_id, p.lot_id, codes[p.level_id], p.quantity) for p in picks]
        gone = {pick.level_id: pick.quantity for pick in picks}
        views[skus.get(line.sku, 0)] = [_less(view, gone.get(view.level_id, 0)) for view in some]
    quantities: dict[int, int] = {}
    for one in (lot for some in chosen.values() for lot in some):
        quantities[one.level_id] = quantities.get(one.level_id, 0) + one.quantity
    if quantities and not ledger.take_all(quantities, Posting(Reason.SALE, document, by, at)):
        raise OutOfStock(lines=[])
    return chosen


def _take_goods(place: Here, asked: AskedSale, code: str, by: Actor) -> list[dict[str, Any]]:
    wanted = [(position, line, line.quantity) for position, line in enumerate(asked.lines, start=1)]
    chosen = take_lines(place, wanted, Document(DOCUMENT, code), by)
    return [
        {
            "position": position, "sku": line.sku, "wanted": line.quantity,
            "lots": [
                {"lot": one.lot_id, "code": one.lot_code, "level": one.level_id, "quantity": one.quantity}
                for one in chosen[position]
            ],
        }
        for position, line, _units in wanted
    ]  # fmt: skip


def _pick(views: Sequence[LevelView], line: AskedLine, units: int, on: date) -> list[Pick]:
    fitting = [view for view in views if view.free > 0 and (line.lot is None or view.lot_code == line.lot)]
    picks: list[Pick] = []
    for view in sorted(fitting, key=lambda one: _order(one, on)):
        if units > 0:
            picks.append(Pick(view.level_id, view.lot_id, min(view.free, units)))
            units -= picks[-1].quantity
    return picks


def _order(view: LevelView, on: date) -> tuple[int, date, int]:
    """What may be sold first, then what is blocked for its star alone, then the rest."""
    if is_sellable(view.state, view.expires_on, on):
        rank = 0
    else:
        rank = 1 if may_leave(view.state, "certificate", view.expires_on, on) else 2
    return rank, view.expires_on or date.max, view.level_id


def _less(view: LevelView, units: int) -> LevelView:
    return LevelView(view.level_id, view.lot_id, view.state, view.expires_on, view.free - units, view.lot_code)


def _sku_ids(lines: Sequence[tuple[int, AskedLine, int]]) -> dict[str, int]:
    query = select(Sku.code, Sku.id)
    codes = sorted({line.sku for _position, line, _units in lines})
    return {row[0]: row[1] for row in db.session.execute(query.where(Sku.code.in_(codes)))}


def _why(refusal: Refusal) -> dict[str, Any]:
    return {"code": refusal.code, "text": str(refusal), **refusal.facts}
