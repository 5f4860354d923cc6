"""Verbs of the review: by what applications are judged, what each reviewer thinks, many decisions at once."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from core.accounts.actor import SYSTEM, Actor
from core.accounts.links import Issued
from core.accounts.links import invite as invite_account
from core.accounts.models import UserAccount
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import now
from core.db import db, dialect_name, transaction
from core.errors import Invalid
from shop.exhibitors.models import MOST_POINTS, FairCriterion, FairReview, FairScore
from shop.exhibitors.queries import list_criteria
from shop.exhibitors.refusals import CriteriaScored, DecisionsRefused
from shop.fairs import people, permissions
from shop.fairs.applying.applications import Decision, settle
from shop.fairs.models import Fair, FairApplication
from shop.fairs.queries import get_application
from shop.fairs.refusals import ApplicationNotFound, ApplicationNotReady
from shop.fairs.service import lock_fair

REVIEWER = "fair_reviewer"
#: Criteria of one fair.
MOST_CRITERIA = 8
#: What a new fair judges by until its organizer says otherwise: (name, weight).
USUAL = (
    ("Chất lượng và câu chuyện sản phẩm", 40), ("Năng lực cung ứng trong các ngày hội chợ", 30),
    ("Bao bì, trưng bày", 20), ("Lần đầu tham gia, vùng khó khăn", 10),
)  # fmt: skip


@dataclass(frozen=True)
class Criterion:
    """A criterion as the organizer sets it; ``id`` None: a new one."""

    name: str
    weight: int
    id: int | None = None


def set_criteria(slug: str, wanted: Sequence[Criterion], by: Actor) -> Sequence[FairCriterion]:
    """Let a fair judge by exactly these, in this order. Raises CriteriaScored for one that has points and would go."""
    if not 1 <= len(wanted) <= MOST_CRITERIA:
        raise Invalid({"criteria": [_("Cần từ 1 đến %(most)d tiêu chí.", most=MOST_CRITERIA)]})
    with transaction() as session:
        fair = lock_fair(slug, by, "criteria.manage")
        standing = {one.id: one for one in list_criteria(fair.id)}
        kept = {one.id for one in wanted if one.id in standing}
        _check_unscored([one for one in standing.values() if one.id not in kept])
        going = [one for one in standing if one not in kept]
        session.execute(delete(FairCriterion).where(FairCriterion.id.in_(going)))
        for number, one in enumerate(standing[one] for one in sorted(kept, key=lambda k: k or 0)):
            one.position = -1 - number  # out of the way: positions are unique
        session.flush()
        for position, one in enumerate(wanted, 1):
            row = standing[one.id] if one.id in standing else FairCriterion(fair_id=fair.id)
            row.position, row.name, row.weight = position, one.name, one.weight
            session.add(row)
        session.flush()
        record("fair.criteria_set", f"fair:{slug}", by, criteria=[f"{one.name}: {one.weight}" for one in wanted])
        return list_criteria(fair.id)


def ensure_criteria(fair: Fair) -> None:
    """Give a fair the usual criteria where it has none; inside a transaction with the fair locked."""
    if not list_criteria(fair.id):
        rows = [FairCriterion(fair_id=fair.id, position=n, name=name, weight=w) for n, (name, w) in enumerate(USUAL, 1)]
        db.session.add_all(rows)
        db.session.flush()


def score(code: str, points: Mapping[int, int], note: str, by: Actor) -> None:
    """Keep what one reviewer thinks of one application: points by criterion; sent again it takes the place of hers.

    Raises ApplicationNotFound, Invalid for an unknown criterion or points out of range; NotFound for another fair's.
    """
    with transaction() as session:
        application = get_application(code)
        fair = session.get_one(Fair, application.fair_id)
        authorize(by, "applications.score", permissions.scope_of(fair))
        if by.user_id is None:
            raise Invalid({"points": [_("Cần một tài khoản để chấm.")]})
        known = {one.id for one in list_criteria(fair.id)}
        if set(points) - known or not all(0 <= given <= MOST_POINTS for given in points.values()) or not points:
            raise Invalid({"points": [_("Mỗi tiêu chí từ 0 đến %(most)d điểm.", most=MOST_POINTS)]})
        at = now()
        for criterion_id, given in points.items():
            key = {"application_id": application.id, "criterion_id": criterion_id, "reviewer_id": by.user_id}
            _put(FairScore, key, {"points": given, "at": at})
        _put(FairReview, {"application_id": application.id, "reviewer_id": by.user_id}, {"note": note, "at": at})
        record("application.scored", f"application:{code}", by, points=sum(points.values()))


def decide_many(slug: str, codes: Collection[str], decision: Decision, by: Actor) -> Sequence[FairApplication]:
    """Decide many applications of one fair in one transaction: all of them, or none with the list of those in the way.

    Raises DecisionsRefused, ApplicationNotFound; NotFound for another organizer's fair.
    """
    with transaction() as session:
        fair = lock_fair(slug, by, "applications.decide")
        wanted = FairApplication.fair_id == fair.id, FairApplication.code.in_(set(codes))
        query = select(FairApplication).where(*wanted).order_by(FairApplication.id).with_for_update()
        found = session.scalars(query.execution_options(populate_existing=True)).all()
        if len(found) != len(set(codes)):
            raise ApplicationNotFound
        refused: list[dict[str, str]] = []
        for one in found:
            try:
                settle(one, fair, decision, by)
            except ApplicationNotReady:
                refused.append({"application": one.code, "state": one.state})
        if refused:
            raise DecisionsRefused(applications=refused)
        return found


def invite_reviewer(slug: str, contact: str, name: str, by: Actor) -> Issued:
    """Invite somebody to score a fair's applications. Raises Invalid for a contact that is none."""
    with transaction():
        fair = lock_fair(slug, by, "criteria.manage")
        ensure_criteria(fair)
        issued = invite_account(contact, name, REVIEWER, permissions.scope_of(fair), SYSTEM)
        record("fair.reviewer_invited", f"fair:{slug}", by, name=name)
        return issued


def end_reviewer(slug: str, grant_id: int, by: Actor) -> UserAccount:
    """Let a reviewer go, at once; the points that she gave stay. Raises NotFound for another fair's."""
    with transaction():
        fair = lock_fair(slug, by, "criteria.manage")
        person = people.end_role(REVIEWER, permissions.scope_of(fair), grant_id)
        record("fair.reviewer_ended", f"fair:{slug}", by, name=person.name, account=person.id)
        return person


def withdraw_reviewer(slug: str, link_id: int, by: Actor) -> None:
    """Take an open invitation to score back. Raises NotFound for another fair's."""
    with transaction():
        fair = lock_fair(slug, by, "criteria.manage")
        name = people.withdraw(REVIEWER, permissions.scope_of(fair), link_id)
        record("fair.reviewer_withdrawn", f"fair:{slug}", by, name=name)


@dataclass(frozen=True)
class Opinion:
    """What one reviewer gave and wrote."""

    reviewer_id: int
    points: dict[int, int]
    note: str
    on: date


def opinions_on(application_id: int) -> list[Opinion]:
    """All reviewers' points of one application, in the order of their accounts."""
    points: dict[int, dict[int, int]] = defaultdict(dict)
    query = select(FairScore).where(FairScore.application_id == application_id).order_by(FairScore.reviewer_id)
    for one in db.session.scalars(query):
        points[one.reviewer_id][one.criterion_id] = one.points
    reviews = select(FairReview).where(FairReview.application_id == application_id)
    notes = {one.reviewer_id: one for one in db.session.scalars(reviews)}
    return [Opinion(who, given, notes[who].note, notes[who].at.date()) for who, given in points.items()]


def scored_by(fair_id: int, user_id: int | None) -> set[int]:
    """The applications of a fair that this person has scored."""
    query = select(FairScore.application_id).join(FairCriterion, FairCriterion.id == FairScore.criterion_id)
    return set(db.session.scalars(query.where(FairCriterion.fair_id == fair_id, FairScore.reviewer_id == user_id)))


def _check_unscored(going: Sequence[FairCriterion]) -> None:
    query = select(FairScore.criterion_id).where(FairScore.criterion_id.in_([one.id for one in going]))
    scored = set(db.session.scalars(query.distinct()))
    if scored:
        raise CriteriaScored(criteria=[one.name for one in going if one.id in scored])


def _put(model: type[FairScore] | type[FairReview], key: Mapping[str, object], values: Mapping[str, object]) -> None:
    """Write a row, or let the one of the same key say this from now on: of two at once the last counts."""
    dialect = postgresql if dialect_name() == "postgresql" else sqlite
    statement = dialect.insert(model).values(**key, **values)
    db.session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))
