"""Second clocks: they warn, block where a certifier says so, and never make anything sellable."""

from datetime import date, timedelta
from types import ModuleType

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from catalog.certificates.queries import governing, standings
from catalog.papers.jobs import remind_of_papers
from catalog.papers.models import Paper
from catalog.papers.queries import count_papers, list_papers, row_of, warnings_of
from catalog.papers.refusals import PaperSamePerson, PaperState, PaperTwice
from catalog.papers.rules import Clock, State, reminder_due, state_on
from catalog.papers.service import confirm_paper, record_paper, set_blocking, withdraw_paper
from catalog.products.models import Product
from catalog.stops.models import ProductStop
from catalog.stops.refusals import StopOfPaper
from catalog.stops.service import lift_stop
from core.accounts.actor import Actor
from core.audit import AuditEntry
from core.clock import today
from core.db import transaction
from core.errors import Forbidden, Invalid, NotFound
from tests.support.clock import Clock as Hand

DAY = timedelta(days=1)
NOW = date(2026, 11, 22)
LAST = date(2026, 12, 31)


@pytest.fixture(autouse=True)
def _today(clock: Hand) -> None:
    clock.on(NOW)


@pytest.fixture
def certifier(make: ModuleType) -> Actor:
    return make.actor("certifier")


@pytest.fixture
def product(make: ModuleType) -> Product:
    return make.certified_product()


def declared(by: Actor, product: Product, valid_until: date | None = LAST, **more: object) -> Paper:
    facts = {"kind": "self_declared", "number": "01/TCB/2023", "issuer": "Sở Y tế Hải Phòng", **more}
    return record_paper(by, product=product.code, issued_on=date(2023, 12, 31), valid_until=valid_until, **facts)


def open_days(product: Product, *days: date) -> list[bool]:
    by_rule = [standings([product.id], day)[product.id].governing is not None for day in days]
    assert by_rule == [product.id in governing([product.id], day) for day in days]
    return by_rule


@pytest.mark.parametrize(
    "clock_, day, state",
    [
        (Clock(LAST), LAST - 31 * DAY, State.VALID),
        (Clock(LAST), LAST - 30 * DAY, State.ENDING),
        (Clock(LAST), LAST, State.ENDING),
        (Clock(LAST), LAST + DAY, State.OVER),
        (Clock(None), LAST + 9999 * DAY, State.VALID),
        (Clock(LAST, is_confirmed=False), LAST + DAY, State.WAITING),
        (Clock(LAST, is_renewed=True), LAST + DAY, State.RENEWED),
        (Clock(LAST, is_renewed=True, is_withdrawn=True), LAST, State.WITHDRAWN),
    ],
)
def test_what_a_paper_is(clock_: Clock, day: date, state: State) -> None:
    assert state_on(clock_, day) is state


def test_reminders_have_two_days() -> None:
    found = [reminder_due(LAST, LAST + n * DAY) for n in (-31, -30, 0, 1, 400)]
    assert found == [None, LAST - 30 * DAY, LAST - 30 * DAY, LAST + DAY, LAST + DAY]


def test_a_paper_that_ran_out_warns_and_blocks_nothing(certifier: Actor, product: Product, clock: Hand) -> None:
    paper = declared(certifier, product)
    assert warnings_of([product.id], NOW) == {}
    clock.on(LAST + DAY)
    assert open_days(product, LAST, today(), today() + 99 * DAY) == [True, True, True]
    assert [(r.paper.code, r.state) for r in warnings_of([product.id], today())[product.id]] == [(paper.code, "over")]


def test_where_the_certifier_says_so_it_blocks_by_date(certifier: Actor, product: Product) -> None:
    paper = declared(certifier, product)
    set_blocking(certifier, paper.code, is_blocking=True, reason="Sữa tươi")
    assert open_days(product, NOW, LAST, LAST + DAY, LAST + 99 * DAY) == [True, True, False, False]
    stop = standings([product.id], LAST + DAY)[product.id].stop
    assert stop is not None
    assert (stop.kind, stop.number) == ("paper", "01/TCB/2023")
    set_blocking(certifier, paper.code, is_blocking=False, reason="Không cần nữa")
    assert open_days(product, LAST + DAY) == [True]


def test_a_renewal_ends_the_stop_and_begins_its_own(certifier: Actor, product: Product, clock: Hand) -> None:
    old = declared(certifier, product)
    set_blocking(certifier, old.code, is_blocking=True, reason="x")
    clock.on(LAST + 5 * DAY)
    assert open_days(product, today()) == [False]
    new = record_paper(
        certifier, kind="self_declared", number="02/TCB/2027", issuer="Sở Y tế Hải Phòng", issued_on=today(),
        valid_until=LAST + 300 * DAY, renews=old.code,
    )  # fmt: skip
    assert new.is_blocking
    assert open_days(product, LAST + DAY, today(), LAST + 300 * DAY, LAST + 301 * DAY) == [False, True, True, False]
    assert (row_of(old, today()).state, row_of(new, today()).state) == (State.RENEWED, State.VALID)
    withdraw_paper(certifier, new.code, reason="Giấy giả")
    assert open_days(product, today(), today() + DAY) == [False, False]


def test_renewed_in_time_nothing_ever_closes(certifier: Actor, product: Product) -> None:
    old = declared(certifier, product)
    set_blocking(certifier, old.code, is_blocking=True, reason="x")
    declared(certifier, product, LAST + 100 * DAY, number="02", renews=old.code)
    assert open_days(product, LAST, LAST + DAY, LAST + 100 * DAY, LAST + 101 * DAY) == [True, True, True, False]


def test_a_maker_s_certificate_holds_all_its_products(certifier: Actor, make: ModuleType) -> None:
    maker = make.producer()
    first = make.product(producer=maker)
    make.certificate(first)
    paper = record_paper(
        certifier, kind="safety", producer=maker.code, number="12/ATTP", issuer="Chi cục", issued_on=NOW - 900 * DAY,
        valid_until=NOW - DAY,
    )  # fmt: skip
    assert open_days(first, NOW) == [True]
    set_blocking(certifier, paper.code, is_blocking=True, reason="x")
    later = make.product(producer=maker)
    make.certificate(later)
    assert open_days(first, NOW - DAY, NOW) == [True, False], "never backwards"
    assert open_days(later, NOW) == [False]


def test_a_producer_s_paper_waits_for_a_certifier(certifier: Actor, make: ModuleType, product: Product) -> None:
    own = make.actor("producer", ("producer", product.producer.code))
    foreign = make.actor("producer", ("producer", make.producer().code))
    with pytest.raises(NotFound):
        declared(foreign, product)
    with pytest.raises(Forbidden):
        declared(make.actor("auditor"), product)
    old = declared(certifier, product, NOW - DAY)
    set_blocking(certifier, old.code, is_blocking=True, reason="x")
    paper = declared(own, product, NOW + 900 * DAY, number="9", renews=old.code)
    assert row_of(paper, NOW).state is State.WAITING
    assert open_days(product, NOW) == [False], "an unconfirmed renewal opens nothing"
    with pytest.raises(Forbidden):
        confirm_paper(own, paper.code)
    confirm_paper(certifier, paper.code)
    assert open_days(product, NOW) == [True]
    with pytest.raises(PaperState):
        confirm_paper(certifier, paper.code)
    with pytest.raises(Forbidden):
        withdraw_paper(own, paper.code, reason="x")


def test_who_entered_cannot_confirm(make: ModuleType, product: Product) -> None:
    both = make.actor("producer", ("producer", product.producer.code))
    paper = declared(both, product)
    certifier = Actor(both.user_id, both.label, make.actor("certifier").grants)
    with pytest.raises(PaperSamePerson):
        confirm_paper(certifier, paper.code)


def test_its_stop_is_not_lifted_by_hand(certifier: Actor, product: Product, session: Session) -> None:
    paper = declared(certifier, product, NOW - DAY)
    set_blocking(certifier, paper.code, is_blocking=True, reason="x")
    with pytest.raises(StopOfPaper):
        lift_stop(certifier, session.scalars(select(ProductStop.code)).one(), reason="x")


def test_bad_papers_are_refused(certifier: Actor, make: ModuleType, product: Product) -> None:
    good = {"number": "1", "issuer": "Sở Y tế", "issued_on": NOW, "product": product.code}
    bad = (
        {**good, "kind": "safety"},
        {**good, "kind": "poem"},
        {**good, "kind": "registered", "issued_on": NOW + DAY},
        {**good, "kind": "registered", "tested_on": NOW + DAY},
        {**good, "kind": "registered", "valid_until": NOW - DAY},
        {**good, "kind": "registered", "product": "SP-NONE"},
        {**good, "kind": "registered", "producer": product.producer.code},
    )
    for wishes in bad:
        with pytest.raises(Invalid):
            record_paper(certifier, **wishes)
    one = record_paper(certifier, kind="registered", **good)
    with pytest.raises(PaperTwice):
        record_paper(certifier, kind="registered", **good)
    with pytest.raises(Invalid):
        set_blocking(certifier, one.code, is_blocking=True, reason="it names no last day")


def test_it_is_told_once_each(certifier: Actor, product: Product, clock: Hand, session: Session) -> None:
    paper = declared(certifier, product)
    assert remind_of_papers(LAST - 31 * DAY) == 0
    assert [remind_of_papers(LAST - 20 * DAY), remind_of_papers(LAST)] == [1, 0]
    assert [remind_of_papers(LAST + 90 * DAY), remind_of_papers(LAST + 91 * DAY)] == [1, 0]
    about = AuditEntry.subject == f"paper:{paper.code}"
    deeds = session.scalars(select(AuditEntry.action).where(about).order_by(AuditEntry.id))
    assert list(deeds)[-2:] == ["paper.ending", "paper.over"]


def test_lists_agree_with_the_rule(certifier: Actor, make: ModuleType, product: Product) -> None:
    for n, last in enumerate((None, NOW - DAY, NOW, NOW + 30 * DAY, NOW + 31 * DAY)):
        declared(certifier, make.product(), last, number=str(n))
    declared(make.actor("producer", ("producer", product.producer.code)), product)
    every, total = list_papers(NOW)
    assert total == len(every) == 6
    for state in State:
        found, _total = list_papers(NOW, state=state)
        assert [r.paper.code for r in found] == [r.paper.code for r in every if r.state is state]
    assert count_papers(NOW, (State.OVER, State.ENDING)) == 3
    own, _total = list_papers(NOW, producers=[product.producer.code])
    assert [r.state for r in own] == [State.WAITING]


@pytest.mark.daily
def test_the_database_keeps_it(certifier: Actor, product: Product, session: Session) -> None:
    paper = declared(certifier, product)
    for change in ("UPDATE paper SET valid_until = '2040-01-01' WHERE id = :id", "DELETE FROM paper WHERE id = :id"):
        with pytest.raises(DBAPIError, match="paper_"), transaction():
            session.execute(text(change), {"id": paper.id})


def test_the_api(make: ModuleType, product: Product, client: FlaskClient) -> None:
    own = make.headers("producer", ("producer", product.producer.code))
    certifier = make.headers("certifier")
    body = {"kind": "self_declared", "product": product.code, "number": "7/TCB", "issuer": "Sở Y tế",
            "issued_on": "2025-01-01", "valid_until": "2026-11-21"}  # fmt: skip
    made = client.post("/api/v1/papers", headers=own, json=body)
    assert (made.status_code, made.json["state"]) == (201, "waiting")
    url = f"/api/v1/papers/{made.json['code']}"
    assert client.post(f"{url}/confirmation", headers=certifier).json["state"] == "over"
    block = {"is_blocking": True, "reason": "Thực phẩm tươi"}
    assert client.put(f"{url}/blocking", headers=own, json=block).status_code == 403
    assert client.put(f"{url}/blocking", headers=certifier, json=block).json["is_blocking"] is True
    assert client.get("/api/v1/papers?state=over", headers=own).json["total"] == 1
    foreign = make.headers("producer", ("producer", make.producer().code))
    assert client.get("/api/v1/papers", headers=foreign).json["total"] == 0
    assert client.get(url, headers=foreign).status_code == 404
    assert client.get(url).status_code == 401
    assert client.post(f"{url}/withdrawal", headers=certifier, json={"reason": "Nhầm"}).json["state"] == "withdrawn"
