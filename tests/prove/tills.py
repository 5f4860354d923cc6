"""The till under load and at midnight: P3 (half till, half online), P8 (offline sales), P10 (midnight), and
the till's part of P34 (a provider that stalls). Each with its control; P21 is in `drawers.py`.
"""

import random
import statistics
import threading
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import create_engine, select, update

from core import clock
from core.accounts.actor import ANONYMOUS, Actor
from core.clock import local_day, now
from core.db import db, end_reading
from core.errors import Refusal
from shop.carts import service as carts
from shop.inventory import ledger, taking
from shop.inventory.models import StockLevel, StockMovement
from shop.orders import checkout
from shop.orders.asked import Checkout, Contact, Fulfilment
from shop.tills import selling
from shop.tills.here import Here
from tests.prove.buying import replaced, run_together
from tests.prove.guards import THINKING, drop_check
from tests.prove.nemesis import Every, killer
from tests.prove.scenarios import PRICE, Scenario, judge_doctor
from tests.prove.stage import House, Stage, doctor
from tests.prove.stalls import Stall, open_stalls, send, together

UNITS, THREADS = 20, 200
#: P8: so many tabs, so many times at most each sale, and how often an answer is lost on the way.
TABS, TIMES, DROPPED = 4, 5, 0.3
TILLS = 16


def till_and_online(house: House, rounds: int = 50, threads: int = THREADS) -> str:
    """P3: twenty units, half of the buyers at tills and half online: exactly twenty sold, never more, never fewer."""
    with house.stage() as stage:
        seen = Counter[str]()
        for turn in range(rounds):
            told, sold = rush(stage, threads)
            assert sold == UNITS, f"round {turn}: {sold} of {UNITS} sold, {dict(told)}"
            seen += told
        judge_doctor(stage)
    return f"{rounds} rounds of {threads} buyers, half at tills: {UNITS} units sold each time, {dict(seen)}"


def till_and_online_unguarded(house: House) -> str:
    """Control: a till that takes what it saw before its transaction must oversell, or break the books."""
    with house.stage() as stage:
        engine = create_engine(stage.url)
        with engine.begin() as connection:
            drop_check(connection, "stock_level", "ck_stock_level_held_within_on_hand")
        engine.dispose()
        for tries in range(1, 4):
            with careless_till():
                told, sold = rush(stage, 48)
            if sold > UNITS:
                return f"guard off: {sold} of {UNITS} units sold, {dict(told)}, in round {tries}"
    raise AssertionError("guard off, and nothing was oversold: this proof proves nothing")


def rush(stage: Stage, threads: int) -> tuple[Counter[str], int]:
    """Everybody at one instant; what each was told, and how many units were sold."""

    def stock() -> tuple[str, str, int, list[Stall]]:
        from tests import make

        store, pack = make.store(), make.sku(price_vnd=PRICE)
        lot = make.lot(pack, store, on_shelf=UNITS)
        return store.code, pack.code, lot.id, open_stalls(store, 4)

    store, sku, lot_id, stalls = stage.prepare(stock)
    told: Counter[str] = Counter()
    lock = threading.Lock()

    def buy(number: int) -> None:
        stall = stalls[number % len(stalls)]
        word = (
            f"till {stall.sell(stall.body([(sku, 1)]))}" if number % 2 else f"online {buy_online(store, sku, number)}"
        )
        with lock:
            told[word] += 1

    run_together(stage.app, [lambda n=n: buy(n) for n in range(threads)])
    rows = stage.ask(
        "SELECT (SELECT coalesce(sum(l.quantity), 0) FROM till_line l WHERE l.sku_code = :sku)"
        " + (SELECT coalesce(sum(o.quantity), 0) FROM order_line o WHERE o.sku_code = :sku)", sku=sku,
    )  # fmt: skip
    del lot_id
    return told, int(str(rows[0][0]))


def buy_online(store: str, sku: str, number: int) -> str:
    """One unit, fetched and paid at the store; placed, or the refusal's code. "Try again" is followed."""
    token = carts.start_cart().token
    carts.set_line(token, sku, 1)
    end_reading()
    contact = Contact("Người thử", f"+849{random.randrange(10**8):08d}")
    asked = Checkout(token, contact, Fulfilment("pickup", store), "at_store", PRICE)
    for _again in range(50):
        try:
            checkout.place_order(asked, ANONYMOUS)
        except Refusal as refusal:
            if refusal.code != "busy":
                return refusal.code
            time.sleep(0.02)
        else:
            return "placed"
    return f"busy {number}"


@contextmanager
def careless_till() -> Generator[None]:
    """Look, think, then take what was seen, without a lock and without a condition."""
    true_sell, true_views, mine = selling.sell, taking.view_levels, threading.local()

    def look_first(place: Here, asked: Any, by: Actor) -> Any:
        rows = db.session.scalars(select(StockLevel.id))
        mine.seen = true_views(list(rows), now())
        end_reading()
        time.sleep(THINKING)
        return true_sell(place, asked, by)

    def take_blindly(quantities: dict[int, int], posting: Any) -> bool:
        for level, units in quantities.items():
            change = update(StockLevel).where(StockLevel.id == level).values(on_hand=StockLevel.on_hand - units)
            db.session.execute(change, execution_options={"synchronize_session": False})
            db.session.add(StockMovement(
                level_id=level, delta=-units, reason="sale", document_type="till_sale", document_ref="x",
                actor="x", at=posting.at,
            ))  # fmt: skip
        return True

    with (
        replaced(selling, "sell", look_first),
        replaced(taking, "view_levels", lambda _levels, _at: mine.seen),
        replaced(taking, "lock_sellable", lambda *_a, **_k: []),
        replaced(ledger, "take_all", take_blindly),
    ):
        yield


def offline_once(house: House, sales: int = 500, seconds_between: float = 1.0) -> str:
    """P8: each sale sent one to five times by four tabs, answers dropped, workers killed: each is there once."""
    told, kills, stage_counts, sent = send_all(house, sales, seconds_between, is_careful=True)
    kept, units, unlike = stage_counts
    assert kept == units == sales, f"{kept} sales and {units} units of {sales}; {dict(told)}"
    assert not unlike, f"{unlike} sales were told two things"
    return f"{sales} sales sent {sent} times by {TABS} tabs, {kills} workers killed, {dict(told)}: {kept} sales exactly"


def offline_careless(house: House, sales: int = 30) -> str:
    """Control: a till that gives each try an id of its own books sales twice."""
    told, _kills, (kept, _units, _unlike), sent = send_all(house, sales, 1.0, is_careful=False)
    if kept <= sales:
        raise AssertionError(f"{kept} of {sales}: this proof does not see what is booked twice; {dict(told)}")
    return f"ids of its own for each of {sent} tries: {kept} sales of {sales}"


def send_all(
    house: House, sales: int, seconds: float, *, is_careful: bool
) -> tuple[Counter[str], int, tuple[int, int, int], int]:
    """Let the tabs send; what was told, blows that landed, (sales, units gone, sales told two things), sendings."""
    with house.stage() as stage:

        def stock() -> tuple[str, str, Stall]:
            from tests import make

            store, pack = make.store(), make.sku(price_vnd=PRICE)
            make.lot(pack, store, on_shelf=sales * TIMES)
            return store.code, pack.code, open_stalls(store, 1)[0]

        store, sku, stall = stage.prepare(stock)
        dice = random.Random(8)
        bodies = [stall.body([(sku, 1)], is_offline=True) for _sale in range(sales)]
        queue = [body for body in bodies for _time in range(dice.randint(1, TIMES))]
        dice.shuffle(queue)
        told: Counter[str] = Counter()
        answers: dict[str, set[bytes]] = {}
        lock = threading.Lock()
        with stage.serve() as server:
            path, nemesis = f"/api/v1/stores/{store}/sales", Every(seconds, killer(server))

            def tab(number: int) -> None:
                for body in queue[number::TABS]:
                    sent = body if is_careful else {**body, "uuid": str(uuid4())}
                    drops = random.random() < DROPPED
                    status, answer = send(stage.port, path, sent, stall, is_dropped=drops)
                    with lock:
                        told[str(status)] += 1
                        if status in (201, 202):
                            answers.setdefault(sent["uuid"], set()).add(answer)

            with nemesis:
                together([lambda n=n: tab(n) for n in range(TABS)])
            for body in bodies if is_careful else ():  # whatever was never told is asked for once more
                while (said := send(stage.port, path, body, stall))[0] not in (201, 202):
                    time.sleep(0.05)
                answers.setdefault(body["uuid"], set()).add(said[1])
            if is_careful:
                judge_doctor(stage)
        rows = stage.ask(
            "SELECT (SELECT count(*) FROM till_sale) + (SELECT count(*) FROM till_exception),"
            " (SELECT -coalesce(sum(delta), 0) FROM stock_movement WHERE reason = 'sale')"
        )
        unlike = sum(len(some) > 1 for some in answers.values())
        return told, nemesis.landed, (int(str(rows[0][0])), int(str(rows[0][1])), unlike), len(queue)


def midnight_at_the_tills(house: House, rounds: int = 20, tills: int = TILLS) -> str:
    """P10: sixteen tills sell across the midnight at which half of the goods lapse, half of them offline."""
    seen = Counter[str]()
    for turn in range(rounds):
        with house.stage() as stage:
            told, late = across_midnight(stage, tills)
            judge_doctor(stage)
            assert late == 0, f"round {turn}: {late} lines sold after their last day, {dict(told)}"
            assert told["202"] and told["201"] and told["certificate.lapsed"], f"round {turn}: {dict(told)}"
            seen += told
    return f"{rounds} midnights, {tills} tills, {dict(seen)}: no lapsed line is a sale, what was sold offline waits"


def midnight_unguarded(house: House) -> str:
    """Control: a till that judges by yesterday's day, with the database's guards gone, sells what has lapsed."""
    with house.stage() as stage:
        is_postgresql = house.kind == "postgresql"
        on = {"till_line_uncovered": "till_line", "till_sale_open": "till_sale", "till_line_unfit": "till_line"}
        stage.tell(*(f"DROP TRIGGER {name}" + (f" ON {table}" if is_postgresql else "") for name, table in on.items()))
        with replaced(selling, "local_day", lambda at: local_day(at - timedelta(days=1))):
            told, late = across_midnight(stage, 4)
        if not late:
            raise AssertionError(f"guard off, and nothing lapsed was sold: {dict(told)}")
        status, broken = doctor(stage)
        assert status == 1, f"flask doctor exits {status}"
        assert "I52" in broken, f"flask doctor names {broken}"
    return f"guard off: {late} lapsed lines sold, {dict(told)}; flask doctor names I52"


def across_midnight(stage: Stage, tills: int, before: float = 0.8, after: float = 1.2) -> tuple[Counter[str], int]:
    """Sell from a moment before a midnight until one after it; what was told, and lapsed lines that are sales."""
    real = clock.now()
    last = local_day(real)
    step = clock.day_end(last) - real - timedelta(seconds=before + 2)  # what is prepared takes its time
    with replaced(clock, "_OFFSET_FILE", "shifted by the proof"), replaced(clock, "_offset", lambda: step):  # type: ignore[arg-type]

        def stock() -> tuple[list[str], list[Stall], dict[str, Any]]:
            from tests import make

            store = make.store()
            ending, lasting = make.sku(price_vnd=PRICE, valid_until=last), make.sku(price_vnd=PRICE)
            for pack in (ending, lasting):
                make.lot(pack, store, on_shelf=100_000)
            return [ending.code, lasting.code], open_stalls(store, tills), {}

        skus, stalls, _nothing = stage.prepare(stock)
        step = clock.day_end(last) - real - timedelta(seconds=before) - (clock.machine_now() - real)
        midnight, told = clock.day_end(last), Counter[str]()
        lock = threading.Lock()

        def work(number: int) -> None:
            while (at := now()) < midnight + timedelta(seconds=after):
                is_offline = number % 2 == 0
                # A till without the network may still believe in yesterday: its own time is evidence only.
                sold_at = min(at, midnight - timedelta(seconds=1)) if is_offline else at
                body = stalls[number].body(
                    [(skus[0] if random.random() < 0.6 else skus[1], 1)], is_offline=is_offline,
                    sold_at=max(sold_at, at - timedelta(seconds=3)).isoformat(),
                )  # fmt: skip
                word = stalls[number].sell(body)
                with lock:
                    told[word] += 1

        run_together(stage.app, [lambda n=n: work(n) for n in range(tills)])
    late = stage.ask(
        "SELECT count(*) FROM till_line l JOIN till_sale s ON s.id = l.sale_id"
        " WHERE l.sku_code = :sku AND s.decided_at >= :midnight", sku=skus[0],
        midnight=midnight if stage.postgres else midnight.replace(tzinfo=None).isoformat(sep=" "),
    )  # fmt: skip
    return told, int(str(late[0][0]))


def beside_a_slow_provider(house: House, seconds: float = 30.0, most_ms: int = 300) -> str:
    """P34: while every call of the card provider stalls, four tills sell as ever.

    The short round has few sales and other scenarios beside it: it tells a till that waits for the provider (5 s and
    more) from one that does not; the figure itself is the long round's. Sales of the first seconds are not counted:
    then each worker sells for the first time, whatever the provider does.
    """
    from tests.prove.payments import Client, _press, card_shop, order_by_card

    with card_shop(house) as shop:
        stalls = shop.stage.prepare(lambda: open_stalls(_store(shop.goods.store), 4))
        links = [order_by_card(shop, Client(shop.stage.port))["payment"]["redirect_url"] for _ in range(4)]
        shop.provider.control("faults", faults=[{"act": "delay", "seconds": 30}])
        over, pages = threading.Event(), list[float]()
        pressing = [threading.Thread(target=_press, args=(shop, link, over, pages)) for link in links]
        for thread in pressing:
            thread.start()
        path = f"/api/v1/stores/{shop.goods.store}/sales"

        def work(stall: Stall, ends: float, took: list[float]) -> None:
            while (began := time.monotonic()) < ends:
                status, answer = send(shop.stage.port, path, stall.body([(shop.goods.sku, 1)]), stall)
                assert status == 201, answer[:300]
                took.append(time.monotonic() - began)
                time.sleep(0.1)

        def sell(seconds: float) -> list[float]:
            ends, took = time.monotonic() + seconds, list[float]()
            together([lambda one=one: work(one, ends, took) for one in stalls])
            return took

        try:
            sell(min(seconds, 8.0))
            took = sell(seconds)
        finally:
            over.set()
            for thread in pressing:
                thread.join()
    p95 = statistics.quantiles(took, n=20)[-1] * 1000
    assert p95 < most_ms, f"the till's p95 is {p95:.0f} ms"
    return f"{len(took)} sales at 4 tills, {len(pages)} tries to pay at a provider that stalls 30 s: p95 {p95:.0f} ms"


def _store(code: str) -> Any:
    from shop.stores.queries import get_store

    return get_store(code)


SCENARIOS = (
    Scenario("till and online", lambda house: till_and_online(house, 1, 48)),
    Scenario("till and online, control", till_and_online_unguarded, kinds=("postgresql",)),
    Scenario("offline sales", lambda house: offline_once(house, 40, 0.7)),
    Scenario("offline sales, control", lambda house: offline_careless(house, 12), quick=False),
    Scenario("midnight at the tills", lambda house: midnight_at_the_tills(house, 1, 8)),
    Scenario("midnight at the tills, control", midnight_unguarded),
    Scenario("till beside a slow provider", lambda house: beside_a_slow_provider(house, 2.0, 3_000)),
    Scenario("till and online, fifty rounds of 200", till_and_online, quick=False),
    Scenario("offline sales, five hundred", offline_once, quick=False),
    Scenario("midnight at the tills, twenty rounds", midnight_at_the_tills, quick=False),
    Scenario("till beside a slow provider, half a minute", beside_a_slow_provider, quick=False),
)
