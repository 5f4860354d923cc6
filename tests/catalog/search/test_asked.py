"""Counting searches: in memory first, then written together; who asked is nowhere."""

import re
import time
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, inspect, select

from catalog.search.asked import gather, jobs
from catalog.search.asked.gather import gatherer, note_search
from catalog.search.asked.jobs import choose_popular, forget_searches
from catalog.search.asked.models import SearchCount
from catalog.search.asked.queries import by_day, list_asked, popular, sums
from catalog.search.engine import rebuild
from core.clock import now, today
from core.db import db
from tests.support.clock import Clock
from tests.support.databases import make_app
from tests.support.live import Live
from tests.support.queries import counted

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def fresh(app: Flask) -> None:
    gatherer().take()


def ask(text: str, *visitors: str, results: int = 3, day: date = TODAY) -> None:
    for visitor in visitors or ("somebody",):
        note_search(text, results, visitor, day)


def many(count: int) -> list[str]:
    return [f"visitor {number}" for number in range(count)]


def test_spellings_are_counted_together_and_shown_as_most_write_them(app: Flask) -> None:
    ask("mat ong", *many(3))
    ask("Mật  Ong", *many(5))
    ask("mật ong", "visitor 9", results=4)
    ask("dứa xyz", "one", "two", results=0)
    ask("mật ong", "old", day=TODAY - DAY)
    assert gatherer().write() == 4
    first, second = list_asked(TODAY, TODAY, least=1, most=None)
    assert (first.text, first.letters, first.times, first.misses, first.results) == ("mật ong", "mat ong", 9, 0, 4)
    assert (first.before, first.change) == (1, 800)
    assert (second.text, second.times, second.misses, second.change) == ("dứa xyz", 2, 2, None)
    assert 1 < first.visitors <= 9
    (vain,) = list_asked(TODAY, TODAY, only_misses=True, least=1, most=None)
    assert vain.text == "dứa xyz"
    assert by_day(TODAY - DAY, TODAY) == [(TODAY - DAY, 1, 0), (TODAY, 11, 2)]


def test_later_writings_add_to_the_row(app: Flask) -> None:
    ask("mật ong", "a", results=0)
    gatherer().write()
    ask("mật ong", "b", "c", results=2)
    gatherer().write()
    assert gatherer().write() == 0
    row = db.session.scalars(select(SearchCount)).one()
    assert (row.times, row.misses, row.results) == (3, 1, 2)
    assert row.boxes.bit_count() >= 1


def test_what_too_few_asked_for_is_not_shown(app: Flask) -> None:
    ask("tên tôi là lan", *(["the same person"] * 50))
    ask("mật ong", *many(40))
    gatherer().write()
    assert [one.text for one in list_asked(TODAY, TODAY, least=3, most=None)] == ["mật ong"]
    assert [one.text for one in list_asked(TODAY, TODAY, least=1, most=None)] == ["tên tôi là lan", "mật ong"]
    whole = sums(TODAY, TODAY, least=3)
    assert (whole.times, whole.texts, whole.hidden, whole.hidden_times) == (90, 2, 1, 50)


def test_the_same_visitor_on_many_days_stays_one(app: Flask) -> None:
    for ago in range(10):
        ask("tên tôi là lan", "the same person", day=TODAY - ago * DAY)
    gatherer().write()
    assert list_asked(TODAY - 9 * DAY, TODAY, least=2, most=None) == []


def test_nothing_of_a_person_is_in_the_table(app: Flask) -> None:
    for text in ("0912 345 678", "lan@example.vn", "4111111111111111", "x" * 5000):
        ask(text, "203.0.113.7")
    ask("mật ong", "203.0.113.7")
    gatherer().write()
    assert db.session.scalar(select(func.count()).select_from(SearchCount)) == 1
    columns = {column["name"] for column in inspect(db.engine).get_columns("search_count")}
    assert columns == {"id", "day", "text", "letters", "times", "misses", "results", "boxes"}
    rows = db.session.execute(select(SearchCount.__table__)).all()
    assert rows
    assert not any(re.search(r"203|0912|@|4111", repr(row)) for row in rows)


def test_a_flood_of_invented_words_ends_somewhere(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gather, "MOST_A_DAY", 3)
    monkeypatch.setattr(gather, "MOST_WAITING", 5)
    for number in range(20):
        ask(f"chữ {'a' * number}b")
    assert gatherer().write() == 5
    assert db.session.scalar(select(func.count()).select_from(SearchCount)) == 3
    ask("chữ aaaab", results=0)
    gatherer().write()
    known = db.session.scalars(select(SearchCount).where(SearchCount.text == "chữ aaaab")).one()
    assert known.times == 2, "what the day knows is counted on"


def test_old_counts_and_rare_texts_are_forgotten(app: Flask) -> None:
    for ago in (0, 29, 31, 399, 401):
        ask("mật ong", *many(30), day=TODAY - ago * DAY)
        ask("tên tôi là lan", "lan", day=TODAY - ago * DAY)
    gatherer().write()
    assert forget_searches(TODAY) == 2 + 2
    left = db.session.execute(select(SearchCount.text, SearchCount.day).order_by(SearchCount.day)).all()
    assert [(text, (TODAY - day).days) for text, day in left if text == "mật ong"] == [
        ("mật ong", 399), ("mật ong", 31), ("mật ong", 29), ("mật ong", 0),
    ]  # fmt: skip
    assert [(TODAY - day).days for text, day in left if text != "mật ong"] == [29, 0]
    assert forget_searches(TODAY) == 0


def test_popular_is_what_is_found(app: Flask, make: ModuleType, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "least_visitors", lambda: 3)
    clock.on(TODAY)
    for name, set_no in (("Mật ong Cát Bà", 4), ("Dứa sấy", 7), ("Rượu nếp", 14)):
        make.listing(name=name, set_no=set_no)
    rebuild()
    ask("mật ong", *many(30))
    ask("dứa", *many(60), day=TODAY - 6 * DAY)
    ask("rượu nếp", *many(90))
    ask("xyz", *many(90), results=0)
    ask("chuyện của lan", *(["lan"] * 99))
    ask("quà tết", *many(90), day=TODAY - 7 * DAY)
    gatherer().write()
    assert choose_popular(now()) == 2
    assert popular() == ["dứa", "mật ong"]
    clock.on(TODAY + 30 * DAY)
    assert choose_popular(now()) == 0
    assert popular() == []


def test_a_long_list_costs_as_many_statements_as_a_short_one(app: Flask) -> None:
    ask("mật ong", *many(3))
    gatherer().write()
    few = counted(lambda: list_asked(TODAY, TODAY, least=1, most=None), "SELECT")
    for number in range(40):
        ask(f"chữ {'a' * number}b")
    gatherer().write()
    assert counted(lambda: list_asked(TODAY, TODAY, least=1, most=None), "SELECT") == few <= 4


@pytest.mark.long
def test_processes_that_write_at_once_lose_nothing(live: Live) -> None:
    def count(number: int) -> None:
        tallies = {(TODAY, f"chữ {n}"): gather.Tally(f"chu {n}", 2, 1, number, 1 << number) for n in range(30)}
        gather.write_down(tallies)

    assert [one for one in live.together(6, count) if one is not None] == []
    rows = live.run(lambda: db.session.scalars(select(SearchCount)).all())
    assert {(row.times, row.misses, row.boxes) for row in rows} == {(12, 6, 0b111111)}
    assert len(rows) == 30


@pytest.mark.long
def test_the_thread_writes_by_itself(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gather, "PAUSE", 0.05)
    app = make_app(live.url, Path(live.app.instance_path))  # its own: the thread lives on
    app.testing = False
    with app.app_context():
        note_search("mật ong", 3, "somebody", today())
    for _attempt in range(100):
        if live.run(lambda: db.session.scalar(select(func.count()).select_from(SearchCount))):
            return
        time.sleep(0.05)
    pytest.fail("nothing was written")


@pytest.mark.long("postgresql")
def test_which_requests_count(client: FlaskClient, make: ModuleType, clock: Clock) -> None:
    clock.on(TODAY)
    make.listing(name="Mật ong Cát Bà")
    bot = {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}
    for url in (
        "/san-pham?q=mật ong&page=2", "/san-pham?q=mật ong&stars=4", "/san-pham?q=mật ong&sort=price", "/san-pham",
        "/san-pham?q=0912345678", "/api/v1/products?q=mật ong&page=2", "/api/v1/suggest?q=mật ong",
    ):  # fmt: skip
        assert client.get(url).status_code == 200, url
    client.get("/san-pham?q=mật ong", headers=bot)
    client.get("/san-pham?q=mật ong", headers={"Sec-Purpose": "prefetch"})
    client.head("/san-pham?q=mật ong")
    assert gatherer().take() == {}
    reads = counted(lambda: client.get("/san-pham?q=mật ong"), "INSERT")
    assert reads == 0, "a GET writes nothing"
    client.get("/api/v1/products?q=Mật Ong")
    client.get("/san-pham?q=xyzxyz&lang=en")
    waiting = gatherer().take()
    assert {key: (one.times, one.misses) for key, one in waiting.items()} == {
        (TODAY, "mật ong"): (2, 0), (TODAY, "xyzxyz"): (1, 1),
    }  # fmt: skip
