"""Lots and promises (P4, P5, P6): a promise ends with its deadline though nobody sweeps; nothing unfit ever leaves,
first expired goes first, and a recall stops what is being sold; what lines of one cart want is checked as a sum.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count, product
from typing import Any

from sqlalchemy import update

from core.accounts.actor import ANONYMOUS, SYSTEM
from core.clock import now, travel
from core.db import db, end_reading, transaction
from core.errors import Refusal
from shop.baskets import service as baskets
from shop.baskets.service import Described
from shop.carts import service as carts
from shop.inventory import holds, rules
from shop.inventory.doctor import held_equals_holds
from shop.inventory.jobs import release_due_holds
from shop.inventory.models import StockLevel
from shop.inventory.queries import available
from shop.inventory.refusals import OutOfStock
from shop.inventory.rules import LevelView, pick_lots
from shop.orders.asked import Checkout, Contact, Fulfilment
from shop.orders.checkout import place_order
from tests.prove.buying import replaced
from tests.prove.clients import Call, Client, at_once
from tests.prove.guards import drop_check
from tests.prove.scenarios import BUYER, CLIENTS, PRICE, Scenario, check_out, fill_cart, judge_doctor
from tests.prove.scenarios import Goods as Pack
from tests.prove.serve import Server
from tests.prove.stage import House

TODAY = date(2026, 11, 22)
#: How long a promise to a transfer lives, and a little more.
RUN_OUT = timedelta(hours=24, seconds=1)
SETS, THROUGH = 10_000, 400
CARTS = 1_000
_phones = count(20_000_000)


# P4


def deadline(house: House, abandoned: int = 100, within: float = 1.0) -> str:
    """So many carts promised and abandoned, no worker; a second after the deadline two buyers have them all.

    Their own requests are what takes the time; in the short round other scenarios run beside it.
    """
    with house.stage() as stage:
        clock = stage.folder / "clock"
        clock.write_text("0")
        pack = stage.prepare(lambda: pile(abandoned))
        with Server(stage.url, stage.folder, stage.port, settings={"OCOP_CLOCK_FILE": str(clock)}):
            calls = at_once([Client(stage.port) for _ in range(8)], lambda one, n: abandon(one, pack, abandoned, n, 8))
            told = Counter((call.status, call.code) for some in calls for call in some)
            assert told == {(201, ""): abandoned}, told
            # A cart takes no hundred of one pack, so two people take all of them.
            halves = [(Client(stage.port), abandoned // 2), (Client(stage.port), abandoned - abandoned // 2)]
            carted, short = [(one, cart_of(one, pack, units), units) for one, units in halves], Client(stage.port)
            other = fill_cart(short, pack)
            before = buy(short, other, pack)
            assert before.code == "stock.short", f"while promised: {before.status} {before.code}"
            clock.write_text(str(RUN_OUT.total_seconds()))
            began = time.monotonic()
            for one, cart, units in carted:
                taken = buy(one, cart, pack, units)
                assert taken.status == 201, f"after the deadline: {taken.status} {taken.answer.decode()!r}"
            took = time.monotonic() - began
            clock.write_text("-3600")
            after = buy(short, other, pack)
            assert after.code == "stock.short", "a clock that went back must not bring promises or goods back"
            clock.write_text(str(RUN_OUT.total_seconds()))
        judge_doctor(stage)
    assert took <= within, f"{took:.2f} s after the deadline"
    return f"{abandoned} promises, no sweeper: all bought {took:.2f} s after the deadline, nothing twice"


def tidied(house: House) -> str:
    """With the sweeper rows are tidied in one run, and counters with them."""
    with house.stage() as stage:
        units, at = 60, now()

        def promise() -> None:
            from tests import make

            store, sku = make.store(), make.sku()
            make.lot(sku, store, on_shelf=units)
            for number in range(units):
                holds.hold(store.id, {sku.id: 1}, f"ord:LEFT-{number}", at + timedelta(minutes=30), at)

        stage.prepare(promise)
        early = stage.prepare(lambda: release_due_holds(at + timedelta(minutes=29)))
        late = stage.prepare(lambda: release_due_holds(at + timedelta(minutes=30)))
        left = stage.ask("SELECT held FROM stock_level")
        judge_doctor(stage)
    assert (early, late, left) == (0, units, [(0,)]), (early, late, left)
    return f"{units} rows tidied in the first run after the deadline, none a minute before"


def deadline_unguarded(house: House) -> str:
    """Control: where only a sweeper ends promises, and none runs, a buyer is refused what nobody holds any more."""
    with house.stage() as stage:
        return stage.prepare(promise_for_ever)


def promise_for_ever() -> str:
    """A promise that ran out, judged without the clock and with it."""
    from tests import make

    store, sku, at = make.store(), make.sku(), now()
    make.lot(sku, store, on_shelf=10)
    holds.hold(store.id, {sku.id: 10}, "ord:ABANDONED", at + timedelta(minutes=30), at)
    with travel(at + timedelta(minutes=31)):
        with replaced(holds, "end_due", lambda levels, at: 0):
            is_refused = False
            try:
                holds.hold(store.id, {sku.id: 10}, "ord:LATE", None, now())
            except OutOfStock:
                is_refused = True
            assert is_refused, "guard off, and still bought: this proof proves nothing"
        holds.hold(store.id, {sku.id: 10}, "ord:LATE", None, now())
    return "guard off: refused a minute after the deadline; guard on: bought"


# P5


def first_expired_first(house: House, sets: int = SETS, through: int = THROUGH) -> str:
    """Random lot sets against every possible split; and as many again through the database, lots of every state."""
    chance, short = random.Random(5), 0
    for _ in range(sets):
        levels, wanted = lot_set(chance), chance.randint(1, 8)
        picks = {pick.level_id: pick.quantity for pick in pick_lots(levels, wanted, TODAY)}
        expected = slowly(levels, wanted)
        assert picks == expected, (levels, wanted, picks, expected)
        short += sum(picks.values()) < wanted
    with house.stage() as stage:
        units = stage.prepare(lambda: held_as_expected(chance, through))
        judge_doctor(stage)
    return f"{sets:,} lot sets as brute force has them ({short:,} short), {through} more in the database: {units} units"


def first_expired_first_unguarded(_house: House) -> str:
    """Control: without the question whether a lot may be sold, and with another order, brute force must find it."""
    found = {
        "any lot": wrong_picks("is_sellable", lambda state, expires_on, on: True),
        "last in first": wrong_picks("_fefo", lambda view: (date.min, -view.lot_id, -view.level_id)),
    }
    assert all(found.values()), f"guard off, and no fault found: {found}"
    return "guard off: " + ", ".join(f"{name} {wrong} of 500 sets wrong" for name, wrong in found.items())


def wrong_picks(name: str, careless: Any) -> int:
    """Of 500 sets, how many come out otherwise with a rule replaced."""
    chance, wrong = random.Random(55), 0
    with replaced(rules, name, careless):
        for _ in range(500):
            levels, wanted = lot_set(chance), chance.randint(1, 8)
            picks = {pick.level_id: pick.quantity for pick in pick_lots(levels, wanted, TODAY)}
            wrong += picks != slowly(levels, wanted)
    return wrong


def lot_set(chance: random.Random) -> list[LevelView]:
    """Up to five levels of up to four lots, in no order, of every state and about every day."""
    states = ("ok", "ok", "ok", "blocked", "recalled")
    days = (None, *(TODAY + timedelta(days=days) for days in range(-2, 4)))
    levels = [
        LevelView(100 + n, chance.randint(1, 4), chance.choice(states), chance.choice(days), chance.randint(0, 3))
        for n in range(chance.randint(0, 5))
    ]
    chance.shuffle(levels)
    return levels


def slowly(levels: Sequence[LevelView], wanted: int) -> dict[int, int]:
    """Of every possible split the one that a shopkeeper would call right: as much as there is, the oldest first."""
    fit = [v for v in levels if v.state == "ok" and (v.expires_on is None or v.expires_on >= TODAY)]
    goal = min(wanted, sum(v.free for v in fit))
    keys = [(v.expires_on or date.max, v.lot_id, v.level_id) for v in fit]

    def lateness(split: tuple[int, ...]) -> list[tuple[date, int, int]]:
        return sorted(key for key, n in zip(keys, split, strict=True) for _ in range(n))

    splits = (one for one in product(*[range(v.free + 1) for v in fit]) if sum(one) == goal)
    best = min(splits, key=lateness)
    return {v.level_id: n for v, n in zip(fit, best, strict=True) if n}


def held_as_expected(chance: random.Random, times: int) -> int:
    """The same through the verb that orders use: lots with their states and days in one store; answers units held."""
    from tests import make

    store, sku, units = make.store(), make.sku(), 0
    lots = [make.lot(sku, store, on_shelf=9) for _ in range(5)]
    states = (("ok", None), ("ok", None), ("blocked", "quality"), ("blocked", "certificate"))
    for number in range(times):
        with transaction():
            for lot in lots:
                lot = db.session.merge(lot)
                lot.state, lot.ground = chance.choice(states)
                lot.expires_on = chance.choice((None, *(TODAY + timedelta(days=n) for n in range(-1, 3))))
        views, at, wanted = views_of(store.id, sku.id), noon(TODAY), chance.randint(1, 12)
        expected = oldest_first(views, wanted)
        try:
            held = holds.hold(store.id, {sku.id: wanted}, f"ord:SET-{number}", None, at)
        except OutOfStock:
            assert sum(expected.values()) < wanted, (views, wanted)
            continue
        assert {one.level_id: one.quantity for one in held} == expected, (views, wanted, held)
        units += wanted
        if chance.random() < 0.8:
            holds.release(f"ord:SET-{number}", at)
    return units


def oldest_first(views: Sequence[LevelView], wanted: int) -> dict[int, int]:
    """Unit by unit, each from the fit level that a shopkeeper would take next."""
    left = {v.level_id: v.free for v in views}
    taken: dict[int, int] = {}
    for _ in range(wanted):
        fit = [
            ((v.expires_on or date.max), v.lot_id, v.level_id)
            for v in views
            if v.state == "ok" and (v.expires_on is None or v.expires_on >= TODAY) and left[v.level_id] > 0
        ]
        if not fit:
            break
        level = min(fit)[2]
        left[level] -= 1
        taken[level] = taken.get(level, 0) + 1
    return taken


def views_of(store_id: int, sku_id: int) -> list[LevelView]:
    """What lies there, as the rules see it."""
    return holds._free(holds._lock_levels({store_id: {sku_id: 1}}), noon(TODAY))[0].get((store_id, sku_id), [])  # pyright: ignore[reportPrivateUsage]


def noon(day: date) -> datetime:
    """Five in the morning, UTC: noon in Việt Nam."""
    return datetime.fromisoformat(f"{day.isoformat()}T05:00:00+00:00")


def recall_during_sales(house: House, buyers: int = CLIENTS) -> str:
    """A lot is recalled while buyers check out and staff hand goods over: nothing of it is sold after the answer."""
    stage, _server = house.serving()
    goods = stage.prepare(lambda: recallable(buyers * 3))
    orders = [ordered(Client(stage.port), goods.pack) for _ in range(8)]
    carted = [fill_cart(Client(stage.port), goods.pack) for _ in range(buyers * 2)]
    answered = threading.Event()
    clients = [Client(stage.port, goods.token) for _ in range(buyers + len(orders) + 1)]

    def act(client: Client, number: int) -> tuple[bool, Call]:
        if number == 0:
            time.sleep(0.05)
            call = client.post("/api/v1/recalls", {"lot": goods.lot, "reason": "Kiểm nghiệm không đạt"})
            answered.set()
            return True, call
        if number <= len(orders):
            time.sleep(0.01 * number)
            is_late = answered.is_set()
            return is_late, client.post(f"/api/v1/orders/{orders[number - 1]}/handover", {})
        is_late = answered.is_set()
        return is_late, buy(Client(stage.port), carted[number - len(orders) - 1], goods.pack)

    told = at_once(clients, act)
    assert told[0][1].status == 201, told[0][1].answer[:300]
    again = at_once(
        [Client(stage.port) for _ in range(buyers)], lambda one, n: buy(one, carted[buyers + n], goods.pack)
    )
    late = [call for is_late, call in told[1:] if is_late] + again
    sold = [call for call in late if call.status in (200, 201)]
    assert not sold, f"{len(sold)} sold after the recall was answered: {sold[0].path} {sold[0].answer[:200]!r}"
    before = sum(call.status in (200, 201) for is_late, call in told[1:] if not is_late)
    fair = {(200, ""), (201, ""), (409, "stock.short"), (409, "lot.unfit"), (409, "order.state")}
    strange = {(call.status, call.code) for _late, call in told[1:]} - fair
    assert not strange, strange
    judge_doctor(stage)
    return f"{before} sold or handed over before, {len(late)} asked after the recall: none sold; doctor 0"


def recall_unguarded(house: House) -> str:
    """Control: a program that asks only how many there are sells a recalled lot."""
    with house.stage() as stage:
        return stage.prepare(sell_what_was_recalled)


def sell_what_was_recalled() -> str:
    """Hold units of a recalled lot where nobody asks for the lot's state, and where somebody does."""
    from shop.inventory import service
    from tests import make

    store, sku = make.store(), make.sku()
    lot = make.lot(sku, store, on_shelf=10)
    service.recall(lot.code, SYSTEM, "Kiểm nghiệm")
    levels = list(db.session.scalars(db.select(StockLevel.id)))
    end_reading()
    with (
        replaced(holds, "_lock_levels", lambda wants: levels),
        replaced(rules, "is_sellable", lambda state, expires_on, on: True),
    ):
        careless = holds.hold(store.id, {sku.id: 1}, "ord:CARELESS", None, now())
    try:
        holds.hold(store.id, {sku.id: 1}, "ord:CAREFUL", None, now())
    except OutOfStock:
        return f"guard off: {len(careless)} lot sold after its recall; guard on: refused"
    raise AssertionError("the guard is on, and a recalled lot was promised")


@dataclass(frozen=True)
class Recallable:
    """Goods of one lot, and somebody who may call them back and hand them over."""

    pack: Pack
    lot: str
    token: str


def recallable(units: int) -> Recallable:
    """So many units of one lot in one store."""
    from tests import make

    store, sku = make.store(), make.sku(price_vnd=PRICE)
    lot = make.lot(sku, store, on_shelf=units)
    return Recallable(Pack(sku.code, store.code), lot.code, make.token("store_manager", ("store", store.code)))


# P6


@dataclass(frozen=True)
class Shop:
    """A store with packs, and gift baskets that share them."""

    store: str
    store_id: int
    #: SKU id by code.
    packs: dict[str, int]
    #: Parts (code, units) by the basket's slug.
    gifts: dict[str, list[tuple[str, int]]]


def sums_of_lines(house: House, carts_: int = CARTS) -> str:
    """Generated carts whose baskets and single packs share lots: held whole when the sum is there, else not at all."""
    with house.stage() as stage:
        placed, refused = stage.prepare(lambda: buy_generated(carts_))
        judge_doctor(stage)
    assert placed, "no cart was ever placed: this proof proves nothing"
    assert refused, "no cart was ever refused: this proof proves nothing"
    return f"{carts_:,} carts: {placed} held whole, {refused} refused whole, none oversold; doctor 0"


def sums_unguarded(house: House) -> str:
    """Control: each line looked at alone must promise more than there is."""
    with house.stage() as stage:
        engine = stage.app
        with engine.app_context(), db.engine.begin() as connection:
            drop_check(connection, "stock_level", "ck_stock_level_held_within_on_hand")
        stage.close()
        broken = stage.prepare(promise_line_by_line)
    assert broken, "guard off, and nothing oversold: this proof proves nothing"
    return f"guard off: {broken} levels promised beyond what is there"


def buy_generated(times: int) -> tuple[int, int]:
    """Fill, check out, compare with the plain sum; answers how many were placed and how many refused."""
    chance, shop, placed, refused = random.Random(6), gift_shop(), 0, 0
    for number in range(times):
        wants, token = filled(chance, shop)
        free = {sku: some.get(shop.store_id, 0) for sku, some in available(list(shop.packs.values()), now()).items()}
        is_there = all(free.get(shop.packs[code], 0) >= units for code, units in wants.items())
        asked = Checkout(
            token, Contact("Người thử", f"+849{next(_phones):08d}"), Fulfilment("pickup", shop.store), "at_store", 10**9
        )
        try:
            order = place_order(asked, ANONYMOUS)
        except Refusal as refusal:
            told = refusal.code
        else:
            told = order.number
        if told == "stock.short":
            assert not is_there, f"cart {number}: refused, though {wants} is there: {free}"
            refused += 1
            continue
        held = Counter[int]()
        for one in holds.allocations(f"ord:{told}"):
            held[one.sku_id] += one.quantity
        assert is_there, f"cart {number}: placed, though {wants} is not there: {free}"
        assert held == {shop.packs[code]: units for code, units in wants.items()}, (held, wants)
        placed += 1
        if chance.random() < 0.9:
            holds.release(f"ord:{told}", now())
    return placed, refused


def gift_shop() -> Shop:
    """Four packs, each in two small lots; three baskets that share them."""
    from tests import make

    store = make.store()
    skus = [make.sku(name=f"Quà {number}", price_vnd=50_000 + 1_000 * number) for number in range(4)]
    for sku in skus:
        for units in (3, 4):
            make.lot(sku, store, on_shelf=units, expires_on=now().date() + timedelta(days=60 + units))
    by = make.actor("store_manager", ("store", store.code))
    gifts: dict[str, list[tuple[str, int]]] = {}
    for number, parts in enumerate((((0, 1), (1, 1)), ((1, 2), (2, 1)), ((0, 1), (2, 2), (3, 1)))):
        named = [(skus[at].code, units) for at, units in parts]
        made = baskets.create(by, store.code, Described(f"Giỏ quà {number}", "tet", "Quà quê.", 0))
        made = baskets.compose(by, made.slug, made.version, named)
        baskets.publish(by, made.slug, made.version)
        gifts[made.slug] = named
    return Shop(store.code, store.id, {sku.code: sku.id for sku in skus}, gifts)


def pieces_of(chance: random.Random, shop: Shop) -> list[tuple[str | None, list[tuple[str, int]]]]:
    """Two to five things to put into a cart: baskets (by slug), and packs by themselves."""
    pieces: list[tuple[str | None, list[tuple[str, int]]]] = []
    for _ in range(chance.randint(2, 5)):
        if chance.random() < 0.5:
            slug = chance.choice(list(shop.gifts))
            pieces.append((slug, shop.gifts[slug]))
        else:
            pieces.append((None, [(chance.choice(list(shop.packs)), chance.randint(1, 3))]))
    return pieces


def filled(chance: random.Random, shop: Shop) -> tuple[dict[str, int], str]:
    """A cart with generated things in it, and what it wants of each pack as a plain sum.

    A basket that is short by itself is refused at the door; its parts are then put in one by one, so that the checkout
    is asked for the sum all the same.
    """
    token, wants = carts.start_cart().token, Counter[str]()
    for slug, parts in pieces_of(chance, shop):
        try:
            if slug is None:
                raise OutOfStock(lines=[])
            baskets.put_into_cart(token, slug, switch=True)
        except Refusal:
            for code, units in parts:
                carts.add_line(token, code, units)
        wants.update(dict(parts))
    return dict(wants), token


def promise_line_by_line() -> int:
    """What a careless program does with the same carts: look once, then promise each line that is there by itself."""
    chance, shop = random.Random(6), gift_shop()
    for _ in range(30):
        seen = {sku: some.get(shop.store_id, 0) for sku, some in available(list(shop.packs.values()), now()).items()}
        for _slug, parts in pieces_of(chance, shop):
            for code, units in parts:
                if seen.get(shop.packs[code], 0) >= units:
                    with transaction():
                        level = db.session.scalars(level_of(shop.packs[code])).first()
                        blindly = update(StockLevel).where(StockLevel.id == level)
                        db.session.execute(blindly.values(held=StockLevel.held + units))
    over = db.select(db.func.count()).select_from(StockLevel).where(StockLevel.held > StockLevel.on_hand)
    assert list(held_equals_holds())
    return int(db.session.scalar(over) or 0)


def level_of(sku_id: int) -> Any:
    """The first level of a pack."""
    from shop.inventory.models import Lot

    query = db.select(StockLevel.id).join(Lot, Lot.id == StockLevel.lot_id).where(Lot.sku_id == sku_id)
    return query.order_by(StockLevel.id)


# What buyers do


def pile(units: int) -> Pack:
    """So many units of one pack."""
    from tests import make

    store, sku = make.store(), make.sku(price_vnd=PRICE)
    make.lot(sku, store, on_shelf=units)
    return Pack(sku.code, store.code)


def abandon(client: Client, pack: Pack, carts_: int, number: int, hands: int) -> list[Call]:
    """One hand's share of carts that promise a unit to a transfer, and are left there."""
    return [client.post(fill_cart(client, pack), body_of(pack, 1, "vietqr")) for _ in range(number, carts_, hands)]


def cart_of(client: Client, pack: Pack, units: int) -> str:
    """A cart with so many units; answers the address of its checkout."""
    address = fill_cart(client, pack).removesuffix("/checkout")
    line = client.put(f"{address}/lines/{pack.sku}", {"quantity": units})
    assert line.status == 200, line.answer[:300]
    return f"{address}/checkout"


def buy(client: Client, address: str, pack: Pack, units: int = 1) -> Call:
    """Check a cart out, paying at the store."""
    return client.post(address, body_of(pack, units))


def ordered(client: Client, pack: Pack) -> str:
    """The number of an order of one unit that waits to be handed over."""
    call = check_out(client, fill_cart(client, pack), pack.store)
    assert call.status == 201, call.answer[:300]
    return str(call.json["number"])


def body_of(pack: Pack, units: int, provider: str = "at_store") -> dict[str, Any]:
    """A checkout by somebody new."""
    return {
        "contact": BUYER | {"phone": f"+849{next(_phones):08d}"},
        "fulfilment": {"method": "pickup", "store": pack.store},
        "payment": {"provider": provider},
        "expected_total": PRICE * units,
    }


SCENARIOS = (
    Scenario("promises end by themselves", lambda house: deadline(house, 24, 5.0)),
    Scenario("promises tidied", tidied),
    Scenario("first expired first", lambda house: first_expired_first(house, 2_000, 60)),
    Scenario("recall during sales", lambda house: recall_during_sales(house, 24)),
    Scenario("sums of lines", lambda house: sums_of_lines(house, 60)),
    Scenario("promises end by themselves, a hundred", deadline, quick=False),
    Scenario("first expired first, ten thousand", first_expired_first, quick=False),
    Scenario("recall during 64 sales", recall_during_sales, quick=False),
    Scenario("sums of lines, a thousand", sums_of_lines, quick=False),
)
CONTROLS = (
    Scenario("promises end by themselves, control", deadline_unguarded),
    Scenario("first expired first, control", first_expired_first_unguarded, kinds=("sqlite",)),
    Scenario("recall during sales, control", recall_unguarded),
    Scenario("sums of lines, control", sums_unguarded),
)
