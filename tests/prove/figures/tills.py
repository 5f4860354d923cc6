"""Sales of five lines at four tills, while 64 people buy online from the same shelves; nothing may be oversold.

Run as a process of its own, ``python -m tests.prove.figures.tills PORT SECONDS BUYERS < goods``, where goods is JSON:
the store, its tills with their cookies and tokens, packs of which there is enough, and packs of which there are few.
Each till rings up the next basket as soon as a cashier could (`PAUSE`); each buyer online comes back after `THINKS`
seconds. Prints one JSON object: sales, milliseconds of a sale, checkouts online, and what was refused.
"""

import json
import random
import sys
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from itertools import count
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from catalog.listings.models import Sku
from core.db import db
from shop.inventory.models import Lot, StockLevel
from shop.stores.models import Place, Store
from tests.prove.figures.load import PATIENCE, at
from tests.prove.stage import Stage
from tests.prove.stalls import open_stalls

LINES, TILLS, FEW = 5, 4, 20
#: Seconds between two baskets at one till, and between two checkouts of one buyer online.
PAUSE, THINKS = 0.5, 10.0
_numbers = count(10_000_000)


@dataclass(frozen=True)
class Counters:
    """Everything that the tills and the buyers need."""

    store: str
    #: (shift, cookie, token) of each till.
    tills: list[tuple[str, str, str]]
    #: (code, price) of packs.
    plenty: list[tuple[str, int]]
    scarce: list[tuple[str, int]]


def prepare(stage: Stage) -> Counters:
    """Four tills at the store with the most packs; of twenty packs only twenty units are left."""

    def build() -> Counters:
        query = (
            select(Store, Sku.code, Sku.price_vnd, StockLevel.id)
            .join(Place, Place.store_id == Store.id)
            .join(StockLevel, StockLevel.place_id == Place.id)
            .join(Lot, Lot.id == StockLevel.lot_id)
            .join(Sku, Sku.id == Lot.sku_id)
            .where(Sku.abv_bp.is_(None), Sku.unit == "piece", StockLevel.on_hand - StockLevel.held > 50)
            .order_by(Store.id, Sku.id)
            .limit(1_000)
        )
        rows = db.session.execute(query).all()
        store = rows[0][0]
        packs = [(row[1], row[2], row[3]) for row in rows if row[0].id == store.id][:420]
        few, much = packs[:FEW], packs[FEW:]
        for some, units in ((few, FEW), (much, 100_000)):
            ids = ", ".join(str(one[2]) for one in some)
            delta = f"{units} - on_hand"
            stage.tell(
                "INSERT INTO stock_movement (level_id, delta, reason, document_type, document_ref, actor, at)"
                f" SELECT id, {delta}, 'count', 'count', 'BENCH', 'bench', CURRENT_TIMESTAMP FROM stock_level"
                f" WHERE id IN ({ids}) AND {delta} <> 0",
                f"UPDATE stock_level SET on_hand = {units} WHERE id IN ({ids})",
            )
        stalls = open_stalls(store, TILLS)
        return Counters(
            store.code, [(one.shift, one.secret, one.token) for one in stalls], [(o[0], o[1]) for o in much],
            [(o[0], o[1]) for o in few],
        )  # fmt: skip

    return stage.prepare(build)


def oversold(stage: Stage) -> int:
    """Levels from which more was promised and sold than lay there."""
    rows = stage.ask(
        "SELECT count(*) FROM stock_level l WHERE l.held < 0 OR l.held > l.on_hand OR l.on_hand <>"
        " (SELECT coalesce(sum(m.delta), 0) FROM stock_movement m WHERE m.level_id = l.id)"
    )
    return int(str(rows[0][0]))


def goods_of(counters: Counters) -> str:
    """What the process reads."""
    return json.dumps(asdict(counters))


def main() -> int:
    """Sell at the tills, and buy online, for so many seconds."""
    port, seconds, buyers = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
    counters = Counters(**json.load(sys.stdin))
    took: list[list[float]] = [[] for _till in counters.tills]
    odd: Counter[str] = Counter()
    bought: list[float] = []
    ends = time.perf_counter() + seconds
    threads = [
        threading.Thread(target=ring_up, args=(port, counters, number, ends, took[number], odd))
        for number in range(len(counters.tills))
    ] + [threading.Thread(target=buy, args=(port, counters, ends, bought, odd)) for _buyer in range(buyers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    every = sorted(one for some in took for one in some)
    facts = {"sales": len(every), "p50_ms": at(every, 0.5), "p95_ms": at(every, 0.95), "p99_ms": at(every, 0.99)}
    online = {"buyers": buyers, "checkouts": len(bought), "checkout_p95_ms": at(sorted(bought), 0.95) if bought else 0}
    sys.stdout.write(json.dumps(facts | online | {"refused": dict(odd)}))
    return 0


def ring_up(
    port: int, counters: Counters, number: int, ends: float, took: list[float], odd: Counter[str]
) -> None:  # fmt: skip
    """One till: basket after basket, on one connection."""
    shift, secret, token = counters.tills[number]
    headers = {"Cookie": f"device={secret}", "Authorization": f"Bearer {token}"}
    channel = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    path = f"/api/v1/stores/{counters.store}/sales"
    while time.perf_counter() < ends:
        body = basket(counters, shift)
        began = time.perf_counter()
        try:
            status, said = send(channel, path, body, headers)
        except (OSError, HTTPException) as error:
            status, said = 0, {"code": type(error).__name__}
            channel.close()
        if status == 201:
            took.append((time.perf_counter() - began) * 1000)
        else:
            odd[f"till {status} {said.get('code')}"] += 1
        time.sleep(PAUSE)
    channel.close()


def basket(counters: Counters, shift: str) -> dict[str, Any]:
    """Five lines, now and then one of which few are left."""
    packs = random.sample(counters.plenty, LINES)
    if random.random() < 0.3:
        packs[0] = random.choice(counters.scarce)
    lines = [{"sku": sku, "quantity": random.randint(1, 2), "unit_price": price} for sku, price in packs]
    net = sum(one["quantity"] * one["unit_price"] for one in lines)  # type: ignore[operator]
    total = (net + 500) // 1000 * 1000
    return {
        "uuid": str(uuid4()), "shift": shift, "sold_at": datetime.now(UTC).isoformat(), "lines": lines,
        "rounding": total - net, "total": total, "tenders": [{"way": "cash", "amount": total}],
    }  # fmt: skip


def buy(port: int, counters: Counters, ends: float, bought: list[float], odd: Counter[str]) -> None:
    """One buyer online: a cart of two packs, name and telephone, paid at the store; then she thinks."""
    time.sleep(random.uniform(0, THINKS))
    while time.perf_counter() < ends:
        channel = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        began = time.perf_counter()
        try:
            refused = checkout(channel, counters)
        except (OSError, HTTPException) as error:
            refused = type(error).__name__
        finally:
            channel.close()
        if refused:
            odd[f"online {refused}"] += 1
        else:
            bought.append((time.perf_counter() - began) * 1000)
        time.sleep(random.uniform(0.5, 1.5) * THINKS)


def checkout(channel: HTTPConnection, counters: Counters) -> str | None:
    """One whole checkout; what refused it, or None."""
    packs = [random.choice(counters.plenty), random.choice(counters.scarce + counters.plenty[:40])]
    lines = [{"sku": sku, "quantity": 1} for sku, _price in packs]
    status, cart = send(channel, "/api/v1/carts", {"store": counters.store, "lines": lines}, {})
    if status != 201:
        return f"{status} {cart.get('code')}"
    body = {
        "contact": {"name": "Người thử", "phone": f"+849{next(_numbers):08d}"},
        "fulfilment": {"method": "pickup", "store": counters.store}, "payment": {"provider": "at_store"},
        "expected_total": cart["total"],
    }  # fmt: skip
    status, order = send(channel, f"/api/v1/carts/{cart['token']}/checkout", body, {})
    return None if status == 201 else f"{status} {order.get('code')}"


def send(
    channel: HTTPConnection, path: str, body: dict[str, Any], headers: dict[str, str]
) -> tuple[int, dict[str, Any]]:  # fmt: skip
    """One question and its answer."""
    told = {"Content-Type": "application/json", "Accept": "application/json", **headers}
    channel.request("POST", path, json.dumps(body), told)
    answer = channel.getresponse()
    return answer.status, json.loads(answer.read())


if __name__ == "__main__":
    sys.exit(main())
