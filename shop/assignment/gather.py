"""The question of one fair as it stands: booths, exhibitors, what is held and pinned. A fixed number of statements."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select

from catalog.areas.models import Area
from core.clock import local_day
from core.db import db
from shop.assignment.ground import distance
from shop.assignment.models import BoothPin
from shop.assignment.problem import Candidate, Problem, Stand
from shop.assignment.rules import early_points, step_of, weights_for
from shop.exhibitors.queries import Entrant, entrants_of
from shop.fairs import queries
from shop.fairs.applying.joined import delegation_by_booth
from shop.fairs.models import Booking, Booth, Fair
from shop.fairs.plans.geometry import bounds
from shop.fairs.plans.plan import Hall, halls_of, ring_of
from shop.fairs.rulebook import Priority, Rules, may_wait_for_renewal, rules_of
from shop.fairs.rules import ApplicationState, BookingState, fair_days

#: A score that nobody gave: neither good nor bad.
UNSCORED = 50
_SHOWN = (BookingState.PAID, BookingState.CHECKED_IN)


@dataclass(frozen=True)
class Asked:
    """What an organizer chooses: weights other than the usual, whether those on the waiting list are asked, a seed."""

    weights: Mapping[str, int]
    with_waiting: bool = False
    seed: int = 1


@dataclass(frozen=True)
class Question:
    """A fair's question: the problem with every pin, and which of them are bookings (exhibitor, booth)."""

    problem: Problem
    held: tuple[tuple[str, str], ...]
    entrants: Mapping[str, Entrant]

    @property
    def ground(self) -> Problem:
        """The question without what was pinned by hand."""
        return replace(self.problem, pins=self.held)


def question_of(fair: Fair, at: datetime, asked: Asked) -> Question:
    """Read everything that an assignment of this fair weighs, as of an instant."""
    rules, on = rules_of(fair), local_day(at)
    states = (ApplicationState.ACCEPTED, ApplicationState.WAITLISTED)
    everybody = entrants_of(fair, at, states)
    booths = [one for one in queries.list_booths(fair.id) if one.use == "exhibitor"]
    bookings = queries.list_bookings(fair.id)
    wanted = _wanted(fair, everybody, bookings, asked, on)
    held = _held(wanted, booths, bookings)
    taken = {one.booth_id for one in bookings}
    shown = [one for one in booths if one.id not in taken or one.code in {booth for _who, booth in held}]
    problem = Problem(
        stands=_stands(fair, shown),
        candidates=_candidates(fair, wanted, rules),
        pins=tuple(dict.fromkeys((*held, *_pins(fair, wanted, shown, held)))),
        quota=tuple(sorted(rules.quota.items())),
        zones=tuple(sorted((zone, tuple(sorted(groups))) for zone, groups in rules.zones.items())),
        weights=weights_for(rules.priority, asked.weights),
        seed=asked.seed,
    )
    return Question(problem, held, {one.code: one for one in wanted})


def days_for(fair: Fair, entrant: Entrant, on: date) -> tuple[list[date] | None, bool]:
    """On which days an exhibitor may have a booth (None: all that are left), and whether on condition.

    An empty list: on none.
    """
    left = [day for day in fair_days(fair.opens_on, fair.closes_on) if day >= on]
    covered = [day for day in left if day in entrant.covered_days]
    if len(covered) == len(left):
        return None, False
    if entrant.renew_by is not None and may_wait_for_renewal(fair, on):
        return None, True
    return covered, False


def _wanted(
    fair: Fair, everybody: Sequence[Entrant], bookings: Sequence[Booking], asked: Asked, on: date
) -> list[Entrant]:
    """Who is asked about: those who may have a booth, and whoever has one."""
    holders = {one.application_id for one in bookings}
    accepted = _codes_of_accepted(fair)
    return [
        one for one in everybody
        if one.application_id in holders
        or ((asked.with_waiting or one.code in accepted) and days_for(fair, one, on)[0] != [])
    ]  # fmt: skip


def _codes_of_accepted(fair: Fair) -> set[str]:
    return {one.code for one in queries.list_applications(fair.id, state=ApplicationState.ACCEPTED)}


def _held(
    wanted: Sequence[Entrant], booths: Sequence[Booth], bookings: Sequence[Booking]
) -> tuple[tuple[str, str], ...]:
    codes = {one.application_id: one.code for one in wanted}
    numbers = {one.id: one.code for one in booths}
    found: dict[str, str] = {}
    for one in bookings:
        if one.application_id in codes and one.booth_id in numbers:
            found.setdefault(numbers[one.booth_id], codes[one.application_id])
    return tuple(sorted((who, booth) for booth, who in found.items()))


def _pins(
    fair: Fair, wanted: Sequence[Entrant], booths: Sequence[Booth], held: Collection[tuple[str, str]]
) -> list[tuple[str, str]]:
    codes = {one.application_id: one.code for one in wanted}
    numbers = {one.id: one.code for one in booths}
    taken = {booth for _who, booth in held}
    rows = db.session.scalars(select(BoothPin).where(BoothPin.fair_id == fair.id).order_by(BoothPin.id))
    pairs = [(codes.get(one.application_id), numbers.get(one.booth_id)) for one in rows]
    return [(who, booth) for who, booth in pairs if who is not None and booth is not None and booth not in taken]


def _stands(fair: Fair, booths: Sequence[Booth]) -> tuple[Stand, ...]:
    blocks = delegation_by_booth(fair.id)
    halls = {hall.code: hall for hall in halls_of(fair.halls)}
    return tuple(_stand(one, halls.get(one.hall), blocks.get(one.id)) for one in booths)


def _stand(booth: Booth, hall: Hall | None, delegation: int | None) -> Stand:
    box = bounds(ring_of(booth.polygon))
    nearest: dict[str, int] = {}
    for feature in hall.features if hall is not None else ():
        away = distance(box, bounds(feature.polygon))
        nearest[feature.kind] = min(away, nearest.get(feature.kind, away))
    return Stand(
        booth.code, booth.hall, box, booth.kind, tuple(sorted(booth.services)), booth.zone,
        len(booth.open_sides) or 1, delegation, tuple(sorted(nearest.items())),
    )  # fmt: skip


def _candidates(fair: Fair, wanted: Sequence[Entrant], rules: Rules) -> tuple[Candidate, ...]:
    home, veterans = _home_of(fair), _shown_before(fair, rules)
    order = {one.code: place for place, one in enumerate(sorted(wanted, key=lambda e: (e.submitted_at, e.code)))}
    steps = {what: step_of(rules.priority, what) for what in Priority}
    found: list[Candidate] = []
    for one in wanted:
        points = {
            "home": steps[Priority.HOME] if home is not None and one.province == home else 0,
            "new": steps[Priority.NEW] if one.producer_id not in veterans else 0,
            "early": early_points(order[one.code], len(wanted), steps[Priority.EARLY]),
        }
        found.append(_candidate(one, tuple((what, many) for what, many in sorted(points.items()) if many)))
    return tuple(found)


def _candidate(one: Entrant, standing: tuple[tuple[str, int], ...]) -> Candidate:
    return Candidate(
        code=one.code, name=one.name, area=one.area or one.province or "", province=one.province or "",
        stars=max(3, one.stars), groups=tuple(sorted(one.groups)), kind=one.kind,
        services=tuple(sorted(one.services)), near=tuple(sorted(set(one.near))), apart=tuple(sorted(set(one.apart))),
        near_features=tuple(sorted(set(one.near_features))), far_features=tuple(sorted(set(one.apart_features))),
        delegation=one.delegation_id, score=UNSCORED if one.score is None else one.score // 100,
        submitted_at=one.submitted_at.isoformat(), wanted=one.booths_wanted, standing=standing,
    )  # fmt: skip


def _home_of(fair: Fair) -> str | None:
    """The code of the province that holds the fair."""
    area = db.session.get(Area, fair.area_id) if fair.area_id is not None else None
    while area is not None and area.parent_id is not None:
        area = db.session.get_one(Area, area.parent_id)
    return area.code if area is not None else None


def _shown_before(fair: Fair, rules: Rules) -> set[int]:
    """Producers who showed at an earlier fair of the same organizer; asked only where newcomers come first."""
    if Priority.NEW not in rules.priority:
        return set()
    before = Fair.seller_id == fair.seller_id, Fair.closes_on < fair.opens_on, Booking.state.in_(_SHOWN)
    query = select(Booking.producer_id).join(Fair, Fair.id == Booking.fair_id).where(*before)
    return set(db.session.scalars(query.distinct()))
