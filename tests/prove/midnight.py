"""P9: no product without a certificate valid today is in any answer whose question was asked today.

Real servers on the test clock walk through a midnight at which 300 of 2,000 products lapse, under 16 searchers,
who also replay what they kept from before. Once with the worker alive, once without it, once with an index from a
week before; and as a control with a gate that believes yesterday's day.
"""

import http.client
import random
import re
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, update

from core.clock import day_end, day_start
from tests.prove.scenarios import Scenario
from tests.prove.serve import Server
from tests.prove.stage import House, Stage
from tests.support.sources import ROOT

PRODUCTS, LAPSING, REVOKED = 2_000, 300, 50
SEARCHERS = 16
BEFORE = AFTER = 30.0
#: Answers of the new day that a run must have; on a busy machine it goes on for so many seconds more to get them.
ENOUGH, PATIENCE = 160, 180.0
#: The last day of those that lapse.
LAST = date(2026, 11, 22)
MIDNIGHT = day_end(LAST).timestamp()
DAY = timedelta(days=1)
_SLUG = re.compile(r"nua-dem-(\d{4})")
#: Answers from before midnight that each searcher keeps to replay.
_KEPT = 40


@dataclass(frozen=True)
class Answer:
    """One answer, with the instant of the test clock at which it was asked for."""

    path: str
    asked_at: float
    status: int
    etag: str
    cache_control: str
    #: Numbers of the products that it offers.
    shown: frozenset[int]
    total: int | None = None
    is_replay: bool = False

    @property
    def is_after(self) -> bool:
        """Whether it was asked for on the new day."""
        return self.asked_at >= MIDNIGHT


@dataclass
class Run:
    """Everything that the searchers were told."""

    answers: list[Answer] = field(default_factory=list[Answer])
    ends: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, answer: Answer) -> None:
        """Keep one answer."""
        with self.lock:
            self.answers.append(answer)

    def is_over(self, at: float) -> bool:
        """Whether time is up, and enough was asked on the new day or waited for long enough."""
        return at >= self.ends and (sum(one.is_after for one in self.answers) >= ENOUGH or at >= self.ends + PATIENCE)

    def hits(self) -> list[Answer]:
        """Answers of the new day that offer something lapsed, and of any day that offer something revoked."""
        return [
            one
            for one in self.answers
            if (one.is_after and min(one.shown, default=PRODUCTS) < LAPSING)
            or any(LAPSING <= number < LAPSING + REVOKED for number in one.shown)
        ]

    def wrong_totals(self) -> list[Answer]:
        """Answers to "everything" that count more than may be sold on the new day."""
        return [one for one in self.answers if one.is_after and one.total not in (None, PRODUCTS - LAPSING - REVOKED)]

    def reusable(self) -> list[Answer]:
        """Answers of the old day that a cache might have given on the new one without asking."""
        return [one for one in self.answers if not one.is_after and outlives_midnight(one)]


def outlives_midnight(one: Answer) -> bool:
    """Whether a cache may keep the answer beyond the midnight after it."""
    words = one.cache_control.replace(" ", "").split(",")
    if "no-store" in words or "no-cache" in words:
        return False
    ages = [int(word.removeprefix("max-age=")) for word in words if word.startswith("max-age=")]
    return not ages or one.asked_at + max(ages) > MIDNIGHT


def stock(stage: Stage) -> None:
    """2,000 products on sale on the last day of 300 of them; fifty were revoked in the week before.

    The index of a week before is kept aside; since then a fifth of the listings changed their name.
    """
    from tests import make

    def build() -> None:
        write_products((make.user().id, make.user().id), make.producer().id)

    stage.prepare(build)
    rebuild(stage)
    shutil.copytree(stage.folder / "search", stage.folder / "search-of-last-week")
    stage.prepare(change_during_the_week)
    rebuild(stage)


def rebuild(stage: Stage) -> None:
    """Build the index from the database."""
    from catalog.search.engine import rebuild as build

    stage.prepare(build)


def write_products(persons: tuple[int, int], producer_id: int) -> None:
    """Everything in bulk: one statement a table."""
    from catalog.certificates.models import Certificate
    from catalog.listings.models import Listing, Sku
    from catalog.products.models import Product
    from core.db import db, transaction

    numbers, begins, at = range(PRODUCTS), LAST - 500 * DAY, day_start(LAST - 500 * DAY)
    with transaction():
        db.session.execute(insert(Product), [product_row(n, producer_id, at) for n in numbers])
        db.session.execute(insert(Certificate), [certificate_row(n, persons, begins) for n in numbers])
        listing = {"state": "live", "published_at": at, "sequence": 1, "summary": "", "story": "", "ingredients": "",
                   "usage": "", "is_gift": False, "version": 1}  # fmt: skip
        db.session.execute(insert(Listing), [{"id": 1_000 + n, "product_id": 1_000 + n, **listing} for n in numbers])
        pack = {"label": "Hũ", "unit": "piece", "price_vnd": 100_000, "vat_bp": 800, "is_active": True, "version": 1}
        db.session.execute(insert(Sku), [{"listing_id": 1_000 + n, "code": f"ND-{n:04}", **pack} for n in numbers])


def product_row(number: int, producer_id: int, at: datetime) -> dict[str, Any]:
    """Product 0123 has the slug nua-dem-0123."""
    return {
        "id": 1_000 + number, "code": f"ND-{number:04}", "slug": f"nua-dem-{number:04}",
        "name": f"Mật ong số {number:04}", "name_folded": f"mat ong so {number:04}", "producer_id": producer_id,
        "set_no": 1 + number % 13, "note": "", "is_demo": False, "created_at": at, "version": 1,
    }  # fmt: skip


def certificate_row(number: int, persons: tuple[int, int], begins: date) -> dict[str, Any]:
    """The first 300 end on the last day, all others later."""
    until = LAST if number < LAPSING else LAST + 200 * DAY
    return {
        "id": 1_000 + number, "code": f"ND-{number:04}", "product_id": 1_000 + number, "stars": 3 + number % 3,
        "decision_number": f"{number}/QĐ", "decided_on": begins, "issuer_level": "province", "issuer": "UBND",
        "valid_from": begins, "valid_until": until, "is_demo": False, "note": "", "version": 1,
        "is_exception_accepted": False, "entered_by": persons[0], "entered_at": day_start(begins),
        "verified_by": persons[1], "verified_at": day_start(begins), "verified_on": begins,
        "begun_recorded_at": day_start(begins),
    }  # fmt: skip


def change_during_the_week() -> None:
    """Fifty revoked, every fifth listing changed."""
    from catalog.certificates.models import Certificate
    from catalog.listings.models import Listing
    from core.db import db, transaction

    first = 1_000 + LAPSING
    with transaction():
        db.session.execute(
            update(Certificate)
            .where(Certificate.id.between(first, first + REVOKED - 1))
            .values(
                revoked_on=LAST - 3 * DAY, revocation_number="1/QĐ", revocation_ground="breach",
                revocation_authority="UBND", revocation_recorded_at=day_start(LAST - 3 * DAY),
            )
        )  # fmt: skip
        db.session.execute(
            update(Listing).where(Listing.id % 5 == 0).values(sequence=2, summary="Mẻ mới, đóng hũ trong tuần này")
        )


@contextmanager
def walking(stage: Stage, server: Server, is_worker_alive: bool) -> Generator[None]:
    """The worker beside the server, or nobody."""
    if not is_worker_alive:
        yield
        return
    with (stage.folder / "worker.log").open("ab") as log:
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "work"]
        worker = subprocess.Popen(
            command, cwd=ROOT, env=server.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        yield
        assert worker.poll() is None, "the worker died by itself"
    finally:
        worker.terminate()
        try:
            worker.wait(10)
        except subprocess.TimeoutExpired:  # in the middle of 300 lapses
            worker.kill()
            worker.wait()


def walk(stage: Stage, server: Server, before: float, after: float, is_worker_alive: bool) -> Run:
    """Let 16 searchers ask from so many seconds before midnight to so many after it."""
    run = Run(ends=MIDNIGHT + after)
    shift = MIDNIGHT - before - time.time()
    set_clock(stage, shift)
    with walking(stage, server, is_worker_alive):
        threads = [
            threading.Thread(target=search, args=(server.port, shift, random.Random(n), run)) for n in range(SEARCHERS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return run


def set_clock(stage: Stage, shift: float) -> None:
    """Turn the clock of every process of this stage at one instant."""
    part = stage.folder / "clock.part"
    part.write_text(str(shift))
    part.rename(stage.folder / "clock")


def search(port: int, shift: float, dice: random.Random, run: Run) -> None:
    """Ask in every way that a shopper and a machine can; after midnight every third question is a replay."""
    kept: list[Answer] = []
    while not run.is_over(time.time() + shift):
        is_replay = bool(kept) and time.time() + shift >= MIDNIGHT and dice.random() < 1 / 3
        old = dice.choice(kept) if is_replay else None
        answer = ask(port, old.path if old else question(dice), shift, old.etag if old else "")
        if old and answer.status == 304:
            answer = Answer(old.path, answer.asked_at, 304, old.etag, old.cache_control, old.shown, old.total, True)
        run.add(answer)
        if not answer.is_after and answer.etag and min(answer.shown, default=PRODUCTS) < LAPSING:
            kept = [*kept[-_KEPT:], answer]


def question(dice: random.Random) -> str:
    """Lists, searches by words and by name, suggestions, pages, single products; mostly about those that lapse."""
    number = dice.randrange(LAPSING) if dice.random() < 0.7 else dice.randrange(PRODUCTS)
    page = dice.randint(1, 40)
    return dice.choice(
        (
            f"/api/v1/products?per_page=50&page={page}",
            f"/api/v1/products?q=mat+ong&per_page=50&page={page}",
            f"/api/v1/products?q=mat+ong+so+{number:04}",
            f"/api/v1/products?sort=newest&stars={3 + number % 3}&per_page=50",
            f"/api/v1/suggest?q=mat+ong+so+{number // 100:02}",
            f"/san-pham?q=mat+ong&page={page}",
            "/",
            f"/api/v1/products/nua-dem-{number:04}",
            f"/san-pham/nua-dem-{number:04}",
        )
    )


def ask(port: int, path: str, shift: float, etag: str) -> Answer:
    """One question on a connection of its own; with an etag as a cache asks."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Accept": "application/json" if path.startswith("/api/") else "text/html"}
    if etag:
        headers["If-None-Match"] = etag
    asked_at = time.time() + shift
    try:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        body = response.read().decode()
    finally:
        connection.close()
    return Answer(
        path, asked_at, response.status, response.getheader("ETag") or "", response.getheader("Cache-Control") or "",
        offered(path, response.status, body), total_of(path, body), bool(etag),
    )  # fmt: skip


def offered(path: str, status: int, body: str) -> frozenset[int]:
    """The products that an answer offers; one that says that a product is closed may name it."""
    named = {int(number) for number in _SLUG.findall(body)}
    own = {int(number) for number in _SLUG.findall(path)}
    return frozenset(named | own if status == 200 else named - own)


def total_of(path: str, body: str) -> int | None:
    """The total of a list that asks for everything."""
    if not path.startswith("/api/v1/products?per_page") or not body.startswith("{"):
        return None
    found = re.search(r'"total":\s*(\d+)', body)
    return int(found[1]) if found else None


def midnight(house: House, *, worker: bool = True, is_index_old: bool = False, zone: str = "UTC") -> str:
    """300 of 2,000 products lapse at 00:00; nothing of them is in an answer asked for afterwards."""
    with house.stage() as stage:
        stock(stage)
        if is_index_old:
            shutil.rmtree(stage.folder / "search")
            shutil.copytree(stage.folder / "search-of-last-week", stage.folder / "search")
        set_clock(stage, MIDNIGHT - 3600 - time.time())
        with serving(stage, zone=zone) as server:
            warm(server)
            run = walk(stage, server, BEFORE, AFTER, worker)
    return judge(run)


def unguarded(house: House) -> str:
    """Control: with a gate that believes the day on which it started, the searchers find what has lapsed."""
    with house.stage() as stage:
        stock(stage)
        set_clock(stage, MIDNIGHT - 3600 - time.time())
        with serving(stage, without="gate") as server:
            warm(server)
            run = walk(stage, server, 5, 10, is_worker_alive=False)
    after = [one for one in run.answers if one.is_after]
    hits, totals = run.hits(), run.wrong_totals()
    kept = sum(one.is_replay and one.status == 304 for one in hits)
    assert hits, "guard off, and no lapsed hit: this proof proves nothing"
    assert totals, "guard off, and every total was right: the totals are not looked at"
    assert kept, "guard off, and no replay was confirmed: the replays are not looked at"
    return (
        f"guard off: {len(hits)} lapsed hits in {len(after)} answers of the new day, {len(totals)} wrong totals, "
        f"{kept} of the hits were replays confirmed with 304"
    )


def serving(stage: Stage, *, zone: str = "UTC", without: str | None = None) -> Server:
    """The real server on the test clock, standing in a time zone."""
    settings = {"OCOP_CLOCK_FILE": str(stage.folder / "clock"), "TZ": zone}
    return Server(stage.url, stage.folder, stage.port, without=without, settings=settings)


def warm(server: Server) -> None:
    """Let every worker open its index and templates before the clock runs."""
    threads = [
        threading.Thread(target=ask, args=(server.port, path, 0.0, ""))
        for path in ("/", "/san-pham?q=mat+ong", "/api/v1/products?q=mat+ong", "/api/v1/suggest?q=mat") * 4
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def judge(run: Run) -> str:
    """Zero lapsed hits, right totals, nothing that a cache may keep, and enough asked to mean it."""
    before = [one for one in run.answers if not one.is_after]
    after = [one for one in run.answers if one.is_after]
    statuses = Counter(one.status for one in run.answers)
    seen_before = {number for one in before for number in one.shown if number < LAPSING}
    hits = run.hits()
    assert not hits, f"{len(hits)} lapsed hits, such as {hits[0]}"
    assert not run.wrong_totals(), f"totals: {run.wrong_totals()[0]}"
    assert not run.reusable(), f"a cache may keep {run.reusable()[0]}"
    assert statuses.keys() <= {200, 304, 404, 410}, f"answers {statuses}"
    replays = [one for one in after if one.is_replay]
    assert len(seen_before) > LAPSING / 2, f"only {len(seen_before)} of those that lapse were found before"
    assert len(after) >= ENOUGH, f"only {len(after)} answers of the new day"
    assert len(replays) >= SEARCHERS, f"only {len(replays)} replays"
    return (
        f"{PRODUCTS} products, {LAPSING} lapse, {SEARCHERS} searchers: {len(before)} answers before midnight offered "
        f"{len(seen_before)} of them, {len(after)} after it ({len(replays)} replays of kept answers) offered 0; "
        "totals right, no answer may be kept"
    )


SCENARIOS = (
    Scenario("midnight", midnight, quick=False),
    Scenario(
        "midnight, worker dead",
        lambda house: midnight(house, worker=False, zone="America/Los_Angeles"),
        quick=False,
    ),
    Scenario(
        "midnight, worker dead and index of last week",
        lambda house: midnight(house, worker=False, is_index_old=True, zone="Asia/Ho_Chi_Minh"),
        quick=False,
    ),
    Scenario("midnight, control", unguarded, quick=False),
)
