"""P37: the search index is disposable. Killed in its commits, damaged, deleted: search degrades, mends and never lies.

A real server and a real worker. Shoppers ask without pause while listings are edited and withdrawn and certificates
revoked; the worker that writes the index is killed in the middle of its commits, or its files are damaged one by one.
No answer fails, none offers what was gone before it was asked for, and in the end the index has mended itself.
The controls keep what a process has once read: there the shoppers must be offered what is gone.
"""

import fcntl
import http.client
import os
import random
import re
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import create_engine, text

from tests.prove.scenarios import Scenario
from tests.prove.serve import Server, kill
from tests.prove.stage import House, Stage
from tests.support.sources import ROOT

LISTINGS, SHOPPERS = 120, 5
KILLS = int(os.environ.get("INDEX_KILLS", "50"))
#: Seconds for the index to mend itself once nobody disturbs it: one minute, and the time to do it.
MENDS_WITHIN = 180.0
_SLUG = re.compile(r"mat-ong-thu-(\d{4})")


@dataclass
class Shop:
    """What is on sale, what is gone since when, and everything that shoppers were told."""

    codes: Mapping[int, tuple[int, str]]
    #: By number, when (time.monotonic) it was gone for everybody.
    gone: dict[int, float] = field(default_factory=dict[int, float])
    statuses: Counter[int] = field(default_factory=Counter[int])
    #: Answers that offered what was gone, or that left out what was asked for by its number and is there.
    lies: list[str] = field(default_factory=list[str])
    is_over: threading.Event = field(default_factory=threading.Event)

    def judge(self, path: str, asked_at: float, status: int, body: str, number: int | None) -> None:
        """Take down one answer."""
        self.statuses[status] += 1
        offered = {int(found) for found in _SLUG.findall(body)} if status == 200 else set[int]()
        late = [one for one in offered if self.gone.get(one, asked_at) < asked_at]
        if late:
            self.lies.append(f"{path} offered {late[:3]}")
        if number is not None and number not in offered and number not in self.gone:
            self.lies.append(f"{path} ({status}) left out {number}")


def stock(stage: Stage, engine: str) -> Shop:
    """Listings that differ by their number, and an index of them."""
    from catalog.search.engine import rebuild
    from catalog.search.postgres_index import PostgresIndex
    from core.schedule import run_due
    from tests import make

    def build() -> dict[int, tuple[int, str]]:
        if engine == "postgresql":
            stage.app.extensions["search"] = PostgresIndex()
        made = {number: make.listing(name=f"Mật ong thử {number:04}") for number in range(LISTINGS)}
        rebuild()
        run_due()  # the night's work is done: what a worker writes from now on are small commits
        return {number: (one.id, code_of(one.product_id)) for number, one in made.items()}

    return Shop(stage.prepare(build))


def code_of(product_id: int) -> str:
    """The code of a product's certificate."""
    from catalog.certificates.models import Certificate
    from core.db import db

    found = db.session.query(Certificate).filter_by(product_id=product_id).one()
    return found.code


def shop_around(port: int, shop: Shop, dice: random.Random) -> None:
    """Ask in every way, until it is over."""
    while not shop.is_over.is_set():
        number = dice.randrange(LISTINGS)
        path, is_by_number = dice.choice((
            (f"/api/v1/products?q=mat+ong+thu+{number:04}", True),
            (f"/san-pham?q=thu+{number:04}", True),
            (f"/api/v1/products?q=mat+ong&per_page=50&page={dice.randint(1, 3)}", False),
            (f"/api/v1/suggest?q=mat+ong+thu+{number // 10:03}", False),
            (f"/api/v1/products?q={dice.choice(('mtat', 'ogn', 'thuw', 'lohai'))}+{dice.choice('abc')}", False),
        ))  # fmt: skip
        asked_at = time.monotonic()
        try:
            status, body = ask(port, path)
        except (OSError, http.client.HTTPException):
            status, body = 599, ""  # a process that dies under a shopper is a failure like any other
        shop.judge(path, asked_at, status, body, number if is_by_number else None)


def ask(port: int, path: str) -> tuple[int, str]:
    """One question on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path, headers={"Accept": "application/json" if "/api/" in path else "text/html"})
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


@contextmanager
def shoppers(stage: Stage, shop: Shop) -> Generator[None]:
    """All of them, while the block runs."""
    threads = [
        threading.Thread(target=shop_around, args=(stage.port, shop, random.Random(seed))) for seed in range(SHOPPERS)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        shop.is_over.set()
        for thread in threads:
            thread.join()


def change(stage: Stage, shop: Shop, dice: random.Random) -> None:
    """Edit a listing; now and then withdraw one or revoke its certificate."""
    number = dice.randrange(LISTINGS)
    listing_id, code = shop.codes[number]
    if number in shop.gone:
        return
    may_go = len(shop.gone) < LISTINGS // 2 and dice.random() < 0.15
    what = dice.choice((withdraw_it, revoke_it)) if may_go else edit_it
    stage.prepare(lambda: what(listing_id, code, dice))
    if may_go:
        shop.gone[number] = time.monotonic()


def edit_it(listing_id: int, code: str, dice: random.Random) -> None:
    """Other words: the index has to follow."""
    from catalog.listings.models import Listing
    from catalog.listings.service import edit_listing
    from core.accounts.actor import SYSTEM
    from core.db import db

    version = db.session.get_one(Listing, listing_id).version
    edit_listing(SYSTEM, listing_id, version, {"summary": f"Mẻ {dice.randrange(10**6)}, lohai {dice.choice('abc')}"})


def withdraw_it(listing_id: int, code: str, dice: random.Random) -> None:
    """The producer takes it out of the shop."""
    from catalog.listings.service import withdraw
    from core.accounts.actor import SYSTEM

    withdraw(SYSTEM, listing_id, "Hết mùa")


def revoke_it(listing_id: int, code: str, dice: random.Random) -> None:
    """Its certificate is revoked."""
    from catalog.certificates.service import revoke
    from tests import make

    revoke(make.actor("certifier"), code, decision_number="1/QĐ-UBND", ground="breach")


class Worker:
    """`flask work`, as often as it is killed: forked from one that has everything loaded, so it is back at once."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Worker":
        # The worker is the real one, also where the server goes without a guard.
        environment = {name: said for name, said in self._server.environment.items() if "OCOP_PROVE_" not in name}
        with (self._server.log.parent / "worker.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _BREEDER], cwd=ROOT, env=environment, stdin=subprocess.PIPE,
                stdout=log, stderr=log,
            )  # fmt: skip
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process
        alive = self.lives()
        for pid in (self._process.pid, *alive):
            kill(pid)
        self._process.wait()

    def lives(self) -> list[int]:
        """The process that works now."""
        assert self._process
        try:
            children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text()
        except FileNotFoundError:
            return []
        return [int(pid) for pid in children.split()]


#: Loads the application and forks a worker; when that dies, another.
_BREEDER = """
import os
from wsgi import app
while True:
    child = os.fork()
    if not child:
        with app.app_context():
            app.cli.main(["work"], standalone_mode=True)
    os.waitpid(child, 0)
"""


class Watch:
    """Tells whether a writer holds the index at this moment."""

    def __init__(self, stage: Stage, engine: str) -> None:
        self._lock = stage.folder / "search" / "writer.lock"
        self._engine = create_engine(stage.url) if engine == "postgresql" else None

    def is_written(self) -> bool:
        """Files: the writer's lock is taken. Tables: the lock of the database."""
        if self._engine is not None:
            with self._engine.connect() as connection:
                return bool(connection.execute(_WRITERS).first())
        try:
            with self._lock.open() as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except FileNotFoundError:
            return False
        return False

    def wait(self, patience: float = 60.0) -> bool:
        """Until somebody writes; whether somebody does."""
        ends = time.monotonic() + patience
        while time.monotonic() < ends:
            if self.is_written():
                return True
            time.sleep(0.001)
        return False


_WRITERS = text("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = 4316221")


@contextmanager
def changing(stage: Stage, shop: Shop) -> Generator[None]:
    """Somebody who edits, withdraws and revokes while the block runs."""
    is_over, dice, failed = threading.Event(), random.Random(37), list[Exception]()

    def work() -> None:
        try:
            while not is_over.wait(0.1):
                change(stage, shop, dice)
        except Exception as error:  # noqa: BLE001 told below
            failed.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()
    if failed:
        raise failed[0]


def strike(watch: Watch, worker: Worker, kills: int) -> int:
    """Kill the worker so many times, where possible in the middle of a commit; answers how often it was in one."""
    dice, amid = random.Random(9), 0
    for _ in range(kills):  # a worker that has just begun is given the time to come to its first commit
        is_written = watch.wait()
        time.sleep(dice.random() * 0.012)
        amid += is_written and watch.is_written()
        for pid in worker.lives():
            kill(pid)
    return amid


def peace(stage: Stage) -> float:
    """Seconds until index and database say the same. Raises AssertionError when they never do."""
    from catalog.search.engine import differences
    from catalog.search.port import IndexUnavailable

    def differ() -> list[str]:
        try:
            return differences()
        except IndexUnavailable as error:
            return [str(error)]

    began = time.monotonic()
    while found := stage.prepare(differ):
        assert time.monotonic() - began < MENDS_WITHIN, f"not mended: {len(found)} differences, {found[:2]}"
        time.sleep(0.2)
    return time.monotonic() - began


def killed(house: House, engine: str = "whoosh", without: str | None = None) -> str:
    """The worker dies in the middle of its commits, again and again; then nobody disturbs it."""
    with house.stage() as stage:
        shop = stock(stage, engine)
        with serve(stage, engine, without) as server, Worker(server) as worker, shoppers(stage, shop):
            with changing(stage, shop):
                amid = strike(Watch(stage, engine), worker, 5 if without else KILLS)
            mended = 0.0 if without else peace(stage)
            compared = server.flask("search", "compare").stdout.strip().splitlines()[-1:]
        assert amid or without, "no kill fell into a commit: this proof proves little"
        return judge_control(shop) if without else (
            f"{KILLS} kills ({amid} with a commit open), {judge(shop)}; mended itself in {mended:.0f} s: {compared[0]}"
        )  # fmt: skip


def serve(stage: Stage, engine: str, without: str | None, **settings: str) -> Server:
    """The server of this stage with this engine."""
    return Server(stage.url, stage.folder, stage.port, without=without, settings={"OCOP_SEARCH": engine, **settings})


def judge(shop: Shop) -> str:
    """No failure, no lie, and enough asked to mean it."""
    failed = {status: count for status, count in shop.statuses.items() if status >= 500}
    assert not failed, f"answers {failed}"
    assert not shop.lies, f"{len(shop.lies)} lies, such as: {shop.lies[0]}"
    assert shop.statuses[200] >= 20 * SHOPPERS, f"only {shop.statuses}"
    assert len(shop.gone) >= 5, f"only {len(shop.gone)} were withdrawn or revoked"
    return f"{sum(shop.statuses.values())} answers, none failed; none offered one of {len(shop.gone)} that were gone"


def judge_control(shop: Shop) -> str:
    """The same shoppers, and nothing that judges what the index proposes: they must have been offered what is gone."""
    offered = [lie for lie in shop.lies if "offered" in lie]
    assert offered, "guard off, and nothing that is gone was offered: this proof proves nothing"
    return f"guard off: {len(offered)} of {sum(shop.statuses.values())} answers offered what was gone"


def harms(folder: Path, dice: random.Random) -> Generator[tuple[str, Callable[[], object]]]:
    """Every harm to every file of the index in use, one at a time; each is done when it is asked for."""
    for name in ("CURRENT", "CHECKSUMS", ".toc", ".seg"):
        for share in (0.0, 0.25, 0.5, 0.75, 1.0, *(dice.random() for _ in range(DICE if name == ".seg" else 1))):
            yield f"{name} flipped", lambda name=name, share=share: flip(find(folder, name), share)
        for share in (0.0, 0.5, 0.99):
            yield f"{name} cut", lambda name=name, share=share: cut(find(folder, name), share)
        yield f"{name} deleted", lambda name=name: find(folder, name).unlink()
        yield f"{name} zeroed", lambda name=name: find(folder, name).write_bytes(bytes(1000))
    yield "build deleted", lambda: shutil.rmtree(find(folder, ".toc").parent)
    yield "all deleted", lambda: shutil.rmtree(folder)


DICE = 6


def find(folder: Path, name: str) -> Path:
    """The largest file of a kind in the build in use."""
    if name == "CURRENT":
        return folder / name
    build = folder / (folder / "CURRENT").read_text()
    return max((one for one in build.iterdir() if one.name.endswith(name)), key=lambda one: one.stat().st_size)


def flip(path: Path, share: float) -> None:
    """Turn one byte over, so far into the file."""
    data = bytearray(path.read_bytes())
    data[min(int(len(data) * share), len(data) - 1)] ^= 0xFF
    path.write_bytes(data)


def cut(path: Path, share: float) -> None:
    """Leave so much of a file."""
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])


def damaged(house: House, without: str | None = None) -> str:
    """Every file of the index in turn, many harms each; a minute of the test clock later all is well again."""
    with house.stage() as stage:
        shop, done, longest = stock(stage, "whoosh"), 0, 0.0
        minutes = Minutes(stage)
        with (
            serve(stage, "whoosh", without, OCOP_CLOCK_FILE=str(minutes.file)) as server, Worker(server),
            shoppers(stage, shop),
        ):  # fmt: skip
            dice = random.Random(11)
            for name, harm in harms(stage.folder / "search", dice):
                for _ in range(3):
                    change(stage, shop, dice)
                peace_or_minute(stage, minutes)
                harm()
                time.sleep(0.1)
                longest = max(longest, peace_or_minute(stage, minutes, name))
                done += 1
                if without and any("offered" in lie for lie in shop.lies):
                    break
        return judge_control(shop) if without else (
            f"{done} harms to every file, each mended in {longest:.0f} s at most; {judge(shop)}"
        )  # fmt: skip


class Minutes:
    """The clock of all processes of a stage, moved by minutes: the worker looks after its index once in each."""

    def __init__(self, stage: Stage) -> None:
        self.file = stage.folder / "clock"
        self._passed = 0
        self.file.write_text("0")

    def pass_one(self) -> None:
        """A minute and a second go by."""
        self._passed += 61
        part = self.file.with_suffix(".part")
        part.write_text(str(self._passed))
        part.rename(self.file)


def peace_or_minute(stage: Stage, minutes: Minutes, what: str = "") -> float:
    """Let minutes pass until all is well; answers the seconds it took."""
    minutes.pass_one()
    try:
        return peace(stage)
    except AssertionError as error:
        raise AssertionError(f"{what}: {error}") from error


SCENARIOS = (
    Scenario("index, worker killed in its commits", killed, quick=False),
    Scenario(
        "index of PostgreSQL, worker killed in its commits",
        lambda house: killed(house, "postgresql"),
        quick=False, kinds=("postgresql",),
    ),
    Scenario("index, worker killed, control", lambda house: killed(house, without="feed"), quick=False),
    Scenario("index damaged", damaged, quick=False, kinds=("sqlite",)),
    Scenario("index damaged, control", lambda house: damaged(house, without="feed"), quick=False, kinds=("sqlite",)),
)  # fmt: skip
