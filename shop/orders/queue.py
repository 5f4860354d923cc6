"""A store's work, parcel by parcel: what to pack, what waits, what is under way, what went wrong."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from core.db import db
from shop.orders.models import Order, Shipment
from shop.orders.queries import matches
from shop.orders.rules import OFF, Parcel, State

_LIVE = Order.state.not_in([*OFF, State.HELD])
_WAITS = and_(Shipment.state == Parcel.WAITING, Order.decided_at.is_not(None), _LIVE)
_PACKED = and_(Shipment.state == Parcel.PACKED, _LIVE)

#: The queues in the order of a day's work. A parcel that is with its buyer, or called off, is in none of them.
QUEUES: dict[str, ColumnElement[bool]] = {
    "pack": _WAITS,
    "ready": and_(_PACKED, Order.method == "pickup"),
    "send": and_(_PACKED, Order.method == "delivery"),
    "carrier": Shipment.state == Parcel.SHIPPED,
    "trouble": and_(Shipment.state.in_([Parcel.FAILED, Parcel.RETURNED]), Order.state.not_in(OFF)),
    "held": and_(Order.state == State.HELD, Shipment.state.in_([Parcel.WAITING, Parcel.PACKED])),
    "money": and_(Shipment.state == Parcel.WAITING, Order.decided_at.is_(None), Order.state.not_in(OFF)),
}
#: Whatever the store still has to do something about, or to wait for.
WAITING = or_(*QUEUES.values())


def count_queues(store_ids: Sequence[int]) -> dict[str, int]:
    """How many parcels of these stores each queue holds, in one statement."""
    sums = [func.sum(case((condition, 1), else_=0)) for condition in QUEUES.values()]
    query = select(*sums).select_from(Shipment).join(Order, Order.id == Shipment.order_id)
    row = db.session.execute(query.where(Shipment.store_id.in_(store_ids))).one()
    return {name: int(count or 0) for name, count in zip(QUEUES, row, strict=True)}


def list_queue(
    store_ids: Sequence[int], queue: str, words: str, page: int, per_page: int
) -> tuple[list[Shipment], int]:
    """A page of parcels with their orders: of one queue (what was promised first on top), `waiting` or `all`.

    ``words``: number, telephone, tracking number or a part of the name.
    """
    where: list[ColumnElement[bool]] = [Shipment.store_id.in_(store_ids)]
    if queue != "all":
        where.append(QUEUES.get(queue, WAITING))
    if words:
        where.append(matches(words))
    joined = select(Shipment).join(Order, Order.id == Shipment.order_id).where(*where)
    total = db.session.scalar(select(func.count()).select_from(joined.subquery())) or 0
    by_need = [Order.id.desc()] if queue == "all" else [Order.promised_at.is_(None), Order.promised_at]
    query = joined.options(joinedload(Shipment.order), selectinload(Shipment.lines))
    query = query.order_by(*by_need, Shipment.id).limit(per_page).offset((page - 1) * per_page)
    return list(db.session.scalars(query)), total


def list_collected(store_ids: Sequence[int], most: int = 50) -> list[Order]:
    """Orders that wait at the counters of these stores, the nearest last day first."""
    query = select(Order).where(Order.store_id.in_(store_ids), Order.method == "pickup", Order.state == State.READY)
    return list(db.session.scalars(query.order_by(Order.collect_by, Order.id).limit(most)))


def list_chosen(codes: Collection[str], store_ids: Sequence[int]) -> list[Shipment]:
    """The parcels of these codes that these stores pack, with everything that is printed of them, by code."""
    query = select(Shipment).where(Shipment.code.in_(codes), Shipment.store_id.in_(store_ids))
    whole = joinedload(Shipment.order)
    query = query.options(
        whole.selectinload(Order.lines), whole.selectinload(Order.charges), whole.selectinload(Order.shipments)
        .selectinload(Shipment.lines), joinedload(Shipment.store), selectinload(Shipment.lines),
        selectinload(Shipment.lots),
    )  # fmt: skip
    return list(db.session.scalars(query.order_by(Shipment.code)).unique())
