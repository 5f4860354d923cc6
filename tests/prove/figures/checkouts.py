"""Whole guest checkouts as fast as they are answered: a cart with its lines, then name, telephone and placement.

Run as a process of its own, ``python -m tests.prove.figures.checkouts PORT CONNECTIONS SECONDS < goods``, where goods
is JSON: a store, the packs to choose from, and a commune when the order is to be sent there. Without an account, each
buyer with a number of her own; fetched goods are paid at the store, sent ones on delivery, after a question of the
fee. Prints one JSON object: whole checkouts, what was refused, checkouts per second, and milliseconds of a whole one.
"""

import json
import random
import sys
import threading
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from itertools import count
from typing import Any

from sqlalchemy import select

from catalog.listings.models import Sku
from core.db import db
from shop.inventory.models import Lot, StockLevel
from shop.stores.models import Place, Store
from tests.prove.figures.load import PATIENCE, at

LINES = 2
_numbers = count(10_000_000)


@dataclass(frozen=True)
class Goods:
    """A store, packs of which it has enough, and the commune that they are sent to, if they are."""

    store: str
    skus: list[str]
    area: str | None = None


def main() -> int:
    """Buy on so many connections for so many seconds."""
    port, connections, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    goods = Goods(**json.load(sys.stdin))
    took: list[list[float]] = [[] for _ in range(connections)]
    odd: list[str] = []
    began = time.perf_counter()
    threads = [
        threading.Thread(target=buy, args=(port, goods, began + seconds, took[n], odd)) for n in range(connections)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lasted = time.perf_counter() - began
    every = sorted(one for some in took for one in some)
    facts = {
        "checkouts": len(every),
        "odd": len(odd),
        "first_odd": odd[:1],
        "per_second": round(len(every) / lasted, 1),
    }
    sys.stdout.write(json.dumps(facts | {"p50_ms": at(every, 0.5), "p95_ms": at(every, 0.95)}))
    return 0


def buy(port: int, goods: Goods, ends: float, took: list[float], odd: list[str]) -> None:
    """One connection: checkout after checkout."""
    channel = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    while (began := time.perf_counter()) < ends:
        try:
            refused = checkout(channel, goods)
        except (OSError, HTTPException) as error:
            refused = type(error).__name__
            channel.close()
        if refused:
            odd.append(refused)
        else:
            took.append((time.perf_counter() - began) * 1000)
    channel.close()


def checkout(channel: HTTPConnection, goods: Goods) -> str | None:
    """One whole checkout; what refused it, or None."""
    lines = [{"sku": sku, "quantity": 1} for sku in random.sample(goods.skus, LINES)]
    status, cart = send(channel, "/api/v1/carts", {"store": goods.store, "lines": lines})
    if status != 201:
        return f"{status} cart {cart.get('code')}"
    address = f"/api/v1/carts/{cart['token']}"
    body = {
        "contact": {"name": "Người thử", "phone": f"+849{next(_numbers):08d}"},
        "fulfilment": {"method": "pickup", "store": goods.store},
        "payment": {"provider": "at_store"},
        "expected_total": cart["total"],
    }
    if goods.area:
        status, quote = send(channel, f"{address}/quote?method=delivery&area={goods.area}")
        if status != 200:
            return f"{status} quote {quote.get('code')}"
        body |= {
            "fulfilment": {"method": "delivery", "address": {"line": "Số 5, thôn Đoài", "area": goods.area}},
            "payment": {"provider": "cod"},
            "expected_total": quote["total"],
        }
    status, order = send(channel, f"{address}/checkout", body)
    return None if status == 201 else f"{status} checkout {order.get('code')}"


def send(channel: HTTPConnection, path: str, body: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
    """One question and its answer; without a body it only asks."""
    headers = {"Accept": "application/json"}
    if body is None:
        channel.request("GET", path, headers=headers)
    else:
        channel.request("POST", path, json.dumps(body), headers | {"Content-Type": "application/json"})
    answer = channel.getresponse()
    return answer.status, json.loads(answer.read())


def goods_in_stock(most: int = 400) -> Goods:
    """The store with the most packs, and some of them that no age or law keeps from a guest."""
    query = (
        select(Store.code, Sku.code)
        .join(Place, Place.store_id == Store.id)
        .join(StockLevel, StockLevel.place_id == Place.id)
        .join(Lot, Lot.id == StockLevel.lot_id)
        .join(Sku, Sku.id == Lot.sku_id)
        .where(Sku.abv_bp.is_(None), Sku.unit == "piece", StockLevel.on_hand - StockLevel.held > 50)
        .order_by(Sku.id)
    )
    found: dict[str, list[str]] = {}
    for store, sku in db.session.execute(query):
        found.setdefault(store, []).append(sku)
    store = max(found, key=lambda one: len(found[one]))
    return Goods(store, found[store][:most])


if __name__ == "__main__":
    sys.exit(main())
