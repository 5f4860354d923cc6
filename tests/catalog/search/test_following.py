"""The index follows the listings through the outbox, mends itself, and tells where it differs."""

import shutil

import pytest
from flask import Flask

from catalog.listings.models import Listing
from catalog.listings.service import edit_listing, publish_listing, withdraw
from catalog.search.engine import differences, mend, rebuild, sync, why_not_ready
from catalog.search.service import Query, search
from catalog.search.whoosh_index import WhooshIndex
from core.clock import today
from core.config import Config, ConfigError
from core.db import db, transaction
from core.worker import run_pending
from tests import make

pytestmark = pytest.mark.usefixtures("app", "index")


def total(text: str) -> int:
    return search(Query(text=text), today()).total


def test_published_edited_withdrawn(index: WhooshIndex) -> None:
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


def test_running_a_reaction_twice_changes_nothing(index: WhooshIndex) -> None:
    listing = make.listing(name="Mật ong")
    rebuild()
    sync(listing.id)
    sync(listing.id)
    assert dict(index.contents()) == {listing.id: 1}


def test_the_first_reaction_builds_a_missing_index(index: WhooshIndex) -> None:
    one, two = make.listing(name="Mật ong"), make.listing(name="Trà")
    assert why_not_ready() is not None
    sync(one.id)
    assert set(index.contents()) == {one.id, two.id}
    assert why_not_ready() is None


def test_differences_and_mending(index: WhooshIndex, app: Flask) -> None:
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


def test_an_index_from_another_life_is_mended(index: WhooshIndex) -> None:
    listing = make.listing(name="Mật ong")
    with transaction():
        db.session.get_one(Listing, listing.id).sequence = 9
    rebuild()
    with transaction():
        db.session.get_one(Listing, listing.id).sequence = 2
    assert mend() == 1
    assert dict(index.contents()) == {listing.id: 2}


def test_a_deleted_index_degrades_and_comes_back(index: WhooshIndex, app: Flask) -> None:
    make.listing(name="Mật ong")
    rebuild()
    shutil.rmtree(index._folder)  # pyright: ignore[reportPrivateUsage]
    assert total("mat ong") == 1
    assert app.test_cli_runner().invoke(args=["search", "compare"]).exit_code == 1
    assert mend() == 1
    assert differences() == []


def test_an_engine_that_is_not_built_is_refused(app: Flask) -> None:
    from catalog.search import engine

    other = Flask("other")
    other.extensions["config"] = Config(search="postgresql")
    with pytest.raises(ConfigError, match="OCOP_SEARCH"):
        engine.init_app(other)
