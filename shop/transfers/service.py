"""Verbs of transfers: draft, dispatch, receive, settle what differs, give up. Each is one transaction.

Lock order: the paper, then stock levels by id. Goods in transit lie at the place ``transit`` of the *sender*: they are
its risk until somebody has received them. What is damaged or missing stays there until a second person has decided.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import flag_modified

from catalog.certificates.queries import governing
from core.accounts.actor import Actor
from core.accounts.permissions import Scope, authorize
from core.audit import record
from core.clock import local_day, now
from core.db import check_version, db, transaction
from core.errors import Invalid
from core.events import publish
from core.ids import short_code
from shop.inventory.models import Lot
from shop.inventory.queries import get_lot
from shop.stores.models import Store
from shop.transfers import goods
from shop.transfers.events import TransferDispatched, TransferReceived
from shop.transfers.models import Transfer, TransferLine
from shop.transfers.refusals import (
    MoreThanSent,
    OtherSeller,
    SamePlace,
    SecondPersonNeeded,
    TransferNotFound,
    TransferStateRefused,
)  # fmt: skip
from shop.transfers.rules import Arrived, Outcome, State, arrival, arrival_warnings, repeated


@dataclass(frozen=True)
class Sending:
    """So much of a lot (by its code) from a place of the sender to a place of the receiver."""

    lot: str
    quantity: int
    from_place: str = "back"
    to_place: str = "back"


@dataclass(frozen=True)
class Counted:
    """What the receiver found of one line, by its position: whole units, damaged ones, and words."""

    received: int
    damaged: int = 0
    note: str | None = None


@dataclass(frozen=True)
class Settled:
    """What became of a line's missing units, by its position, and why."""

    outcome: Outcome
    note: str | None = None


@dataclass(frozen=True)
class Receipt:
    """A transfer taken in; ``warnings``: codes by the line's position, for whoever puts the goods on a shelf."""

    transfer: Transfer
    warnings: dict[int, list[str]]


def draft(sender: Store, receiver: Store, lines: Sequence[Sending], by: Actor, note: str | None = None) -> Transfer:
    """Write a paper that moves nothing yet. Raises OtherSeller, SamePlace, Invalid for a lot named twice."""
    authorize(by, "transfers.send", Scope("store", sender.code))
    if sender.seller_id != receiver.seller_id:
        raise OtherSeller
    with transaction() as session:
        paper = Transfer(
            code=short_code("CK"), from_store_id=sender.id, to_store_id=receiver.id, state=State.DRAFT, note=note,
            differs=False, made_by_id=by.user_id, made_by=by.label, made_at=now(),
        )  # fmt: skip
        session.add(paper)
        _write_lines(paper, lines)
        record("transfer.drafted", _subject(paper), by, to=receiver.code, **{"from": sender.code}, lines=len(lines))
        return paper


def change(code: str, lines: Sequence[Sending], expected: int, by: Actor, note: str | None = None) -> Transfer:
    """Other lines for a draft that still has version ``expected``. Raises EditConflict and what ``draft`` raises."""
    with transaction() as session:
        paper = _locked(code, by, "transfers.send", "from_store_id")
        check_version(paper, expected)
        _expect(paper, State.DRAFT)
        paper.lines.clear()
        session.flush()
        paper.note = note
        flag_modified(paper, "note")  # a change of lines alone is a change of the paper
        _write_lines(paper, lines)
        record("transfer.changed", _subject(paper), by, lines=len(lines))
        return paper


def dispatch(code: str, by: Actor) -> Transfer:
    """The goods leave: out of their places into transit, or inside one store to their new places. Twice is once.

    Raises TransferUnfit when a lot may not be sold today (state, HSD, certificate), TransferShort when less is free.
    """
    with transaction():
        paper = _locked(code, by, "transfers.send", "from_store_id")
        if paper.state != State.DRAFT and paper.dispatched_by_id == by.user_id:
            return paper
        _expect(paper, State.DRAFT)
        at = now()
        lots = _lots(paper)
        covered = governing({lot.product_id for lot in lots.values()}, local_day(at))
        goods.refuse_unfit(paper.lines, lots, covered, local_day(at))
        goods.send(paper, lots, by, at)
        for line in paper.lines:
            line.certificate_id = covered[lots[line.lot_id].product_id].certificate_id
        paper.dispatched_by_id, paper.dispatched_by, paper.dispatched_at = by.user_id, by.label, at
        paper.state = State.DISPATCHED
        if paper.is_inside:
            _close_inside(paper, by)
        db.session.flush()
        record("transfer.dispatched", _subject(paper), by, lines=_summary(paper))
        if not paper.is_inside:
            publish(TransferDispatched(paper.code))
        return paper


def move(store: Store, lines: Sequence[Sending], by: Actor, note: str | None = None) -> Transfer:
    """Goods change their place inside one store, at once: a paper that is closed with its first act."""
    with transaction():
        return dispatch(draft(store, store, lines, by, note).code, by)


def receive(code: str, found: Mapping[int, Counted], by: Actor) -> Receipt:
    """Take goods in: ``found`` by the line's position; a line that is left out came whole. Twice is once.

    What came whole goes to its place. What is damaged or missing stays in transit and the paper waits for another
    person. Raises MoreThanSent, Invalid for a line that is not there.
    """
    with transaction():
        paper = _locked(code, by, "transfers.receive", "to_store_id")
        at, lots = now(), _lots(paper)
        warnings = warnings_of(paper, lots, local_day(at))
        if paper.received_at is not None and paper.received_by_id == by.user_id:
            return Receipt(paper, warnings)
        _expect(paper, State.DISPATCHED)
        counted = _counted(paper, found)
        goods.take_in(paper, {place: one.received for place, one in counted.items()}, lots, by, at)
        for line in paper.lines:
            one = counted[line.position]
            line.received, line.damaged, line.missing = one.received, one.damaged, one.missing
            line.note = found[line.position].note if line.position in found else None
        paper.differs = any(one.differs for one in counted.values())
        paper.received_by_id, paper.received_by, paper.received_at = by.user_id, by.label, at
        paper.state = State.RECEIVED
        if not paper.differs:
            paper.state, paper.closed_by_id, paper.closed_by, paper.closed_at = State.CLOSED, by.user_id, by.label, at
        db.session.flush()
        record("transfer.received", _subject(paper), by, differs=paper.differs, lines=_differences(paper))
        publish(TransferReceived(paper.code, paper.differs))
        return Receipt(paper, warnings)


def settle(code: str, decided: Mapping[int, Settled], by: Actor) -> Transfer:
    """Another person decides what became of missing units; damaged ones are written off. The paper is closed.

    Raises SecondPersonNeeded for whoever received, Invalid when a missing line is left undecided.
    """
    with transaction():
        paper = _locked(code, by, "transfers.settle", "from_store_id")
        _expect(paper, State.RECEIVED)
        if by.user_id is None or by.user_id == paper.received_by_id:
            raise SecondPersonNeeded
        missing = {line.position for line in paper.lines if line.missing}
        if missing != set(decided):
            raise Invalid({f"outcome-{place}": [str(Invalid.text)] for place in sorted(missing ^ set(decided))})
        at = now()
        goods.settle(paper, {place: one.outcome for place, one in decided.items()}, _lots(paper), by, at)
        for line in paper.lines:
            if line.position in decided:
                one = decided[line.position]
                line.outcome, line.outcome_note = one.outcome, one.note
        paper.state, paper.closed_by_id, paper.closed_by, paper.closed_at = State.CLOSED, by.user_id, by.label, at
        db.session.flush()
        record("transfer.settled", _subject(paper), by, lines=_differences(paper))
        return paper


def cancel(code: str, by: Actor) -> Transfer:
    """Give a draft up, or call the van back: what is in transit goes to where it came from. Twice is once."""
    with transaction():
        paper = _locked(code, by, "transfers.send", "from_store_id")
        if paper.state == State.CANCELLED:
            return paper
        _expect(paper, State.DRAFT, State.DISPATCHED)
        at = now()
        if paper.state == State.DISPATCHED:
            goods.call_back(paper, _lots(paper), by, at)
        paper.state, paper.closed_by_id, paper.closed_by, paper.closed_at = State.CANCELLED, by.user_id, by.label, at
        db.session.flush()
        record("transfer.cancelled", _subject(paper), by)
        return paper


def _write_lines(paper: Transfer, lines: Sequence[Sending]) -> None:
    is_inside = paper.from_store_id == paper.to_store_id
    if is_inside and any(one.from_place == one.to_place for one in lines):
        raise SamePlace
    lots = {one.lot: get_lot(one.lot) for one in lines}
    keys = [(lots[one.lot].id, one.from_place) for one in lines]
    if not lines or repeated(keys):
        raise Invalid({"lines": [str(Invalid.text)]})
    paper.lines.extend(
        TransferLine(
            position=number, lot_id=lots[one.lot].id, from_place=one.from_place, to_place=one.to_place,
            quantity=one.quantity,
        )
        for number, one in enumerate(lines, 1)
    )  # fmt: skip
    db.session.flush()


def _close_inside(paper: Transfer, by: Actor) -> None:
    """Inside one store nobody waits: sent is received."""
    at = paper.dispatched_at
    for line in paper.lines:
        line.received, line.damaged, line.missing = line.quantity, 0, 0
    paper.received_by_id, paper.received_by, paper.received_at = by.user_id, by.label, at
    paper.state, paper.closed_by_id, paper.closed_by, paper.closed_at = State.CLOSED, by.user_id, by.label, at


def _counted(paper: Transfer, found: Mapping[int, Counted]) -> dict[int, Arrived]:
    """What each line comes to, by position. Raises Invalid, MoreThanSent."""
    places = {line.position for line in paper.lines}
    if stray := found.keys() - places:
        raise Invalid({f"lines.{place}": [str(Invalid.text)] for place in sorted(stray)})
    counted: dict[int, Arrived] = {}
    too_many: list[int] = []
    for line in paper.lines:
        one = found.get(line.position, Counted(line.quantity))
        came = arrival(line.quantity, one.received, one.damaged)
        if came is None:
            too_many.append(line.position)
        else:
            counted[line.position] = came
    if too_many:
        raise MoreThanSent(lines=too_many)
    return counted


def warnings_of(paper: Transfer, lots: Mapping[int, Lot], on: date) -> dict[int, list[str]]:
    """What the receiver should know on a day, by the line's position; lines with nothing to say are left out."""
    covered = governing({lot.product_id for lot in lots.values()}, on)
    told: dict[int, list[str]] = {}
    for line in paper.lines:
        lot = lots[line.lot_id]
        star = covered.get(lot.product_id)
        if words := arrival_warnings(star.ends_on if star else None, lot.expires_on, on):
            told[line.position] = words
    return told


def _locked(code: str, by: Actor, action: str, side: str) -> Transfer:
    """The paper behind its lock, for who may act for the store at that side of it. Raises TransferNotFound."""
    query = select(Transfer).where(Transfer.code == code).with_for_update(of=Transfer)
    query = query.options(selectinload(Transfer.lines)).execution_options(populate_existing=True)
    paper = db.session.scalar(query)
    if paper is None:
        raise TransferNotFound
    authorize(by, action, Scope("store", db.session.get_one(Store, getattr(paper, side)).code))
    return paper


def _lots(paper: Transfer) -> dict[int, Lot]:
    """The lots of a paper by id, as they are behind its lock."""
    query = select(Lot).where(Lot.id.in_([line.lot_id for line in paper.lines]))
    return {lot.id: lot for lot in db.session.scalars(query.execution_options(populate_existing=True))}


def _expect(paper: Transfer, *states: State) -> None:
    if paper.state not in states:
        raise TransferStateRefused(state=paper.state)


def _subject(paper: Transfer) -> str:
    return f"transfer:{paper.code}"


def _summary(paper: Transfer) -> list[dict[str, int]]:
    return [{"lot": line.lot_id, "quantity": line.quantity} for line in paper.lines]


def _differences(paper: Transfer) -> list[dict[str, object]]:
    """Lines that did not come whole."""
    return [
        {"line": one.position, "damaged": one.damaged, "missing": one.missing, "outcome": one.outcome}
        for one in paper.lines
        if one.damaged or one.missing
    ]
