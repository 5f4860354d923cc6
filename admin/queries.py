"""Reads that only the desks need: lists over several features, and what an act would bring about."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from catalog.certificates.models import SPAN, Certificate
from catalog.certificates.queries import covering
from catalog.listings.models import Listing, Sku
from catalog.listings.queries import open_listings
from catalog.producers.models import Producer
from catalog.products.models import Product
from core.accounts.actor import Actor, Grant
from core.accounts.models import UserAccount, UserGrant
from core.accounts.permissions import find_role
from core.audit import AuditEntry
from core.clock import now
from core.db import db
from core.outbox import OutboxRow
from core.text import fold

ENDING_WITHIN = timedelta(days=90)


@dataclass(frozen=True)
class Pack:
    """A SKU that can be taken in today."""

    code: str
    name: str
    label: str
    producer: str


def list_certificates(state: str, q: str, on: date, page: int, per_page: int) -> tuple[Sequence[Certificate], int]:
    """Certificates in a state of ``words.CERTIFICATE_FILTERS`` ('' for all), newest entry first; waiting oldest first.

    ``q``: part of a product's or producer's name, the beginning of a decision's number, or a code.
    """
    query = select(Certificate).join(Product, Product.id == Certificate.product_id)
    conditions = _in_state(state, on)
    if q:
        named = Product.name_folded.contains(fold(q), autoescape=True)
        makers = select(Producer.id).where(Producer.name_folded.contains(fold(q), autoescape=True))
        decision = func.lower(Certificate.decision_number).startswith(q.lower(), autoescape=True)
        codes = or_(Certificate.code == q.upper(), Product.code == q.upper())
        conditions.append(or_(named, Product.producer_id.in_(makers), decision, codes))
    query = query.where(*conditions)
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    order = Certificate.id if state == "waiting" else Certificate.id.desc()
    rows = query.order_by(order).limit(per_page).offset((page - 1) * per_page)
    return db.session.scalars(rows).all(), total


def list_products(limit: int = 500) -> list[tuple[str, str]]:
    """Codes and names of products to choose from, by name."""
    query = select(Product.code, Product.name).order_by(Product.name_folded).limit(limit)
    return [(code, name) for code, name in db.session.execute(query)]


def list_packs(on: date) -> list[Pack]:
    """Every SKU that a store may take in on that day, by name."""
    query = (
        select(Sku.code, Product.name, Sku.label, Producer.name)
        .join(Listing, Listing.id == Sku.listing_id)
        .join(Product, Product.id == Listing.product_id)
        .join(Producer, Producer.id == Product.producer_id)
        .where(Sku.is_active, Listing.id.in_(open_listings(on)))
        .order_by(Product.name_folded, Sku.code)
    )
    return [Pack(*row) for row in db.session.execute(query)]


def product_of_sku(code: str) -> str | None:
    """The code of the product whose pack this SKU is; None when there is no such SKU."""
    query = select(Product.code).join(Listing, Listing.product_id == Product.id)
    return db.session.scalar(query.join(Sku, Sku.listing_id == Listing.id).where(Sku.code == code))


@dataclass(frozen=True)
class PackWords:
    """What a SKU is called, and the unit (piece or gram) in which it is counted."""

    name: str
    label: str
    unit: str


def packs_of(codes: Collection[str]) -> dict[str, PackWords]:
    """These SKUs by code, on sale or not."""
    query = (
        select(Sku.code, Product.name, Sku.label, Sku.unit)
        .join(Listing, Listing.id == Sku.listing_id)
        .join(Product, Product.id == Listing.product_id)
        .where(Sku.code.in_(codes))
    )
    return {code: PackWords(*row) for code, *row in db.session.execute(query)}


def packs_of_product(product_id: int) -> list[str]:
    """Codes of the packs of a product that are not given up."""
    query = select(Sku.code).join(Listing, Listing.id == Sku.listing_id)
    return list(db.session.scalars(query.where(Listing.product_id == product_id, Sku.is_active).order_by(Sku.code)))


def units_of(codes: Collection[str]) -> dict[str, str]:
    """The unit (piece or gram) in which each of these SKUs is counted."""
    query = select(Sku.code, Sku.unit).where(Sku.code.in_(codes))
    return {row.code: row.unit for row in db.session.execute(query)}


def list_audit(
    page: int,
    per_page: int,
    *,
    subject: str = "",
    actor: str = "",
    actor_id: int | None = None,
    action: str = "",
    days: tuple[ColumnElement[bool], ...] = (),
) -> tuple[Sequence[AuditEntry], int]:
    """The trail, newest first. ``subject`` and ``action`` match whole or as a beginning (``certificate:``)."""
    conditions: list[ColumnElement[bool]] = list(days)
    if subject:
        conditions.append(AuditEntry.subject.startswith(subject, autoescape=True))
    if action:
        conditions.append(AuditEntry.action.startswith(action, autoescape=True))
    if actor_id is not None:
        conditions.append(AuditEntry.actor_id == actor_id)
    elif actor:
        conditions.append(AuditEntry.actor == actor)
    total = db.session.scalar(select(func.count()).select_from(AuditEntry).where(*conditions)) or 0
    query = select(AuditEntry).where(*conditions).order_by(AuditEntry.id.desc())
    return db.session.scalars(query.limit(per_page).offset((page - 1) * per_page)).all(), total


def list_kept_by(actor: Actor, page: int, per_page: int) -> tuple[Sequence[UserAccount], int]:
    """People with a role that the actor may give and take: the staff of one's own store, one's own producers."""
    kept = [_given_by(grant) for grant in actor.grants]
    held = select(UserGrant.user_id).where(UserGrant.revoked_at.is_(None), or_(false(), *kept))
    query = select(UserAccount).where(UserAccount.id.in_(held))
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = query.order_by(UserAccount.name, UserAccount.id).limit(per_page).offset((page - 1) * per_page)
    return db.session.scalars(rows).all(), total


def list_outbox(page: int, per_page: int, *, failed_only: bool) -> tuple[Sequence[OutboxRow], int]:
    """Reactions that wait, those that failed first."""
    conditions = [OutboxRow.done_at.is_(None)]
    if failed_only:
        conditions.append(OutboxRow.last_error.is_not(None))
    total = db.session.scalar(select(func.count()).select_from(OutboxRow).where(*conditions)) or 0
    query = select(OutboxRow).where(*conditions).order_by(OutboxRow.attempts.desc(), OutboxRow.id)
    return db.session.scalars(query.limit(per_page).offset((page - 1) * per_page)).all(), total


def count_failing() -> int:
    """How many reactions have failed and wait for another try."""
    failing = OutboxRow.done_at.is_(None), OutboxRow.last_error.is_not(None)
    return db.session.scalar(select(func.count()).select_from(OutboxRow).where(*failing)) or 0


def count_overdue(minutes: int = 15) -> int:
    """How many reactions should have run long ago: the worker sleeps."""
    late = OutboxRow.done_at.is_(None), OutboxRow.due_at < now() - timedelta(minutes=minutes)
    return db.session.scalar(select(func.count()).select_from(OutboxRow).where(*late)) or 0


def _in_state(state: str, on: date) -> list[ColumnElement[bool]]:
    def spans(*where: ColumnElement[bool]) -> ColumnElement[bool]:
        return Certificate.id.in_(select(SPAN.c.certificate_id).where(*where))

    verified = Certificate.verified_at.is_not(None)
    begun = SPAN.c.starts_on <= on, SPAN.c.ends_on >= on
    match state:
        case "waiting":
            return [Certificate.verified_at.is_(None)]
        case "open":
            return [spans(covering(on))]
        case "ending":
            return [spans(covering(on), SPAN.c.ends_on <= on + ENDING_WITHIN)]
        case "lapsed":
            return [verified, Certificate.revoked_on.is_(None), spans(SPAN.c.ends_on < on)]
        case "suspended":
            return [spans(*begun, ~covering(on))]
        case "revoked":
            return [Certificate.revoked_on.is_not(None)]
        case _:
            return []


def _given_by(grant: Grant) -> ColumnElement[bool]:
    """Grants that the holder of this one may give: the rule of ``can_give``, in SQL."""
    role = find_role(grant.role)
    given = UserGrant.role.in_(role.gives) if role else false()
    if grant.scope is None:
        return given
    return and_(given, UserGrant.scope_type == grant.scope.kind, UserGrant.scope_id == grant.scope.code)
