"""Money that goes back (P18, and P16's side of it): never more than came, one refund at the provider for each of ours,
whatever is asked at one instant and however many answers get lost; and pieces that come to their total exactly.
"""

import random
import threading
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import update

from core.accounts.actor import SYSTEM
from core.db import db, end_reading
from core.errors import Busy, Refusal
from core.worker import run_pending
from shop.cards import refunding, settling
from shop.carts import service as carts
from shop.orders import service as orders
from shop.orders.asked import Checkout, Contact, Fulfilment
from shop.orders.checkout import place_order
from shop.orders.rules import reference_of
from shop.payments import refunds
from shop.payments.models import Payment
from shop.payments.providers.stripe import ProviderAway, ProviderRefused
from shop.payments.queries import get_payment
from shop.returns import service
from shop.returns.rules import Kind, Line, Reason, worth
from shop.returns.service import Wish
from tests.fakes.stripe.server import StandIn
from tests.prove.guards import drop_check
from tests.prove.scenarios import Scenario, judge_doctor
from tests.prove.stage import House, Stage
from tests.support.cards import GOOD, configured

THREADS = 50
UNITS, PRICE = 10, 120_000
BASKETS = 20_000
#: What goes wrong on the way to the provider's answer: a third of all calls.
FAULTS = [
    {"act": "drop", "method": "POST", "path": "/v1/refunds", "chance": 0.2},
    {"act": "drop_before", "method": "POST", "path": "/v1/refunds", "chance": 0.1},
    {"act": "error_after", "method": "POST", "path": "/v1/refunds", "chance": 0.1},
    {"act": "conflict", "method": "POST", "path": "/v1/refunds", "chance": 0.1},
]


def many_refunds(house: House) -> str:
    """50 refunds of one order at one instant, whole and in parts; then each is sent by two hands, answers dropped."""
    with house.stage() as stage, provider(stage.app) as stand_in:
        number = stage.prepare(lambda: paid_by_card(stand_in))
        answers = together(stage.app, THREADS, lambda n: give(number, n))
        kinds = Counter(answer if isinstance(answer, str) else type(answer).__name__ for answer in answers)
        assert set(kinds) <= {"ok", "RefundTooMuch", "NothingLeft", "ReturnLinesRefused", "Busy"}, kinds
        captured, promised, codes = stage.prepare(lambda: counters(number))
        assert promised <= captured == UNITS * PRICE, (promised, captured)
        assert len(codes) == kinds["ok"], kinds
        stand_in.control_faults(FAULTS)
        together(stage.app, 2 * len(codes), lambda n: send(codes[n // 2]))
        stand_in.control_faults([])
        books = stand_in.ledger()
        sent = Counter(one["metadata"]["refund"] for one in books["refunds"] if one["status"] == "succeeded")
        assert sent == Counter(codes), "the provider's books are not ours"
        taken = sum(one["amount"] for one in books["refunds"])
        payment = stage.prepare(lambda: get_payment(reference_of(number)))
        assert taken == payment.refunded_vnd == promised, (taken, payment.refunded_vnd, promised)
        judge_doctor(stage)
        struck = sum(books["struck"].values())
    kept = f"{len(codes)} promised, {promised} of {captured} đồng"
    return f"{THREADS} asked at once, {kept}; {struck} answers lost, none twice"


def many_refunds_unguarded(house: House) -> str:
    """Control: without the condition in the statement and the CHECK behind it, more is promised than came."""
    with house.stage() as stage, provider(stage.app) as stand_in:
        number = stage.prepare(lambda: paid_by_card(stand_in))
        unconstrain(stage)
        with unguarded():
            together(stage.app, 12, lambda n: promise_whole(number, n))
        captured, promised, _codes = stage.prepare(lambda: counters(number))
    assert promised > captured, "guard off, and still no more than came: this proof proves nothing"
    return f"guard off: {promised} đồng promised of {captured}"


def pieces_are_whole(_house: House) -> str:
    """20,000 baskets whose every unit comes back, in any cut and any order: the sum is what was paid."""
    chance, units = random.Random(16), 0
    for _ in range(BASKETS):
        lines = [(chance.randint(1, 12), chance.randint(0, 2_000_000)) for _ in range(chance.randint(1, 5))]
        paid = [total - chance.randint(0, total) for _quantity, total in lines]
        left, back = [quantity for quantity, _total in lines], 0
        while any(left):
            at = chance.choice([n for n, some in enumerate(left) if some])
            piece = chance.randint(1, left[at])
            back += worth(Line(lines[at][0], paid[at], lines[at][0] - left[at], False), piece)
            left[at], units = left[at] - piece, units + piece
        assert back == sum(paid), (lines, paid, back)
    return f"{BASKETS:,} baskets, {units:,} units back: every đồng of them, no more"


@contextmanager
def provider(app: Flask) -> Generator[StandIn]:
    """The card provider's stand-in, known to the application of this process."""
    server = StandIn().in_thread()
    try:
        with configured(app, server):
            yield server
    finally:
        server.close()


def paid_by_card(stand_in: StandIn) -> str:
    """An order of ten units, paid by card and handed over; answers its number."""
    from shop.cards import sessions
    from tests import make

    store, sku, token = make.store(), make.sku(price_vnd=PRICE), carts.start_cart().token
    make.lot(sku, store, on_shelf=UNITS)
    carts.set_line(token, sku.code, UNITS)
    asked = Checkout(token, Contact("Người thử", "+84912345678"), Fulfilment("pickup", store.code), "stripe", 10**9)
    order = place_order(asked, SYSTEM)
    url = sessions.lead_to_page(str(get_payment(reference_of(order.number)).token))
    assert url is not None
    stand_in.control_pay(url.rsplit("/", 1)[1], GOOD)
    settling.look(reference_of(order.number))
    while run_pending():
        end_reading()
    orders.hand_over(order.number, SYSTEM)
    return order.number


def give(number: str, turn: int) -> str:
    """One of many wishes: all of it, a unit, or an odd sum."""
    wish = Wish(Kind.REFUND, Reason.BROKEN, {1: UNITS if turn % 10 == 0 else 1})
    if turn % 3 == 0:
        wish = Wish(Kind.REFUND, Reason.GOODWILL, {}, lump_vnd=10_007 + 7_919 * turn)
    service.give(number, wish, SYSTEM)
    return "ok"


def send(code: str) -> str:
    """Send a refund until the provider has said so, as the outbox does: again after every failure."""
    for _ in range(40):
        try:
            refunding.give_back(code)
        except (ProviderAway, ProviderRefused, Refusal):
            end_reading()
            continue
        return code
    raise AssertionError(f"{code} could not be sent")


def counters(number: str) -> tuple[int, int, list[str]]:
    """What came, what is promised back, and the refunds' codes."""
    payment = get_payment(reference_of(number))
    codes = [one.code for one in refunds.list_refunds(payment.id)]
    assert payment.refunding_vnd == sum(one.amount_vnd for one in refunds.list_refunds(payment.id))
    return payment.captured_vnd, payment.refunding_vnd, codes


def promise_whole(number: str, turn: int) -> str:
    """The whole sum, under a key of its own."""
    refunds.promise(reference_of(number), UNITS * PRICE, "owed", f"control:{turn}", SYSTEM)
    return "ok"


def unconstrain(stage: Stage) -> None:
    """Drop the CHECK behind the statement."""
    with stage.app.app_context(), db.engine.begin() as connection:
        drop_check(connection, "payment", "ck_payment_refunding_within_captured")
    stage.close()


@contextmanager
def unguarded() -> Generator[None]:
    """Promise without a condition in the statement."""
    guarded = refunds._reserve  # pyright: ignore[reportPrivateUsage]

    def blindly(payment: Payment, amount_vnd: int) -> bool:
        raised = update(Payment).where(Payment.id == payment.id)
        db.session.execute(
            raised.values(refunding_vnd=Payment.refunding_vnd + amount_vnd, version=Payment.version + 1),
            execution_options={"synchronize_session": False},
        )
        db.session.refresh(payment)
        return True

    refunds._reserve = blindly  # pyright: ignore[reportPrivateUsage]
    try:
        yield
    finally:
        refunds._reserve = guarded  # pyright: ignore[reportPrivateUsage]


def together(app: Flask, count: int, work: Callable[[int], str]) -> list[Any]:
    """Threads at one instant, each with a context of its own; what each answered, or how it was refused.

    "Busy" is asked again, as a careful program does. Anything that is no refusal is raised.
    """
    barrier, answers, broken = threading.Barrier(count), [None] * count, list[BaseException]()

    def one(turn: int) -> None:
        barrier.wait(timeout=60)
        with app.app_context():
            try:
                answers[turn] = patiently(lambda: work(turn))
            except Refusal as refusal:
                answers[turn] = refusal
            except BaseException as error:  # noqa: BLE001 raised below
                broken.append(error)

    threads = [threading.Thread(target=one, args=(turn,)) for turn in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    if broken:
        raise broken[0]
    assert None not in answers, "a thread hangs"
    return answers


def patiently(work: Callable[[], str]) -> str:
    """Again while somebody holds the lock."""
    for _ in range(50):
        try:
            return work()
        except Busy:
            end_reading()
    return work()


SCENARIOS = (
    Scenario("refunds of one order", many_refunds),
    Scenario("refunds of one order, control", many_refunds_unguarded),
    Scenario("pieces of a line", pieces_are_whole, quick=False, kinds=("sqlite",)),
)
