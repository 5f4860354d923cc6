"""The whole path of the main job, over HTTP: from a certificate to the day on which it lapses and all closes."""

from datetime import date

import pytest

from core.clock import today
from core.doctor import examine
from core.schedule import run_nightly
from tests.journeys import steps
from tests.journeys.conftest import Town
from tests.journeys.steps import HONEY
from tests.support.clock import Clock

LAST_DAY = "2026-11-30"

#: A walk of a hundred requests: a minute is enough on an idle machine, not on a busy one.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.mark.daily("sqlite")
def test_from_certificate_to_lapse(town: Town, clock: Clock) -> None:
    clock.on(date(2026, 11, 5))
    steps.open_town(town)
    producer = steps.register_producer(town)

    # A certificate is entered and verified; its product's listing appears in the searchable catalog.
    slug, sku = steps.list_product(town, producer, HONEY)
    town.worker()
    assert town.gets("/products?q=mat+ong")["total"] == 0  # no star, no sale
    certificate = steps.certify(town, slug, "2023-12-01", LAST_DAY)
    town.worker()
    found = town.gets("/products?q=mat+ong")
    assert [item["name"] for item in found["items"]] == [HONEY]
    assert found["items"][0]["sellable_until"] == LAST_DAY

    # A store receives a lot of it.
    lot = steps.receive(town, sku)
    stock = town.gets("/stores/kien-thuy/stock")["items"]
    assert [(item["sku"], item["available"]) for item in stock] == [(sku, 20)]
    assert town.gets(f"/trace/{lot}")

    # A shopper finds it, puts it into a cart and orders it; the store packs it and hands it over.
    order = steps.order(town, sku)
    assert (order["state"], order["lines"][0]["certificate"]["code"]) == ("placed", certificate)
    town.does("manager", "POST", f"/orders/{order['number']}/packing")
    done = town.does("manager", "POST", f"/orders/{order['number']}/handover")
    assert (done["state"], done["payment"]["status"]) == ("handed_over", "captured")
    assert town.gets("/stores/kien-thuy/stock")["items"][0]["available"] == 19

    # A fair gives its producer a booth: two days are covered, two wait for a renewed certificate.
    fair = steps.open_fair(town, "2026-11-29", "2026-12-02")
    booked = steps.take_booth(town, fair, producer, slug)
    assert [day["certificate"] for day in booked["days"]] == ["144/QĐ-UBND", "144/QĐ-UBND", None, None]
    assert [day["state"] for day in booked["days"]] == ["hold", "hold", "conditional", "conditional"]
    assert [one["producer"]["code"] for one in town.gets(f"/fairs/{fair}/exhibitors")["items"]] == [producer]
    other = steps.apply_and_accept(town, fair, *steps.certified_producer(town, "Trà Sen Thử", "2026-01-05"))
    claim = {"application": other, "days": ["2026-11-29"]}
    assert town.refused("organizer", "PUT", f"/fairs/{fair}/booths/A1/booking", claim) == (409, "booth.taken")

    # No renewal came in time: the conditional days are released by the clock, the covered ones are paid.
    clock.on(date(2026, 11, 15))
    town.live.run(lambda: run_nightly(today()))
    town.worker()
    paid = town.does("organizer", "POST", f"/bookings/{booked['id']}/payment", {"provider": "at_store"})
    assert [day["day"] for day in paid["days"] if day["state"] == "paid"] == ["2026-11-29", "2026-11-30"]

    # On the last day everything is still open: one order is decided at once, another waits for its transfer.
    clock.on(date(2026, 11, 30))
    decided = steps.order(town, sku)
    undecided = steps.order(town, sku, "vietqr")
    assert undecided["payment"]["expires_at"] == "2026-11-30T17:00:00Z"  # local midnight: never past the last day

    # The certificate lapses, and all of that closes by itself.
    clock.on(date(2026, 12, 1))
    assert HONEY not in {item["name"] for item in town.gets("/products?q=mat+ong")["items"]}
    assert town.refused(None, "GET", f"/products/{slug}") == (410, "certificate.lapsed")
    assert town.gets(f"/certificates/{certificate}")["status"] == "lapsed"
    assert town.gets("/stores/kien-thuy/stock")["items"] == []
    line = {"sku": sku, "number": "L02", "quantity": 5, "expires_on": "2027-11-01"}
    assert town.refused("manager", "POST", "/stores/kien-thuy/receipts", {"lines": [line]})[1] == "certificate.lapsed"
    cart = town.does(None, "POST", "/carts", {})["token"]
    assert town.refused(None, "PUT", f"/carts/{cart}/lines/{sku}", {"quantity": 1})[1] == "certificate.lapsed"
    assert town.gets(f"/fairs/{fair}/exhibitors")["items"] == []
    assert town.refused("organizer", "POST", f"/bookings/{booked['id']}/checkin")[0] == 409

    # Then the clock work and the worker tidy: the undecided order ends, the decided one is still served.
    town.live.run(lambda: run_nightly(today()))
    town.worker()
    ended = town.gets(f"/orders/{undecided['number']}?token={undecided['token']}")
    assert ended["state"] in ("cancelled", "cancelled_lapsed")
    served = town.does("manager", "POST", f"/orders/{decided['number']}/handover")
    assert served["state"] == "handed_over"
    assert served["lines"][0]["certificate"]["code"] == certificate

    broken = [f"{one.invariant.code}: {line}" for one in town.live.run(examine) for line in one.breaches]
    assert broken == []
