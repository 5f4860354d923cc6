"""P27: the same Idempotency-Key has one effect and one answer, however often and however badly it is sent."""

import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from core.accounts.actor import SYSTEM
from shop.removals.rules import MOST_LIMIT_VND
from shop.removals.service import set_limit
from tests.prove.clients import Call, Client, at_once
from tests.prove.nemesis import Every, killer
from tests.prove.scenarios import PRICE, UNGUARDED, Goods, Scenario, fill_cart, judge_doctor, order_of
from tests.prove.serve import Server
from tests.prove.stage import House, Stage

#: Of the store's pack, and keys that are sent at the same time.
PLENTY, WAVE = 50_000, 8
#: Seconds after which a key that nobody uses any more counts as stuck.
STUCK = 10.0


@dataclass(frozen=True)
class Ask:
    """One request under one key, and the SQL that counts its effects."""

    path: str
    body: dict[str, Any]
    key: str
    count: str
    values: dict[str, object]
    token: str | None = None

    def send(self, client: Client) -> Call:
        """Once more."""
        return client.send("POST", self.path, self.body, self.key)

    def effects(self, stage: Stage) -> int:
        """How often it was done."""
        return int(str(stage.ask(self.count, **self.values)[0][0]))


@dataclass(frozen=True)
class Desk:
    """A store with goods and two of its managers."""

    goods: Goods
    lot: str
    managers: tuple[str, str]

    def adjustment(self, key: str, manager: int = 0) -> Ask:
        """One broken jar is booked: done twice it is two."""
        return Ask(
            f"/api/v1/stores/{self.goods.store}/adjustments",
            {"lot": self.lot, "quantity": -1, "reason": "damage", "note": key}, key,
            "SELECT count(*) FROM stock_movement WHERE note = :note", {"note": key}, self.managers[manager],
        )  # fmt: skip

    def checkout(self, port: int, key: str) -> Ask:
        """A filled cart is bought."""
        path = fill_cart(Client(port), self.goods)
        counted = "SELECT count(*) FROM shop_order o JOIN cart c ON c.id = o.cart_id WHERE c.token = :token"
        return Ask(path, order_of(self.goods.store), key, counted, {"token": path.split("/")[-2]})


def open_desk(stage: Stage) -> Desk:
    """A desk of its own."""
    from tests import make

    def build() -> Desk:
        store, pack = make.store(), make.sku(price_vnd=PRICE)
        set_limit(store, MOST_LIMIT_VND, None, SYSTEM)  # one manager books all of them, on one day
        lot = make.lot(pack, store, on_shelf=PLENTY)
        first, second = (make.token("store_manager", ("store", store.code)) for _ in range(2))
        return Desk(Goods(pack.code, store.code), lot.code, (first, second))

    return stage.prepare(build)


def same_key(house: House, keys: int = 50, sends: int = 40, renew: Callable[[Server], object] = Server.restart) -> str:
    """P27: each key sent many times at once while workers are killed: one effect, one answer, to the byte.

    ``renew`` leaves no process that could remember. Every other key books stock, where nothing but the key makes a
    repeat harmless; the rest are checkouts.
    """
    stage, server = house.serving()
    desk = open_desk(stage)
    name = desk.goods.store  # keys of their own for each run on a shared stage
    asks = [
        desk.adjustment(f"{name}-{n}") if n % 2 == 0 else desk.checkout(stage.port, f"{name}-{n}") for n in range(keys)
    ]
    nemesis = Every(1.0, killer(server))
    calls = storm(stage, asks, sends, nemesis)
    answers = [judge_one_answer(ask, calls[ask.key]) for ask in asks]
    judge_others(stage, desk, asks)
    renew(server)
    for ask, answer in zip(asks, answers, strict=True):
        began, again = time.monotonic(), ask.send(Client(stage.port, ask.token))
        assert (again.status, again.answer) == (201, answer), f"after the restart: {again.status} {again.answer!r}"
        assert time.monotonic() - began < STUCK, f"{ask.key} is stuck"
        assert ask.effects(stage) == 1 + (ask is asks[0]), f"{ask.key}: {ask.effects(stage)} effects"
    judge_doctor(stage)
    broken = sum(call.broken for sent in calls.values() for call in sent)
    return (
        f"{keys} keys sent {sends} times each, {nemesis.landed} workers killed, {broken} answers lost: one effect and "
        f"one answer a key, also after a restart; another body refused, another's key apart"
    )


def storm(
    stage: Stage, asks: list[Ask], sends: int, during: AbstractContextManager[object] | None = None
) -> dict[str, list[Call]]:
    """Some keys at a time, every client at one instant; the calls by their key."""
    calls: dict[str, list[Call]] = {}
    with during or nullcontext():
        for start in range(0, len(asks), WAVE):
            wave = [ask for ask in asks[start : start + WAVE] for _ in range(sends)]
            clients = [Client(stage.port, ask.token) for ask in wave]
            for call in at_once(clients, lambda client, number, wave=wave: wave[number].send(client)):
                calls.setdefault(str(call.key), []).append(call)
    return calls


def judge_one_answer(ask: Ask, calls: list[Call]) -> bytes:
    """All were told the same; answers what."""
    told = Counter((call.status, call.answer) for call in calls)
    assert len(told) == 1, f"{ask.path}, {ask.key}: {told}"
    ((status, answer),) = told
    assert status == 201, f"{ask.path}, {ask.key}: {status} {answer!r}"
    return answer


def judge_others(stage: Stage, desk: Desk, asks: list[Ask]) -> None:
    """The key with another body is refused; of another person, or for another cart, it is another key. None is held."""
    for ask in asks:
        changed = ask.body | ({"quantity": -2} if ask.token else {"expected_total": PRICE + 1})
        other = Client(stage.port, ask.token).send("POST", ask.path, changed, ask.key)
        assert (other.status, other.code) == (422, "idempotency.mismatch"), f"{other.status} {other.answer!r}"
    colleague = desk.adjustment(asks[0].key, manager=1)
    neighbour = desk.checkout(stage.port, asks[1].key)
    for ask, effects in ((colleague, 2), (neighbour, 1)):  # the colleague's broken jar has the same note
        done = ask.send(Client(stage.port, ask.token))
        assert (done.status, ask.effects(stage)) == (201, effects), f"{ask.path}: {done.status} {done.answer!r}"
    if stage.postgres:
        held = stage.ask("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")[0][0]
        assert held == 0, f"{held} keys are still held"


def same_key_unguarded(house: House) -> str:
    """Control: without the guard the same key must have several effects."""
    stage, _server = house.serving(*UNGUARDED)
    desk = open_desk(stage)
    for tries in range(1, 4):
        asks = [desk.adjustment(f"{desk.goods.store}-{tries}-{number}") for number in range(4)]
        storm(stage, asks, 8)
        most = max(ask.effects(stage) for ask in asks)
        if most > 1:
            return f"guard off: {most} effects of one key, in round {tries}"
    raise AssertionError("guard off, and still one effect a key: this proof proves nothing")


SCENARIOS = (
    Scenario("same key", lambda house: same_key(house, 8, 10, Server.kill_all)),
    Scenario("same key, fifty keys of forty", same_key, quick=False),
)
CONTROLS = (Scenario("same key, control", same_key_unguarded),)
