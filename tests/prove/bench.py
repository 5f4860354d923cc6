"""``make bench``: figures of the real server, one JSON line each.

``python -m tests.prove.bench [--sizes 1000,10000,100000] [--pairs postgresql/postgresql,sqlite/whoosh …]
[--seconds S] [--only WORDS]``. A pair is a database and a search engine. Each line names what was asked, of how many
listings, over how many connections, with the milliseconds of the median and the 95th percentile and the answers per
second. ``bare`` is a Flask application that answers one indexed statement of 24 rows on the same database, server and
machine: what the ratio ``of_bare`` is measured against. Nothing is judged here; that is for whoever reads.
"""

import argparse
import dataclasses
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import select

from catalog.products.models import Product
from catalog.search.engine import make_engine
from core.db import db
from tests.prove.figures import tills
from tests.prove.figures.checkouts import goods_in_stock
from tests.prove.figures.goods import fill
from tests.prove.serve import Server
from tests.prove.stage import House, Stage
from tests.support.postgres import Missing
from tests.support.queries import counted
from tests.support.sources import ROOT

PAIRS = ("sqlite/whoosh", "postgresql/postgresql", "postgresql/whoosh")
SIZES = (1_000, 10_000, 100_000)
#: Two processes of four threads: one machine of two cores.
WORKERS, THREADS = 2, 4
CONNECTIONS = (1, 8)
#: Seconds of sales and checkouts before any is counted: each connection learns its statements.
WARMING = 4.0
#: Paths that a client asks in turn: enough that no two connections ask the same at once.
PATHS = 400
#: A cart with its lines, then name, telephone and placement, paid at the store; or sent to a commune's address, after
#: a question of the fee, and paid there.
CHECKOUTS, DELIVERED = "guest checkouts", "guest checkouts, delivered"
#: Where they are sent: Xã Kiến Thụy, Thành phố Hải Phòng.
COMMUNE = "11680"
#: Five lines for cash at four tills; alone, and with 64 buyers online at the same shelves.
TILLS = "till sales"
BUYERS = 64


@dataclass(frozen=True)
class Facts:
    """What a line says of itself."""

    database: str
    engine: str
    listings: int

    def tell(self, what: str, **figures: object) -> None:
        """One JSON line."""
        line = {"database": self.database, "engine": self.engine, "listings": self.listings, "what": what, **figures}
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        sys.stdout.flush()


def main() -> int:
    """Measure each pair at each size."""
    options = _options()
    for pair in options.pairs:
        database, engine = pair.split("/")
        try:
            house = House(database)
        except Missing as missing:
            Facts(database, engine, 0).tell("all", skipped=str(missing))
            continue
        try:
            for size in options.sizes:
                with house.stage() as stage:
                    measure(stage, Facts(database, engine, size), options)
        finally:
            house.close()
    return 0


def measure(stage: Stage, facts: Facts, options: argparse.Namespace) -> None:
    """One pair at one size."""
    began = time.perf_counter()
    stage.prepare(lambda: fill(facts.listings))
    settle(stage, facts)
    facts.tell("filled", seconds=round(time.perf_counter() - began, 1))
    settings = {"OCOP_SEARCH": facts.engine, "OCOP_THREADS": str(THREADS)}
    server = Server(stage.url, stage.folder, stage.port, settings=settings, workers=WORKERS, threads=THREADS)
    if any(only in TILLS for only in options.only):
        sell(stage, facts, server, options.seconds)
    if options.only == (TILLS,) or options.only == ("till",):
        return
    build(server, stage, facts)
    asked = {what: paths for what, paths in questions(stage).items() if any(only in what for only in options.only)}
    statements(stage, facts, asked)
    yardstick = bare(stage, facts, options.seconds)
    with server:
        for what, paths in asked.items():
            ask(stage, facts, what, paths, options.seconds, yardstick)
        for what in (CHECKOUTS, DELIVERED):
            if any(only in what for only in options.only):
                buy(stage, facts, what, options.seconds)
        facts.tell("memory", worker_mib=[_resident(pid) for pid in server.workers()])


def settle(stage: Stage, facts: Facts) -> None:
    """A shop's tables grow slowly and are looked after on the way; these came at once, so that is done at once."""
    if facts.database == "postgresql":
        stage.upkeep("VACUUM (ANALYZE)", "CHECKPOINT")
    else:
        stage.upkeep("ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)")


def build(server: Server, stage: Stage, facts: Facts) -> None:
    """How long the index takes to build, how large it is and how much memory that took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    began = time.perf_counter()
    done = server.flask("search", "rebuild")
    assert done.returncode == 0, done.stderr[-2000:]
    seconds = round(time.perf_counter() - began, 1)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    facts.tell("build", seconds=seconds, index_mib=index_mib(stage, facts), peak_mib=max(before, peak) // 1024)


def index_mib(stage: Stage, facts: Facts) -> float:
    """The index on disk, in MiB."""
    if facts.engine == "whoosh":
        files = (path for path in (stage.folder / "search").rglob("*") if path.is_file())
        return round(sum(path.stat().st_size for path in files) / 2**20, 1)
    size = "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c WHERE relkind = 'r' AND relname LIKE 'search_%'"
    return round(float(str(stage.ask(size)[0][0])) / 2**20, 1)


def questions(stage: Stage) -> dict[str, list[str]]:
    """What is asked: lists by category and page, words with filters, products, beginnings of words."""
    dice = random.Random(20261122)

    def slugs() -> list[str]:
        found = list(db.session.scalars(select(Product.slug).order_by(Product.id)))
        return [dice.choice(found) for _ in range(PATHS)]

    api, words = (
        "/api/v1/products",
        ("mat ong", "nuoc mam", "tra hoa", "cà phê", "bánh đa", "khan tho cam", "gạo", "dua"),
    )
    filters = ("stars=4", "group=I", "price_max=300000", "stars=3&sort=price", "area=31", "sort=name")
    groups, pages = ("I", "II", "IV"), range(1, 21)
    return {
        "list": [f"{api}?group={dice.choice(groups)}&page={dice.choice(pages)}&per_page=24" for _ in range(PATHS)],
        "search with facets": [f"{api}?q={quote(dice.choice(words))}&{dice.choice(filters)}" for _ in range(PATHS)],
        # No answer to these is kept: each asks for another price.
        "search never asked before": [
            f"{api}?q={quote(dice.choice(words))}&stars=4&price_max={100_000 + 37 * n}" for n in range(PATHS * 20)
        ],
        "detail": [f"{api}/{slug}" for slug in stage.prepare(slugs)],
        "suggestion": [
            f"/api/v1/suggest?q={quote(dice.choice(words)[:n])}" for n in (2, 3, 4) for _ in range(PATHS // 3)
        ],
        "front page": ["/"],
        "browse page": [f"/san-pham?q={quote(dice.choice(words))}" for _ in range(PATHS)],
        "product page": [f"/san-pham/{slug}" for slug in stage.prepare(slugs)],
    }


def statements(stage: Stage, facts: Facts, asked: Mapping[str, list[str]]) -> None:
    """How many statements one question takes, once everything is warm."""
    config = dataclasses.replace(stage.app.extensions["config"], search=facts.engine)
    stage.app.extensions["search"] = make_engine(config)
    client = stage.app.test_client()

    def warmed() -> dict[str, int]:
        for paths in asked.values():
            client.get(paths[0])
        return {
            what: max(counted(lambda path=path: client.get(path)) for path in paths[:8])
            for what, paths in asked.items()
        }

    facts.tell("statements", **stage.prepare(warmed))


def bare(stage: Stage, facts: Facts, seconds: float) -> float:
    """Answers per second of the yardstick over eight connections."""
    dice = random.Random(1)
    paths = [f"/bare?after={dice.randint(0, max(1, facts.listings - 24))}" for _ in range(PATHS)]
    server = Server(
        stage.url, stage.folder, stage.port, entry="tests.prove.figures.bare_wsgi:app", workers=WORKERS, threads=THREADS
    )
    with server:
        figures = load(stage.port, 8, seconds, paths)
    facts.tell("bare", connections=8, **figures)
    return float(figures["per_second"])


def ask(stage: Stage, facts: Facts, what: str, paths: list[str], seconds: float, yardstick: float) -> None:
    """One kind of question over each number of connections; the first answers warm every worker."""
    load(stage.port, 8, 1, paths[:40])
    for connections in CONNECTIONS:
        figures = load(stage.port, connections, seconds, paths)
        ratio = {"of_bare": round(float(figures["per_second"]) / yardstick, 2)} if connections == 8 else {}
        facts.tell(what, connections=connections, **figures, **ratio)


def buy(stage: Stage, facts: Facts, what: str, seconds: float) -> None:
    """Whole guest checkouts over eight connections; the first ones warm every worker."""
    found = stage.prepare(goods_in_stock)
    goods = json.dumps(dataclasses.asdict(dataclasses.replace(found, area=COMMUNE if what == DELIVERED else None)))
    command = [sys.executable, "-m", "tests.prove.figures.checkouts", str(stage.port), "8"]
    for lasting in (WARMING, seconds):
        done = subprocess.run(
            [*command, str(lasting)], cwd=ROOT, input=goods, capture_output=True, text=True, check=True
        )
    facts.tell(what, connections=8, **json.loads(done.stdout))


def sell(stage: Stage, facts: Facts, server: Server, seconds: float) -> None:
    """Sales at the tills, first alone, then beside buyers online; the first ones warm every worker."""
    goods = tills.goods_of(stage.prepare(lambda: tills.prepare(stage)))
    command = [sys.executable, "-m", "tests.prove.figures.tills", str(stage.port)]
    with server:
        for number, (lasting, buyers) in enumerate(((2 * WARMING, 0), (2 * seconds, 0), (4 * seconds, BUYERS))):
            done = subprocess.run(
                [*command, str(lasting), str(buyers)], cwd=ROOT, input=goods, capture_output=True, text=True, check=True
            )
            if number:
                facts.tell(TILLS, tills=tills.TILLS, **json.loads(done.stdout), oversold=tills.oversold(stage))


def load(port: int, connections: int, seconds: float, paths: list[str]) -> dict[str, Any]:
    """Let the client run in a process of its own."""
    command = [sys.executable, "-m", "tests.prove.figures.load", str(port), str(connections), str(seconds)]
    done = subprocess.run(command, cwd=ROOT, input="\n".join(paths), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def _resident(pid: int) -> int:
    """Memory of a process in MiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) // 1024


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--sizes", type=_numbers, default=SIZES)
    parser.add_argument("--pairs", type=lambda text: tuple(text.split(",")), default=PAIRS)
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each question is asked")
    parser.add_argument("--only", type=lambda text: tuple(text.split(",")), default=("",), help="only such questions")
    return parser.parse_args()


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


if __name__ == "__main__":
    sys.exit(main())
