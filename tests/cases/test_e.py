"""Cases E1 to E6: recognised anew, with another star, early, late, unverified, or by two authorities."""

from datetime import datetime, time, timedelta

import pytest

from catalog.certificates import service as certificates
from catalog.certificates.queries import governing, history
from catalog.certificates.refusals import SamePerson
from catalog.consequences.port import Change, Happening, foresee
from core.accounts.actor import Actor
from core.clock import ZONE
from core.db import db, transaction
from shop.cases.models import LabelTask
from shop.cases.queries import list_labels
from shop.cases.service import labels_printed
from shop.orders import service as orders
from shop.orders.queries import get_order
from tests.cases.conftest import DAY, LAST, MIDNIGHT, NEXT, World

pytestmark = pytest.mark.long("postgresql")  # the same walk; test_c and test_once go it on both each day

ONE, SECOND = timedelta(days=1), timedelta(seconds=1)
SEAM = DAY + 4 * ONE


def stars_of(world: World) -> int:
    return world.client.get(f"/api/v1/products/{world.product.slug}").json["stars"]  # type: ignore[index]


def facet(world: World) -> list[tuple[str, int]]:
    facets = world.client.get("/api/v1/products").json["facets"]["stars"]  # type: ignore[index]
    return [(str(one["value"]), one["count"]) for one in facets if one["count"]]


def test_e1_another_star_switches_at_midnight(world: World) -> None:
    """Page, facet, cart and new deliveries show the new star from 00:00 of its first day; nothing has to run."""
    world.verify(world.renewed(SEAM, stars=3))
    world.clock.set(datetime.combine(SEAM, time(), tzinfo=ZONE) - SECOND)
    assert (stars_of(world), facet(world)) == (4, [("4", 1)])
    world.clock.set(datetime.combine(SEAM, time(), tzinfo=ZONE))
    assert (stars_of(world), facet(world)) == (3, [("3", 1)])
    order = world.order()
    assert order.lines[0].stars == 3
    assert world.breaches() == []


def test_e1_sold_lines_keep_the_old_star(world: World) -> None:
    """What was sold under four stars stays four stars, ships, and prints so."""
    sold = world.order()
    world.verify(world.renewed(SEAM, stars=3))
    world.clock.on(SEAM)
    world.night()
    assert world.state(sold) == "placed"
    orders.hand_over(sold.number, world.keeper)
    line = get_order(sold.number).lines[0]
    assert (line.stars, line.certificate_id) == (4, world.certificate.id)
    assert world.breaches() == []


def test_e1_money_after_the_seam_decides_nothing(world: World) -> None:
    """An undecided line keeps its own certificate; past the seam that one covers no day any more."""
    world.clock.on(SEAM - ONE)
    order = world.order("vietqr")
    world.verify(world.renewed(SEAM, stars=5))
    booked = world.clock.set(datetime.combine(SEAM, time(), tzinfo=ZONE))
    world.pay(order, booked)
    assert (world.state(order), get_order(order.number).decided_at) == ("to_refund", None)


def test_e1_stores_print_their_labels_anew(world: World) -> None:
    """One task for each store that has the goods, once; told beforehand; the same star asks for nothing."""
    (told,) = [one for one in foresee(Change(Happening.DOWNRATING, (world.product.id,), SEAM)) if one.object == "lot"]
    assert (told.act, told.units, told.stores) == ("relabelled", 10, 1)
    world.verify(world.renewed(SEAM, stars=3))
    world.worker()
    assert list_labels(world.keeper) == []
    world.clock.on(SEAM)
    world.night()
    world.night()
    (task,) = list_labels(world.keeper)
    assert (task.old_stars, task.new_stars, task.store_id) == (4, 3, world.store.id)
    labels_printed(task.id, world.keeper)
    assert list_labels(world.keeper) == []
    world.clock.on(LAST)
    world.verify(world.renewed(LAST + ONE, stars=3))
    world.clock.on(LAST + ONE)
    world.night()
    assert db.session.query(LabelTask).count() == 1


def test_e2_below_three_stars_or_not_renewed_is_a_lapse(world: World) -> None:
    """Fewer than three stars bring no certificate: there is nothing to enter, and the old one ends."""
    with pytest.raises(Exception, match="stars"):
        world.make.certificate(world.product, stars=2)
    world.clock.set(MIDNIGHT)
    assert world.get(f"/products/{world.product.slug}") == (410, "certificate.lapsed")


def test_e3_renewed_early_there_is_no_gap_at_the_seam(world: World) -> None:
    """Exactly one governs, on every day and at every minute of the seam; one listing, one card."""
    new = world.verify(world.renewed(SEAM))
    for step in range(-2, 3):
        day = SEAM + step * ONE
        found = governing([world.product.id], day)[world.product.id]
        assert found.certificate_id == (new.id if day >= SEAM else world.certificate.id)
    start = datetime.combine(SEAM, time(), tzinfo=ZONE)
    for minutes in (-60, -1, 0, 1, 60, 12 * 60, 24 * 60 - 1):
        world.clock.set(start + timedelta(minutes=minutes))
        assert world.found() == [world.product.slug]
        assert world.get(f"/products/{world.product.slug}") == (200, "")
    db.session.refresh(world.certificate)
    assert world.certificate.governs_until == SEAM - ONE
    world.night()
    assert world.lot_state() == ("ok", None)
    assert world.trail("certificate.superseded") != []
    assert world.breaches() == []


def test_e4_renewed_late_the_gap_stays_closed(world: World) -> None:
    """A decision dated back opens nothing in retrospect; what waited in a cart can be paid from the verification on."""
    token = world.cart()
    world.clock.on(NEXT + 3 * ONE)
    world.night()
    assert world.get(f"/products/{world.product.slug}") == (410, "certificate.lapsed")
    new = world.renewed(NEXT)  # the paper says: from the day after the old one's last
    world.verify(new)
    assert [bool(governing([world.product.id], NEXT + n * ONE)) for n in range(5)] == [False] * 3 + [True] * 2
    assert world.order(cart=token).state == "placed"
    assert world.lot_state() == ("ok", None)
    freed = [one for one in world.trail("consequence.done", new) if one["consequence"] == "lot"]
    assert [(one["lots"], one["units"]) for one in freed] == [(1, 10)]
    assert world.breaches() == []


def test_e5_a_scanned_paper_is_worth_nothing_until_a_second_person_has_read_it(world: World) -> None:
    world.clock.on(NEXT)
    new = world.renewed(NEXT)
    assert governing([world.product.id], NEXT) == {}
    assert world.client.get(f"/api/v1/certificates/{new.code}").status_code == 404
    world.night()
    assert world.get(f"/products/{world.product.slug}") == (410, "certificate.lapsed")
    first = Actor(new.entered_by, "người nhập", world.certifier.grants)
    with pytest.raises(SamePerson):
        certificates.verify(first, new.code, stars=new.stars, valid_until=new.valid_until)
    world.verify(new)
    assert world.get(f"/products/{world.product.slug}") == (200, "")


def test_e6_two_authorities_one_governs_and_both_are_told(world: World) -> None:
    """A province gave four stars, the centre five: the later first day governs; the history shows both."""
    national = world.renewed(SEAM, stars=5)
    with transaction():
        national.issuer_level, national.issuer = "central", "Bộ Nông nghiệp và Môi trường"
    world.verify(national)
    assert [one.stars for one in history(world.product.id)] == [5, 4]
    found = [governing([world.product.id], day)[world.product.id].stars for day in (SEAM - ONE, SEAM)]
    assert found == [4, 5]
    world.clock.on(SEAM)
    shown = world.client.get(f"/api/v1/certificates/{national.code}").json
    assert {one["code"] for one in shown["history"]} == {national.code, world.certificate.code}
    assert world.client.get(f"/api/v1/certificates/{world.certificate.code}").json["status"] == "superseded"
