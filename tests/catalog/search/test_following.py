"""The index follows the listings through the outbox, mends itself, and tells where it differs."""

import shutil

import pytest
from flask import Flask

from catalog.listings.models import Listing, Sku
from catalog.listings.service import edit_listing, publish_listing, withdraw
from catalog.producers.models import Producer
from catalog.producers.service import edit_producer
from catalog.search.engine import differences, engine, init_app, mend, rebuild, sync, why_not_ready
from catalog.search.port import SearchIndex
from catalog.search.reactions import renew_index
from catalog.search.service import Query, search
from catalog.search.understanding import strict, understand
from catalog.search.whoosh_index import WhooshIndex
from core.clock import today
from core.config import Config, ConfigError
from core.db import db, transaction
from core.worker import run_pending
from tests import make

pytestmark = pytest.mark.usefixtures("app")


def total(text: str) -> int:
    return search(Query(text=text), today()).total


def test_published_edited_withdrawn(index: SearchIndex) -> None:
    admin, listing = make.actor("admin"), make.listing(name="Mật ong")
    with transaction():
        db.session.get_one(Listing, listing.id).state = "draft"
    rebuild()
    assert dict(index.contents()) == {}
    edit_listing(admin, listing.id, db.session.get_one(Listing, listing.id).version, {"summary": "Ong rừng tràm"})
    publish_listing(admin, listing.id)
    run_pending()
    assert total("rừng tràm") == 1
    edit_listing(admin, listing.id, db.session.get_one(Listing, listing.id).version, {"summary": "Ong hoa nhãn"})
    assert total("hoa nhãn") == 0
    run_pending()
    assert (total("hoa nhãn"), total("rừng tràm")) == (1, 0)
    withdraw(admin, listing.id, "Hết mùa")
    assert total("hoa nhãn") == 0
    run_pending()
    assert dict(index.contents()) == {}
    assert differences() == []


def test_running_a_reaction_twice_changes_nothing(index: SearchIndex) -> None:
    listing = make.listing(name="Mật ong")
    rebuild()
    sync(listing.id)
    sync(listing.id)
    assert dict(index.contents()) == {listing.id: 1}


def test_the_first_reaction_builds_a_missing_index(index: SearchIndex) -> None:
    one, two = make.listing(name="Mật ong"), make.listing(name="Trà")
    assert why_not_ready() is not None
    sync(one.id)
    assert set(index.contents()) == {one.id, two.id}
    assert why_not_ready() is None


def test_differences_and_mending(index: SearchIndex, app: Flask) -> None:
    one, two = make.listing(name="Mật ong"), make.listing(name="Trà")
    rebuild()
    with transaction():
        db.session.get_one(Listing, one.id).sequence = 5
        db.session.get_one(Listing, two.id).state = "withdrawn"
    three = make.listing(name="Gạo")
    assert differences() == [
        f"listing {three.id}: not in the index",
        f"listing {two.id}: in the index, not live",
        f"listing {one.id}: index 1, database 5",
    ]
    runner = app.test_cli_runner()
    compared = runner.invoke(args=["search", "compare"])
    assert (compared.exit_code, "3 differences" in compared.output) == (1, True)
    assert mend() == 3
    assert mend() == 0
    assert runner.invoke(args=["search", "compare"]).exit_code == 0
    assert "2 listings indexed" in runner.invoke(args=["search", "rebuild"]).output


def test_an_index_from_another_life_is_mended(index: SearchIndex) -> None:
    listing = make.listing(name="Mật ong")
    with transaction():
        db.session.get_one(Listing, listing.id).sequence = 9
    rebuild()
    with transaction():
        db.session.get_one(Listing, listing.id).sequence = 2
    assert mend() == 1
    assert dict(index.contents()) == {listing.id: 2}


def test_a_deleted_index_degrades_and_comes_back(whoosh: WhooshIndex, app: Flask) -> None:
    make.listing(name="Mật ong")
    rebuild()
    shutil.rmtree(whoosh.folder)
    assert total("mat ong") == 1
    assert app.test_cli_runner().invoke(args=["search", "compare"]).exit_code == 1
    assert mend() == 1
    assert differences() == []


def test_a_lost_message_is_made_good_by_the_next_minute(whoosh: WhooshIndex) -> None:
    """A few differences are followed one by one, without building everything anew."""
    listings = [make.listing(name=f"Trà {number}") for number in range(12)]
    rebuild()
    before = (whoosh.folder / "CURRENT").read_text()
    with transaction():
        db.session.get_one(Listing, listings[0].id).sequence = 7
        db.session.get_one(Listing, listings[1].id).state = "withdrawn"
    assert mend() == 2
    assert differences() == []
    assert (whoosh.folder / "CURRENT").read_text() == before


def test_a_withdrawal_that_comes_late_takes_nothing_away_that_is_live_again(index: SearchIndex) -> None:
    listing = make.listing(name="Mật ong")
    rebuild()
    with transaction():
        db.session.get_one(Listing, listing.id).state = "withdrawn"
    with transaction():
        db.session.get_one(Listing, listing.id).state = "live"
        db.session.get_one(Listing, listing.id).sequence = 3
    sync(listing.id)  # the message of the withdrawal, when all is over
    assert dict(index.contents()) == {listing.id: 3}


@pytest.mark.usefixtures("index")
def test_what_packs_are_called_is_found() -> None:
    pack = make.sku(name="Mật ong")
    with transaction():
        db.session.get_one(Sku, pack.id).label = "Chai sành men lam"
    rebuild()
    assert total("chai sành") == 1


@pytest.mark.usefixtures("index")
def test_without_an_index_changes_are_found_at_once() -> None:
    one = make.listing(name="Mật ong")
    assert total("mật ong") == 1
    two = make.listing(name="Mật ong bạc hà")
    assert total("mật ong") == 2
    with transaction():
        db.session.get_one(Listing, one.id).state = "withdrawn"
    assert (total("mật ong"), total("bạc hà")) == (1, 1)
    assert two.id != one.id


def test_postgresql_as_engine_needs_postgresql_as_database(app: Flask) -> None:
    with pytest.raises(ConfigError, match="OCOP_SEARCH"):
        Config(search="postgresql", database_url="sqlite:///x.db").checked()
    with pytest.raises(ConfigError, match="OCOP_SEARCH"):
        Config(search="lucene").checked()
    other = Flask("other")
    other.extensions["config"] = Config(search="postgresql", database_url="sqlite:///x.db")
    with pytest.raises(ConfigError, match="OCOP_SEARCH"):
        init_app(other)


@pytest.mark.usefixtures("index")
def test_a_renamed_producer_is_found_by_its_new_name() -> None:
    product = make.product(name="Mật ong")
    make.certificate(product)
    listing = make.listing(product)
    rebuild()
    producer = db.session.get_one(Producer, product.producer_id)
    edit_producer(make.actor("admin"), producer.code, producer.version, {"name": "HTX Sương Mai"})
    run_pending()
    assert engine().find(strict(understand("sương mai"))).ids.tolist() == [listing.id]


def test_the_night_builds_it_anew(whoosh: WhooshIndex) -> None:
    make.listing(name="Mật ong")
    rebuild()
    before = (whoosh.folder / "CURRENT").read_text()
    assert renew_index(today()) == 1
    assert (whoosh.folder / "CURRENT").read_text() != before
