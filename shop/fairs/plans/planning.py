"""Verbs of floor plans: save one, and judge one before it is saved. A booth is matched by its uid (`plan.matched`)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import func, select
from sqlalchemy.orm.attributes import flag_modified

from catalog.producers.models import Producer
from core.accounts.actor import Actor
from core.audit import record
from core.clock import now
from core.db import check_version, db, transaction
from shop.fairs import queries
from shop.fairs.booths.rows import free_due
from shop.fairs.models import Booking, Booth, BoothDay, Fair
from shop.fairs.plans.aisles import warnings
from shop.fairs.plans.changes import Difference, compare
from shop.fairs.plans.models import FloorPlan
from shop.fairs.plans.plan import BoothPlan, Fault, Plan, check, document_of, dropped, halls_of, matched, ring_of
from shop.fairs.plans.promises import Promised, promises_of
from shop.fairs.refusals import PlanDropsBooked, PlanDropsPromised, PlanFaulty, PlanUnletsBooked
from shop.fairs.rules import LIVE_DAY
from shop.fairs.service import lock_fair

#: What the first line of a fair's plans says, when its plan is older than its list of plans.
FIRST_NOTE = "Sơ đồ có trước khi lưu lịch sử"


@dataclass(frozen=True)
class Judgement:
    """What saving a plan would do. Faults forbid it, held booths that it drops or no longer lets too; warnings do not.

    ``holders``: by number of the present plan, who holds the booth; ``promised``: to whom it is promised (`promises`),
    and ``breaks`` the promised booths that the plan drops or lets to nobody, which forbids it as well.
    """

    faults: Sequence[Fault]
    warnings: Sequence[Fault]
    difference: Difference
    drops: Sequence[str]
    unlets: Sequence[str]
    holders: Mapping[str, Sequence[str]]
    promised: Mapping[str, Sequence[Promised]]
    breaks: Sequence[str]

    @property
    def is_sound(self) -> bool:
        """Whether it can be saved."""
        return not (self.faults or self.drops or self.unlets or self.breaks)

    @property
    def touched(self) -> Sequence[str]:
        """Numbers of promised booths that change or go."""
        return [one.code for one in self.difference.booths if one.before is not None and one.code in self.promised]


def present_plan(fair: Fair) -> Plan:
    """The plan that stands."""
    return Plan(halls_of(fair.halls), tuple(map(plan_of_booth, queries.list_booths(fair.id))))


def plan_of_booth(booth: Booth) -> BoothPlan:
    """A stored booth as a plan draws it."""
    return BoothPlan(
        booth.code, booth.hall, ring_of(booth.polygon), booth.kind, tuple(booth.services), booth.price_vnd, booth.uid,
        booth.use, booth.zone, tuple(booth.open_sides),
    )  # fmt: skip


def judge(fair: Fair, plan: Plan) -> Judgement:
    """What would become of the present plan; nothing is written."""
    before, holders, promised = present_plan(fair), holders_of(fair), promises_of(fair)
    faults = check(plan)
    gone = [one.code for one in dropped(before.booths, plan) if one.code in holders]
    unlet = _unlet(before.booths, plan, holders)
    breaks = _lost(before.booths, plan, promised)
    difference, seen = compare(before, plan), [] if faults else warnings(plan)
    return Judgement(faults, seen, difference, gone, unlet, holders, promised, breaks)


def set_plan(slug: str, plan: Plan, version: int, by: Actor, note: str | None = None) -> Fair:
    """Replace the floor plan and keep it in the list of plans. A booth that leaves the plan keeps its history.

    Refuses faults (PlanFaulty, all at once), a plan without a booth that is held (PlanDropsBooked) or in which one is
    for nobody (PlanUnletsBooked), either of a promised booth (PlanDropsPromised), and a fair that changed since
    ``version`` (EditConflict).
    """
    faults = check(plan)
    with transaction() as session:
        fair = lock_fair(slug, by)
        check_version(fair, version)
        if faults:
            raise PlanFaulty({"plan": [fault.kind for fault in faults]}, faults=[asdict(fault) for fault in faults])
        everything = select(Booth).where(Booth.fair_id == fair.id).order_by(Booth.id).with_for_update()
        booths = list(session.scalars(everything))
        _refuse_held(fair, booths, plan)
        _keep_first(fair, booths, by)
        _draw(fair, plan, booths)
        _keep(fair, document_of(present_plan(fair)), by, note)
        record("fair.plan_set", f"fair:{slug}", by, halls=len(plan.halls), booths=len(plan.booths))
        return fair


def holders_of(fair: Fair) -> dict[str, list[str]]:
    """By booth number: the names of those who hold it on any day, in one statement."""
    query = (
        select(Booth.code, Producer.name)
        .join(Booking, Booking.booth_id == Booth.id)
        .join(BoothDay, BoothDay.booking_id == Booking.id)
        .join(Producer, Producer.id == Booking.producer_id)
        .where(Booth.fair_id == fair.id, BoothDay.state.in_(LIVE_DAY))
        .group_by(Booth.code, Producer.name)
        .order_by(Booth.code, Producer.name)
    )
    found: dict[str, list[str]] = defaultdict(list)
    for code, name in db.session.execute(query):
        found[code].append(name)
    return dict(found)


def list_plans(fair: Fair) -> Sequence[FloorPlan]:
    """The plans that were saved, the latest first."""
    return db.session.scalars(
        select(FloorPlan).where(FloorPlan.fair_id == fair.id).order_by(FloorPlan.number.desc())
    ).all()


def find_plan(fair: Fair, number: int) -> FloorPlan | None:
    """One of them."""
    if not 0 < number < 1_000_000:
        return None
    return db.session.scalar(select(FloorPlan).where(FloorPlan.fair_id == fair.id, FloorPlan.number == number))


def _unlet(before: Sequence[BoothPlan], plan: Plan, holders: Mapping[str, object]) -> list[str]:
    """Numbers of these booths that the plan gives to no exhibitor any more."""
    pairs = zip(matched(before, plan.booths), plan.booths, strict=True)
    ended = [old for old, new in pairs if old is not None and old.use == "exhibitor" != new.use]
    return sorted(old.code for old in ended if old.code in holders)


def _lost(before: Sequence[BoothPlan], plan: Plan, promised: Mapping[str, object]) -> list[str]:
    """Numbers of promised booths that the plan drops or gives to no exhibitor any more."""
    gone = [one.code for one in dropped(before, plan) if one.code in promised]
    return sorted([*gone, *_unlet(before, plan, promised)])


def _refuse_held(fair: Fair, booths: Sequence[Booth], plan: Plan) -> None:
    """Holds whose time is over do not count: they are let go first."""
    on_plan = [plan_of_booth(one) for one in booths if one.is_on_plan]
    held = holders_of(fair)
    leaving = {one.code for one in dropped(on_plan, plan)} | set(_unlet(on_plan, plan, held))
    due = [one.id for one in booths if one.is_on_plan and one.code in leaving & held.keys()]
    if due:
        free_due(due, now())
        held = holders_of(fair)
    missing = [one.code for one in dropped(on_plan, plan) if one.code in held]
    if missing:
        raise PlanDropsBooked(booths=missing)
    unlet = _unlet(on_plan, plan, held)
    if unlet:
        raise PlanUnletsBooked(booths=unlet)
    broken = _lost(on_plan, plan, promises_of(fair))
    if broken:
        raise PlanDropsPromised(booths=broken)


def _draw(fair: Fair, plan: Plan, booths: Sequence[Booth]) -> None:
    """Write halls and booths. Numbers are given in two steps, for two booths may change theirs with each other."""
    fair.halls = document_of(plan)["halls"]
    flag_modified(fair, "halls")
    rows = _rows_for(fair, plan, booths)
    taken = {id(row) for row in rows}
    for booth in booths:
        if id(booth) not in taken:
            booth.is_on_plan = False
    _clear_numbers(plan, rows, booths)
    for row, planned in zip(rows, plan.booths, strict=True):
        row.code, row.hall, row.kind, row.services = planned.code, planned.hall, planned.kind, list(planned.services)
        row.polygon, row.price_vnd = [[x, y] for x, y in planned.polygon], planned.price_vnd
        row.use, row.zone, row.open_sides = planned.use, planned.zone, list(planned.open_sides)
        row.is_on_plan = True
        db.session.add(row)
    db.session.flush()


def _rows_for(fair: Fair, plan: Plan, booths: Sequence[Booth]) -> list[Booth]:
    """The row of each planned booth: the one on the plan that it is, else one that left it, else a new one."""
    on_plan = [one for one in booths if one.is_on_plan]
    by_uid = {one.uid: one for one in booths}
    gone = {one.code: one for one in booths if not one.is_on_plan}
    rows: list[Booth] = []
    for old, planned in zip(matched([plan_of_booth(one) for one in on_plan], plan.booths), plan.booths, strict=True):
        row = by_uid.get(old.uid) if old else by_uid.get(planned.uid) or gone.pop(planned.code, None)
        if row is None or any(row is one for one in rows):
            row = Booth(fair_id=fair.id, **({"uid": planned.uid} if planned.uid and planned.uid not in by_uid else {}))
        rows.append(row)
    return rows


def _clear_numbers(plan: Plan, rows: Sequence[Booth], booths: Sequence[Booth]) -> None:
    """Whoever has a number that another booth gets gives it up: one that stays for a moment, one that left for good."""
    wanted = {planned.code: row for row, planned in zip(rows, plan.booths, strict=True)}
    for booth in booths:
        if booth.code in wanted and wanted[booth.code] is not booth:
            suffix = f"~{booth.id}"
            booth.code = booth.code[: 20 - len(suffix)] + suffix
    db.session.flush()


def _keep_first(fair: Fair, booths: Sequence[Booth], by: Actor) -> None:
    """A plan that is older than the list of plans goes into it before it is replaced."""
    if any(one.is_on_plan for one in booths) and _last_number(fair) == 0:
        _keep(fair, document_of(present_plan(fair)), by, FIRST_NOTE)


def _keep(fair: Fair, document: dict[str, object], by: Actor, note: str | None) -> None:
    booths = len(document["booths"])  # type: ignore[arg-type]
    number, saved_by = _last_number(fair) + 1, by.label[:200]
    kept = FloorPlan(fair_id=fair.id, number=number, document=document, booths=booths, note=note, saved_by=saved_by)
    kept.saved_at = now()
    db.session.add(kept)
    db.session.flush()


def _last_number(fair: Fair) -> int:
    return db.session.scalar(select(func.max(FloorPlan.number)).where(FloorPlan.fair_id == fair.id)) or 0
