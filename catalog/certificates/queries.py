"""Reading certificates: the gate in SQL, the history of a product, and the public page."""

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    ColumnElement,
    Date,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    distinct,
    exists,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.orm import aliased, joinedload

from catalog.certificates.knowledge import known_at
from catalog.certificates.models import SPAN, Certificate, CertificateSuspension
from catalog.certificates.refusals import CertificateNotFound
from catalog.certificates.rules import Pause, Standing, Status, Term, standing, status_of
from catalog.products.models import Product
from catalog.stops.models import ProductStop
from catalog.stops.queries import holding, stops_of
from core.db import db, dialect_name, in_chunks
from core.feed import Beside
from core.text import fold, squeeze

#: Letters below which a word is no name to look for.
_SHORTEST_NAME = 3
#: The product whose producer is stopped; an alias, for the outer statement may hold products of its own.
_MADE = aliased(Product)


@dataclass(frozen=True, slots=True)
class Governing:
    """The certificate under which a product is sold on a day."""

    certificate_id: int
    code: str
    decision_number: str
    stars: int
    #: Last day it governs as known now; suspensions apart.
    ends_on: date
    product_id: int
    starts_on: date
    decided_on: date
    issuer: str
    is_demo: bool


#: The columns of Governing, in its order.
GOVERNING = (
    Certificate.id,
    Certificate.code,
    Certificate.decision_number,
    Certificate.stars,
    SPAN.c.ends_on,
    Certificate.product_id,
    SPAN.c.starts_on,
    Certificate.decided_on,
    Certificate.issuer,
    Certificate.is_demo,
)


def open_products(on: date) -> Select[int]:
    """Ids of all products that a certificate covers on that day: the gate as a subquery for lists and facets."""
    return select(SPAN.c.product_id).where(covering(on))


def governing(product_ids: Collection[int], on: date) -> dict[int, Governing]:
    """The governing certificate of each of these products that has one on that day."""
    found: dict[int, Governing] = {}
    wanted = list(product_ids)
    for chunk in in_chunks(wanted):
        rows = db.session.execute(_GOVERNING_AMONG, {"among": chunk, "on": on})
        found.update((row.product_id, Governing(*row)) for row in rows)
    return found


def covered(product_ids: Collection[int], on: date) -> set[int]:
    """Which of these products a certificate covers on that day: the gate, for who knows the rest already.

    Every list and every product asks it, so it goes to the driver as it is: one text for any number of products.
    """
    connection = db.session.connection()
    statement = _covered_text(connection.dialect.name)
    if connection.dialect.name == "sqlite":
        asked: dict[str, Any] = {"on": on.isoformat(), "among": json.dumps(list(product_ids))}
    else:
        asked = {"on": on, "among": list(product_ids)}
    return set(connection.exec_driver_sql(statement, asked).scalars())


def count_covered(product_ids: Collection[int], on: date) -> Beside:
    """How many of these products a certificate covers on that day: the gate as a question beside the feed's.

    Who keeps an answer in memory keeps this with it, and asks both in one statement each time the answer is given.
    """
    name = dialect_name()
    among = f"[{','.join(map(str, product_ids))}]"
    if name == "sqlite":
        return Beside(_counted_text(name), {"on": on.isoformat(), "among": among})
    return Beside(_counted_text(name), {"on": on, "among": f"{{{among[1:-1]}}}"})


@cache
def _counted_text(name: str) -> str:
    """The gate among products as one number; the products come as text, which a driver passes on unread."""
    if name == "sqlite":
        dialect = sqlite.dialect(paramstyle="named")
        among = SPAN.c.product_id.in_(text("SELECT value FROM json_each(:among)"))
    else:
        dialect = psycopg.dialect()
        among = SPAN.c.product_id == func.any(cast(bindparam("among", type_=Text), ARRAY(BigInteger)))
    query = select(func.count(distinct(SPAN.c.product_id))).where(among, covering(bindparam("on", type_=Date)))
    return f"({query.compile(dialect=dialect)})"


@cache
def _covered_text(name: str) -> str:
    """The gate among products in a database's own words: the products are one array, the day the only other value."""
    if name == "sqlite":
        dialect = sqlite.dialect(paramstyle="named")
        among = SPAN.c.product_id.in_(text("SELECT value FROM json_each(:among)"))
    else:
        dialect = psycopg.dialect()
        among = SPAN.c.product_id == func.any(bindparam("among", type_=ARRAY(BigInteger)))
    query = select(SPAN.c.product_id).where(among, covering(bindparam("on", type_=Date)))
    return str(query.compile(dialect=dialect))


def standings(product_ids: Collection[int], on: date, known: datetime | None = None) -> dict[int, Standing]:
    """What each of these products is allowed on that day, and why; every id gets an answer.

    known: as it was known at that instant; left out: as it is known now.
    """
    wanted = list(product_ids)
    terms = known_at(wanted, known) if known else _terms(wanted)
    stops = stops_of(wanted, known)
    return {one: standing(terms.get(one, []), on, stops.get(one, ())) for one in wanted}


def _terms(wanted: list[int]) -> dict[int, list[Term]]:
    terms: dict[int, list[Term]] = defaultdict(list)
    for some_of in in_chunks(wanted):
        chunk = Certificate.product_id.in_(some_of)
        query = select(Certificate).where(chunk, Certificate.verified_at.is_not(None))
        for certificate in db.session.scalars(query):
            terms[certificate.product_id].append(term_of(certificate))
    return terms


def get_certificate(code: str) -> Certificate:
    """A certificate by its code, verified or not: for the desks. Refuses with CertificateNotFound."""
    certificate = db.session.scalars(select(Certificate).where(Certificate.code == code)).first()
    if certificate is None:
        raise CertificateNotFound
    return certificate


def get_public(code: str) -> Certificate:
    """A certificate that the public may see: only once it is verified. Refuses with CertificateNotFound."""
    certificate = get_certificate(code)
    if certificate.verified_at is None:
        raise CertificateNotFound
    return certificate


def history(product_id: int) -> Sequence[Certificate]:
    """The verified certificates of a product, newest first."""
    query = (
        select(Certificate)
        .where(Certificate.product_id == product_id, Certificate.verified_at.is_not(None))
        .order_by(Certificate.valid_from.desc(), Certificate.decided_on.desc(), Certificate.id.desc())
    )
    return db.session.scalars(query).all()


def list_unverified(limit: int = 100, offset: int = 0) -> Sequence[Certificate]:
    """Entries that wait for a second person, oldest first."""
    query = select(Certificate).where(Certificate.verified_at.is_(None)).order_by(Certificate.id)
    return db.session.scalars(query.limit(limit).offset(offset)).all()


def list_ending(on: date, until: date, limit: int = 100) -> Sequence[tuple[Certificate, date]]:
    """Certificates whose last governing day lies from `on` to `until`, soonest first, with that day."""
    query = (
        select(Certificate, SPAN.c.ends_on)
        .join(SPAN, SPAN.c.certificate_id == Certificate.id)
        .where(SPAN.c.ends_on.between(on, until), SPAN.c.starts_on <= SPAN.c.ends_on)
        .order_by(SPAN.c.ends_on, Certificate.id)
    )
    return [(row[0], row[1]) for row in db.session.execute(query.limit(limit))]


def count_unverified() -> int:
    """How many entries wait for a second person."""
    query = select(func.count()).select_from(Certificate).where(Certificate.verified_at.is_(None))
    return db.session.scalar(query) or 0


def find_public(typed: str, limit: int = 20) -> Sequence[Certificate]:
    """Verified certificates that what somebody typed may mean: a code, a decision's number or a product's name."""
    text = squeeze(typed)
    if not text:
        return []
    number, printed = text.split("/", 1)[0].strip().upper(), func.upper(Certificate.decision_number)
    ways = [
        func.upper(Certificate.code) == text.upper(),
        printed == number,
        printed.startswith(number + "/", autoescape=True),
        printed.startswith(number + " (", autoescape=True),
    ]
    if len(text) >= _SHORTEST_NAME:
        named = select(Product.id).where(Product.name_folded.contains(fold(text), autoescape=True))
        ways.append(Certificate.product_id.in_(named))
    query = select(Certificate).where(Certificate.verified_at.is_not(None), or_(*ways))
    newest = query.order_by(Certificate.valid_from.desc(), Certificate.id).limit(limit * 5)
    newest = newest.options(joinedload(Certificate.product).joinedload(Product.producer))
    return [one for one in db.session.scalars(newest) if _means(one, fold(text))][:limit]


def _means(certificate: Certificate, folded: str) -> bool:
    """Whether the folded words are this certificate's code, its number (with or without its tail or remark) or its
    name.
    """
    number = fold(certificate.decision_number)
    is_number = number == folded or number.startswith((folded + "/", folded + " ("))
    return is_number or fold(certificate.code) == folded or folded in certificate.product.name_folded


def term_of(certificate: Certificate) -> Term:
    """The certificate as the rules see it."""
    return Term(
        certificate_id=certificate.id,
        stars=certificate.stars,
        valid_from=certificate.valid_from,
        valid_until=certificate.valid_until,
        verified_on=certificate.verified_on,
        extended_until=certificate.extended_until,
        governs_until=certificate.governs_until,
        revoked_on=certificate.revoked_on,
        pauses=tuple(Pause(s.from_on, s.until_on) for s in certificate.suspensions),
        decided_on=certificate.decided_on,
    )


def status_on(certificate: Certificate, on: date) -> Status:
    """What the certificate is on that day."""
    return status_of(term_of(certificate), on)


def covering(on: date | BindParameter[date]) -> ColumnElement[bool]:
    """The gate (decision 1) over the view `certificate_span`, less suspensions and stops.

    The view `certificate_pause` says the same of the pauses; here each kind is asked by its own index, which SQLite
    cannot do through the union.
    """
    pause, stop = CertificateSuspension, ProductStop
    suspended = exists().where(
        pause.certificate_id == SPAN.c.certificate_id,
        pause.from_on <= on,
        or_(pause.until_on.is_(None), pause.until_on >= on),
    )
    stopped = exists().where(stop.product_id == SPAN.c.product_id, holding(on))
    maker_stopped = exists().where(_MADE.id == SPAN.c.product_id, stop.producer_id == _MADE.producer_id, holding(on))
    return and_(SPAN.c.starts_on <= on, SPAN.c.ends_on >= on, ~suspended, ~stopped, ~maker_stopped)


#: Built once: it is asked at every door, and building it took longer than asking.
_GOVERNING_AMONG = (
    select(*GOVERNING)
    .join(SPAN, SPAN.c.certificate_id == Certificate.id)
    .where(SPAN.c.product_id.in_(bindparam("among", expanding=True)), covering(bindparam("on", type_=Date)))
)
