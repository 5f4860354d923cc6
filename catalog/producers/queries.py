"""Reading producers."""

from collections.abc import Sequence

from sqlalchemy import func, select

from catalog.producers.models import Producer
from catalog.producers.refusals import ProducerNotFound
from core.accounts.permissions import Scope
from core.db import db
from core.text import fold


def find_producer(code: str) -> Producer | None:
    """The producer of that code."""
    return db.session.scalars(select(Producer).where(Producer.code == code)).first()


def get_producer(code: str) -> Producer:
    """As `find_producer`; refuses with ProducerNotFound."""
    producer = find_producer(code)
    if producer is None:
        raise ProducerNotFound
    return producer


def list_same_tax_code(tax_code: str, besides: int | None = None) -> Sequence[Producer]:
    """Producers with this tax code: branches share one, so it is told, not refused."""
    query = select(Producer).where(Producer.tax_code == tax_code, Producer.id != (besides or 0))
    return db.session.scalars(query.order_by(Producer.id)).all()


def find_by_name(name: str) -> Producer | None:
    """The one producer of this name, accents and case apart; None when there are several or none."""
    found = db.session.scalars(select(Producer).where(Producer.name_folded == fold(name)).limit(2)).all()
    return found[0] if len(found) == 1 else None


def list_producers(q: str | None, page: int, per_page: int) -> tuple[Sequence[Producer], int]:
    """A page of producers by name, and how many there are."""
    query = select(Producer)
    if q:
        query = query.where(Producer.name_folded.contains(fold(q), autoescape=True))
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    page_of = query.order_by(Producer.name_folded, Producer.id).limit(per_page).offset((page - 1) * per_page)
    return db.session.scalars(page_of).all(), total


def scope_of(producer: Producer) -> Scope:
    """The scope in which a producer's own people hold their role."""
    return Scope("producer", producer.code)
