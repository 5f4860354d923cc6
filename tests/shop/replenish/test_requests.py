"""Levels, proposals, and requests from the draft to the receipt; on both databases in the long run."""

from datetime import date, timedelta
from email.message import EmailMessage
from types import ModuleType

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.listings.models import Listing, Sku
from catalog.producers.models import Producer
from catalog.products.models import Product
from core.accounts.actor import ANONYMOUS, Actor
from core.clock import now
from core.db import db
from core.errors import EditConflict, Invalid, NotFound
from core.worker import run_pending
from shop.inventory.service import Delivered, receive
from shop.replenish import queries, service
from shop.replenish.doctor import whole_requests
from shop.replenish.links import key_of
from shop.replenish.queries import count_low, count_waiting, lapsed_among, list_positions, to_order
from shop.replenish.refusals import LineUnfit, LinkUnknown, NothingToOrder, ReceiptUnknown, RequestState
from shop.replenish.rules import State, Why
from shop.replenish.service import LevelWish
from shop.sales.rules import Sum
from shop.stores.models import Store
from tests.support.browser import Browser
from tests.support.clock import Clock
from tests.support.mails import text_of
from tests.support.queries import counted

pytestmark = pytest.mark.long("postgresql")
DAY = date(2026, 11, 22)


@pytest.fixture
def store(make: ModuleType, clock: Clock) -> Store:
    clock.on(DAY)
    return make.store()


@pytest.fixture
def sku(make: ModuleType, store: Store) -> Sku:
    return make.sku(price_vnd=100_000)


@pytest.fixture
def keeper(make: ModuleType, store: Store) -> Actor:
    return make.actor("store_manager", ("store", store.code))


def maker_of(sku: Sku) -> Producer:
    listing = db.session.get_one(Listing, sku.listing_id)
    return db.session.get_one(Product, listing.product_id).producer


def sold(store: Store, sku: Sku, units: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Say that so many units were sold in the window: what was sold is the read model's business."""

    def sums(*_by: object, only: object = None) -> list[Sum]:
        return [Sum((sku.id,), 0, units, 0, 1)]

    monkeypatch.setattr(queries, "sums_by", sums)


def drafted(store: Store, sku: Sku, keeper: Actor, units: int = 12):
    return service.draft(store, maker_of(sku).code, {sku.code: units}, keeper)


def sent(store: Store, sku: Sku, keeper: Actor, units: int = 12):
    made = drafted(store, sku, keeper, units)
    return service.send(made.code, made.version, keeper)


def test_a_position_says_what_the_proposal_rests_on(
    make: ModuleType, store: Store, sku: Sku, keeper: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.lot(sku, store, on_shelf=3)
    sold(store, sku, 7, monkeypatch)
    (one,) = list_positions(store.id, now())
    assert (one.free, one.weekly, one.levels.minimum, one.proposal.units) == (3, 7, 7, 30)  # the first goods came today
    assert [maker.code for maker, _rows in to_order([one])] == [maker_of(sku).code]
    request = sent(store, sku, keeper, units=30)
    (one,) = list_positions(store.id, now())
    assert (one.shelf.requested, one.proposal.why) == (30, Why.ENOUGH)
    assert request.lines[0].why["proposed"] == 30
    assert to_order([one]) == []


def test_a_star_that_ends_stops_the_order(
    make: ModuleType, store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ending = make.sku(valid_until=DAY + timedelta(days=9))
    make.lot(ending, store, on_shelf=0)
    sold(store, ending, 7, monkeypatch)
    (one,) = list_positions(store.id, now(), [ending.id])
    assert (one.proposal.units, one.proposal.why) == (2, Why.UNTIL_STAR)  # a quarter of a pack a day, ten days
    clock.on(DAY + timedelta(days=4))
    (one,) = list_positions(store.id, now(), [ending.id])
    assert one.proposal.why is Why.STAR_ENDS
    clock.on(DAY + timedelta(days=10))
    (one,) = list_positions(store.id, now(), [ending.id])
    assert one.proposal.why is Why.LAPSED


def test_more_packs_take_no_more_statements(make: ModuleType, store: Store, sku: Sku) -> None:
    make.lot(sku, store, on_shelf=3)
    one = counted(lambda: list_positions(store.id, now()))
    for _ in range(4):
        make.lot(make.sku(), store, on_shelf=3)
    assert counted(lambda: list_positions(store.id, now())) <= one


def test_levels_are_the_keepers_and_a_stale_page_changes_nothing(
    make: ModuleType, store: Store, sku: Sku, keeper: Actor
) -> None:
    make.lot(sku, store, on_shelf=3)
    assert service.set_levels(store, [LevelWish(sku.code, 4, 24, 0)], keeper) == 1
    assert service.set_levels(store, [LevelWish(sku.code, 4, 24, 0)], keeper) == 0  # nothing differs
    (one,) = list_positions(store.id, now())
    assert (one.levels.minimum, one.levels.target, one.is_low) == (4, 24, True)
    assert count_low([store.id], now()) == {store.id: 1}
    with pytest.raises(EditConflict):
        service.set_levels(store, [LevelWish(sku.code, 5, 30, 0)], keeper)
    with pytest.raises(Invalid):
        service.set_levels(store, [LevelWish(sku.code, 30, 5, 1)], keeper)
    with pytest.raises(NotFound):
        service.set_levels(store, [LevelWish("SKU-NONE", 1, 5, 0)], keeper)
    assert service.set_levels(store, [LevelWish(sku.code, None, None, 1)], keeper) == 1
    assert list_positions(store.id, now())[0].target is None


def test_there_is_one_draft_for_a_producer(make: ModuleType, store: Store, sku: Sku, keeper: Actor) -> None:
    first = drafted(store, sku, keeper)
    assert drafted(store, sku, keeper, 18).code == first.code
    assert [line.wanted for line in first.lines] == [18]
    other = make.sku()
    with pytest.raises(NotFound):  # another producer's
        service.draft(store, maker_of(sku).code, {other.code: 3}, keeper)
    with pytest.raises(NothingToOrder):
        service.draft(store, maker_of(other).code, {other.code: 0}, keeper)


def test_a_request_is_answered_once_and_closed_by_its_receipt(
    make: ModuleType, store: Store, sku: Sku, keeper: Actor
) -> None:
    request = sent(store, sku, keeper)
    with pytest.raises(Invalid):
        service.confirm(request.code, 1, ANONYMOUS, deliver_on=DAY - timedelta(days=1))
    with pytest.raises(Invalid):
        service.confirm(request.code, 1, ANONYMOUS, deliver_on=DAY, units={sku.code: 13})
    with pytest.raises(Invalid):
        service.confirm(request.code, 1, ANONYMOUS, deliver_on=DAY, units={})
    service.confirm(request.code, 1, ANONYMOUS, deliver_on=DAY, units={sku.code: 8}, words="Tám hũ thôi")
    assert (request.state, request.lines[0].confirmed, request.words) == (State.CONFIRMED, 8, "Tám hũ thôi")
    with pytest.raises(RequestState):
        service.decline(request.code, 1, ANONYMOUS, "Nghĩ lại")
    assert count_waiting([store.id], now()) == {store.id: 1}
    with pytest.raises(ReceiptUnknown):
        service.close(request.code, "NK-00000000", keeper)
    line = Delivered(sku.code, "L1", 9, None, None, is_consigned=True, unit_cost_vnd=0)
    paper = receive(store, [line], keeper).paper
    service.close(request.code, paper.code, keeper)
    assert (request.state, request.lines[0].received, request.receipt_code) == (State.CLOSED, 9, paper.code)
    assert list(whole_requests()) == []
    with pytest.raises(RequestState):
        service.drop(request.code, request.version, keeper)


def test_the_doctor_finds_a_request_without_a_line(make: ModuleType, store: Store, sku: Sku, keeper: Actor) -> None:
    request = sent(store, sku, keeper)
    db.session.execute(db.text("DELETE FROM supply_request_line"))
    assert list(whole_requests()) == [f"{request.code} is not whole"]


def test_a_product_that_lapses_is_marked_and_not_promised(
    make: ModuleType, store: Store, keeper: Actor, clock: Clock
) -> None:
    ending = make.sku(valid_until=DAY + timedelta(days=20))
    request = sent(store, ending, keeper)
    with pytest.raises(LineUnfit):  # it would come a day too late
        service.confirm(request.code, 1, ANONYMOUS, deliver_on=DAY + timedelta(days=21))
    clock.on(DAY + timedelta(days=21))
    assert lapsed_among(request, DAY + timedelta(days=21)) == {ending.id}
    made = drafted(store, ending, keeper)
    with pytest.raises(LineUnfit):
        service.send(made.code, made.version, keeper)


def test_a_producer_without_an_account_answers_with_one_tap(
    app: Flask, client: FlaskClient, make: ModuleType, store: Store, sku: Sku, keeper: Actor
) -> None:
    request = sent(store, sku, keeper)
    address = f"/dat-hang/{key_of(request.code, request.serial)}"
    page = client.get(address)
    assert page.status_code == 200
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert request.state == State.SENT  # looking changes nothing
    assert client.get(address[:-1] + "x").status_code == 404
    assert client.get("/dat-hang/ế.1.ế").status_code == 404
    producer = Browser(client)
    assert producer.post(address, address, all="1", deliver_on="hôm nào").status_code == 422
    assert producer.post(f"{address}/khong-co", address, words="").status_code == 422
    done = producer.post(address, address, all="1", deliver_on=(DAY + timedelta(days=3)).isoformat())
    assert done.status_code == 303
    db.session.expire_all()
    assert (request.state, request.lines[0].confirmed) == (State.CONFIRMED, 12)
    again = producer.post(address, all="1", deliver_on=DAY.isoformat())
    assert again.status_code == 409
    assert "đợi bạn ngày" in client.get(address).text


def test_an_older_link_dies_when_a_new_one_is_sent(
    client: FlaskClient, make: ModuleType, store: Store, sku: Sku, keeper: Actor
) -> None:
    request = sent(store, sku, keeper)
    service.send_again(request.code, keeper)
    assert client.get(f"/dat-hang/{key_of(request.code, 1)}").status_code == 410
    assert client.get(f"/dat-hang/{key_of(request.code, 2)}").status_code == 200
    with pytest.raises(LinkUnknown):
        service.find_by_key(f"{request.code}.2.{'0' * 32}")


def test_her_people_are_told_and_reminded_once(
    app: Flask,
    make: ModuleType,
    store: Store,
    sku: Sku,
    keeper: Actor,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mails: list[EmailMessage] = []
    monkeypatch.setitem(app.extensions, "mailer", mails.append)
    make.user("producer", ("producer", maker_of(sku).code), email="chuthe@example.test")
    request = sent(store, sku, keeper)
    run_pending()
    (mail,) = mails
    assert mail["To"] == "chuthe@example.test"
    assert key_of(request.code, 1) in text_of(mail)
    clock.on(DAY + timedelta(days=1))
    assert service.remind(DAY + timedelta(days=1)) == 0
    clock.on(DAY + timedelta(days=3))
    assert (service.remind(DAY + timedelta(days=3)), service.remind(DAY + timedelta(days=3))) == (1, 0)
    run_pending()
    assert len(mails) == 2
