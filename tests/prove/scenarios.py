"""The scenarios: what is attacked, and what must hold.

Each answers one line that says what was seen, and raises AssertionError when a promise broke.
A *control* is a scenario with its guard taken out; it holds when the promise breaks.
"""

import time
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from itertools import count
from typing import Any

from tests.prove.clients import Call, Client, at_once
from tests.prove.nemesis import Every, crash, killer
from tests.prove.stage import House, Stage, doctor

CLIENTS = 64
#: As many in the short rounds: enough to oversell at once when nothing guards.
FEW = 32
UNITS = 10
PRICE = 120_000
#: The guards that one server goes without, for the controls that share it.
UNGUARDED = ("stock", "booth", "idempotency")
BUYER = {"name": "Người thử", "phone": "+84912345678"}
_phones = count(10_000_000)


@dataclass(frozen=True)
class Scenario:
    """``play`` answers what was seen."""

    name: str
    play: Callable[[House], str]
    #: Also part of ``make prove-quick``.
    quick: bool = True
    #: On these databases only.
    kinds: tuple[str, ...] = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Goods:
    """One pack in one store, so many units of it."""

    sku: str
    store: str


def stock_goods(stage: Stage, rounds: int) -> list[Goods]:
    """For each round ten units of a pack of its own."""
    from tests import make

    def build() -> list[Goods]:
        store = make.store()
        packs = [make.sku(price_vnd=PRICE, name=f"Mật ong {number}") for number in range(rounds)]
        for pack in packs:
            make.lot(pack, store, on_shelf=UNITS)
        return [Goods(pack.code, store.code) for pack in packs]

    return stage.prepare(build)


def fill_cart(client: Client, goods: Goods) -> str:
    """A cart with one unit; answers the address of its checkout."""
    cart = client.send("POST", "/api/v1/carts", {"store": goods.store})
    assert cart.status == 201, f"POST /carts -> {cart.status} {cart.answer[:300]!r}"
    address = f"/api/v1/carts/{cart.json['token']}"
    line = client.put(f"{address}/lines/{goods.sku}", {"quantity": 1})
    assert line.status == 200, f"PUT line -> {line.status} {line.answer[:300]!r}"
    return f"{address}/checkout"


def check_out(client: Client, address: str, store: str) -> Call:
    """Buy what is in the cart, paying at the store."""
    return client.post(address, order_of(store))


def order_of(store: str) -> dict[str, Any]:
    """The body of a checkout: somebody new, who comes to the store and pays there."""
    return {
        "contact": BUYER | {"phone": f"+849{next(_phones):08d}"},  # one number may not have many orders open
        "fulfilment": {"method": "pickup", "store": store},
        "payment": {"provider": "at_store"},
        "expected_total": PRICE,
    }


def rush(
    port: int, goods: Goods, during: AbstractContextManager[object] | None = None, buyers: int = CLIENTS
) -> list[Call]:
    """64 buyers with a full cart each check out at one instant, while ``during`` happens to the server."""
    clients = [Client(port) for _ in range(buyers)]
    carts = at_once(clients, lambda client, _: fill_cart(client, goods))
    with during or nullcontext():
        return at_once(clients, lambda client, number: check_out(client, carts[number], goods.store))


def sold(stage: Stage, goods: Goods) -> list[str]:
    """Numbers of the orders that hold a unit, as the database has them."""
    rows = stage.ask(
        "SELECT o.number FROM shop_order o JOIN order_line l ON l.order_id = o.id "
        "WHERE l.sku_code = :sku AND o.state <> 'cancelled'",
        sku=goods.sku,
    )
    return [str(row[0]) for row in rows]


def judge_sales(stage: Stage, goods: Goods, calls: list[Call]) -> None:
    """Exactly ten orders; each acknowledged, each kept, every other buyer told why; nothing unknown."""
    statuses = Counter((call.status, call.code) for call in calls)
    acked = {call.json["number"] for call in calls if call.status == 201}
    kept = sold(stage, goods)
    assert len(kept) == len(set(kept)) == UNITS, f"{len(kept)} orders for {UNITS} units; answers {statuses}"
    assert acked == set(kept), f"acknowledged {sorted(acked)}, kept {sorted(kept)}"
    assert statuses.keys() == {(201, ""), (409, "stock.short")}, f"answers {statuses}"


def judge_replays(port: int, calls: list[Call]) -> int:
    """The same key and body again: the same status and the same bytes. Answers how many were asked."""
    acked = [call for call in calls if call.status == 201]
    for call in acked:
        again = Client(port).send(call.method, call.path, call.body, call.key)
        assert (again.status, again.answer) == (call.status, call.answer), f"replay of {call.key}: {again.answer!r}"
    return len(acked)


def judge_doctor(stage: Stage) -> None:
    """Every invariant holds."""
    status, broken = doctor(stage)
    assert status == 0, f"flask doctor: {broken}"


def last_units(house: House) -> str:
    """Ten units, 64 buyers, one instant; a replay of each answer; the doctor; a tampered ledger."""
    stage, _server = house.serving()
    (goods,) = stock_goods(stage, 1)
    calls = rush(stage.port, goods)
    judge_sales(stage, goods, calls)
    replays = judge_replays(stage.port, calls)
    judge_doctor(stage)
    with tampered(stage):
        status, broken = doctor(stage)
    assert status == 1, f"flask doctor exits {status} on a tampered ledger"
    assert "I1" in broken, f"flask doctor names {broken}"
    return f"{CLIENTS} buyers, {UNITS} units: {UNITS} orders; {replays} replays byte-equal; doctor 0, tampered ledger 1"


def last_units_killed(house: House, seconds: float = 5.0) -> str:
    """The same again and again while a worker is killed each second."""
    stage, server = house.serving()
    pile = stock_goods(stage, 40 if seconds > 10 else 6)
    rounds, kills, broken, ends = 0, 0, 0, time.monotonic() + seconds
    while pile and (time.monotonic() < ends or kills == 0):
        goods, nemesis = pile.pop(), Every(1.0, killer(server))
        calls = rush(stage.port, goods, nemesis, FEW if seconds < 10 else CLIENTS)
        judge_sales(stage, goods, calls)
        judge_replays(stage.port, calls)
        broken += sum(call.broken for call in calls)
        kills += nemesis.landed
        rounds += 1
    judge_doctor(stage)
    assert kills, "no kill landed"
    return f"{rounds} rounds of {UNITS} orders, {kills} workers killed, {broken} answers lost on the way; doctor 0"


def last_units_unguarded(house: House) -> str:
    """Control: without the guard the same rush must oversell."""
    stage, _server = house.serving(*UNGUARDED)
    for tries in range(1, 4):
        (goods,) = stock_goods(stage, 1)
        rush(stage.port, goods, buyers=FEW)
        over = len(sold(stage, goods))
        if over > UNITS:
            return f"guard off: {over} orders for {UNITS} units, in round {tries}: the rush does find the fault"
    raise AssertionError("guard off, and nothing oversold: this proof proves nothing")


@dataclass(frozen=True)
class Contest:
    """One booth, many accepted applications, and the organizer who gives the booth away."""

    fair: str
    booth: str
    applications: list[str]
    token: str


def contests(stage: Stage, *exhibitors: int) -> list[Contest]:
    """For each round a fair with one booth and so many exhibitors who may have it."""
    from tests import make

    def build() -> list[Contest]:
        made: list[Contest] = []
        products = [make.certified_product() for _ in range(max(exhibitors))]
        for many in exhibitors:
            fair = make.fair()
            codes = [make.application(fair, product=product).code for product in products[:many]]
            made.append(Contest(fair.slug, "A01", codes, make.token("fair_organizer", ("fair", fair.slug))))
        return made

    return stage.prepare(build)


def claim_booth(stage: Stage, contest: Contest, during: AbstractContextManager[object] | None = None) -> list[Call]:
    """All claims on one booth at one instant, while ``during`` happens to the server."""
    address = f"/api/v1/fairs/{contest.fair}/booths/{contest.booth}/booking"

    def claim(client: Client, number: int) -> Call:
        code = contest.applications[number]
        return client.send("PUT", address, {"application": code}, key=f"claim-{code}")

    with during or nullcontext():
        return at_once([Client(stage.port, contest.token) for _ in contest.applications], claim)


def holders(stage: Stage, contest: Contest) -> dict[str, int]:
    """How many hold the booth on each day, as the database has it."""
    rows = stage.ask(
        "SELECT d.day, count(*) FROM booth_day d JOIN booth b ON b.id = d.booth_id JOIN fair f ON f.id = b.fair_id "
        "WHERE f.slug = :fair AND b.code = :booth AND d.state <> 'released' GROUP BY d.day",
        fair=contest.fair,
        booth=contest.booth,
    )
    return {str(day): int(str(count)) for day, count in rows}


def judge_booth(stage: Stage, contest: Contest, calls: list[Call]) -> None:
    """One holder a day; one claim acknowledged; every other told that the booth is taken."""
    statuses = Counter((call.status, call.code) for call in calls)
    found = holders(stage, contest)
    assert len(found) == 3, f"days {found}; answers {statuses}"
    assert set(found.values()) == {1}, f"holders by day {found}; answers {statuses}"
    assert statuses == {(201, ""): 1, (409, "booth.taken"): len(calls) - 1}, f"answers {statuses}"


def one_booth(house: House) -> str:
    """64 exhibitors, one booth, one instant; then again while workers are killed."""
    stage, server = house.serving()
    quiet, stormy = contests(stage, CLIENTS, FEW)
    judge_booth(stage, quiet, claim_booth(stage, quiet))
    nemesis = Every(1.0, killer(server))
    judge_booth(stage, stormy, claim_booth(stage, stormy, nemesis))
    judge_doctor(stage)
    assert nemesis.landed, "no kill landed"
    kills = nemesis.landed
    return f"{CLIENTS} claims on one booth, {FEW} on another, {kills} workers killed: one holder a day; doctor 0"


def one_booth_unguarded(house: House) -> str:
    """Control: without the guard the same claims must give one booth to several."""
    stage, _server = house.serving(*UNGUARDED)
    for tries in range(1, 4):
        (contest,) = contests(stage, FEW)
        claim_booth(stage, contest)
        most = max(holders(stage, contest).values())
        if most > 1:
            return f"guard off: {most} holders of one booth on one day, in round {tries}"
    raise AssertionError("guard off, and still one holder: this proof proves nothing")


def database_crashes(house: House, rounds: int = 4) -> str:
    """The database stops as in a crash in the middle of each rush, and comes back; nobody restarts a worker."""
    with house.stage() as stage:
        assert stage.postgres
        pile, broken, kills = stock_goods(stage, rounds), 0, 0
        with stage.serve():
            for goods in pile:
                nemesis = Every(3.0, crash(stage.postgres))
                calls = rush(stage.port, goods, nemesis)
                judge_sales(stage, goods, calls)
                judge_replays(stage.port, calls)
                broken += sum(call.broken for call in calls)
                kills += nemesis.landed
            judge_doctor(stage)
    return f"{rounds} rounds of {UNITS} orders, {kills} crashes of the database, {broken} answers lost; doctor 0"


@contextmanager
def tampered(stage: Stage) -> Generator[None]:
    """Change one ledger row as somebody with the database's password could; afterwards it is as it was."""
    trigger = "stock_movement_no_update"
    if stage.postgres:
        off, on = (f"ALTER TABLE stock_movement {word} TRIGGER USER" for word in ("DISABLE", "ENABLE"))
    else:
        made = stage.ask("SELECT sql FROM sqlite_master WHERE lower(name) = :name", name=trigger)[0][0]
        off, on = f"DROP TRIGGER {trigger}", str(made)

    def turn(step: str) -> None:
        change = f"UPDATE stock_movement SET delta = delta {step} WHERE id = (SELECT min(id) FROM stock_movement)"
        stage.tell(off, change, on)

    turn("+ 1")
    try:
        yield
    finally:
        turn("- 1")


SCENARIOS = (
    Scenario("last units", last_units),
    Scenario("last units, workers killed", last_units_killed),
    Scenario("one booth", one_booth),
    Scenario("last units, control", last_units_unguarded),
    Scenario("one booth, control", one_booth_unguarded),
    Scenario("last units, database crashes", database_crashes, quick=False, kinds=("postgresql",)),
    Scenario("last units, a minute of kills", lambda house: last_units_killed(house, 60), quick=False),
)
