"""What memory holds is what the database says, day by day and change by change, without a single one told by hand."""

import random
from datetime import date, timedelta
from types import ModuleType

import pytest
from sqlalchemy import delete, insert, select, text, update

from catalog.certificates.models import Certificate, CertificateSuspension
from catalog.listings.models import DRAFT, LIVE, Listing, Sku
from catalog.listings.queries import list_open
from catalog.producers.models import Producer
from catalog.products.models import Product
from catalog.search.facets import facets, sift
from catalog.search.service import Query, search
from catalog.showcase.kept import showcase
from catalog.stops.models import ProductStop
from core.clock import day_start, today
from core.db import db, transaction
from core.feed import forget
from tests.support.histories import START, World, days, random_world, write

#: Long histories are played on SQLite every day, on PostgreSQL in make test-long.
pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.long("postgresql")]
DICE = 20261122


def same_as_the_database(on: date) -> int:
    """Compare every open listing of a day with the gate in SQL; answers how many there are."""
    wanted = {
        row.listing_id: (row.slug, row.stars, row.price_vnd, row.set_no, row.producer_name) for row in list_open(on)
    }
    day = showcase(on)
    columns = day.columns
    found = {
        int(columns["listing_id"][row]): (
            (face := day.faces[row]).slug, int(columns["stars"][row]), int(columns["price_vnd"][row]), face.set_no,
            face.producer_name,
        )
        for row in day.open_rows().tolist()
    }  # fmt: skip
    assert found == wanted, on
    return len(found)


def world_of_listings(make: ModuleType, dice: random.Random, products: int) -> World:
    """A random history with a listing for each product, some of them drafts, some without a pack."""
    world = random_world(dice, products, (make.user().id, make.user().id))
    with transaction() as session:
        write(world)
        rows = [
            {
                "id": one, "product_id": one, "state": dice.choice((LIVE, LIVE, LIVE, DRAFT)), "sequence": 1,
                "published_at": day_start(START), "is_gift": dice.random() < 0.5, "version": 1,
            }
            for one in world.product_ids()
        ]  # fmt: skip
        session.execute(insert(Listing), rows)
        packs = [_pack(dice, row["id"], n) for row in rows for n in range(dice.choice((0, 1, 1, 2)))]
        session.execute(insert(Sku), packs)
    return world


def _pack(dice: random.Random, listing_id: int, number: int) -> dict[str, object]:
    return {
        "id": listing_id * 10 + number, "listing_id": listing_id, "code": f"RH-{listing_id}-{number}", "label": "Gói",
        "unit": "piece", "price_vnd": dice.randint(1, 500) * 1000, "vat_bp": 0, "is_active": dice.random() < 0.9,
        "version": 1,
    }  # fmt: skip


def test_every_day_is_the_gates_day(make: ModuleType) -> None:
    dice = random.Random(DICE)
    world_of_listings(make, dice, 200)
    counts = [same_as_the_database(on) for on in days(dice, 15)]
    assert max(counts) > 15
    assert min(counts) < max(counts)


def test_every_change_is_followed(make: ModuleType) -> None:
    dice = random.Random(DICE + 1)
    world = world_of_listings(make, dice, 120)
    asked = days(dice, 3)
    for on in asked:
        same_as_the_database(on)
    for number in range(28):
        with transaction():
            change(dice, world, number)
        same_as_the_database(dice.choice(asked))


def change(dice: random.Random, world: World, number: int) -> None:
    """Anything that may happen to what is for sale, by SQL alone: no verb, no event, nobody is told."""
    product = dice.choice(world.products)["id"]
    change_words(dice, world, product, number)
    change_days(dice, product, number)


def change_words(dice: random.Random, world: World, product: int, number: int) -> None:
    """A change of the listing, its packs, its product or its producer."""
    maker = dice.choice(world.producers)["id"]
    fresh = {"id": 900_000_000 + number, "code": f"RH-{product}-{number}"}
    found = (
        update(Listing).where(Listing.product_id == product).values(state=dice.choice((LIVE, DRAFT))),
        update(Sku).where(Sku.listing_id == product).values(price_vnd=dice.randint(1, 99) * 1000),
        update(Sku).where(Sku.listing_id == product).values(is_active=dice.random() < 0.5),
        update(Product).where(Product.id == product).values(set_no=dice.choice((1, 2, 7)), slug=f"moi-{number}"),
        update(Producer).where(Producer.id == maker).values(name=f"Hợp tác xã {number}"),
        delete(Sku).where(Sku.listing_id == product),
        insert(Sku).values(**_pack(dice, product, 7) | fresh),
    )
    db.session.execute(found[number % len(found)])


def change_days(dice: random.Random, product: int, number: int) -> None:
    """A change of the days on which a product may be sold."""
    day = START + timedelta(days=dice.randint(0, 500))
    match number % 4:
        case 0:
            db.session.execute(insert(ProductStop).values(**_stop(number, product, day)))
        case 1:
            lifted = update(ProductStop).where(ProductStop.lifted_on.is_(None))
            db.session.execute(lifted.values(lifted_on=day, lifted_at=day_start(day)))
        case 2:
            one = db.session.scalar(select(Certificate.id).where(Certificate.product_id == product).limit(1))
            if one:
                db.session.execute(insert(CertificateSuspension).values(**_suspension(one, day)))
        case _:
            pass


def _stop(number: int, product: int, day: date) -> dict[str, object]:
    return {
        "code": f"LG-{number}", "product_id": product, "kind": "takedown", "number": "1", "authority": "Chi cục",
        "ground": "thử", "from_on": day, "recorded_at": day_start(day), "until_on": None,
    }  # fmt: skip


def _suspension(certificate_id: int, day: date) -> dict[str, object]:
    return {
        "certificate_id": certificate_id, "from_on": day, "until_on": None, "decision_number": "1", "ground": "thử",
        "recorded_at": day_start(day),
    }  # fmt: skip


def test_a_new_listing_a_withdrawn_one_and_a_gap(make: ModuleType) -> None:
    one, _two = make.listing(name="Trà xanh"), make.listing(name="Trà đen")
    assert same_as_the_database(today()) == 2
    with transaction():
        db.session.execute(update(Listing).where(Listing.id == one.id).values(state="withdrawn"))
    assert same_as_the_database(today()) == 1
    assert [face.name for face in search(Query(), today()).faces(1, 9)] == ["Trà đen"]
    three = make.listing(name="Trà sen")
    assert same_as_the_database(today()) == 2
    with transaction():
        db.session.execute(update(Listing).where(Listing.id == one.id).values(state=LIVE))
    assert same_as_the_database(today()) == 3
    assert three.id in showcase(today()).row_of


def test_followed_and_read_anew_are_the_same(make: ModuleType, app) -> None:
    dice = random.Random(DICE + 2)
    world = world_of_listings(make, dice, 60)
    on = days(dice, 1)[0]
    showcase(on)
    for number in range(20):
        with transaction():
            change(dice, world, number)
        showcase(on)
    followed = showcase(on)
    forget(app)
    fresh = showcase(on)
    assert [face for face in followed.faces if face.listing_id in fresh.row_of] == list(fresh.faces)
    for name in ("stars", "price_vnd", "set", "is_gift"):
        mine = {int(followed.columns["listing_id"][r]): int(followed.columns[name][r]) for r in followed.open_rows()}
        theirs = {int(fresh.columns["listing_id"][r]): int(fresh.columns[name][r]) for r in fresh.open_rows()}
        assert mine == theirs


def test_facets_count_without_their_own_filter_like_a_naive_reader(make: ModuleType) -> None:
    dice = random.Random(DICE + 3)
    world_of_listings(make, dice, 200)
    on = max(days(dice, 12), key=lambda one: len(list_open(one)))
    day, rows = showcase(on), showcase(on).open_rows()
    chosen = {"stars": frozenset({"3", "4"}), "producer": frozenset(str(day.producers.things[0][0]).split())}
    counted = facets(day, sift(day, rows, chosen))
    every = list_open(on)
    by_maker = [one for one in every if one.producer_code in chosen["producer"]]
    by_stars = [one for one in every if str(one.stars) in chosen["stars"]]
    assert {one.value: one.count for one in counted["stars"]} == count(str(one.stars) for one in by_maker)
    assert {one.value: one.count for one in counted["producer"]} == count(one.producer_code for one in by_stars)
    both = [one for one in by_maker if str(one.stars) in chosen["stars"]]
    assert {one.value: one.count for one in counted["group"]} == count(one.group for one in both)


def count(values) -> dict[str, int]:
    found: dict[str, int] = {}
    for value in values:
        found[value] = found.get(value, 0) + 1
    return found


@pytest.mark.parametrize("sort", ["price", "-price", "-stars", "newest", "name", "ending"])
def test_every_order_is_total_and_pages_are_stable(make: ModuleType, sort: str) -> None:
    dice = random.Random(DICE + 4)
    world_of_listings(make, dice, 80)
    on = max(days(dice, 8), key=lambda one: len(list_open(one)))
    whole = search(Query(sort=sort, is_adult=True), on)
    pages = [face.listing_id for page in range(1, 10) for face in whole.faces(page, 9)]
    assert pages == whole.listing_ids[: len(pages)]
    assert sorted(whole.listing_ids) == [row.listing_id for row in list_open(on)]
    assert whole.listing_ids == search(Query(sort=sort, is_adult=True), on).listing_ids


def test_a_planned_price_counts_from_its_day(make: ModuleType) -> None:
    listing = make.listing(price_vnd=50_000)
    sku = db.session.scalars(select(Sku).where(Sku.listing_id == listing.id)).one()
    showcase(today())
    with transaction():
        db.session.execute(
            text(
                "INSERT INTO price_change (sku_id, from_vnd, to_vnd, starts_on, reason, noted_at, by_label)"
                " VALUES (:sku, 50000, 70000, :day, '', :at, 'thử')"
            ),
            {"sku": sku.id, "day": today() + timedelta(days=1), "at": day_start(today())},
        )
    assert same_as_the_database(today()) == 1
    assert same_as_the_database(today() + timedelta(days=1)) == 1
    prices = [
        search(Query(), today() + timedelta(days=n)).faces(1, 1)[0].prices(today() + timedelta(days=n))[0][0]
        for n in (0, 1)
    ]
    assert prices == [50_000, 70_000]
