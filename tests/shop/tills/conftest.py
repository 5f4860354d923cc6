"""A store with a till, a shift, a cashier and goods on the shelf."""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from catalog.listings.models import Sku
from core.accounts.actor import Actor, Grant, Scope
from core.accounts.models import UserAccount
from core.clock import now
from core.doctor import invariants
from shop.inventory.models import Lot
from shop.stores.models import Store
from shop.tills import pins, shifts
from shop.tills.devices import register_till
from shop.tills.models import Till, TillShift

PIN, MANAGER_PIN = "246813", "975310"


@dataclass
class Counter:
    """A till as its browser uses it: the device's cookie, and a token of the cashier."""

    make: ModuleType
    client: FlaskClient
    store: Store
    till: Till
    secret: str
    cashier: UserAccount
    manager: UserAccount
    headers: dict[str, str]
    shift: TillShift
    skus: list[Sku] = field(default_factory=list[Sku])

    def goods(self, *, price: int = 120_000, on_shelf: int = 10, **wishes: Any) -> tuple[Sku, Lot]:
        """A certified pack with one lot on the shelf."""
        lot_wishes = {name: wishes.pop(name) for name in ("expires_on",) if name in wishes}
        sku = self.make.sku(price_vnd=price, **wishes)
        return sku, self.make.lot(sku, self.store, on_shelf=on_shelf, **lot_wishes)

    def line(self, sku: Sku, quantity: int = 1, **more: Any) -> dict[str, Any]:
        """One line at the pack's price."""
        return {"sku": sku.code, "quantity": quantity, "unit_price": sku.price_vnd, **more}

    def body(self, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
        """A sale of these lines for cash, at what pieces cost."""
        net = sum(one["quantity"] * one["unit_price"] - one.get("discount", 0) for one in lines)
        net -= more.get("discount", 0)
        total = more.pop("total", net + more.get("rounding", 0))
        tenders = more.pop("tenders", [{"way": "cash", "amount": total}] if total else [])
        return {
            "uuid": str(uuid4()), "shift": self.shift.code, "sold_at": now().isoformat(), "lines": list(lines),
            "total": total, "tenders": tenders, **more,
        }  # fmt: skip

    def send(self, body: dict[str, Any], kind: str = "sales", **more: Any) -> TestResponse:
        """Send a sale or return."""
        return self.post(f"/api/v1/stores/{self.store.code}/{kind}", body, **more)

    def sell(self, *lines: dict[str, Any], **more: Any) -> TestResponse:
        """Sell these lines."""
        return self.send(self.body(*lines, **more))

    def back(self, sale: str, *lines: dict[str, Any], total: int | None = None, **more: Any) -> TestResponse:
        """Take lines of a receipt back for cash; without a total what the quote says."""
        if total is None:
            asked = {"sale": sale, "lines": list(lines)}
            total = self.post(f"/api/v1/stores/{self.store.code}/returns/quote", asked).json["total"]  # type: ignore[index]
        tenders = [{"way": "cash", "amount": total}] if total else []
        body = {"uuid": str(uuid4()), "sale": sale, "lines": list(lines), "tenders": tenders, **more}
        return self.send(body, "returns")

    def post(self, path: str, body: Any, headers: dict[str, str] | None = None) -> TestResponse:
        """A write of the cashier."""
        return self.client.post(path, json=body, headers=self.headers if headers is None else headers)

    def get(self, path: str, **query: Any) -> TestResponse:
        """A read of the cashier."""
        return self.client.get(path, headers=self.headers, query_string=query)

    def actor(self, role: str = "cashier") -> Actor:
        """The cashier (or manager) as a doer."""
        person = self.cashier if role == "cashier" else self.manager
        return Actor(person.id, person.name, frozenset({Grant(role, Scope("store", self.store.code))}))


@pytest.fixture
def counter(make: ModuleType, client: FlaskClient) -> Counter:
    """A till with an open shift of 500.000 ₫."""
    return open_counter(make, client)


@pytest.fixture
def another(make: ModuleType, client: FlaskClient) -> Callable[[], Counter]:
    """More of them, each in a store of its own."""
    return lambda: open_counter(make, client)


def open_counter(make: ModuleType, client: FlaskClient) -> Counter:
    """Register a till, give people their PINs, open a shift."""
    from core.accounts.actor import SYSTEM
    from core.accounts.tokens import create_token

    store = make.store()
    scope = ("store", store.code)
    cashier, manager = make.user("cashier", scope, name="Lan"), make.user("store_manager", scope, name="Hoa")
    boss = Actor(manager.id, manager.name, frozenset({Grant("store_manager", Scope(*scope))}))
    made = register_till(store, "Quầy 1", boss)
    seller = Actor(cashier.id, cashier.name, frozenset({Grant("cashier", Scope(*scope))}))
    pins.set_pin(seller, PIN)
    pins.set_pin(boss, MANAGER_PIN)
    shift = shifts.open_shift(made.till, 500_000, seller)
    client.set_cookie("device", made.secret)
    token, _row = create_token(cashier, "till", SYSTEM)
    return Counter(
        make, client, store, made.till, made.secret, cashier, manager, {"Authorization": f"Bearer {token}"}, shift
    )


def healthy(*codes: str) -> None:
    """No invariant of the till or of stock is broken."""
    for one in invariants():
        if not codes or one.code in codes:
            assert list(one.check()) == [], one.code
