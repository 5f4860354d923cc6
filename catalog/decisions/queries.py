"""Reading decisions."""

from collections.abc import Sequence

from sqlalchemy import func, select

from catalog.decisions.models import ENTERED, STATES, Decision, DecisionLine
from catalog.decisions.refusals import DecisionNotFound
from catalog.decisions.rules import Facts, Line, line_of
from core.accounts.models import UserAccount
from core.db import db


def get_decision(code: str) -> Decision:
    """A decision by its code. Raises DecisionNotFound."""
    found = db.session.scalars(select(Decision).where(Decision.code == code)).first()
    if found is None:
        raise DecisionNotFound
    return found


def find_same(sha256: str) -> Decision | None:
    """The decision with this content that was not discarded."""
    return db.session.scalars(select(Decision).where(Decision.sha256 == sha256, Decision.state.in_(STATES[:2]))).first()


def find_numbered(number: str) -> Decision | None:
    """The newest decision of exactly this number that was not discarded."""
    query = select(Decision).where(Decision.number == number, Decision.state.in_(STATES[:2]))
    return db.session.scalars(query.order_by(Decision.id.desc())).first()


def list_decisions(state: str, q: str, page: int, per_page: int) -> tuple[Sequence[Decision], int]:
    """Decisions in a state ('' for all), newest first, whose number begins with ``q`` or whose code it is."""
    query = select(Decision)
    if state:
        query = query.where(Decision.state == state)
    if q:
        number = func.lower(Decision.number).startswith(q.lower(), autoescape=True)
        query = query.where(number | (Decision.code == q.upper()))
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    page_of = query.order_by(Decision.id.desc()).limit(per_page).offset((page - 1) * per_page)
    return db.session.scalars(page_of).all(), total


def count_lines(decision_ids: Sequence[int]) -> dict[int, int]:
    """How many products each of these decisions names."""
    query = select(DecisionLine.decision_id, func.count()).where(DecisionLine.decision_id.in_(decision_ids))
    return {row[0]: row[1] for row in db.session.execute(query.group_by(DecisionLine.decision_id))}


def count_waiting(besides: int | None = None) -> int:
    """How many decisions wait for a second person; ``besides``: not those this account entered."""
    query = select(func.count()).select_from(Decision).where(Decision.state == ENTERED)
    if besides is not None:
        query = query.where(Decision.entered_by.is_distinct_from(besides))
    return db.session.scalar(query) or 0


def list_lines(decision: Decision) -> Sequence[DecisionLine]:
    """Its lines, in order."""
    query = select(DecisionLine).where(DecisionLine.decision_id == decision.id).order_by(DecisionLine.number)
    return db.session.scalars(query).all()


def read_lines(decision: Decision) -> list[Line]:
    """Its lines as the rules see them."""
    return [line_of(decision.kind, row.cells) for row in list_lines(decision)]


def facts_of(decision: Decision) -> Facts:
    """The decision as the rules see it."""
    return Facts(
        decision.kind, decision.number, decision.decided_on, decision.issuer_level, decision.issuer, decision.ground,
        decision.effective_on, decision.until_on, decision.revokes, decision.document, decision.is_demo,
    )  # fmt: skip


def names_of(decisions: Sequence[Decision]) -> dict[int, str]:
    """Who entered and confirmed these, as people call them."""
    ids = {one for decision in decisions for one in (decision.entered_by, decision.confirmed_by) if one is not None}
    query = select(UserAccount.id, UserAccount.name).where(UserAccount.id.in_(ids))
    return {row[0]: row[1] for row in db.session.execute(query)}
