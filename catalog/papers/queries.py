"""Reading papers: one, lists for the desks, and what warns about a product."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from catalog.papers.models import Paper
from catalog.papers.refusals import PaperNotFound
from catalog.papers.rules import REMIND, Clock, State, state_on
from catalog.producers.models import Producer
from catalog.products.models import Product
from core.accounts.actor import Scope
from core.db import db


@dataclass(frozen=True, slots=True)
class Row:
    """A paper with its state on the day asked for."""

    paper: Paper
    state: State

    @property
    def owner(self) -> Producer:
        """Whose paper it is."""
        return owner_of(self.paper)


def owner_of(paper: Paper) -> Producer:
    """The maker: its own paper, or that of its product."""
    if paper.producer is not None:
        return paper.producer
    if paper.product is None:
        raise PaperNotFound
    return paper.product.producer


def scope_of_paper(paper: Paper) -> Scope:
    """The scope in which a producer's people hold their role."""
    return Scope("producer", owner_of(paper).code)


def find_paper(code: str) -> Paper | None:
    """A paper by its code."""
    return db.session.scalars(select(Paper).where(Paper.code == code)).first()


def get_paper(code: str) -> Paper:
    """As `find_paper`; refuses with PaperNotFound."""
    found = find_paper(code)
    if found is None:
        raise PaperNotFound
    return found


def row_of(paper: Paper, on: date) -> Row:
    """One paper with its state."""
    followers = select(Paper.id).where(Paper.renews_id == paper.id, *_counts(Paper))
    is_renewed = db.session.scalar(followers.limit(1)) is not None
    clock = Clock(paper.valid_until, paper.confirmed_at is not None, is_renewed, paper.withdrawn_at is not None)
    return Row(paper, state_on(clock, on))


def list_papers(
    on: date,
    *,
    state: str = "",
    producers: Collection[str] | None = None,
    page: int = 1,
    per_page: int = 30,
) -> tuple[list[Row], int]:
    """A page of papers, the first to run out first, and how many; `producers`: of these codes only."""
    query = select(Paper, _renewed().label("is_renewed"))
    if state:
        query = query.where(_is(State(state), on))
    if producers is not None:
        query = query.where(_of_producers(Producer.code.in_(producers)))
    total = db.session.scalar(select(func.count()).select_from(query.with_only_columns(Paper.id).subquery())) or 0
    ordered = query.order_by(Paper.valid_until.is_(None), Paper.valid_until, Paper.id)
    rows = db.session.execute(ordered.limit(per_page).offset((page - 1) * per_page))
    return [Row(paper, state_on(_clock(paper, is_renewed), on)) for paper, is_renewed in rows], total


def count_papers(on: date, states: Collection[State], producers: Collection[str] | None = None) -> int:
    """How many papers are in one of these states."""
    query = select(func.count()).select_from(Paper).where(or_(*(_is(state, on) for state in states)))
    if producers is not None:
        query = query.where(_of_producers(Producer.code.in_(producers)))
    return db.session.scalar(query) or 0


def warnings_of(product_ids: Collection[int], on: date) -> dict[int, list[Row]]:
    """Papers of each of these products, or of its maker, that have run out or soon will; one statement."""
    query = (
        select(Product.id, Paper)
        .join(Paper, or_(Paper.product_id == Product.id, Paper.producer_id == Product.producer_id))
        .where(Product.id.in_(list(product_ids)), or_(_is(State.OVER, on), _is(State.ENDING, on)))
        .order_by(Paper.valid_until, Paper.id)
    )
    found: dict[int, list[Row]] = defaultdict(list)
    for product_id, paper in db.session.execute(query):
        found[product_id].append(Row(paper, state_on(_clock(paper, False), on)))
    return found


def papers_of(product: Product, on: date) -> Sequence[Row]:
    """Every standing paper of a product and of its maker, newest first."""
    query = select(Paper, _renewed().label("is_renewed")).where(
        or_(Paper.product_id == product.id, Paper.producer_id == product.producer_id), Paper.withdrawn_at.is_(None)
    )
    rows = db.session.execute(query.order_by(Paper.issued_on.desc(), Paper.id.desc()))
    return [Row(paper, state_on(_clock(paper, is_renewed), on)) for paper, is_renewed in rows]


def _clock(paper: Paper, is_renewed: bool) -> Clock:
    return Clock(paper.valid_until, paper.confirmed_at is not None, bool(is_renewed), paper.withdrawn_at is not None)


def _counts(paper: type[Paper]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return paper.confirmed_at.is_not(None), paper.withdrawn_at.is_(None)


def _renewed() -> ColumnElement[bool]:
    """Whether a confirmed paper follows this one."""
    later = aliased(Paper)
    return exists().where(later.renews_id == Paper.id, *_counts(later))


def _is(state: State, on: date) -> ColumnElement[bool]:
    """The state in SQL; `rules.state_on` says the same."""
    stands = and_(*_counts(Paper), ~_renewed())
    soon = on + timedelta(days=REMIND)
    conditions: dict[State, ColumnElement[bool]] = {
        State.WITHDRAWN: Paper.withdrawn_at.is_not(None),
        State.WAITING: and_(Paper.withdrawn_at.is_(None), Paper.confirmed_at.is_(None)),
        State.RENEWED: and_(*_counts(Paper), _renewed()),
        State.OVER: and_(stands, Paper.valid_until < on),
        State.ENDING: and_(stands, Paper.valid_until >= on, Paper.valid_until <= soon),
        State.VALID: and_(stands, or_(Paper.valid_until.is_(None), Paper.valid_until > soon)),
    }
    return conditions[state]


def _of_producers(wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    ids = select(Producer.id).where(wanted)
    of_products = select(Product.id).where(Product.producer_id.in_(ids))
    return or_(Paper.producer_id.in_(ids), Paper.product_id.in_(of_products))
