"""P19 and P20: what is paid is what was agreed to, while prices move; a coupon is used as often as it says, while
orders fail. Each with its control: the guard taken out, and the promise broken.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, TypeVar

from flask import Flask
from sqlalchemy import create_engine, select, update

from catalog.listings.models import Sku
from core.accounts.actor import ANONYMOUS
from core.clock import today
from core.config import Config
from core.db import db, end_reading, transaction
from core.errors import Busy, Refusal
from core.worker import run_pending
from shop.carts import service as carts
from shop.coupons import service as coupons
from shop.coupons.models import Coupon, CouponUse
from shop.orders import checkout, discounts
from shop.orders.asked import Checkout, Contact, Fulfilment
from shop.orders.rules import reference_of
from shop.payments import service as payments
from tests.prove.guards import THINKING, drop_check
from tests.prove.scenarios import Scenario, judge_doctor
from tests.prove.stage import House, Stage

T = TypeVar("T")
BUYERS, THREADS, LIMIT, PACKS = 32, 200, 10, 16
PRICES = (100_000, 110_000, 120_000, 130_000)
#: How often a placed order fails before it is paid.
FAILING = 0.3
#: How often a buyer asks who was told that the coupon is used up: what a failed order gave back is taken again.
TRIES = 3


def price_moves(house: House, seconds: float = 60.0) -> str:
    """A writer of prices every 100 ms against 32 buyers who look, think and buy."""
    with house.stage() as stage:
        told, over = buy_while_prices_move(stage, seconds, BUYERS)
        judge_doctor(stage)
        assert over == 0, f"{over} orders above what was agreed to; {dict(told)}"
        assert told["placed"], f"nobody bought: {dict(told)}"
    return f"{BUYERS} buyers, {dict(told)}: no order above what was agreed to"


def price_moves_quick(house: House) -> str:
    """The same for a moment."""
    with house.stage() as stage:
        told, over = buy_while_prices_move(stage, 2.0, 8)
        assert over == 0, f"{over} orders above what was agreed to; {dict(told)}"
    return f"8 buyers, {dict(told)}: no order above what was agreed to"


def price_moves_unguarded(house: House) -> str:
    """Control: without the question of the total somebody must pay more than she agreed to."""
    with house.stage() as stage, replaced(checkout, "_check_total", lambda expected, basket: None):
        for tries in range(1, 6):
            told, over = buy_while_prices_move(stage, 2.0, 8)
            if over:
                return f"guard off: {over} of {told['placed']} orders above what was agreed to, in round {tries}"
    raise AssertionError("guard off, and nobody paid more: this proof proves nothing")


def buy_while_prices_move(stage: Stage, seconds: float, buyers: int) -> tuple[Counter[str], int]:
    """What the buyers were told, and how many orders cost more than was agreed to."""
    store, packs = stage.prepare(lambda: stock(100_000))
    goods, ends = (store, packs[0]), time.monotonic() + seconds
    told: Counter[str] = Counter()
    over: list[int] = []
    lock = threading.Lock()

    def write_prices() -> None:
        dice = random.Random(19)
        while time.monotonic() < ends:
            with transaction():
                db.session.execute(update(Sku).where(Sku.code == goods[1]).values(price_vnd=dice.choice(PRICES)))
            end_reading()
            time.sleep(0.1)

    def buy(number: int) -> None:
        turn = 0
        while time.monotonic() < ends:
            turn += 1
            word, paid_over = one_purchase(goods, f"+849{number:03d}{turn:05d}")
            with lock:
                told[word] += 1
                over.extend([paid_over] if paid_over > 0 else [])

    run_together(stage.app, [write_prices, *(lambda n=n: buy(n) for n in range(buyers))])
    return told, len(over)


def one_purchase(goods: tuple[str, str], phone: str) -> tuple[str, int]:
    """Look, think, buy: what was told, and by how much the order costs more than what was seen."""
    store, sku = goods
    token = carts.start_cart().token
    carts.set_line(token, sku, 1)
    wanted = Fulfilment("pickup", store)
    seen = checkout.quote(token, wanted)[0].total_vnd
    end_reading()
    time.sleep(random.uniform(0, 0.15))
    try:
        order = checkout.place_order(Checkout(token, Contact("Người thử", phone), wanted, "at_store", seen), ANONYMOUS)
    except Refusal as refusal:
        return refusal.code, 0
    return ("passed on" if order.total_vnd < seen else "placed"), order.total_vnd - seen


def coupon_rush(house: House, rounds: int = 50, threads: int = THREADS) -> str:
    """200 buyers at one coupon of ten uses, a third of whose orders fail before they are paid."""
    with house.stage() as stage:
        seen = Counter[str]()
        for turn in range(rounds):
            seen += coupon_round(stage, turn, threads)
            stage.prepare(work_off)
            used, rows = counted(stage, turn)
            assert used == rows <= LIMIT, f"round {turn}: counter {used}, rows {rows}"
            assert used == LIMIT, f"round {turn}: only {used} of {LIMIT} uses, {dict(seen)}"
        judge_doctor(stage)
    return f"{rounds} rounds of {threads} buyers, {dict(seen)}: {LIMIT} uses each, counter and rows agree"


def work_off() -> None:
    """What the worker does beside a shop: a proof of many minutes has none, and the doctor would find its work late."""
    while run_pending():
        end_reading()


def coupon_rush_unguarded(house: House) -> str:
    """Control: a coupon that is counted by looking first must be used too often."""
    with house.stage() as stage, replaced(discounts.coupons, "take", take_blindly):
        engine = create_engine(stage.url)
        with engine.begin() as connection:
            drop_check(connection, "coupon", "ck_coupon_used_within_limit")
        engine.dispose()
        for turn in range(1, 4):
            coupon_round(stage, turn, 24)
            used, rows = counted(stage, turn)
            if rows > LIMIT or used != rows:
                return f"guard off: counter {used}, {rows} uses of {LIMIT}, in round {turn}"
    raise AssertionError("guard off, and still ten: this proof proves nothing")


def coupon_round(stage: Stage, turn: int, threads: int) -> Counter[str]:
    """Everybody at once; whoever fails gives the use back, and somebody who was refused tries again."""
    store, skus = stage.prepare(lambda: stock(threads * 2, PACKS, coupon=f"PROVE{turn:05d}"))
    told: Counter[str] = Counter()
    lock = threading.Lock()
    dice = random.Random(turn)
    fails = [dice.random() < FAILING for _ in range(threads)]

    def buy(number: int) -> None:
        for _again in range(TRIES):
            word = with_coupon(store, skus[number % PACKS], turn, number, is_failing=fails[number] and not _again)
            if word != "coupon.used_up":
                break
            time.sleep(0.05)
        with lock:
            told[word] += 1

    run_together(stage.app, [lambda n=n: buy(n) for n in range(threads)])
    # What was given back last is taken by somebody who comes after the rush.
    for number in range(threads, threads + LIMIT):
        told[stage.prepare(lambda n=number: with_coupon(store, skus[n % PACKS], turn, n, is_failing=False))] += 1
    return told


def with_coupon(store: str, sku: str, turn: int, number: int, *, is_failing: bool) -> str:
    """One buyer with the coupon: her order's end, or the refusal's code."""
    token = carts.start_cart().token
    carts.set_line(token, sku, 1)
    carts.set_coupon(token, f"PROVE{turn:05d}")
    end_reading()
    asked = Checkout(
        token, Contact("Người thử", f"+849{turn % 100:02d}{number:06d}"), Fulfilment("pickup", store), "vietqr", 10**9
    )
    for _again in range(20):
        try:
            order = checkout.place_order(asked, ANONYMOUS)
        except Busy:
            time.sleep(0.05)
            continue
        except Refusal as refusal:
            return refusal.code
        if is_failing:
            with transaction():
                payments.end_window(payments.lock_payment(reference_of(order.number)))
            return "failed"
        return "placed"
    return "busy"


def take_blindly(use: coupons.Use, on: Any, at: Any) -> CouponUse:
    """What a careless program does: look, think, add one."""
    with transaction() as session:
        seen = session.execute(select(Coupon.used, Coupon.max_uses).where(Coupon.id == use.coupon_id)).one()
        if seen.used >= seen.max_uses:
            raise coupons.CouponUsedUp
        time.sleep(THINKING)
        session.execute(update(Coupon).where(Coupon.id == use.coupon_id).values(used=seen.used + 1))
        taken = CouponUse(
            coupon_id=use.coupon_id, reference=use.reference, customer=use.customer, user_id=use.user_id,
            discount_vnd=use.discount_vnd, state="used", used_at=at,
        )  # fmt: skip
        session.add(taken)
        session.flush()
        return taken


def stock(units: int, packs: int = 1, coupon: str | None = None) -> tuple[str, list[str]]:
    """A store with so many units of each of its packs, and a coupon of ten uses; answers the codes of store and packs.

    Several packs, so that no two buyers meet before they meet at the coupon.
    """
    from tests import make

    store, skus = make.store(), [make.sku(price_vnd=PRICES[1]) for _ in range(packs)]
    for sku in skus:
        make.lot(sku, store, on_shelf=units)
    if coupon:
        wish = coupons.Wish("Thử", today(), today() + timedelta(days=1), LIMIT, percent=10)
        coupons.create(coupon, wish, make.actor("admin"))
    return store.code, [sku.code for sku in skus]


def counted(stage: Stage, turn: int) -> tuple[int, int]:
    """A coupon's counter, and its uses that stand."""
    rows = stage.ask(
        "SELECT c.used, (SELECT count(*) FROM coupon_use u WHERE u.coupon_id = c.id AND u.state = 'used') "
        "FROM coupon c WHERE c.code = :code",
        code=f"PROVE{turn:05d}",
    )
    return int(str(rows[0][0])), int(str(rows[0][1]))


def run_together(app: Flask, works: list[Callable[[], None]]) -> None:
    """Each in a thread and a context of its own, behind a barrier; raises what the first one raised.

    As many work at one time as the database has connections for them, as in a web process: none waits for its pool.
    """
    config: Config = app.extensions["config"]
    barrier, seats = threading.Barrier(len(works)), threading.BoundedSemaphore(config.threads)
    errors: list[BaseException] = []

    def one(work: Callable[[], None]) -> None:
        try:
            barrier.wait(timeout=60)
            with seats, app.app_context():
                work()
        except BaseException as error:  # noqa: BLE001 told below
            errors.append(error)

    threads = [threading.Thread(target=one, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


@contextmanager
def replaced(module: Any, name: str, careless: Callable[..., Any]) -> Generator[None]:
    """A guard taken out of this process, and put back."""
    guard = getattr(module, name)
    setattr(module, name, careless)
    try:
        yield
    finally:
        setattr(module, name, guard)


SCENARIOS = (
    Scenario("prices move", price_moves_quick),
    Scenario("prices move, control", price_moves_unguarded),
    Scenario("coupon rush", lambda house: coupon_rush(house, 1, 24)),
    Scenario("coupon rush, control", coupon_rush_unguarded, kinds=("postgresql",)),
    Scenario("prices move, a minute", price_moves, quick=False),
    Scenario("coupon rush, fifty rounds of 200", coupon_rush, quick=False),
)
