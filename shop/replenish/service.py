"""Verbs of replenishment: levels, requests to producers and their answers. Each is one transaction.

A request is locked by its row; a store's drafts by the store's row, so that there is one draft for a producer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from catalog.listings.models import Listing, Sku
from catalog.listings.queries import offers
from catalog.producers.models import Producer
from catalog.products.models import Product
from core.accounts.actor import SYSTEM, Actor
from core.audit import record
from core.clock import day_start, local_day, now
from core.db import check_version, db, transaction
from core.errors import Invalid, NotFound
from core.events import publish
from core.ids import short_code
from shop.replenish.events import SupplyRequested
from shop.replenish.links import read_key
from shop.replenish.models import StockTarget, SupplyRequest, SupplyRequestLine
from shop.replenish.queries import Position, get_request, list_positions, received_with
from shop.replenish.refusals import LineUnfit, LinkOver, NothingToOrder, ReceiptUnknown, RequestNotFound, RequestState
from shop.replenish.rules import COMING, REMIND_DAYS, State
from shop.stores.models import Store

#: No delivery is agreed for later than this.
MOST_DAYS_AHEAD = 120
#: Units of one line: ten tonnes in grams.
MOST_UNITS = 10_000_000


@dataclass(frozen=True, slots=True)
class LevelWish:
    """Levels that a keeper wants for a pack; both None: those that the pace proposes. `version` 0: none stood."""

    sku: str
    minimum: int | None
    target: int | None
    version: int


def set_levels(store: Store, wishes: list[LevelWish], by: Actor) -> int:
    """Set levels of packs in a store; answers how many changed. Raises EditConflict, Invalid, NotFound: all or none."""
    with transaction() as session:
        _lock_store(store)
        ids = _sku_ids([wish.sku for wish in wishes])
        stands = {one.sku_id: one for one in session.scalars(_targets(store, ids))}
        changed = [wish for wish in wishes if _set_level(store, ids, stands, wish, by)]
        if changed:
            told = [{"sku": one.sku, "minimum": one.minimum, "target": one.target} for one in changed]
            record("replenish.levels_set", f"store:{store.code}", by, levels=told)
        return len(changed)


def draft(store: Store, producer: str, wants: Mapping[str, int], by: Actor) -> SupplyRequest:
    """Write packs (units by SKU code) into the store's draft for a producer; it is begun when there is none.

    Raises NothingToOrder, NotFound for a pack that is not hers, Invalid for a quantity that nobody brings.
    """
    with transaction() as session:
        _lock_store(store)
        maker = session.scalar(select(Producer).where(Producer.code == producer))
        if maker is None:
            raise NotFound
        at = now()
        found = session.scalar(_draft_of(store, maker))
        if found is None:
            found = SupplyRequest(
                code=short_code("PD"), store_id=store.id, producer_id=maker.id, state=State.DRAFT, note="",
                made_by=by.label, made_at=at, serial=0, words="",
            )  # fmt: skip
            session.add(found)
            session.flush()
        _write_lines(found, {sku: units for sku, units in wants.items() if units}, at)
        if not found.lines:
            raise NothingToOrder
        record("supply.drafted", f"supply:{found.code}", by, store=store.code, producer=maker.code, lines=dict(wants))
    return get_request(found.code)


def edit_draft(
    code: str, version: int, wants: Mapping[str, int], by: Actor, *, wanted_on: date | None, note: str
) -> SupplyRequest:
    """Say how much of each pack, by when, and a word; 0 takes a line out.

    Raises EditConflict, RequestState, Invalid.
    """
    with transaction():
        request, at = _locked(code, State.DRAFT), now()
        check_version(request, version)
        _check_day(wanted_on, local_day(at), "wanted_on")
        request.wanted_on, request.note = wanted_on, note
        _write_lines(request, wants, at)
        db.session.flush()
        record("supply.edited", f"supply:{code}", by, lines=dict(wants), wanted_on=wanted_on, note=note)
        return request


def send(code: str, version: int, by: Actor) -> SupplyRequest:
    """Let the producer have it, by a link of her own. Raises EditConflict, RequestState, NothingToOrder, LineUnfit."""
    with transaction():
        request, at = _locked(code, State.DRAFT), now()
        check_version(request, version)
        if not request.lines:
            raise NothingToOrder
        on = local_day(at)
        _check_day(request.wanted_on, on, "wanted_on")
        _check_fit(request, [line.sku_id for line in request.lines], max(on, request.wanted_on or on))
        request.state, request.sent_at, request.serial = State.SENT, at, 1
        db.session.flush()
        record("supply.sent", f"supply:{code}", by, lines={line.sku.code: line.wanted for line in request.lines})
        publish(SupplyRequested(code, request.serial))
        return request


def send_again(code: str, by: Actor) -> SupplyRequest:
    """A fresh link; older ones die. Raises RequestState unless it waits for its answer."""
    with transaction():
        request = _locked(code, State.SENT)
        request.serial += 1
        db.session.flush()
        record("supply.sent_again", f"supply:{code}", by, serial=request.serial)
        publish(SupplyRequested(code, request.serial))
        return request


def find_by_key(key: str) -> SupplyRequest:
    """The request behind an address, whatever its state. Raises LinkUnknown, LinkOver for an older link."""
    code, serial = read_key(key)
    request = get_request(code)
    if request.serial != serial:
        raise LinkOver
    return request


def confirm(
    code: str, serial: int, by: Actor, *, deliver_on: date, units: Mapping[str, int] | None = None, words: str = ""
) -> SupplyRequest:
    """The producer brings it on a day: all, or so many units of each pack (a pack not named: none of it).

    Raises RequestState unless it waits for its answer, LinkOver, Invalid, LineUnfit naming packs whose star ends first.
    """
    with transaction():
        request, at = _locked(code, State.SENT), now()
        _check_serial(request, serial)
        _check_day(deliver_on, local_day(at), "deliver_on")
        for line in request.lines:
            line.confirmed = line.wanted if units is None else _within(line, units.get(line.sku.code, 0))
        coming = [line.sku_id for line in request.lines if line.confirmed]
        if not coming:
            raise Invalid({"units": [_("Không giao gì: hãy chọn “Không có hàng” và ghi vài lời.")]})
        _check_fit(request, coming, deliver_on)
        request.state, request.answered_at, request.answered_by = State.CONFIRMED, at, by.label
        request.deliver_on, request.words = deliver_on, words
        db.session.flush()
        told = {line.sku.code: line.confirmed for line in request.lines}
        record("supply.confirmed", f"supply:{code}", by, deliver_on=deliver_on, lines=told, words=words)
        return request


def decline(code: str, serial: int, by: Actor, words: str) -> SupplyRequest:
    """The producer brings nothing, and says why. Raises RequestState, LinkOver, Invalid without words."""
    with transaction():
        request, at = _locked(code, State.SENT), now()
        _check_serial(request, serial)
        if not words.strip():
            raise Invalid({"words": [_("Hãy ghi vài lời để cửa hàng biết.")]})
        for line in request.lines:
            line.confirmed = 0
        request.state, request.words, request.ended_at = State.DECLINED, words, at
        request.answered_at, request.answered_by = at, by.label
        db.session.flush()
        record("supply.declined", f"supply:{code}", by, words=words)
        return request


def drop(code: str, version: int, by: Actor) -> SupplyRequest:
    """The store wants it no more; its link says so. Raises EditConflict, RequestState once it is over."""
    with transaction():
        request = _locked(code, State.DRAFT, *COMING)
        check_version(request, version)
        request.state, request.ended_at = State.DROPPED, now()
        db.session.flush()
        record("supply.dropped", f"supply:{code}", by)
        return request


def close(code: str, receipt_code: str, by: Actor) -> SupplyRequest:
    """The goods came with a goods receipt: how much of each pack is read from it.

    Raises RequestState, ReceiptUnknown.
    """
    with transaction():
        request = _locked(code, *COMING)
        came = received_with(request.store_id, receipt_code)
        if came is None:
            raise ReceiptUnknown(receipt=receipt_code)
        for line in request.lines:
            line.received = came.get(line.sku_id, 0)
        request.state, request.receipt_code, request.ended_at = State.CLOSED, receipt_code, now()
        db.session.flush()
        told = {line.sku.code: line.received for line in request.lines}
        record("supply.closed", f"supply:{code}", by, receipt=receipt_code, lines=told)
        return request


def remind(today: date) -> int:
    """Call requests to mind that nobody has answered for two days, once; answers how many."""
    until = day_start(today) - timedelta(days=REMIND_DAYS - 1)
    query = select(SupplyRequest.code).where(
        SupplyRequest.state == State.SENT, SupplyRequest.reminded_at.is_(None), SupplyRequest.sent_at < until
    )
    return sum(_remind(code) for code in db.session.scalars(query.order_by(SupplyRequest.id)).all())


def _remind(code: str) -> bool:
    with transaction():
        request = db.session.scalar(_for_update(code))
        if request is None or request.state != State.SENT or request.reminded_at is not None:
            return False
        request.reminded_at = now()
        record("supply.reminded", f"supply:{code}", SYSTEM)
        publish(SupplyRequested(code, request.serial, is_reminder=True))
        return True


def _set_level(
    store: Store, ids: Mapping[str, int], stands: Mapping[int, StockTarget], wish: LevelWish, by: Actor
) -> bool:
    found = stands.get(ids[wish.sku])
    before = (found.minimum, found.target) if found else (None, None)
    if (wish.minimum, wish.target) == before:
        return False
    if found is not None:
        check_version(found, wish.version)
    if wish.minimum is None or wish.target is None:
        db.session.delete(found)
    else:
        _check_levels(wish.sku, wish.minimum, wish.target)
        row = found or StockTarget(store_id=store.id, sku_id=ids[wish.sku])
        row.minimum, row.target, row.set_by, row.set_at = wish.minimum, wish.target, by.label, now()
        db.session.add(row)
    db.session.flush()
    return True


def _check_levels(sku: str, minimum: int, target: int) -> None:
    if not 0 <= minimum <= target <= MOST_UNITS:
        raise Invalid({f"target-{sku}": [_("Mức đầy phải từ mức thấp trở lên.")]})


def _write_lines(request: SupplyRequest, wants: Mapping[str, int], at: datetime) -> None:
    """Put units of packs into a draft: 0 takes a line out, what is not named stays."""
    stands = {line.sku.code: line for line in request.lines}
    fresh = [sku for sku, units in wants.items() if units and sku not in stands]
    known = _positions(request, fresh, at)
    for sku, units in wants.items():
        if not 0 <= units <= MOST_UNITS:
            raise Invalid({f"units-{sku}": [_("Số lượng từ 0 đến %(most)s.", most=MOST_UNITS)]})
        if sku in stands and units:
            stands[sku].wanted = units
        elif sku in stands:
            request.lines.remove(stands[sku])
        elif units:
            last = max((line.position for line in request.lines), default=0)
            one = known[sku]
            request.lines.append(
                SupplyRequestLine(position=last + 1, sku_id=one.sku.id, sku=one.sku, wanted=units, why=one.why())
            )
    db.session.flush()


def _positions(request: SupplyRequest, skus: list[str], at: datetime) -> dict[str, Position]:
    """What is known of packs of the request's producer. Raises NotFound for another's, and for one not on offer."""
    if not skus:
        return {}
    ids = _sku_ids(skus)
    found = {one.sku.code: one for one in list_positions(request.store_id, at, list(ids.values()))}
    if any(sku not in found or found[sku].producer.id != request.producer_id for sku in skus):
        raise NotFound
    return found


def _check_fit(request: SupplyRequest, sku_ids: list[int], on: date) -> None:
    """Every pack may be sold on the day it comes. Raises LineUnfit naming those that may not."""
    fit = offers(sku_ids, on)
    unfit = [line.sku_id for line in request.lines if line.sku_id in sku_ids and line.sku_id not in fit]
    if unfit:
        query = select(Sku.code, Product.name).join(Listing, Listing.id == Sku.listing_id)
        named = db.session.execute(query.join(Product, Product.id == Listing.product_id).where(Sku.id.in_(unfit)))
        raise LineUnfit(lines=[{"sku": row[0], "name": row[1]} for row in named], on=on.isoformat())


def _within(line: SupplyRequestLine, units: int) -> int:
    if not 0 <= units <= line.wanted:
        raise Invalid({f"units-{line.sku.code}": [_("Nhiều nhất là số cửa hàng đặt.")]})
    return units


def _check_day(day: date | None, on: date, field: str) -> None:
    if day is not None and not on <= day <= on + timedelta(days=MOST_DAYS_AHEAD):
        raise Invalid({field: [_("Chọn một ngày từ hôm nay, trong vòng bốn tháng.")]})


def _check_serial(request: SupplyRequest, serial: int) -> None:
    if request.serial != serial:
        raise LinkOver


def _sku_ids(codes: list[str]) -> dict[str, int]:
    """Ids of packs by code. Raises NotFound when one is unknown."""
    rows = db.session.execute(select(Sku.code, Sku.id).where(Sku.code.in_(codes))).all()
    found: dict[str, int] = {row[0]: row[1] for row in rows}
    if len(found) < len(set(codes)):
        raise NotFound
    return found


def _targets(store: Store, ids: Mapping[str, int]) -> Any:
    return select(StockTarget).where(StockTarget.store_id == store.id, StockTarget.sku_id.in_(ids.values()))


def _draft_of(store: Store, maker: Producer) -> Any:
    return select(SupplyRequest).where(
        SupplyRequest.store_id == store.id, SupplyRequest.producer_id == maker.id, SupplyRequest.state == State.DRAFT
    )


def _lock_store(store: Store) -> None:
    """One at a time for a store; sales, which only point at it, go on."""
    db.session.execute(select(Store.id).where(Store.id == store.id).with_for_update(key_share=True))


def _for_update(code: str) -> Any:
    query = select(SupplyRequest).where(SupplyRequest.code == code).with_for_update(of=SupplyRequest)
    return query.execution_options(populate_existing=True)


def _locked(code: str, *states: State) -> SupplyRequest:
    """A request nobody else is changing, in one of these states. Raises RequestNotFound, RequestState."""
    request = db.session.scalar(_for_update(code))
    if request is None:
        raise RequestNotFound
    if request.state not in states:
        raise RequestState(state=request.state)
    return request
