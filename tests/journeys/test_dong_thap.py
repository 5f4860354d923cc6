"""The case of Đồng Tháp over HTTP: one decision revokes 47 products of 27 producers, another restores twelve.

41 had lapsed before, as they were not re-assessed; 6 failed and are on sale until the decision takes effect. No
clock work runs at all: the doors judge by date.
"""

from datetime import date
from typing import Any

import pytest

from core.doctor import examine
from tests import make
from tests.journeys import steps
from tests.journeys.conftest import Town
from tests.support.clock import Clock

FAILED, LAPSED, PRODUCERS, RESTORED = 6, 41, 27, 12
AUTHORITY = {"issuer_level": "province", "issuer": "UBND tỉnh Đồng Tháp"}

#: A walk of some hundred requests: a minute is enough on an idle machine, not on a busy one.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def names() -> list[str]:
    return [f"Khô cá Thử {n:02}" for n in range(FAILED + LAPSED)]


def recognition(number: str, lines: list[int], decided_on: str, valid_until: str) -> dict[str, Any]:
    """A decision over these products, each of one of 27 producers."""
    return {
        "kind": "recognition", "number": number, "decided_on": decided_on, **AUTHORITY,
        "lines": [
            {
                "product_name": names()[n], "producer_name": f"HTX Thử {n % PRODUCERS:02}", "set": 8, "stars": 3,
                "valid_from": decided_on, "valid_until": valid_until,
            }
            for n in lines
        ],
    }  # fmt: skip


def decide(town: Town, decision: dict[str, Any], **totals: Any) -> dict[str, Any]:
    """Entered by one certifier, confirmed by another."""
    entered = town.does("enters", "POST", "/decisions", decision)
    assert entered["state"] == "entered"
    return town.does("verifies", "POST", f"/decisions/{entered['id']}/confirmation", totals)


def open_shop(town: Town) -> dict[str, tuple[str, int, str]]:
    """The 47 products, recognised of old and listed; answers slug, listing and pack by name."""
    steps.open_town(town)
    decide(town, recognition("1/QĐ-UBND", list(range(FAILED)), "2026-08-05", "2029-08-05"), products=FAILED)
    decide(town, recognition("2/QĐ-UBND", list(range(FAILED, FAILED + LAPSED)), "2022-01-10", "2025-01-10"))
    found: dict[str, tuple[str, int, str]] = {}
    for page in (1, 2):
        for product in town.gets(f"/desk/products?per_page=40&page={page}", "enters")["items"]:
            pack = {"label": "Hộp 300 g", "price": 90_000, "vat_bp": 800, "storage": make.KEPT}
            wanted = {"product": product["code"], "summary": "Quà quê.", "skus": [pack], **make.label()}
            listing = town.does("enters", "POST", "/listings", wanted)
            town.does("enters", "POST", f"/listings/{listing['id']}/publication")
            found[product["name"]] = product["slug"], listing["id"], listing["skus"][0]["code"]
    return found


def answers(town: Town, shop: dict[str, tuple[str, int, str]]) -> dict[str, int]:
    """What the product pages say, counted."""
    counted: dict[str, int] = {}
    for slug, _listing, _pack in shop.values():
        answer = town.asks("GET", f"/products/{slug}")
        said = "200" if answer.status_code == 200 else f"{answer.status_code} {answer.json['code']}"  # type: ignore[index]
        counted[said] = counted.get(said, 0) + 1
    return counted


@pytest.mark.long
def test_47_products_of_27_producers(town: Town, clock: Clock) -> None:
    clock.on(date(2026, 11, 20))
    shop = open_shop(town)
    assert len(shop) == FAILED + LAPSED
    assert answers(town, shop) == {"200": FAILED, "410 certificate.lapsed": LAPSED}
    assert town.gets("/products?q=kho+ca")["total"] == FAILED
    failing = [shop[name] for name in names()[:FAILED]]
    for _slug, _listing, pack in failing[:3]:
        steps.receive(town, pack, 20)
    cart = steps.fill_cart(town, failing[0][2], failing[1][2])
    decided = town.does(
        None, "POST", f"/carts/{steps.fill_cart(town, failing[2][2])}/checkout", steps.checkout_body(total=90_000)
    )

    clock.forward(minutes=5)

    # The dry run tells everything and writes nothing.
    revocation = {
        "kind": "revocation", "number": "77/QĐ-UBND", "decided_on": "2026-11-20", **AUTHORITY, "ground": "criteria",
        "effective_on": "2026-11-20",
        "lines": [
            {"product_name": name, "producer_name": f"HTX Thử {n % PRODUCERS:02}"} for n, name in enumerate(names())
        ],
    }  # fmt: skip
    trial = town.does("enters", "POST", "/decisions?dry_run=1", revocation)
    assert trial["totals"]["products"] == 47
    acts = [line["act"] for line in trial["lines"]]
    assert (acts.count("revoke"), acts.count("record")) == (FAILED, LAPSED)
    told = {(one["object"], one["act"]): one for one in trial["consequences"]}
    assert told["listing", "unlisted"]["count"] == FAILED
    assert (told["cart", "unpayable"]["count"], told["order", "held"]["count"]) == (1, 1)
    assert (told["lot", "blocked"]["units"], told["lot", "blocked"]["stores"]) == (60, 1)
    assert town.gets("/decisions?state=entered", "enters")["total"] == 0
    unknown = revocation | {"lines": [*revocation["lines"], {"product_code": "X"}]}
    bad = town.asks("POST", "/decisions?dry_run=1", unknown, who="enters")
    assert (bad.status_code, bad.json["code"]) == (422, "import.refused")  # type: ignore[index]
    assert [(one["line"], one["column"]) for one in bad.json["errors"]] == [(48, "product_code")]  # type: ignore[index]

    # Entered by one, it changes nothing; only another may confirm, and must have counted the same.
    entered = town.does("enters", "POST", "/decisions", revocation)
    assert town.asks("POST", "/decisions", revocation, who="enters").status_code == 200
    confirmation = f"/decisions/{entered['id']}/confirmation"
    assert town.refused("enters", "POST", confirmation, {}) == (409, "decision.same_person")
    assert town.refused("verifies", "POST", confirmation, {"products": 46}) == (409, "verification.differs")
    assert town.refused("manager", "POST", confirmation, {})[0] == 403
    done = town.does("verifies", "POST", confirmation, {"products": 47, "stars": {"3": 47}})
    assert (done["state"], len([line for line in done["lines"] if line["certificate"]])) == ("confirmed", 47)

    # At once, with no worker, nothing of it is sold, found or suggested any more.
    assert answers(town, shop) == {"410 certificate.revoked": 47}
    assert town.gets("/products?q=kho+ca")["total"] == 0
    assert town.gets(f"/carts/{cart}")["total"] == 0
    assert town.refused(None, "POST", f"/carts/{cart}/checkout", steps.checkout_body(total=180_000))[0] == 409
    status, text = town.page(f"/san-pham/{failing[0][0]}")
    assert (status, "thu hồi" in text) == (410, True)
    town.worker()
    held = town.gets(f"/orders/{decided['number']}?token={decided['token']}")
    assert held["state"] not in ("handed_over", "cancelled")

    # A new decision restores twelve; they come back when a person says so, and not before.
    clock.on(date(2026, 11, 25))
    again = list(range(FAILED + RESTORED - 4))[2:]
    assert len(again) == RESTORED
    restored = decide(town, recognition("99/QĐ-UBND", again, "2026-11-25", "2029-11-25"), products=RESTORED)
    assert {line["act"] for line in restored["lines"]} == {"again"}
    waiting = {"410 certificate.revoked": 47 - RESTORED, "410 listing.withdrawn": RESTORED}
    assert answers(town, shop) == waiting
    for n in again:
        town.does("verifies", "POST", f"/listings/{shop[names()[n]][1]}/publication")
    town.worker()
    assert answers(town, shop) == {"200": RESTORED, "410 certificate.revoked": 47 - RESTORED}
    assert town.gets("/products?q=kho+ca")["total"] == RESTORED
    assert town.refused("verifies", "POST", f"/listings/{failing[0][1]}/publication") == (409, "listing.revoked")

    broken = [f"{one.invariant.code}: {line}" for one in town.live.run(examine) for line in one.breaches]
    assert broken == []
