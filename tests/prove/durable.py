"""P24 to P26: what was acknowledged is kept, whatever dies.

P24 is proved by "last units, workers killed" (real checkouts over HTTP, each answer compared with the database) and
here under steady trade; P25 crashes the database, P26 looks at SQLite's files as a power cut leaves them. What no copy
of files can show, that SQLite waits for the *disk* before it answers, is shown by `tests/core/test_db.py`:
synchronous=FULL on every connection, and no page of the log unwritten after a commit.
"""

import os
import random
import shutil
import signal
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.engine import make_url

from tests.prove.clients import Call, Client, at_once
from tests.prove.nemesis import Every, crash, killer
from tests.prove.scenarios import (
    PRICE,
    UNGUARDED,
    Goods,
    Scenario,
    check_out,
    fill_cart,
    judge_doctor,
    judge_replays,
    sold,
)  # fmt: skip
from tests.prove.serve import THREADS, WORKERS, Server
from tests.prove.stage import House, Stage
from tests.support.postgres import PrivatePostgres

#: More of each pack than anybody buys here, and so many packs, so that buyers do not queue at one row of stock.
PLENTY, PACKS = 50_000, 4
#: Seconds after a start of the database within which everybody must be served again.
BACK = 10.0
#: Answers that are asked for once more.
REPLAYED = 50


@dataclass
class Trade:
    """Buyers who buy one order after another until the block ends, and remember every order they were told of.

    A buyer who is told anything but 201 leaves, and `judge_trade` says what she was told.
    """

    stage: Stage
    goods: list[Goods]
    buyers: int
    #: The acknowledged call by the order's number.
    acked: dict[str, Call] = field(default_factory=dict[str, Call])
    errors: list[Exception] = field(default_factory=list[Exception])
    _over: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list[threading.Thread])

    def __enter__(self) -> "Trade":
        self._threads = [threading.Thread(target=self._trade, args=(number,)) for number in range(self.buyers)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    @property
    def repeated(self) -> int:
        """Checkouts that were sent again, because the answer was lost or was to try again."""
        return sum(call.broken + call.put_off > 0 for call in self.acked.values())

    def _trade(self, number: int) -> None:
        client, goods = Client(self.stage.port), self.goods[number % len(self.goods)]
        try:
            while not self._over.is_set():
                call = check_out(client, fill_cart(client, goods), goods.store)
                assert call.status == 201, f"checkout -> {call.status} {call.answer[:300]!r}"
                self.acked[call.json["number"]] = call
        except Exception as error:  # noqa: BLE001 told by judge_trade
            self.errors.append(error)


def plenty(stage: Stage) -> list[Goods]:
    """Packs that do not run out, in one store."""
    from tests import make

    def build() -> list[Goods]:
        store, packs = make.store(), [make.sku(price_vnd=PRICE) for _ in range(PACKS)]
        for pack in packs:
            make.lot(pack, store, on_shelf=PLENTY)
        return [Goods(pack.code, store.code) for pack in packs]

    return stage.prepare(build)


def lost(trade: Trade) -> set[str]:
    """Orders that somebody was told of and that the database does not have."""
    return trade.acked.keys() - {number for goods in trade.goods for number in sold(trade.stage, goods)}


def judge_trade(trade: Trade) -> None:
    """Every acknowledged order is there, no order that nobody was told of, and its answer again is the same."""
    if trade.errors:
        raise trade.errors[0]
    kept = {number for goods in trade.goods for number in sold(trade.stage, goods)}
    assert not trade.acked.keys() - kept, f"{len(trade.acked.keys() - kept)} of {len(trade.acked)} orders lost"
    assert not kept - trade.acked.keys(), f"{len(kept - trade.acked.keys())} orders that nobody was told of"
    judge_replays(trade.stage.port, random.Random(25).sample([*trade.acked.values()], min(REPLAYED, len(trade.acked))))


def killed_at_trade(house: House, seconds: float = 60.0, buyers: int = 64) -> str:
    """P24: steady trade while a worker is killed each second."""
    stage, server = house.serving()
    nemesis = Every(1.0, killer(server))
    with nemesis, Trade(stage, plenty(stage), buyers) as trade:
        time.sleep(seconds)
    judge_trade(trade)
    judge_doctor(stage)
    return f"{len(trade.acked)} orders kept, {trade.repeated} of them sent again, {nemesis.landed} workers killed"


def database_restarts(house: House, seconds: float = 120.0, crashes: int = 5, buyers: int = 32) -> str:
    """P25: the database stops as in a crash and starts again; the same workers serve on, and nothing is lost."""
    stage, server = house.serving()
    assert stage.postgres
    goods, workers, before, slowest = plenty(stage), sorted(server.workers()), 0, 0.0
    with Trade(stage, goods, buyers) as trade:
        for _ in range(crashes):
            time.sleep(seconds / (crashes + 1))
            wait_for(lambda before=before: len(trade.acked) > before + buyers)
            before = len(trade.acked)
            crash(stage.postgres)()
            slowest = max(slowest, time_to_serve(stage, goods[0].store))
        time.sleep(seconds / (crashes + 1))
        wait_for(lambda: len(trade.acked) > before + buyers)  # they trade on
    judge_trade(trade)
    judge_doctor(stage)
    assert slowest <= BACK, f"served again after {slowest:.1f} s"
    assert sorted(server.workers()) == workers, f"workers {workers} became {sorted(server.workers())}"
    return (
        f"{crashes} crashes, {len(trade.acked)} orders acknowledged and kept, {trade.repeated} of them sent again; "
        f"served again after {slowest:.1f} s by the same {len(workers)} workers"
    )


def time_to_serve(stage: Stage, store: str) -> float:
    """Seconds until as many visitors as the server has threads have each had something written."""
    began = time.monotonic()
    visitors = [Client(stage.port) for _ in range(WORKERS * THREADS)]
    calls = at_once(visitors, lambda client, _: client.send("POST", "/api/v1/carts", {"store": store}))
    statuses = Counter(call.status for call in calls)
    assert statuses.keys() == {201}, f"after the crash: {statuses}"
    return time.monotonic() - began


def database_restarts_unguarded(house: House) -> str:
    """Control: a database that answers before the commit is written must lose orders that were acknowledged."""
    stage, _server = house.serving(*UNGUARDED)
    assert stage.postgres
    goods = plenty(stage)
    with answering_early(stage.postgres, make_url(stage.url).database or ""):
        for tries in range(1, 4):
            with Trade(stage, goods, 16) as trade:
                wait_for(lambda trade=trade: len(trade.acked) >= 16)
                crash(stage.postgres)()
            gone = lost(trade)
            if gone:
                house.leave()  # this database has forgotten what its server still remembers
                return f"synchronous_commit off: {len(gone)} of {len(trade.acked)} orders lost, in round {tries}"
    raise AssertionError("commits are not waited for, and no order is lost: this proof proves nothing")


@contextmanager
def answering_early(postgres: PrivatePostgres, database: str) -> Generator[None]:
    """Commits on this database are acknowledged from memory, and written when a page of the log is full.

    A clock that writes pages not yet full (each 0.2 s unless told) is slowed, so that a crash finds some.
    """
    postgres.execute(f'ALTER DATABASE "{database}" SET synchronous_commit = off')
    postgres.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
    postgres.stop()
    postgres.start()
    try:
        yield
    finally:
        postgres.execute("ALTER SYSTEM RESET wal_writer_delay")
        postgres.stop()
        postgres.start()


def power_cuts(house: House, times: int = 200, buyers: int = 16) -> str:
    """P26: SQLite's two files as they are at a random instant, in the middle of everybody's work.

    Opened elsewhere they are sound, and have every order that was acknowledged before. The control is made of the same
    instants: the database's file without its log must lack orders, or there was nothing in the log to be saved.
    """
    stage, server = house.serving()
    chance, checked, without_log = random.Random(26), 0, 0
    with Trade(stage, plenty(stage), buyers) as trade:
        wait_for(lambda: len(trade.acked) > buyers)
        for _ in range(times):
            time.sleep(chance.uniform(0.0, 0.3))
            acked = set(trade.acked)
            whole, alone = cut_power(stage, server)
            state, found = look_into(whole)
            assert state == "ok", f"integrity_check: {state}"
            assert not acked - found, f"{len(acked - found)} of {len(acked)} acknowledged orders lost"
            state, found = look_into(alone)
            without_log += state != "ok" or bool(acked - found)
            checked = len(acked)
    judge_trade(trade)
    judge_doctor(stage)
    assert without_log, f"without its log none of {times} copies lacks anything: this proof proves nothing"
    return (
        f"{times} copies sound, with all of up to {checked} acknowledged orders; "
        f"control: {without_log} of them lack some without the log"
    )


def cut_power(stage: Stage, server: Server) -> tuple[Path, Path]:
    """Copies of one instant: the database with its log, and alone. What others shared in memory (-shm) is gone."""
    source = Path(make_url(stage.url).database or "")
    whole, alone = stage.folder / "cut" / "whole.db", stage.folder / "cut" / "alone.db"
    shutil.rmtree(whole.parent, ignore_errors=True)
    whole.parent.mkdir()
    with frozen(server):
        shutil.copy(source, whole)
        log = source.with_name(source.name + "-wal")
        if log.exists():
            shutil.copy(log, whole.with_name(whole.name + "-wal"))
    shutil.copy(whole, alone)
    return whole, alone


@contextmanager
def frozen(server: Server) -> Generator[None]:
    """All workers stand still in the middle of what they do: two files can be copied as of one instant."""
    workers = server.workers()
    try:
        for pid in workers:
            os.kill(pid, signal.SIGSTOP)
        wait_for(lambda: all(stands_still(pid) for pid in workers))
        yield
    finally:
        for pid in workers:
            os.kill(pid, signal.SIGCONT)


def stands_still(pid: int) -> bool:
    """Whether every thread of a process is stopped; one that waits for the disk does so first."""
    stats = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/stat")]
    return all(stat.rsplit(")", 1)[1].split()[0] == "T" for stat in stats)


def look_into(copy: Path) -> tuple[str, set[str]]:
    """What ``integrity_check`` says of a copy, and the orders that are in it."""
    connection = sqlite3.connect(copy)
    try:
        state = str(connection.execute("PRAGMA integrity_check").fetchone()[0])
        return state, {str(row[0]) for row in connection.execute("SELECT number FROM shop_order")}
    except sqlite3.DatabaseError as error:
        return str(error), set()
    finally:
        connection.close()


def wait_for(is_so: Callable[[], bool], patience: float = 30.0) -> None:
    """Until it is so."""
    ends = time.monotonic() + patience
    while not is_so():
        assert time.monotonic() < ends, f"waited {patience:.0f} s in vain"
        time.sleep(0.005)


#: The quick ones share the stage of the scenarios that follow them …
SCENARIOS = (
    Scenario("power cuts", lambda house: power_cuts(house, 8, 8), kinds=("sqlite",)),
    Scenario("database restarts", lambda house: database_restarts(house, 1.0, 1, 8), kinds=("postgresql",)),
    Scenario("power cuts, two hundred", power_cuts, quick=False, kinds=("sqlite",)),
    Scenario("database restarts, five in two minutes", database_restarts, quick=False, kinds=("postgresql",)),
    Scenario("killed at trade, a minute", killed_at_trade, quick=False),
)
#: … and the control that of the controls before it.
CONTROLS = (
    Scenario("database restarts, control", database_restarts_unguarded, quick=False, kinds=("postgresql",)),
)  # fmt: skip
