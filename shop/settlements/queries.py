"""Reading settlements."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from catalog.producers.models import Producer
from core.db import db
from shop.settlements.models import Settlement, SettlementAdjustment, SettlementPeriod
from shop.settlements.refusals import PeriodUnknown, SettlementNotFound
from shop.settlements.rules import UNPAID, Decision, State
from shop.stores.models import Seller


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody may see: settlements of these producers, and of these sellers."""

    producers: Collection[int]
    sellers: Collection[int]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which settlements: of these producers and sellers (None: all), of a period, in a state."""

    producers: Collection[int] | None = None
    sellers: Collection[int] | None = None
    period: str | None = None
    state: State | None = None
    #: None: everything.
    seen: Seen | None = None


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """A closed period at a glance."""

    row: SettlementPeriod
    #: How many settlements are in each state.
    states: dict[str, int]
    #: What is to be paid of it, or was.
    payable_vnd: int


def get_seller(code: str) -> Seller:
    """A seller by its code. Refuses PeriodUnknown."""
    found = db.session.scalar(select(Seller).where(Seller.code == code))
    if found is None:
        raise PeriodUnknown
    return found


def get_settlement(code: str) -> Settlement:
    """A settlement with everything that its statement says. Refuses SettlementNotFound. Says nothing about who may."""
    query = select(Settlement).where(Settlement.code == code)
    found = db.session.scalar(query.options(*_whole()))
    if found is None:
        raise SettlementNotFound
    return found


def find_period(seller_id: int, period: str) -> SettlementPeriod | None:
    """A closed period, or None."""
    query = select(SettlementPeriod).where(SettlementPeriod.seller_id == seller_id, SettlementPeriod.period == period)
    return db.session.scalar(query)


def list_settlements(asked: Asked, page: int = 1, per_page: int = 50) -> tuple[Sequence[Settlement], int]:
    """A page of settlements, the newest period first, then by producer's name; and their number."""
    query = (
        select(Settlement)
        .join(SettlementPeriod, SettlementPeriod.id == Settlement.period_id)
        .join(Producer, Producer.id == Settlement.producer_id)
    )
    if asked.seen is not None:
        whose = Settlement.producer_id.in_(asked.seen.producers), SettlementPeriod.seller_id.in_(asked.seen.sellers)
        query = query.where(or_(*whose))
    if asked.producers is not None:
        query = query.where(Settlement.producer_id.in_(asked.producers))
    if asked.sellers is not None:
        query = query.where(SettlementPeriod.seller_id.in_(asked.sellers))
    if asked.period is not None:
        query = query.where(SettlementPeriod.period == asked.period)
    if asked.state is not None:
        query = query.where(Settlement.state == asked.state)
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = query.options(selectinload(Settlement.producer), selectinload(Settlement.period, SettlementPeriod.seller))
    rows = rows.order_by(SettlementPeriod.period.desc(), Producer.name_folded, Settlement.id)
    return db.session.scalars(rows.limit(per_page).offset((page - 1) * per_page)).all(), total


def list_periods(seller_id: int) -> list[PeriodRow]:
    """The closed periods of a seller, newest first."""
    periods = db.session.scalars(
        select(SettlementPeriod).where(SettlementPeriod.seller_id == seller_id).order_by(SettlementPeriod.period.desc())
    ).all()
    query = select(Settlement.period_id, Settlement.state, func.count(), func.sum(Settlement.total_vnd))
    query = query.where(Settlement.period_id.in_([one.id for one in periods]))
    counted: dict[int, dict[str, tuple[int, int]]] = {}
    rows: Sequence[Any] = db.session.execute(query.group_by(Settlement.period_id, Settlement.state)).all()
    for period_id, state, count, total in rows:
        counted.setdefault(period_id, {})[state] = (count, int(total or 0))
    return [
        PeriodRow(
            one, {state: count for state, (count, _total) in counted.get(one.id, {}).items()},
            sum(total for state, (_count, total) in counted.get(one.id, {}).items() if state in _PAYABLE),
        )
        for one in periods
    ]  # fmt: skip


def count_waiting(seller_ids: Collection[int], besides: int | None) -> int:
    """How many settlements of these sellers wait for a second person other than who closed them."""
    query = (
        select(func.count())
        .select_from(Settlement)
        .join(SettlementPeriod, SettlementPeriod.id == Settlement.period_id)
        .where(SettlementPeriod.seller_id.in_(seller_ids), Settlement.state == State.CLOSED)
    )
    if besides is not None:
        query = query.where(Settlement.closed_by_id != besides)
    return db.session.scalar(query) or 0


_PAYABLE = frozenset({*UNPAID, State.PAID})


def _whole() -> Any:
    return (
        selectinload(Settlement.lines), selectinload(Settlement.adjustments), selectinload(Settlement.producer),
        selectinload(Settlement.carried), selectinload(Settlement.period, SettlementPeriod.seller),
    )  # fmt: skip


def list_extras(seller_ids: Collection[int], page: int, per_page: int) -> tuple[Sequence[SettlementAdjustment], int]:
    """A page of the adjustments of some sellers, what waits first, then the newest; and their number."""
    query = select(SettlementAdjustment).where(SettlementAdjustment.seller_id.in_(seller_ids))
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = query.options(selectinload(SettlementAdjustment.producer), selectinload(SettlementAdjustment.seller))
    rows = rows.order_by(SettlementAdjustment.state != Decision.ASKED, SettlementAdjustment.id.desc())
    return db.session.scalars(rows.limit(per_page).offset((page - 1) * per_page)).all(), total
