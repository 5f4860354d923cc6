"""Reading cases and labels to print."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from core.accounts.actor import Actor, Scope
from core.accounts.permissions import is_allowed
from core.db import db
from core.errors import NotFound
from shop.cases.models import LabelTask, SoldCase
from shop.cases.rules import OPEN
from shop.fairs.models import Booking, Fair
from shop.orders.models import OrderLine
from shop.stores.queries import list_stores


def list_cases(states: Collection[str], by: Actor, page: int, per_page: int) -> tuple[Sequence[SoldCase], int]:
    """Cases that this person may see, in any of these states (all when empty), the most pressing first."""
    conditions = [_seen_by(by), *([SoldCase.state.in_(list(states))] if states else [])]
    total = db.session.scalar(select(func.count()).select_from(SoldCase).where(*conditions)) or 0
    query = (
        select(SoldCase)
        .where(*conditions)
        .options(
            joinedload(SoldCase.certificate),
            joinedload(SoldCase.product),
            joinedload(SoldCase.store),
            joinedload(SoldCase.booking),
            joinedload(SoldCase.line).joinedload(OrderLine.order),
        )
        .order_by(SoldCase.state.not_in(list(OPEN)), SoldCase.contact_by, SoldCase.id)
    )
    return db.session.scalars(query.limit(per_page).offset((page - 1) * per_page)).unique().all(), total


def count_open(by: Actor) -> int:
    """How many cases wait for this person."""
    query = select(func.count()).select_from(SoldCase).where(_seen_by(by), SoldCase.state.in_(list(OPEN)))
    return db.session.scalar(query) or 0


def get_case(code: str, by: Actor) -> SoldCase:
    """A case that this person may see. Raises NotFound."""
    found = db.session.scalar(select(SoldCase).where(SoldCase.code == code, _seen_by(by)))
    if found is None:
        raise NotFound
    return found


def list_labels(by: Actor) -> Sequence[LabelTask]:
    """Shelf labels that wait to be printed anew in this person's stores, by store."""
    query = select(LabelTask).where(LabelTask.done_at.is_(None), LabelTask.store_id.in_(_stores(by)))
    return db.session.scalars(
        query.options(selectinload(LabelTask.product)).order_by(LabelTask.store_id, LabelTask.id)
    ).all()


def get_label(task_id: int, by: Actor) -> LabelTask:
    """One such task. Raises NotFound."""
    query = select(LabelTask).where(LabelTask.id == task_id, LabelTask.store_id.in_(_stores(by)))
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def is_everywhere(by: Actor) -> bool:
    """Whether this person sees the cases of all stores and fairs: a certifier, an auditor, an admin."""
    return is_allowed(by, "cases.read", Scope("everywhere", ""))


def scopes_of(case: SoldCase) -> list[Scope]:
    """Where a case belongs: its store, or its fair."""
    if case.store is not None:
        return [Scope("store", case.store.code)]
    fair = db.session.get_one(Fair, case.booking.fair_id) if case.booking else None
    return [Scope("fair", fair.slug)] if fair else []


def _stores(by: Actor) -> list[int]:
    return [one.id for one in list_stores() if is_allowed(by, "cases.read", Scope("store", one.code))]


def _fairs(by: Actor) -> list[int]:
    return list(db.session.scalars(select(Fair.id).where(Fair.slug.in_(by.scopes_of("fair")))))


def _seen_by(by: Actor) -> ColumnElement[bool]:
    """A store's people see the sales of their store, an organizer the booths of her fairs."""
    if is_everywhere(by):
        return true()
    booths = select(Booking.id).where(Booking.fair_id.in_(_fairs(by)))
    return or_(SoldCase.store_id.in_(_stores(by)), SoldCase.booking_id.in_(booths))
