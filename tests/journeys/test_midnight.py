"""A star lapses at local midnight while the worker sleeps: every door closes by itself, at once."""

import re
from datetime import datetime

import pytest

from core.clock import ZONE
from core.doctor import examine
from tests.journeys import steps
from tests.journeys.conftest import Town
from tests.journeys.steps import HONEY
from tests.support.clock import Clock

BEFORE = datetime(2026, 11, 30, 23, 59, 59, tzinfo=ZONE)
AFTER = datetime(2026, 12, 1, 0, 0, 0, tzinfo=ZONE)
OTHER = "Mật ong bạc hà Thử"

#: A walk of a hundred requests: a minute is enough on an idle machine, not on a busy one.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.long("postgresql")]  # test_whole_path: both


def counts(town: Town) -> dict[str, int]:
    """Sum of the counts of each facet."""
    facets = town.gets("/products?q=mat+ong")["facets"]
    return {name: sum(value["count"] for value in values) for name, values in facets.items()}


def test_nothing_is_left_open_after_midnight(town: Town, clock: Clock) -> None:
    # The day before: two honeys on sale, indexed by the worker, which then stops.
    clock.set(datetime(2026, 11, 20, 9, tzinfo=ZONE))
    steps.open_town(town)
    producer = steps.register_producer(town)
    slug, sku = steps.list_product(town, producer, HONEY)
    certificate = steps.certify(town, slug, "2023-12-01", "2026-11-30")
    kept_slug, kept_sku = steps.list_product(town, producer, OTHER)
    steps.certify(town, kept_slug, "2026-01-05", "2028-12-31", stars=3)
    steps.receive(town, sku)
    steps.receive(town, kept_sku)
    fair = steps.open_fair(town, "2026-11-30", "2026-12-02")
    accepted = steps.apply_and_accept(town, fair, producer, kept_slug)
    town.worker()

    # One second before midnight everything is open.
    clock.set(BEFORE)
    assert {item["name"] for item in town.gets("/products?q=mat+ong")["items"]} == {HONEY, OTHER}
    assert {item["text"] for item in town.gets("/suggest?q=mat")["items"]} == {HONEY, OTHER}
    assert counts(town)["stars"] == 2
    assert town.page(f"/san-pham/{slug}")[0] == 200
    filled, waiting = steps.fill_cart(town, sku, kept_sku), steps.fill_cart(town, sku)
    pending = town.does(None, "POST", f"/carts/{waiting}/checkout", steps.checkout_body("vietqr"))
    assert pending["payment"]["expires_at"] == "2026-11-30T17:00:00Z"

    # At midnight, with nobody at work, it cannot be found, suggested or counted …
    clock.set(AFTER)
    assert [item["name"] for item in town.gets("/products?q=mat+ong")["items"]] == [OTHER]
    assert [item["name"] for item in town.gets(f"/products?q={HONEY.replace(' ', '+')}")["items"]] in ([], [OTHER])
    assert [item["text"] for item in town.gets("/suggest?q=mat")["items"]] == [OTHER]
    assert set(counts(town).values()) <= {0, 1}
    assert HONEY not in str(town.gets("/products?q=mat+onh").get("did_you_mean"))
    assert [item["sku"] for item in town.gets("/stores/kien-thuy/stock")["items"]] == [kept_sku]
    for page in ("/", "/san-pham", "/san-pham?q=mat+ong", "/cua-hang/kien-thuy", f"/hoi-cho/{fair}"):
        status, text = town.page(page)
        assert status == 200, page
        assert HONEY not in re.sub("</?mark>", "", text), page

    # … its page says why it is gone, and where its certificate stands …
    assert town.refused(None, "GET", f"/products/{slug}") == (410, "certificate.lapsed")
    assert town.asks("GET", f"/products/{slug}").json["url"].endswith(f"/chung-nhan/{certificate}")  # type: ignore[index]
    status, text = town.page(f"/san-pham/{slug}")
    assert status == 410
    assert f"/chung-nhan/{certificate}" in text
    assert "hết hiệu lực" in text
    assert town.gets(f"/certificates/{certificate}")["status"] == "lapsed"

    # … it cannot be put into a cart, and a cart that holds it cannot be ordered: the line is named …
    fresh = town.does(None, "POST", "/carts", {})["token"]
    assert town.refused(None, "PUT", f"/carts/{fresh}/lines/{sku}", {"quantity": 1})[1] == "certificate.lapsed"
    seen = town.gets(f"/carts/{filled}")
    assert seen["total"] == 180_000
    assert [line.get("problem", {}).get("code") for line in seen["lines"]] == ["certificate.lapsed", None]
    answer = town.asks("POST", f"/carts/{filled}/checkout", steps.checkout_body(total=360_000))
    assert (answer.status_code, answer.json["code"]) == (409, "certificate.lapsed")  # type: ignore[index]
    assert [line["sku"] for line in answer.json["lines"]] == [sku]  # type: ignore[index]

    # … money that comes now is owed back, not taken …
    paid = {"amount": 180_000, "reference": "FT1", "booked_at": "2026-11-30T17:00:00Z"}
    ended = town.does("manager", "POST", f"/orders/{pending['number']}/payment", paid)
    assert (ended["state"], ended["payment"]["status"], ended["decided_at"]) == ("to_refund", "to_refund", None)

    # … and it gives nobody a booth, while the star that stands still does.
    wanted = {"products": [slug]}
    assert town.refused(producer, "POST", f"/fairs/{fair}/applications", wanted)[0] in (404, 409, 410)
    claim = {"application": accepted, "days": ["2026-12-01"]}
    booked = town.does("organizer", "PUT", f"/fairs/{fair}/booths/A1/booking", claim)
    assert [day["state"] for day in booked["days"]] == ["hold"]

    # What still stands can be bought as ever.
    town.does(None, "DELETE", f"/carts/{filled}/lines/{sku}")
    order = town.does(None, "POST", f"/carts/{filled}/checkout", steps.checkout_body())
    assert [line["sku"] for line in order["lines"]] == [kept_sku]
    waits = {"I12"}  # the outbox waits: no worker runs here
    broken = [f"{one.invariant.code}: {line}" for one in town.live.run(examine) for line in one.breaches]
    assert [line for line in broken if line.split(":")[0] not in waits] == []


def test_a_booth_is_refused_for_the_days_after_a_lapse(town: Town, clock: Clock) -> None:
    clock.set(datetime(2026, 11, 5, 9, tzinfo=ZONE))
    steps.open_town(town)
    producer = steps.register_producer(town)
    slug, _sku = steps.list_product(town, producer, HONEY)
    steps.certify(town, slug, "2023-12-01", "2026-12-01")
    fair = steps.open_fair(town, "2026-12-01", "2026-12-02")
    application = steps.apply_and_accept(town, fair, producer, slug)
    claim = {"application": application, "days": ["2026-12-02"]}
    assert town.refused("organizer", "PUT", f"/fairs/{fair}/booths/A1/booking", claim) == (409, "booking.uncovered")
    clock.set(datetime(2026, 12, 2, tzinfo=ZONE))
    for conditional in (False, True):
        late = claim | {"conditional": conditional}
        assert town.refused("organizer", "PUT", f"/fairs/{fair}/booths/A1/booking", late)[0] == 409
