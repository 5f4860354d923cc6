"""Books of stock (P1, P2, P7): the ledger and the levels agree in every snapshot while everybody receives, sells, takes
back, sends on, counts and writes off, workers die and promises run out; a basket is held whole or not at all, and no
buyer is told of a deadlock.

What every client was told is added up beside the database: units on hand at the end are exactly what was acknowledged.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import create_engine, select, text, update
from sqlalchemy.exc import DBAPIError, OperationalError

from core.accounts.actor import SYSTEM
from core.clock import now
from core.db import db, end_reading
from core.errors import Busy, Refusal
from shop.inventory import holds, jobs, ledger
from shop.inventory.models import StockLevel
from shop.inventory.rules import Reason
from shop.inventory.service import adjust
from shop.stores.queries import get_store
from tests.prove.clients import Call, Client, at_once
from tests.prove.guards import THINKING
from tests.prove.nemesis import Every, killer
from tests.prove.refunds import together
from tests.prove.scenarios import BUYER, PRICE, Scenario, judge_doctor, judge_replays
from tests.prove.stage import House, Stage

LOTS, PLENTY = 50, 400
#: What of a basket's packs each store has at first: few enough that many baskets fall short.
SCARCE, PACKS, MOST_IN_BASKET = 40, 16, 8
#: Seconds between two snapshots, and after which a promise runs out here.
SNAPSHOT, RUNS_OUT = 0.2, 2.0
#: What a client may be told instead of an effect; anything else is a fault. A minute of this is more than what one
#: person may take off the shelves alone in a day.
FAIR = {
    (409, "stock.short"), (409, "stock.held"), (409, "transfer.short"), (409, "hold.ended"),
    (409, "removal.over_limit"),
}  # fmt: skip

#: I1, I2 and goods in transit, in the words of the database alone.
BROKEN = {
    "I1": """
        SELECT l.id FROM stock_level l
        LEFT JOIN (SELECT level_id, sum(delta) AS units FROM stock_movement GROUP BY level_id) m ON m.level_id = l.id
        WHERE coalesce(m.units, 0) <> l.on_hand
    """,
    "I2": """
        SELECT l.id FROM stock_level l
        LEFT JOIN (SELECT level_id, sum(quantity) AS units FROM stock_hold WHERE state = 'active' GROUP BY level_id) h
          ON h.level_id = l.id
        WHERE coalesce(h.units, 0) <> l.held OR l.held < 0 OR l.held > l.on_hand
    """,
    "I35": """
        SELECT p.store_id, l.lot_id FROM stock_level l JOIN place p ON p.id = l.place_id
        WHERE p.code = 'transit' AND l.on_hand <> (
            SELECT coalesce(sum(CASE t.state WHEN 'dispatched' THEN i.quantity ELSE i.damaged + i.missing END), 0)
            FROM stock_transfer t JOIN stock_transfer_line i ON i.transfer_id = t.id
            WHERE t.from_store_id = p.store_id AND i.lot_id = l.lot_id AND t.state IN ('dispatched', 'received'))
    """,
}


@dataclass
class Goods:
    """Two stores of one seller, their lots by pack, and who works there."""

    stores: tuple[str, str]
    packs: list[str]
    #: Lots by pack at each store.
    lots: dict[str, list[tuple[str, str]]]
    #: Two admins: what one receives or writes off the other decides.
    tokens: tuple[str, str]
    levels: list[int] = field(default_factory=list[int])


@dataclass
class Snapshots:
    """Reads the books in one snapshot every 200 ms while the block runs."""

    stage: Stage
    taken: int = 0
    broken: list[str] = field(default_factory=list[str])
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Snapshots":
        self._thread = threading.Thread(target=self._read)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _read(self) -> None:
        options = {"isolation_level": "REPEATABLE READ"} if self.stage.postgres else {}
        engine = create_engine(self.stage.url, **options)  # type: ignore[arg-type]
        while not self._over.wait(SNAPSHOT):
            try:
                with engine.connect() as connection:
                    if not self.stage.postgres:
                        connection.exec_driver_sql("BEGIN")
                    for name, query in BROKEN.items():
                        rows = connection.execute(text(query)).all()
                        self.broken += [f"{name} in snapshot {self.taken}: {rows[:5]}"] if rows else []
                    self.taken += 1
                    connection.rollback()
            except OperationalError as away:
                self.broken.append(f"no snapshot: {away}")
        engine.dispose()


@dataclass
class Keeper:
    """One client who does everything a store does, one act after another, and adds up what it was told."""

    port: int
    goods: Goods
    number: int
    #: Units that are there more or less than before, as acknowledged.
    units: int = 0
    acts: Counter[str] = field(default_factory=Counter[str])
    put_off: int = 0
    wrong: list[str] = field(default_factory=list[str])

    def work(self, until: float) -> None:
        """Act until the time is over."""
        self.dice = random.Random(self.number)
        self.one, self.other = (Client(self.port, token) for token in self.goods.tokens)
        acts = (self.sell, self.sell, self.sell, self.adjust, self.adjust, self.send_on, self.receive, self.write_off)
        turn = self.number  # everybody begins elsewhere, so that a short round has every act
        while (time.monotonic() < until or turn == self.number) and not self.wrong:
            act = acts[turn % len(acts)] if turn < self.number + len(acts) else self.dice.choice(acts)
            turn += 1
            try:
                act()
            except AssertionError as wrong:
                self.wrong.append(f"{act.__name__}: {wrong}")

    def ask(self, client: Client, method: str, path: str, body: Any = None, done: Sequence[int] = (200, 201)) -> Any:
        """What was answered, or None when it was fairly refused."""
        key = f"{self.number}-{len(client.log)}-{path[-24:]}-{id(self)}" if method == "POST" else None
        call = client.send(method, f"/api/v1{path}", body, key)
        self.put_off += call.put_off
        if call.status in done:
            return call.json
        assert (call.status, call.code) in FAIR, f"{method} {path} -> {call.status} {call.answer[:300]!r}"
        self.acts[call.code] += 1
        return None

    def told(self, act: str, units: int = 0) -> None:
        """Something was acknowledged."""
        self.acts[act] += 1
        self.units += units

    def sell(self) -> None:
        """Order, hand out at the store; some come back."""
        store, packs = self.dice.choice(self.goods.stores), self.dice.sample(self.goods.packs, self.dice.randint(1, 3))
        units = {pack: self.dice.randint(1, 3) for pack in packs}
        order = buy(Client(self.port), store, units, self.ask)
        if order is None:
            return
        self.told("ordered")
        handed = self.ask(self.one, "POST", f"/orders/{order['number']}/handover", {})
        if handed is None:
            return
        self.told("sold", -sum(units.values()))
        if self.dice.random() < 0.3:
            self.take_back(order)

    def take_back(self, order: dict[str, Any]) -> None:
        """One unit of the first line comes back, fit to be sold again."""
        wish = {"kind": "return", "reason": "broken", "lines": [{"line": 1, "quantity": 1}], "token": order["token"]}
        asked = self.ask(self.one, "POST", f"/orders/{order['number']}/returns", wish)
        self.ask(self.one, "POST", f"/returns/{asked['code']}/decision", {"accepted": True})
        self.ask(self.one, "POST", f"/returns/{asked['code']}/receipt", {"damaged": []})
        self.told("returned", 1)

    def receive(self) -> None:
        """A delivery of one or two lots."""
        units = [self.dice.randint(1, 30) for _ in range(self.dice.randint(1, 2))]
        lines = [
            {"sku": self.dice.choice(self.goods.packs), "number": f"N{self.number}-{n}", "quantity": some}
            for n, some in enumerate(units)
        ]
        self.ask(self.one, "POST", f"/stores/{self.dice.choice(self.goods.stores)}/receipts", {"lines": lines})
        self.told("received", sum(units))

    def adjust(self) -> None:
        """Somebody finds one more, or one less."""
        store, lot = self.lot()
        found = self.dice.choice((-1, 1))
        body = {"lot": lot, "quantity": found, "reason": "count"}
        if self.ask(self.one, "POST", f"/stores/{store}/adjustments", body):
            self.told("adjusted", found)

    def write_off(self) -> None:
        """A broken jar; when it needs two, the other agrees or not."""
        store, lot = self.lot()
        body = {"reason": "damage", "lines": [{"lot": lot, "quantity": self.dice.choice((1, 6))}]}
        paper = self.ask(self.one, "POST", f"/stores/{store}/removals", body, (201, 202))
        if paper is None:
            return
        units = sum(line["quantity"] for line in paper["lines"])
        if paper["state"] == "waiting":
            act = self.dice.choice(("approval", "refusal"))
            answer = self.ask(
                self.other, "POST", f"/removals/{paper['id']}/{act}", {"words": "x"} if act == "refusal" else None
            )
            paper = answer
        self.told("written off", -units if paper["state"] == "done" else 0)

    def send_on(self) -> None:
        """From one store to the other, from two lots; sometimes not everything arrives."""
        here = self.dice.randint(0, 1)
        lots = {self.lot(here)[1] for _ in range(2)}
        lines = [
            {"lot": lot, "quantity": self.dice.randint(1, 4), "from_place": "shelf", "to_place": "shelf"}
            for lot in lots
        ]
        body = {"from": self.goods.stores[here], "to": self.goods.stores[1 - here], "lines": lines}
        paper = self.ask(self.one, "POST", "/transfers", body)
        address = f"/transfers/{paper['id']}"
        if self.ask(self.one, "POST", f"{address}/dispatch") is None:
            return
        short = self.dice.random() < 0.5
        first = paper["lines"][0]["quantity"]
        came = [{"line": 1, "received": first - 1, "damaged": self.dice.randint(0, 1)}] if short else []
        taken = self.ask(self.one, "POST", f"{address}/receipt", {"lines": came})
        self.told("sent on")
        if taken["state"] == "received":
            self.settle(address, taken["lines"][0])

    def settle(self, address: str, line: dict[str, Any]) -> None:
        """The other decides on what did not come."""
        outcome = self.dice.choice(("lost", "back", "arrived"))
        decided = [{"line": 1, "outcome": outcome}] if line["missing"] else []
        self.ask(self.other, "POST", f"{address}/closing", {"lines": decided})
        lost = line["missing"] if outcome == "lost" else 0
        self.told("settled", -lost - line["damaged"])

    def lot(self, store: int | None = None) -> tuple[str, str]:
        """A lot of one of the stores."""
        name = self.goods.stores[self.dice.randint(0, 1) if store is None else store]
        return name, self.dice.choice(
            [lot for where, lot in self.dice.choice(list(self.goods.lots.values())) if where == name]
        )


def buy(client: Client, store: str, units: dict[str, int], ask: Callable[..., Any]) -> Any:
    """A cart with these units, bought; None when that was fairly refused."""
    token = ask(client, "POST", "/carts", {"store": store})["token"]
    for sku, some in units.items():
        ask(client, "PUT", f"/carts/{token}/lines/{sku}", {"quantity": some})
    asked = {
        "contact": BUYER | {"phone": f"+849{random.randrange(10**8):08d}"},
        "fulfilment": {"method": "pickup", "store": store}, "payment": {"provider": "at_store"},
        "expected_total": sum(units.values()) * PRICE,
    }  # fmt: skip
    return ask(client, "POST", f"/carts/{token}/checkout", asked)


def stock(stage: Stage, packs: int, units: int, lots: int) -> Goods:
    """So many packs; of each so many lots at each of two stores of one seller, so many units a lot."""
    from core.accounts.actor import SYSTEM
    from core.db import db, transaction
    from shop.removals.service import set_limit
    from shop.stores.models import Store
    from tests import make

    def build() -> Goods:
        first, second = make.store(), make.store()
        with transaction():
            db.session.get_one(Store, second.id).seller_id = first.seller_id
        for store in (first, second):
            set_limit(store, 4 * PRICE, None, SYSTEM)
        skus = [make.sku(price_vnd=PRICE, name=f"Trà {number}") for number in range(packs)]
        made = {
            sku.code: [(s.code, make.lot(sku, s, on_shelf=units).code) for s in (first, second) for _ in range(lots)]
            for sku in skus
        }
        return Goods((first.code, second.code), list(made), made, (make.token("admin"), make.token("admin")))

    return stage.prepare(build)


def on_hand(stage: Stage, goods: Goods) -> int:
    """Units of these packs that lie anywhere."""
    marks = {f"s{n}": sku for n, sku in enumerate(goods.packs)}
    query = (
        "SELECT coalesce(sum(l.on_hand), 0) FROM stock_level l JOIN lot o ON o.id = l.lot_id "
        f"JOIN sku s ON s.id = o.sku_id WHERE s.code IN ({', '.join(':' + mark for mark in marks)})"
    )
    return int(str(stage.ask(query, **marks)[0][0]))


@contextmanager
def promises_that_run_out(stage: Stage, goods: Goods) -> Generator[list[int]]:
    """A hand beside the server that takes promises of two seconds, and a clock that gives them back."""
    over, taken = threading.Event(), [0]
    dice = random.Random(2)
    known = stage.ask("SELECT id, code FROM store"), stage.ask("SELECT id, code FROM sku")
    stores = {str(code): int(str(one)) for one, code in known[0]}
    skus = {str(code): int(str(one)) for one, code in known[1]}

    def promise() -> None:
        with stage.app.app_context():
            while not over.wait(0.05):
                store, sku = stores[dice.choice(goods.stores)], skus[dice.choice(goods.packs)]
                try:
                    until = now() + timedelta(seconds=RUNS_OUT)
                    holds.hold(store, {sku: dice.randint(1, 3)}, f"proof:{taken[0]}", until, now())
                    taken[0] += 1
                    if taken[0] % 10 == 0:
                        jobs.release_due_holds(now())
                except (Refusal, OperationalError):
                    end_reading()

    thread = threading.Thread(target=promise)
    thread.start()
    try:
        yield taken
    finally:
        over.set()
        thread.join()


def books(house: House, seconds: float = 60.0, keepers: int = 32, packs: int = LOTS // 2) -> str:
    """P1, P2: everybody works, a worker dies each second, promises run out after two; every snapshot is whole."""
    stage, server = house.serving()
    goods = stock(stage, packs, PLENTY, 1)
    before, hands = on_hand(stage, goods), [Keeper(stage.port, goods, number) for number in range(keepers)]
    nemesis = Every(1.0, killer(server))
    with Snapshots(stage) as seen, promises_that_run_out(stage, goods) as taken, nemesis:
        ends = time.monotonic() + seconds
        at_once([Client(stage.port) for _ in hands], lambda _client, number: hands[number].work(ends))
    wrong = [one for hand in hands for one in hand.wrong]
    assert not wrong, f"{len(wrong)} faults, the first: {wrong[0]}"
    assert not seen.broken, f"{len(seen.broken)} snapshots broken, the first: {seen.broken[0]}"
    told, after = sum(hand.units for hand in hands), on_hand(stage, goods)
    assert after == before + told, f"{before} units, {told:+} acknowledged, {after} there"
    acts = sum((hand.acts for hand in hands), Counter[str]())
    rare = {"returned", "settled"} if seconds >= 60 else set[str]()
    assert {"sold", "received", "adjusted", "written off", "sent on"} | rare <= acts.keys(), acts
    assert nemesis.landed, "no kill landed"
    assert seen.taken >= (200 if seconds >= 60 else 3), f"{seen.taken} snapshots only"
    stage.prepare(lambda: jobs.release_due_holds(now() + timedelta(seconds=RUNS_OUT)))
    judge_doctor(stage)
    return (
        f"{keepers} keepers, {dict(acts)}, {taken[0]} promises that ran out, {nemesis.landed} workers killed: "
        f"{seen.taken} snapshots whole, {after} units as acknowledged"
    )


def books_unguarded(house: House) -> str:
    """Control: a level that is set to what was read before loses an adjustment, and a snapshot must show it."""
    with house.stage() as stage, careless_levels() as look:
        for tries in range(1, 6):
            goods = stock(stage, 1, PLENTY, 1)
            with Snapshots(stage) as seen:
                together(stage.app, 8, lambda _turn, goods=goods: find_a_jar(goods, look))
                time.sleep(2 * SNAPSHOT)
            if any(one.startswith("I1") for one in seen.broken):
                return f"guard off: {seen.broken[0]}, in round {tries}"
    raise AssertionError("guard off, and the books still agree: this proof proves nothing")


@contextmanager
def careless_levels() -> Generator[Callable[[], None]]:
    """Levels are set to what was seen before the transaction, and more or less: the last writer wins.

    Yields what looks, once for each thread, before it writes.
    """
    guarded, known = ledger.move, threading.local()

    def look() -> None:
        known.levels = {row[0]: row[1] for row in db.session.execute(select(StockLevel.id, StockLevel.on_hand))}
        end_reading()
        time.sleep(THINKING)

    def blindly(level_id: int, delta: int, posting: ledger.Posting) -> bool:
        if not hasattr(known, "levels"):  # who prepares the stage has not looked
            return guarded(level_id, delta, posting)
        careless = update(StockLevel).where(StockLevel.id == level_id).values(on_hand=known.levels[level_id] + delta)
        db.session.execute(careless, execution_options={"synchronize_session": False})
        ledger._write(level_id, delta, posting)  # pyright: ignore[reportPrivateUsage]
        return True

    ledger.move = blindly
    try:
        yield look
    finally:
        ledger.move = guarded


def find_a_jar(goods: Goods, look: Callable[[], None]) -> str:
    """One more of a lot is found."""
    code, lot = next(iter(goods.lots.values()))[0]
    look()
    return adjust(get_store(code), lot, "shelf", 1, Reason.COUNT, SYSTEM)


def bounds_are_the_tables(house: House) -> str:
    """P2: no statement at all, whoever sends it, makes a level owe more than it has or less than nothing."""
    stage, _server = house.serving()
    stock(stage, 1, 10, 1)
    refused = 0
    for change in ("held = on_hand + 1", "held = -1", "on_hand = -1"):
        try:
            stage.tell(f"UPDATE stock_level SET {change} WHERE id = (SELECT max(id) FROM stock_level)")
        except DBAPIError as error:
            refused += "held_within_on_hand" in str(error)
    assert refused == 3, f"the table refused {refused} of 3"
    return "3 statements past the application: all refused by the table"


def baskets(house: House, seconds: float = 60.0, buyers: int = 64) -> str:
    """P7: baskets of one to eight packs, each over several lots, in any order: whole or nothing, and never a 500."""
    stage, _server = house.serving()
    goods = stock(stage, PACKS, SCARCE if seconds < 10 else 20 * SCARCE, 3)
    ends, calls, carts = time.monotonic() + seconds, list[Call](), list[dict[str, int]]()
    bought: dict[str, dict[str, int]] = {}

    def trade(client: Client, number: int) -> None:
        dice = random.Random(number)
        while time.monotonic() < ends:
            packs = dice.sample(goods.packs, dice.randint(1, MOST_IN_BASKET))
            units = {pack: dice.randint(1, 9) for pack in packs}
            call = check_out(client, dice.choice(goods.stores), units)
            calls.append(call)
            carts.append(units)
            if call.status == 201:
                bought[call.json["number"]] = units

    at_once([Client(stage.port) for _ in range(buyers)], trade)
    answers = Counter((call.status, call.code) for call in calls)
    assert answers.keys() <= {(201, ""), (409, "stock.short")}, f"answers {dict(answers)}"
    most = max(call.put_off for call in calls)
    assert most <= 3, f"one buyer was put off {most} times"
    judge_whole(stage, bought)
    judge_replays(stage.port, [call for call in calls if call.status == 201][:30])
    judge_doctor(stage)
    held = sum(sum(units.values()) for units in bought.values())
    return f"{buyers} buyers, {dict(answers)}: {held} units in whole baskets; at most {most} times put off; no 500"


def check_out(client: Client, store: str, units: dict[str, int]) -> Call:
    """A cart with these units, and its checkout as a call."""
    token = client.send("POST", "/api/v1/carts", {"store": store}).json["token"]
    for sku, some in units.items():
        assert client.put(f"/api/v1/carts/{token}/lines/{sku}", {"quantity": some}).status == 200
    return client.post(
        f"/api/v1/carts/{token}/checkout",
        {
            "contact": BUYER | {"phone": f"+849{random.randrange(10**8):08d}"},
            "fulfilment": {"method": "pickup", "store": store}, "payment": {"provider": "at_store"},
            "expected_total": sum(units.values()) * PRICE,
        },
    )  # fmt: skip


def judge_whole(stage: Stage, bought: dict[str, dict[str, int]]) -> None:
    """Each acknowledged basket is held unit for unit; nothing is held for anybody else."""
    rows = stage.ask(
        "SELECT h.reference, s.code, sum(h.quantity) FROM stock_hold h JOIN stock_level l ON l.id = h.level_id "
        "JOIN lot o ON o.id = l.lot_id JOIN sku s ON s.id = o.sku_id "
        "WHERE h.state = 'active' AND h.reference LIKE 'ord:%' GROUP BY h.reference, s.code"
    )
    held: dict[str, dict[str, int]] = {}
    for reference, sku, units in rows:
        held.setdefault(str(reference).partition(":")[2], {})[str(sku)] = int(str(units))
    torn = {number: held.get(number) for number, units in bought.items() if held.get(number) != units}
    assert not torn, f"{len(torn)} baskets not whole, such as {next(iter(torn.items()))}"


def baskets_unguarded(house: House) -> str:
    """Control: levels that are locked in any order must deadlock on PostgreSQL; a basket that is held pack by pack must
    be torn where stock is short.
    """
    with house.stage() as stage:
        goods = stock(stage, 2, 1_000, 1)
        levels = [int(str(one)) for (one,) in stage.ask("SELECT id FROM stock_level ORDER BY id")]
        deadlocks = crossing(stage, levels[:2]) if stage.postgres else 1
        assert deadlocks, "locked in any order, and no deadlock: this proof proves nothing"
        torn = torn_basket(stage, goods)
        assert torn, "held pack by pack, and still whole: this proof proves nothing"
    said = f"{deadlocks} deadlocks where levels were locked in any order; " if stage.postgres else ""
    return f"guards off: {said}{torn} units held of a basket that was refused"


def crossing(stage: Stage, levels: Sequence[int]) -> int:
    """Two hands lock two levels one by one, each in its own order. Answers how often the database had to step in."""
    from core.db import transaction

    barrier, stopped = threading.Barrier(2), list[str]()

    def cross(order: Sequence[int]) -> None:
        with stage.app.app_context():
            try:
                with transaction():
                    ledger.lock(order[:1])
                    barrier.wait(10)
                    ledger.lock(order[1:])
            except (OperationalError, Busy) as error:
                stopped.append(str(error))
            end_reading()

    threads = [threading.Thread(target=cross, args=(order,)) for order in (list(levels), list(reversed(levels)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sum("deadlock" in word for word in stopped)


def torn_basket(stage: Stage, goods: Goods) -> int:
    """Units that stay held of a basket whose second pack is short, when each pack has a transaction of its own."""
    store = int(str(stage.ask("SELECT id FROM store WHERE code = :code", code=goods.stores[0])[0][0]))
    skus = [int(str(stage.ask("SELECT id FROM sku WHERE code = :code", code=one)[0][0])) for one in goods.packs]

    def careless() -> None:
        for sku, units in ((skus[0], 5), (skus[1], 10_000)):
            try:
                holds.hold(store, {sku: units}, "ord:TORN", None, now())
            except Refusal:
                end_reading()

    stage.prepare(careless)
    rows = stage.ask("SELECT coalesce(sum(quantity), 0) FROM stock_hold WHERE reference = 'ord:TORN'")
    try:
        judge_whole(stage, {"TORN": dict.fromkeys(goods.packs, 5)})
    except AssertionError:
        return int(str(rows[0][0]))
    return 0


SCENARIOS = (
    Scenario("books of stock", lambda house: books(house, 4.0, 8, 6)),
    Scenario("bounds of a level", bounds_are_the_tables),
    Scenario("baskets", lambda house: baskets(house, 3.0, 16)),
    Scenario("books of stock, a minute", books, quick=False),
    Scenario("baskets, a minute", baskets, quick=False),
)
CONTROLS = (
    Scenario("books of stock, control", books_unguarded),
    Scenario("baskets, control", baskets_unguarded),
)
