"""The doors flip at midnight in Việt Nam, wherever the server stands (real servers in three zones: tests/prove)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import ModuleType

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.search.engine import rebuild
from core.clock import travel
from shop.fairs.booths.rows import covering

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both

LAST = date(2026, 11, 22)
#: Instants around the local midnight and around that of UTC, and whether the product may be sold.
INSTANTS = {
    datetime(2026, 11, 21, 23, 59, 59, tzinfo=UTC): True,
    datetime(2026, 11, 22, 0, 0, 0, tzinfo=UTC): True,
    datetime(2026, 11, 22, 16, 59, 59, tzinfo=UTC): True,
    datetime(2026, 11, 22, 17, 0, 0, tzinfo=UTC): False,
    datetime(2026, 11, 22, 23, 59, 59, tzinfo=UTC): False,
    datetime(2026, 11, 23, 0, 0, 0, tzinfo=UTC): False,
}


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Asia/Ho_Chi_Minh"])
def test_every_door_flips_at_local_midnight(
    zone: str, app: Flask, client: FlaskClient, make: ModuleType, set_zone: Callable[[str], None]
) -> None:
    set_zone(zone)
    first, *_ = INSTANTS
    with travel(first - timedelta(days=60)):
        fair = make.fair(opens_on=LAST, days=2)
    with travel(first):
        listing = make.listing(name="Mật ong nửa đêm", valid_until=LAST, price_vnd=100_000)
        store, pack = make.store(), make.pack_of(listing)
        make.lot(pack, store, on_shelf=50)
        slug = client.get("/api/v1/products?per_page=1").json["items"][0]["slug"]
        rebuild()
        cart = filled(client, store.code, pack.code)
        assert list(covering(fair, [listing.product_id], [LAST, date(2026, 11, 23)])) == [LAST], "a booth by its days"
    for instant, is_open in INSTANTS.items():
        with travel(instant):
            assert doors(client, slug, cart, store.code) == (OPEN if is_open else CLOSED), (zone, instant)


OPEN = {"search": 1, "suggest": 1, "product": (200, None), "page": 200, "problem": None, "total": 100_000, "sale": 201}
CLOSED = {
    "search": 0, "suggest": 0, "product": (410, "certificate.lapsed"), "page": 410, "problem": "certificate.lapsed",
    "total": 0, "sale": (409, "certificate.lapsed"),
}  # fmt: skip


def doors(client: FlaskClient, slug: str, cart: str, store: str) -> dict[str, object]:
    """What each door answers now. Where a sale is open, one is made, of a cart of its own."""
    product = client.get(f"/api/v1/products/{slug}")
    line = (seen := client.get(f"/api/v1/carts/{cart}").json)["lines"][0]
    is_open = product.status_code == 200
    sale = client.post(
        f"/api/v1/carts/{filled(client, store, line['sku']) if is_open else cart}/checkout",
        json={
            "contact": {"name": "Người thử", "phone": "0912345678"}, "expected_total": 100_000,
            "fulfilment": {"method": "pickup", "store": store}, "payment": {"provider": "at_store"},
        },
    )  # fmt: skip
    return {
        "search": client.get("/api/v1/products?q=mat+ong+nua+dem").json["total"],
        "suggest": len(client.get("/api/v1/suggest?q=mat+ong+nua").json["items"]),
        "product": (product.status_code, None if is_open else product.json["code"]),
        "page": client.get(f"/san-pham/{slug}").status_code,
        "problem": (line.get("problem") or {}).get("code"),
        "total": seen["total"],
        "sale": sale.status_code if sale.status_code == 201 else (sale.status_code, sale.json["code"]),
    }


def filled(client: FlaskClient, store: str, sku: str) -> str:
    """A new cart with one unit."""
    token = client.post("/api/v1/carts", json={"store": store}).json["token"]
    assert client.put(f"/api/v1/carts/{token}/lines/{sku}", json={"quantity": 1}).status_code == 200
    return token
