"""Booths under attack: P22 (one holder a day, whoever claims at one instant, workers killed), P23 (a fee around the end
of its hold), P12 (every lapse, revocation and renewal), and a waiting list that moves up once. Each with its control.
"""

import random
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import product as pairs
from typing import Any

from core.clock import now, travel
from core.db import db
from core.errors import Busy, Refusal
from shop.fairs import queries
from shop.fairs.booths import coverage, fees, offers, queueing
from shop.fairs.booths.bookings import Claim, book, expire_holds
from shop.fairs.booths.invariants import booths_covered, booths_single
from shop.fairs.rules import fair_days
from shop.payments.queries import find_payment
from shop.payments.service import BankLine, confirm_transfer
from tests.prove import lapses
from tests.prove.buying import replaced, run_together
from tests.prove.clients import Call, Client, at_once
from tests.prove.nemesis import Every, killer
from tests.prove.scenarios import UNGUARDED, Scenario, judge_doctor
from tests.prove.stage import House, Stage

#: P22: so many claims at one instant, on so many booths, of a fair of so many days.
THREADS, BOOTHS, DAYS, ROUNDS = 200, 10, 5, 50
#: P23: so many times each of the sixteen ways to come around the end.
CASES = 200
PRICE = 3_000_000


@dataclass(frozen=True)
class Ground:
    """A fair with booths for many rounds, its exhibitors, and the organizer's token."""

    fair: str
    opens_on: date
    applications: list[str]
    token: str


def prepare(stage: Stage, booths: int, exhibitors: int) -> Ground:
    """Build it once for all rounds: each round has booths of its own."""
    from tests import make

    def build() -> Ground:
        fair = make.fair(booths=booths, days=DAYS)
        products = [make.certified_product() for _ in range(exhibitors)]
        codes = [make.application(fair, product=one).code for one in products]
        return Ground(fair.slug, fair.opens_on, codes, make.token("fair_organizer", ("fair", fair.slug)))

    return stage.prepare(build)


@dataclass(frozen=True)
class Wish:
    """Who wants which booth on which days."""

    application: str
    booth: str
    days: tuple[str, ...]


def wishes(ground: Ground, first_booth: int, booths: int, dice: random.Random) -> list[Wish]:
    """One claim of each exhibitor, on a booth of the round and on days that overlap with others' anyhow."""
    days = [day.isoformat() for day in fair_days(ground.opens_on, ground.opens_on + timedelta(DAYS - 1))]
    made: list[Wish] = []
    for code in ground.applications:
        begin = dice.randrange(DAYS)
        end = dice.randrange(begin, DAYS)
        booth = f"A{first_booth + dice.randrange(booths):02}"
        made.append(Wish(code, booth, tuple(days[begin : end + 1])))
    return made


def claim_all(stage: Stage, ground: Ground, asked: list[Wish], key: str, during: Any = None) -> list[Call]:
    """All at one instant, while ``during`` happens to the server."""

    def claim(client: Client, number: int) -> Call:
        one = asked[number]
        address = f"/api/v1/fairs/{ground.fair}/booths/{one.booth}/booking"
        body = {"application": one.application, "days": list(one.days)}
        return client.send("PUT", address, body, key=f"{key}-{one.application}")

    with during or nullcontext():
        return at_once([Client(stage.port, ground.token) for _ in asked], claim)


def live_days(stage: Stage, ground: Ground) -> dict[tuple[str, str], list[str]]:
    """(booth, day) -> the applications that hold it, as the database has it."""
    rows = stage.ask(
        "SELECT b.code, d.day, a.code FROM booth_day d JOIN booking k ON k.id = d.booking_id"
        " JOIN booth b ON b.id = d.booth_id JOIN fair f ON f.id = b.fair_id"
        " JOIN fair_application a ON a.id = k.application_id WHERE f.slug = :fair AND d.state <> 'released'",
        fair=ground.fair,
    )
    found: dict[tuple[str, str], list[str]] = {}
    for booth, day, application in rows:
        found.setdefault((str(booth), str(day)[:10]), []).append(str(application))
    return found


def judge_round(held: dict[tuple[str, str], list[str]], asked: list[Wish], calls: list[Call]) -> None:
    """One holder a day; who was told yes has all of her days; who was told no has none."""
    double = {key: who for key, who in held.items() if len(who) > 1}
    assert not double, f"double holders: {double}"
    for wish, call in zip(asked, calls, strict=True):
        mine = [day for day in wish.days if wish.application in held.get((wish.booth, day), ())]
        if call.status in (200, 201):
            assert len(mine) == len(wish.days), f"{wish} was told yes and has {mine}"
        else:
            assert not mine, f"{wish} was told {call.status} and has {mine}"


def one_holder(house: House, rounds: int = ROUNDS, threads: int = THREADS, booths: int = BOOTHS) -> str:
    """P22: overlapping days, everybody at one instant, a worker killed each second."""
    dice, told, kills = random.Random(22), Counter[str](), 0
    with house.stage() as stage:
        ground = prepare(stage, rounds * booths, threads)
        with stage.serve() as server:
            for turn in range(rounds):
                asked = wishes(ground, turn * booths + 1, booths, dice)
                nemesis = Every(1.0, killer(server, turn))
                calls = claim_all(stage, ground, asked, f"round-{turn}", nemesis)
                judge_round(live_days(stage, ground), asked, calls)
                told += Counter(f"{call.status} {call.code}".strip() for call in calls)
                kills += nemesis.landed
            judge_doctor(stage)
    assert told["201"] and told["409 booth.taken"], f"no contest: {dict(told)}"
    assert kills, "no kill landed"
    said = f"{rounds} rounds of {threads} claims on {booths} booths, {kills} workers killed"
    return f"{said}: no double holder, {dict(told)}"


def one_holder_unguarded(house: House) -> str:
    """Control: without the booth's lock and the unique key the same claims must meet."""
    stage, _server = house.serving(*UNGUARDED)
    ground, dice = prepare(stage, 6, 32), random.Random(22)
    for turn in range(3):
        asked = wishes(ground, turn * 2 + 1, 2, dice)
        claim_all(stage, ground, asked, f"control-{turn}")
        double = [key for key, who in live_days(stage, ground).items() if len(who) > 1]
        if double:
            return f"guard off: {len(double)} booth-days with two holders, in round {turn + 1}"
    raise AssertionError("guard off, and still one holder: this proof proves nothing")


@dataclass(frozen=True)
class End:
    """A way to come around the end of a hold: how it began, the second, who is there besides, and what comes."""

    state: str
    seconds: int
    has_rival: bool
    way: str


#: Every way, one after the other, as often as there are cases.
WAYS = [End(*one) for one in pairs(("hold", "accepted"), (-1, 0, 1), (True, False), ("transfer", "cash"))]


@dataclass(frozen=True)
class Unpaid:
    """A booking that waits for its money, at its own fair, with a rival for its booth."""

    fair: str
    booking: str
    rival: str
    organizer: Any
    ends_at: datetime


def unpaid(end: End) -> Unpaid:
    """One case on the stage."""
    from tests import make

    fair = make.fair(days=3)
    organizer = make.actor("fair_organizer", ("fair", fair.slug))
    mine, rival = make.application(fair).code, make.application(fair).code
    if end.state == "hold":
        booking, _ = book(fair.slug, "A01", Claim(mine), organizer)
    else:
        booking = offers.offer(fair.slug, [offers.Given(mine, "A01")], organizer)[0]
        booking = offers.accept(booking.code, organizer)
    if end.way == "transfer":
        booking = fees.record_payment(booking.code, "vietqr", None, organizer)
    assert booking.expires_at is not None
    return Unpaid(fair.slug, booking.code, rival, organizer, booking.expires_at)


def around(stage: Stage, case: Unpaid, end: End) -> None:
    """The clock's job, the money and the rival come at one instant, in threads of their own."""
    at = case.ends_at + timedelta(seconds=end.seconds)

    def pay() -> None:
        if end.way == "cash":
            fees.record_payment(case.booking, "at_store", None, case.organizer)
        else:
            reference = str(queries.get_booking(case.booking).payment_reference)
            confirm_transfer(reference, BankLine(PRICE, f"FT-{case.booking}", at), case.organizer)

    works: list[Callable[[], object]] = [lambda: expire_holds(at), pay]
    if end.has_rival:
        works.append(lambda: book(case.fair, "A01", Claim(case.rival), case.organizer))
    run_together(stage.app, [lambda work=work: _at(at, work) for work in works])
    with stage.app.app_context(), travel(at):
        expire_holds(at)


def _at(at: datetime, work: Callable[[], object]) -> None:
    """At that instant; "try again" is followed, and a refusal is an answer."""
    with travel(at):
        for _again in range(20):
            try:
                work()
            except Busy:
                continue
            except Refusal:
                return
            return


@dataclass(frozen=True)
class Outcome:
    """How a case ended: the booking's state, where its money is, and who holds the booth."""

    state: str
    money: str
    rivals: int


def outcome_of(case: Unpaid) -> Outcome:
    """As the database has it."""
    db.session.expire_all()
    booking = queries.get_booking(case.booking)
    payment = find_payment(booking.payment_reference) if booking.payment_reference else None
    held = queries.live_bookings_of_booth(booking.booth_id)
    return Outcome(booking.state, payment.status if payment else "none", sum(one.id != booking.id for one in held))


def judge_outcome(end: End, seen: Outcome) -> str | None:
    """Kept or given, never both: what is wrong with it, or None."""
    has_money = seen.money == "captured"
    if seen.state == "paid" and not has_money:
        return "the booth without the money"
    if seen.state != "paid" and has_money:
        return "the money without the booth"
    if seen.state == "paid" and seen.rivals:
        return "two holders"
    if end.seconds < 0 and seen.state != "paid":
        return "in time, and not hers"
    if end.seconds >= 0 and end.way == "cash" and seen.state == "paid":
        return "cash for a hold that was over"
    return None


def fee_around_its_end(house: House, cases: int = CASES) -> str:
    """P23: a second before, at, and a second after the end; the job, the money and a rival at one instant."""
    with house.stage() as stage:
        wrong, told = play_ends(stage, cases)
        judge_doctor(stage)
    assert not wrong, f"{len(wrong)} of {cases}: {wrong[:5]}"
    assert told["paid captured"] and told["released to_refund"], f"no contest: {dict(told)}"
    return f"{cases} payments around the end: kept or given, never both, {dict(told)}"


def fee_careless(house: House) -> str:
    """Control: money that is kept whatever became of the booth is found."""
    with house.stage() as stage, replaced(fees, "take", lambda *_args: None):
        wrong, _told = play_ends(stage, len(WAYS))
    if not any("without" in line for line in wrong):
        raise AssertionError(f"money kept blindly, and nothing found: this proof proves nothing; {wrong}")
    return f"guard off: {len(wrong)} of {len(WAYS)} cases end wrong"


def play_ends(stage: Stage, cases: int) -> tuple[list[str], Counter[str]]:
    """So many cases; what ended wrong, and how they ended."""
    wrong: list[str] = []
    told: Counter[str] = Counter()
    for number in range(cases):
        end = WAYS[number % len(WAYS)]
        case = stage.prepare(lambda end=end: unpaid(end))
        around(stage, case, end)
        seen = stage.prepare(lambda case=case: outcome_of(case))
        told[f"{seen.state} {seen.money}"] += 1
        if fault := judge_outcome(end, seen):
            wrong.append(f"{end}: {seen}: {fault}")
        wrong += stage.prepare(lambda: [*booths_covered(), *booths_single()])
    return wrong, told


def every_lapse(house: House, lengths: tuple[int, ...] = lapses.LENGTHS, offsets: Any = lapses.OFFSETS) -> str:
    """P12: last day × what happens × length, each played night by night and read from the table."""
    played = 0
    with house.stage() as stage:
        for length in lengths:
            cases = lapses.all_cases([length], offsets)
            wrong = stage.prepare(lambda cases=cases: lapses.play(cases))
            assert not wrong, f"{len(wrong)} of {len(cases)}: {wrong[:5]}"
            played += len(cases)
    return f"{played} cases as the table says, no uncovered booth on any night"


def every_lapse_unseen(house: House) -> str:
    """Control: nights in which nobody looks leave days that the table takes away."""
    with house.stage() as stage, replaced(coverage, "look_at_all", lambda _on: 0):
        cases = [lapses.Case(2, 6, "revoked", 0), lapses.Case(2, 0, "nothing"), lapses.Case(2, 6, "nothing")]
        wrong = stage.prepare(lambda: lapses.play(cases))
    if len([line for line in wrong if line.startswith("Case")]) != 2:
        raise AssertionError(f"nobody looked, and it was not seen: this proof proves nothing; {wrong}")
    return f"nights unseen: {len(wrong)} differences in 3 cases"


def list_moves_up(house: House, rounds: int = 20, booths: int = 8) -> str:
    """Booths that fall free at one instant: each goes to one who waits, and nobody gets two, in order."""
    with house.stage() as stage:
        for turn in range(rounds):
            made = free_together(stage, booths, booths + 4)
            assert made.most == 1, f"round {turn}: {made}"
            assert made.offered == booths, f"round {turn}: {made}"
            assert made.is_in_order, f"round {turn}: {made}"
        judge_doctor(stage)
    return f"{rounds} rounds of {booths} booths at one instant: each to one, the first of the list, nobody twice"


def list_unguarded(house: House) -> str:
    """Control: without a second look behind the application's lock one exhibitor gets several booths."""
    with house.stage() as stage, replaced(queueing, "_is_first", lambda _application: True):
        for turn in range(1, 6):
            made = free_together(stage, 8, 12, is_slow=True)
            if made.most > 1:
                return f"guard off: one exhibitor was offered {made.most} booths, in round {turn}"
    raise AssertionError("guard off, and nobody got two booths: this proof proves nothing")


@dataclass(frozen=True)
class MovedUp:
    """Booths offered, the most that one exhibitor got, and whether those at the top of the list got them."""

    offered: int
    most: int
    is_in_order: bool


def free_together(stage: Stage, booths: int, waiting: int, *, is_slow: bool = False) -> MovedUp:
    """Let the list move up into booths that are all free, each in a thread of its own."""
    from tests import make

    def build() -> tuple[int, list[str]]:
        fair = make.fair(booths=booths)
        products = [make.certified_product() for _ in range(waiting)]
        return fair.id, [make.application(fair, product=one, state="waitlisted").code for one in products]

    fair_id, codes = stage.prepare(build)
    seen, gate = queueing._why_not, threading.Barrier(booths)  # pyright: ignore[reportPrivateUsage]

    def look_together(*args: Any) -> Any:
        with suppress(threading.BrokenBarrierError):
            gate.wait(timeout=0.5)
        return seen(*args)

    def promote(number: int) -> None:
        for _again in range(50):
            try:
                queueing.promote(fair_id, f"A{number:02}", now())
            except Busy:
                continue
            return

    with replaced(queueing, "_why_not", look_together) if is_slow else nullcontext():
        run_together(stage.app, [lambda n=n: promote(n) for n in range(1, booths + 1)])
    rows = stage.ask(
        "SELECT a.code, count(*) FROM booking b JOIN fair_application a ON a.id = b.application_id"
        " WHERE b.fair_id = :fair AND b.state = 'offered' GROUP BY a.code", fair=fair_id,
    )  # fmt: skip
    got = {str(code): int(str(number)) for code, number in rows}
    return MovedUp(sum(got.values()), max(got.values(), default=0), set(got) == set(codes[:booths]))


SCENARIOS = (
    Scenario("booths, quick", lambda house: one_holder(house, 2, 32, 3)),
    Scenario("booths, control", one_holder_unguarded),
    Scenario("booth fees, quick", lambda house: fee_around_its_end(house, len(WAYS))),
    Scenario("booth fees, control", fee_careless),
    Scenario("booth lapses, quick", lambda house: every_lapse(house, (3,), (-1, 1, 6))),
    Scenario("booth lapses, control", every_lapse_unseen),
    Scenario("waiting list, quick", lambda house: list_moves_up(house, 2, 6)),
    Scenario("waiting list, control", list_unguarded, kinds=("postgresql",)),
    Scenario("booths, 200 at once", one_holder, quick=False),
    Scenario("booth fees, 200 cases", fee_around_its_end, quick=False),
    Scenario("booth lapses, every pair", every_lapse, quick=False),
    Scenario("waiting list, 20 rounds", list_moves_up, quick=False),
)
