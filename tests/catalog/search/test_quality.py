"""Search as shoppers get it: the whole sample on sale, every query of both lists through the gate, on each engine.

The quick half of this stands in tests/contracts/test_search_quality.py.
"""

from collections.abc import Callable, Generator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from admin.demo.chance import dice_of
from admin.demo.goods import stock_the_catalog
from admin.demo.people import open_accounts
from catalog.areas.load import load_areas
from catalog.listings.models import Listing
from catalog.search.engine import rebuild
from catalog.search.kept import scan
from catalog.search.port import SearchIndex
from catalog.search.postgres_index import PostgresIndex
from catalog.search.service import Query, search, suggest
from catalog.search.whoosh_index import WhooshIndex
from core.clock import today, travel
from core.db import db, transaction
from tests.support.quality import DATA, GIVEN, OWN, measure

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]


@pytest.fixture
def codes(app: Flask) -> dict[int, str]:
    """The whole sample, every row certified; the row's id by the listing's."""
    with transaction():
        load_areas()
        with travel(datetime(2020, 1, 2, tzinfo=UTC)):
            people = open_accounts()
        products = stock_the_catalog(people, today(), dice_of(1, "goods"), all_certified=True)
    of_product = {product.id: code for code, product in products.items()}
    rows = db.session.execute(select(Listing.id, Listing.product_id)).all()
    return {row[0]: of_product[row[1]] for row in rows}


@pytest.fixture
def use(app: Flask) -> Generator[Callable[[SearchIndex], None]]:
    """Makes the application search with another engine."""
    before = app.extensions["search"]

    def put(index: SearchIndex) -> None:
        app.extensions["search"] = index

    yield put
    app.extensions["search"] = before


def test_every_query_on_every_engine(
    app: Flask, codes: dict[int, str], use: Callable[[SearchIndex], None], tmp_path: Path
) -> None:
    engines: list[SearchIndex] = [WhooshIndex(tmp_path / "search")]
    if db.engine.dialect.name == "postgresql":
        engines.append(PostgresIndex())

    def ask(text: str) -> list[str]:
        return [codes[one] for one in search(Query(text=text, is_adult=True), today()).listing_ids]

    for engine in engines:
        use(engine)
        rebuild()
        _measure_both(ask)
        assert not [one for one in search(Query(text="rượu"), today()).faces(1, 50) if one.is_alcohol]
        assert not [one for one in suggest("rượu", today()) if one.text.startswith("Rượu")]
    use(scan())
    _measure_both(ask)


def _measure_both(ask: Callable[[str], list[str]]) -> None:
    for name in (GIVEN, OWN):
        found = measure(DATA / name, ask)
        print(f"{name}: recall {found.recall:.4f}, MRR {found.rank:.4f}", *found.misses, sep="\n  ")
        assert found.recall >= 0.97, found.misses
        assert found.rank >= 0.95, found.misses
        assert len(found.not_first) <= 1, found.not_first
        assert found.nothing_found_for_nothing, found.misses
