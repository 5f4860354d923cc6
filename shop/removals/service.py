"""Verbs of removals: write off, approve or refuse, give back to the producer, hand over, give up; and the limit.

Each is one transaction. Lock order: the store's row (so that the day's sum of one person is read once), the paper, then
stock levels by id. What waits is set aside by a hold under the paper's number: nobody sells it meanwhile.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from catalog.listings.models import Sku
from catalog.producers.models import Producer
from catalog.products.models import Product
from core.accounts.actor import Actor
from core.accounts.permissions import Scope, authorize
from core.audit import record
from core.clock import now
from core.db import check_version, db, transaction
from core.errors import Invalid
from core.events import publish
from core.ids import short_code
from shop.inventory import holds
from shop.inventory import service as inventory
from shop.inventory.ledger import Document, Posting
from shop.inventory.models import Lot
from shop.inventory.queries import get_level, get_lot
from shop.inventory.rules import Reason
from shop.removals.events import GoodsGivenBack
from shop.removals.models import Removal, RemovalLimit, RemovalLine
from shop.removals.queries import alone_today, find_limit, limit_of
from shop.removals.refusals import (
    OtherProducer,
    OverLimit,
    RemovalNotFound,
    RemovalStateRefused,
    SecondPersonNeeded,
)  # fmt: skip
from shop.removals.rules import DOCUMENT, MOST_LINES, Kind, State, needs_second, reasons_of, worth
from shop.stores.models import Store


@dataclass(frozen=True)
class Taking:
    """So many units of a lot (by its code) at a place of the store."""

    lot: str
    quantity: int
    place: str = "shelf"


@dataclass(frozen=True)
class _Priced:
    """A level with what its units are worth and what they cost."""

    level_id: int
    quantity: int
    value_vnd: int
    cost_vnd: int


def write_off(store: Store, lines: Sequence[Taking], reason: Reason, by: Actor, note: str | None = None) -> Removal:
    """Goods are lost: damaged, tasted, past their day. Within the limit they leave at once; above it they are set
    aside and wait for a second person.

    Raises Invalid for a reason that does not fit or a lot named twice, LevelHeld for what is promised to orders.
    """
    authorize(by, "removals.make", Scope("store", store.code))
    _check(Kind.WRITE_OFF, reason, lines)
    with transaction():
        _lock_store(store.id)
        at, priced = now(), _priced(store, lines)
        value = sum(one.value_vnd for one in priced)
        waits = by.user_id is not None and needs_second(value, alone_today(store.id, by, at), limit_of(store.id))
        paper = _make(store, Kind.WRITE_OFF, reason, priced, by, at, note, needs_second=waits)
        if not waits:
            _leave(paper, by, at)
        record("removal.made", _subject(paper), by, store=store.code, reason=reason.value, value_vnd=value,
               waits=waits)  # fmt: skip
        return paper


def give_back(
    store: Store, producer: Producer, lines: Sequence[Taking], by: Actor, note: str | None = None,
    reason: Reason = Reason.PRODUCER_RETURN,
) -> Removal:  # fmt: skip
    """A note of goods that go back to their producer: they are set aside until somebody takes them.

    Lots in any state: blocked, expired and recalled goods too. Raises OtherProducer, Invalid, LevelHeld.
    """
    authorize(by, "removals.make", Scope("store", store.code))
    _check(Kind.PRODUCER_RETURN, reason, lines)
    _refuse_others(producer, [one.lot for one in lines])
    with transaction():
        _lock_store(store.id)
        at = now()
        paper = _make(
            store, Kind.PRODUCER_RETURN, reason, _priced(store, lines), by, at, note, needs_second=False,
            producer_id=producer.id,
        )  # fmt: skip
        record("removal.made", _subject(paper), by, store=store.code, producer=producer.code, reason=reason.value)
        return paper


def approve(code: str, by: Actor) -> Removal:
    """A second person agrees: the goods leave. Twice by the same person is once. Raises SecondPersonNeeded."""
    with transaction():
        paper = _locked(code, by, "removals.approve")
        if paper.state == State.DONE and paper.decided_by_id == by.user_id and paper.kind == Kind.WRITE_OFF:
            return paper
        _expect(paper, Kind.WRITE_OFF)
        if by.user_id is None or by.user_id == paper.made_by_id:
            raise SecondPersonNeeded
        _leave(paper, by, now())
        record("removal.approved", _subject(paper), by, value_vnd=paper.value_vnd)
        return paper


def refuse(code: str, words: str, by: Actor) -> Removal:
    """A second person does not agree: the goods are free again. Raises SecondPersonNeeded."""
    with transaction():
        paper = _locked(code, by, "removals.approve")
        _expect(paper, Kind.WRITE_OFF)
        if by.user_id is None or by.user_id == paper.made_by_id:
            raise SecondPersonNeeded
        _end(paper, State.REFUSED, words, by)
        record("removal.refused", _subject(paper), by, words=words)
        return paper


def hand_over(code: str, handed_to: str, by: Actor) -> Removal:
    """The producer's person took the goods and signed. Twice under the same name is once."""
    with transaction():
        paper = _locked(code, by, "removals.make")
        if paper.state == State.DONE and paper.handed_to == handed_to:
            return paper
        _expect(paper, Kind.PRODUCER_RETURN)
        paper.handed_to = handed_to
        _leave(paper, by, now())
        record("removal.handed_over", _subject(paper), by, to=handed_to)
        publish(GoodsGivenBack(paper.code, paper.producer_id or 0))
        return paper


def cancel(code: str, words: str, by: Actor) -> Removal:
    """Whoever may make papers gives one up that waits: the goods are free again."""
    with transaction():
        paper = _locked(code, by, "removals.make")
        if paper.state == State.CANCELLED:
            return paper
        _expect(paper)
        _end(paper, State.CANCELLED, words, by)
        record("removal.cancelled", _subject(paper), by, words=words)
        return paper


def adjust(
    store: Store, lot: str, place: str, delta: int, reason: Reason, by: Actor, note: str | None = None
) -> str:  # fmt: skip
    """Book what a person found or did, as ``inventory.service.adjust``; answers the paper's number.

    Raises OverLimit, besides, when it takes more than this person may take alone on one day.
    """
    with transaction():
        if delta < 0 and by.user_id is not None:
            _lock_store(store.id)
            (one,) = _priced(store, [Taking(lot, -delta, place)])
            alone, limit = alone_today(store.id, by, now()), limit_of(store.id)
            if needs_second(one.value_vnd, alone, limit):
                raise OverLimit(value=one.value_vnd, limit=limit, alone_today=alone)
        return inventory.adjust(store, lot, place, delta, reason, by, note)


def set_limit(store: Store, limit_vnd: int, expected: int | None, by: Actor) -> RemovalLimit:
    """What one person may write off alone here on one day. ``expected``: the version read, None when there was none.

    Raises EditConflict when somebody set it meanwhile.
    """
    authorize(by, "removals.limit")
    with transaction() as session:
        _lock_store(store.id)
        own = find_limit(store.id)
        if own is None:
            own = RemovalLimit(store_id=store.id, limit_vnd=limit_vnd, set_by=by.label, set_at=now())
            session.add(own)
        else:
            check_version(own, expected or 0)
            own.limit_vnd, own.set_by, own.set_at = limit_vnd, by.label, now()
        session.flush()
        record("removal.limit_set", f"store:{store.code}", by, limit_vnd=limit_vnd)
        return own


def _check(kind: Kind, reason: Reason, lines: Sequence[Taking]) -> None:
    if reason not in reasons_of(kind):
        raise Invalid({"reason": [str(Invalid.text)]})
    if not 0 < len(lines) <= MOST_LINES or len({(one.lot, one.place) for one in lines}) < len(lines):
        raise Invalid({"lines": [str(Invalid.text)]})
    if any(one.quantity < 1 for one in lines):
        raise Invalid({"quantity": [str(Invalid.text)]})


def _refuse_others(producer: Producer, codes: Collection[str]) -> None:
    theirs = select(Lot.code).join(Product, Product.id == Lot.product_id).where(Product.producer_id == producer.id)
    known = set(db.session.scalars(theirs.where(Lot.code.in_(codes))))
    if strange := sorted(code for code in codes if code not in known):
        raise OtherProducer(lots=strange)


def _priced(store: Store, lines: Sequence[Taking]) -> list[_Priced]:
    """The lines' levels with their worth today. Raises NotFound for a lot that never lay there."""
    found: list[_Priced] = []
    for one in lines:
        lot = get_lot(one.lot)
        sku = db.session.get_one(Sku, lot.sku_id)
        cost = 0 if lot.is_consigned else worth(one.quantity, sku.unit, lot.unit_cost_vnd)
        level_id = get_level(store.id, one.place, lot.id)
        found.append(_Priced(level_id, one.quantity, worth(one.quantity, sku.unit, sku.price_vnd), cost))
    return found


def _make(
    store: Store, kind: Kind, reason: Reason, priced: Sequence[_Priced], by: Actor, at: datetime, note: str | None, *,
    needs_second: bool, producer_id: int | None = None,
) -> Removal:  # fmt: skip
    """The paper, waiting, with its goods set aside."""
    paper = Removal(
        code=short_code("XH" if kind is Kind.WRITE_OFF else "TC"), kind=kind, store_id=store.id,
        producer_id=producer_id, reason=reason.value, state=State.WAITING, note=note,
        value_vnd=sum(one.value_vnd for one in priced), cost_vnd=sum(one.cost_vnd for one in priced),
        needs_second=needs_second, made_by_id=by.user_id, made_by=by.label, made_at=at,
    )  # fmt: skip
    paper.lines = [
        RemovalLine(
            position=number, level_id=one.level_id, quantity=one.quantity, value_vnd=one.value_vnd,
            cost_vnd=one.cost_vnd,
        )
        for number, one in enumerate(priced, 1)
    ]  # fmt: skip
    db.session.add(paper)
    db.session.flush()
    holds.set_aside({one.level_id: one.quantity for one in priced}, _reference(paper), at)
    return paper


def _leave(paper: Removal, by: Actor, at: datetime) -> None:
    """What was set aside leaves, under the paper's number."""
    posting = Posting(Reason(paper.reason), Document(DOCUMENT, paper.code), by, at, paper.note)
    holds.take_out(_reference(paper), posting)
    paper.state, paper.decided_by_id, paper.decided_by, paper.decided_at = State.DONE, by.user_id, by.label, at
    db.session.flush()


def _end(paper: Removal, state: State, words: str, by: Actor) -> None:
    """The goods are free again."""
    at = now()
    holds.release(_reference(paper), at)
    paper.state, paper.decision_note = state, words
    paper.decided_by_id, paper.decided_by, paper.decided_at = by.user_id, by.label, at
    db.session.flush()


def _lock_store(store_id: int) -> None:
    """One paper of a store is begun at a time: what a person took alone today is read behind it."""
    db.session.execute(select(Store.id).where(Store.id == store_id).with_for_update(key_share=True))


def _locked(code: str, by: Actor, action: str) -> Removal:
    """The paper behind its lock. Raises RemovalNotFound, also for another's store."""
    query = select(Removal).where(Removal.code == code).with_for_update(of=Removal)
    query = query.options(selectinload(Removal.lines)).execution_options(populate_existing=True)
    paper = db.session.scalar(query)
    if paper is None:
        raise RemovalNotFound
    authorize(by, action, Scope("store", db.session.get_one(Store, paper.store_id).code))
    return paper


def _expect(paper: Removal, kind: Kind | None = None) -> None:
    if paper.state != State.WAITING or (kind is not None and paper.kind != kind):
        raise RemovalStateRefused(state=paper.state)


def _reference(paper: Removal) -> str:
    return f"removal:{paper.code}"


def _subject(paper: Removal) -> str:
    return f"removal:{paper.code}"
