"""Tills for the proofs: registered, with a cashier and an open shift, and how they speak to a server."""

import http.client
import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from core.accounts.actor import Actor, Grant, Scope
from core.clock import now
from core.db import db
from core.errors import Refusal
from shop.tills import selling, shifts
from shop.tills.asked import read_sale
from shop.tills.devices import register_till
from shop.tills.exceptions import keep_for_decision, trouble_of
from shop.tills.here import Here, here
from shop.tills.models import Till
from shop.tills.schemas import SaleIn
from tests.prove.scenarios import PRICE


@dataclass(frozen=True)
class Stall:
    """One till with its open shift, as the verbs want it."""

    place: Here
    shift: str
    cashier: Actor
    secret: str
    token: str

    def body(self, lines: Sequence[tuple[str, int]], **more: Any) -> dict[str, Any]:
        """A sale for cash at the usual price, as a till sends it."""
        total = sum(PRICE * units for _sku, units in lines)
        return {
            "uuid": str(uuid4()), "shift": self.shift, "sold_at": now().isoformat(), "total": total,
            "lines": [{"sku": sku, "quantity": units, "unit_price": PRICE} for sku, units in lines],
            "tenders": [{"way": "cash", "amount": total}], **more,
        }  # fmt: skip

    def sell(self, body: dict[str, Any]) -> str:
        """Sell as the address does: the answer's status, or the refusal's code."""
        asked = read_sale(SaleIn().load(body))  # type: ignore[arg-type]
        try:
            return str(selling.sell(self.place, asked, self.cashier).status)
        except Refusal as refusal:
            if not asked.is_offline or trouble_of(refusal) is None:
                return refusal.code
            return str(keep_for_decision(self.place, asked, self.cashier, refusal).status)


def open_stalls(store: Any, number: int) -> list[Stall]:
    """So many tills of a store, each with a cashier and an open shift."""
    from core.accounts.actor import SYSTEM
    from core.accounts.tokens import create_token
    from tests import make

    boss = Actor(make.user().id, "Hoa", frozenset({Grant("store_manager", Scope("store", store.code))}))
    found: list[Stall] = []
    for place in range(number):
        person = make.user("cashier", ("store", store.code), name=f"Lan {place}")
        made = register_till(store, f"Quầy {place + 1}", boss)
        cashier = Actor(person.id, person.name, frozenset({Grant("cashier", Scope("store", store.code))}))
        shift = shifts.open_shift(made.till, 500_000, cashier)
        token, _row = create_token(person, "prove", SYSTEM)
        found.append(Stall(here(db.session.get_one(Till, made.till.id)), shift.code, cashier, made.secret, token))
    return found


def send(
    port: int, path: str, body: dict[str, Any], stall: Stall, *, is_dropped: bool = False
) -> tuple[int | None, bytes]:
    """One try of a till; a dropped answer, or a broken connection, tells nothing."""
    headers = {
        "Content-Type": "application/json", "Accept": "application/json", "Authorization": f"Bearer {stall.token}",
        "Cookie": f"device={stall.secret}",
    }  # fmt: skip
    channel = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        channel.request("POST", path, json.dumps(body), headers)
        if is_dropped:
            return None, b""
        answer = channel.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return None, b""
    finally:
        channel.close()


def together(works: Sequence[Callable[[], None]]) -> None:
    """All at the same time; raises what the first one raised."""
    errors: list[BaseException] = []

    def one(work: Callable[[], None]) -> None:
        try:
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
