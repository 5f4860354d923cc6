"""``make bench``: first honest figures of the real server, one JSON line each.

Each line names what was asked, of how much data, by how many clients, and the milliseconds of the
median and the 95th percentile over all answers. No figure is compared here; that is for whoever reads.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable

from tests.prove.clients import Client, at_once
from tests.prove.scenarios import PRICE, Goods, check_out, fill_cart
from tests.prove.stage import House, Stage
from tests.support.databases import KINDS
from tests.support.postgres import Missing

LISTINGS = 200
EACH = 40


def main() -> int:
    """Measure on each database that is here."""
    for kind in KINDS:
        try:
            house = House(kind)
        except Missing as missing:
            tell(kind, "all", skipped=str(missing))
            continue
        try:
            measure(house)
        finally:
            house.close()
    return 0


def measure(house: House) -> None:
    """Searches, product pages and checkouts on one database."""
    with house.stage() as stage:
        goods = stage.prepare(shelves)
        with stage.serve() as server:
            assert server.flask("search", "rebuild").returncode == 0
            for clients in (1, 8):
                ask(stage, "search", clients, lambda client: client.get("/api/v1/products?q=mat+ong&per_page=20"))
                ask(stage, "front page", clients, lambda client: client.get("/"))
            sell(stage, goods, 8)


def shelves() -> Goods:
    """Two hundred certified listings, one of them in stock without end."""
    from tests import make

    store = make.store("kien-thuy")
    packs = [make.sku(price_vnd=PRICE, name=f"Mật ong rừng số {number}") for number in range(LISTINGS)]
    make.lot(packs[0], store, on_shelf=100_000)
    return Goods(packs[0].code, store.code)


def ask(stage: Stage, name: str, clients: int, question: Callable[[Client], object]) -> None:
    """The same question again and again from several clients at once."""
    everybody = [Client(stage.port) for _ in range(clients)]
    at_once(everybody, lambda client, _: question(client))  # the first answer warms every worker
    took = at_once(everybody, lambda client, _: [timed(lambda: question(client)) for _ in range(EACH)])
    report(stage, name, clients, [one for some in took for one in some])


def sell(stage: Stage, goods: Goods, clients: int) -> None:
    """Whole checkouts, the cart filled beforehand."""

    def buy(client: Client, _: int) -> list[float]:
        carts = [fill_cart(client, goods) for _ in range(EACH // 4)]
        return [timed(lambda cart=cart: check_out(client, cart, goods.store)) for cart in carts]

    took = at_once([Client(stage.port) for _ in range(clients)], buy)
    report(stage, "checkout", clients, [one for some in took for one in some])


def timed(work: Callable[[], object]) -> float:
    """Milliseconds that something takes."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def report(stage: Stage, name: str, clients: int, took: list[float]) -> None:
    """One line."""
    kind = "postgresql" if stage.postgres else "sqlite"
    p95 = statistics.quantiles(took, n=20)[-1]
    median = statistics.median(took)
    tell(kind, name, clients=clients, listings=LISTINGS, n=len(took), p50_ms=round(median, 1), p95_ms=round(p95, 1))


def tell(database: str, name: str, **facts: object) -> None:
    """One JSON line."""
    sys.stdout.write(json.dumps({"database": database, "what": name, **facts}, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
