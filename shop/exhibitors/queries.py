"""Reading who comes: entrants for the assignment, scores, invitations, delegations. A fixed number of statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from catalog.producers.models import Producer
from catalog.products.models import Product
from core.clock import local_day
from core.db import db
from shop.exhibitors.models import FairCriterion, FairScore
from shop.exhibitors.places import NOWHERE, Home, homes_of
from shop.exhibitors.rules import score_of
from shop.fairs.applying.joined import partners_of
from shop.fairs.models import Fair, FairApplication
from shop.fairs.plans.plan import FEATURES
from shop.fairs.queries import list_applications, names_of, terms_of
from shop.fairs.rulebook import rules_of
from shop.fairs.rules import ApplicationState, Term, eligible, fair_days


@dataclass(frozen=True, slots=True)
class Entrant:
    """An application that asks for a booth, with everything that an assignment may weigh.

    Days are local days, the score is in hundredths of 100. `covered_days` are the fair days on which at least one of
    its products may be shown by what is known at the instant of reading.
    """

    application_id: int
    code: str
    producer_id: int
    name: str
    #: Code of the province of today, and of the commune (empty when its papers name none).
    province: str | None
    area: str | None
    #: The most stars that one of its products has on a fair day; 0 when none is covered.
    stars: int
    #: Groups (I to VI) of its covered products, of all its products when none is covered.
    groups: frozenset[str]
    #: The kind of booth wished for, and the services needed.
    kind: str | None
    services: frozenset[str]
    #: Applications that it wants to stand beside, and far from, by code; of entrants of the same reading only.
    near: tuple[str, ...]
    apart: tuple[str, ...]
    delegation_id: int | None
    covered_days: tuple[date, ...]
    #: Its missing certificate must be shown by then.
    renew_by: date | None
    #: None while nobody scored it.
    score: int | None
    submitted_at: datetime
    booths_wanted: int = 1
    #: What stands in the hall that it wants to be near to, and far from: ``door``, ``stage`` …
    near_features: tuple[str, ...] = ()
    apart_features: tuple[str, ...] = ()
    province_name: str = ""
    #: The household that shares its booth.
    partner_name: str | None = None


def entrants_of(
    fair: Fair, at: datetime, states: Collection[ApplicationState] = (ApplicationState.ACCEPTED,)
) -> list[Entrant]:
    """The applications to a fair that ask for a booth, in the order they came, as known at that instant.

    Accepted ones, unless other ``states`` are asked for (those that wait, for a trial). Eleven statements at most.
    """
    found = [one for one in list_applications(fair.id) if one.state in states]
    return _Reading(fair, found, local_day(at)).entrants()


class _Reading:
    """What the entrants of one fair are put together from, read once."""

    def __init__(self, fair: Fair, found: Sequence[FairApplication], on: date) -> None:
        self.fair, self.found = fair, found
        self.stars_min = rules_of(fair).stars_min
        self.days = fair_days(fair.opens_on, fair.closes_on)
        product_ids = {shown.product_id for one in found for shown in one.products}
        names = names_of({one.producer_id for one in found}, product_ids)
        self.producers: dict[int, Producer] = names.producers
        self.products: dict[int, Product] = names.products
        self.terms = _by_product(terms_of(product_ids)) if product_ids else {}
        self.homes = homes_of(self.producers, on)
        self.scores = scores_of(fair.id)
        self.partners = partners_of([one.id for one in found])
        #: Applications by the code of their producer: wishes name producers.
        self.codes = {self.producers[one.producer_id].code: one.code for one in found}

    def entrants(self) -> list[Entrant]:
        """One for each application."""
        return [self._entrant(one) for one in self.found]

    def _entrant(self, one: FairApplication) -> Entrant:
        producer, home = self.producers[one.producer_id], self.homes.get(one.producer_id, NOWHERE)
        shown = [self.products[row.product_id] for row in one.products]
        covered = eligible([t for product in shown for t in self.terms.get(product.id, ())], self.days, self.stars_min)
        partner = self.partners.get(one.id)
        return _written(
            one, producer, home, self.codes,
            stars=max((terms[0].stars for terms in covered.values()), default=0),
            groups=_groups(shown, covered.values()), covered_days=tuple(sorted(covered)),
            score=self.scores.get(one.id), partner_name=partner.name if partner else None,
        )  # fmt: skip


def _written(
    one: FairApplication, producer: Producer, home: Home, codes: dict[str, str], *, stars: int, groups: frozenset[str],
    covered_days: tuple[date, ...], score: int | None, partner_name: str | None,
) -> Entrant:  # fmt: skip
    wishes = one.wishes
    near, apart = _texts(wishes.get("near")), _texts(wishes.get("apart"))
    return Entrant(
        application_id=one.id, code=one.code, producer_id=one.producer_id, name=producer.name, province=home.province,
        area=home.area, stars=stars, groups=groups, kind=wishes.get("kind"),
        services=frozenset(_texts(wishes.get("services"))), near=_named(near, codes, one.code),
        apart=_named(apart, codes, one.code), delegation_id=one.delegation_id, covered_days=covered_days,
        renew_by=one.renew_by, score=score, submitted_at=_sent(one), booths_wanted=int(wishes.get("booths") or 1),
        near_features=_features(near), apart_features=_features(apart), province_name=home.province_name,
        partner_name=partner_name,
    )  # fmt: skip


def _sent(one: FairApplication) -> datetime:
    assert one.submitted_at is not None  # ck_fair_application_submitted_has_instant
    return one.submitted_at


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []  # pyright: ignore[reportUnknownVariableType]


def _named(wished: Iterable[str], codes: dict[str, str], own: str) -> tuple[str, ...]:
    return tuple(codes[one] for one in wished if one in codes and codes[one] != own)


def _features(wished: Iterable[str]) -> tuple[str, ...]:
    return tuple(one for one in wished if one in FEATURES)


def _groups(shown: Sequence[Product], covering: Iterable[list[Term]]) -> frozenset[str]:
    live = {term.product_id for terms in covering for term in terms}
    return frozenset(one.product_set.group for one in shown if not live or one.id in live)


def _by_product(terms: Iterable[Term]) -> dict[int, list[Term]]:
    found: dict[int, list[Term]] = defaultdict(list)
    for term in terms:
        found[term.product_id].append(term)
    return found


def list_criteria(fair_id: int) -> Sequence[FairCriterion]:
    """What the applications to a fair are judged by, in their order."""
    query = select(FairCriterion).where(FairCriterion.fair_id == fair_id)
    return db.session.scalars(query.order_by(FairCriterion.position)).all()


def scores_of(fair_id: int) -> dict[int, int]:
    """The score of each application that somebody scored, in hundredths of 100. Two statements."""
    weights = {one.id: one.weight for one in list_criteria(fair_id)}
    if not weights:
        return {}
    query = select(FairScore.application_id, FairScore.criterion_id, FairScore.reviewer_id, FairScore.points)
    rows: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for application_id, *row in db.session.execute(query.where(FairScore.criterion_id.in_(list(weights)))):
        rows[application_id].append((row[0], row[1], row[2]))
    found = {one: score_of(weights, points) for one, points in rows.items()}
    return {one: score for one, score in found.items() if score is not None}


def reviewers_of(fair_id: int) -> dict[int, int]:
    """How many people scored each application of a fair."""
    query = (
        select(FairScore.application_id, func.count(FairScore.reviewer_id.distinct()))
        .join(FairCriterion, FairCriterion.id == FairScore.criterion_id)
        .where(FairCriterion.fair_id == fair_id)
        .group_by(FairScore.application_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}
