"""Clock work, collecting at the counter, a carrier's file, and what is printed."""

from datetime import date, timedelta
from pathlib import Path
from shutil import which
from subprocess import run
from types import ModuleType

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.certificates.refusals import ImportRefused
from catalog.listings.models import Sku
from core.accounts.actor import ANONYMOUS, Actor
from core.clock import now
from core.errors import NotFound
from core.money import dong
from shop.delivery.carriers.port import Result, Told
from shop.inventory.models import StockLevel
from shop.orders import jobs, parcels, refusals
from shop.orders.collecting import find_waiting, name_collector, pickup_code, pickup_text
from shop.orders.dispatch import apply
from shop.orders.models import Order, OrderEvent
from shop.orders.papers import labels_pdf, slips_of, slips_pdf
from shop.orders.queries import get_order
from shop.orders.queue import count_queues, list_chosen, list_queue
from shop.payments.queries import get_payment
from shop.stores.models import Store
from tests.shop.orders.parcel_stage import keeper, placed, split, states
from tests.support.clock import Clock
from tests.support.needs import lacking
from tests.support.queries import counted

DAY = date(2026, 11, 23)
pytestmark = pytest.mark.long("postgresql")


@pytest.fixture
def store(make: ModuleType, clock: Clock) -> Store:
    clock.on(DAY)
    return make.store()


@pytest.fixture
def sku(make: ModuleType, store: Store) -> Sku:
    one = make.sku()
    make.lot(one, store, on_shelf=20)
    return one


@pytest.fixture
def by(make: ModuleType, store: Store) -> Actor:
    return keeper(make, store)


def collected(make: ModuleType, sku: Sku, store: Store, provider: str = "at_store") -> Order:
    return placed(make, (sku, 1), store=store, provider=provider, method="pickup")


def sent(make: ModuleType, sku: Sku, store: Store, by: Actor, tracking: str | None = None) -> str:
    order = placed(make, (sku, 1), store=store)
    parcels.pack(order.number, by)
    parcels.ship(order.number, by, "GHN", tracking, carrier="ghn")
    return f"{order.number}-1"


def test_an_order_is_complete_when_the_days_to_return_it_are_over(
    make: ModuleType, sku: Sku, store: Store, by: Actor
) -> None:
    order = collected(make, sku, store)
    parcels.hand_over(order.number, by)
    assert jobs.complete_orders(DAY + timedelta(days=7)) == 0
    assert jobs.complete_orders(DAY + timedelta(days=8)) == 1
    assert jobs.complete_orders(DAY + timedelta(days=8)) == 0
    assert states(order)[0] == "completed"


def test_whoever_does_not_come_is_reminded_once_and_then_let_go(
    make: ModuleType, sku: Sku, store: Store, by: Actor, session: Session
) -> None:
    unpaid, paid = collected(make, sku, store), collected(make, sku, store, "vietqr")
    for one in (unpaid, paid):
        parcels.pack(one.number, by)
    assert jobs.remind_collecting(DAY + timedelta(days=3)) == 0
    assert jobs.remind_collecting(DAY + timedelta(days=4)) == 2
    assert jobs.remind_collecting(DAY + timedelta(days=5)) == 0
    assert len(session.scalars(select(OrderEvent).where(OrderEvent.action == "remind")).all()) == 2
    assert jobs.end_uncollected(DAY + timedelta(days=5)) == 0
    assert jobs.end_uncollected(DAY + timedelta(days=6)) == 1
    assert (states(unpaid)[0], states(paid)[0]) == ("cancelled", "ready")
    assert jobs.end_uncollected(DAY + timedelta(days=15)) == 0
    assert jobs.end_uncollected(DAY + timedelta(days=16)) == 1
    assert states(paid)[0] == "to_refund"
    assert get_payment(f"ord:{paid.number}").refunding_vnd == paid.total_vnd
    assert session.scalars(select(StockLevel.held)).one() == 0


def test_the_digits_fetch_one_order_at_its_own_store(make: ModuleType, sku: Sku, store: Store, by: Actor) -> None:
    order = collected(make, sku, store)
    code = pickup_code(order)
    assert find_waiting(code, [store.id]) == [order.number]
    assert find_waiting(f"{order.number}.{code}", [store.id]) == [order.number]
    assert find_waiting(code, [make.store().id]) == []
    assert find_waiting(f"{order.number}.000000", [store.id]) == ([order.number] if code == "000000" else [])
    assert f"{order.number}.{code}" in pickup_text(order)
    parcels.hand_over(order.number, by)
    assert find_waiting(code, [store.id]) == []


def test_only_the_buyer_says_who_else_comes(make: ModuleType, sku: Sku, store: Store, by: Actor) -> None:
    order = collected(make, sku, store)
    name_collector(order.number, order.token, ANONYMOUS, "Em Thử", "+84987654321")
    with pytest.raises(NotFound):
        name_collector(order.number, "wrong", by, "Kẻ Lạ", None)
    assert get_order(order.number).collector_name == "Em Thử"
    name_collector(order.number, order.token, ANONYMOUS, None, "+84987654321")
    assert (get_order(order.number).collector_name, get_order(order.number).collector_phone) == (None, None)
    parcels.hand_over(order.number, by, to="Em Thử")
    with pytest.raises(refusals.OrderStateRefused):
        name_collector(order.number, order.token, ANONYMOUS, "Em Thử", None)


def test_a_carrier_s_file_moves_every_parcel_at_once(make: ModuleType, sku: Sku, store: Store, by: Actor) -> None:
    first, second = sent(make, sku, store, by), sent(make, sku, store, by)
    packed = placed(make, (sku, 1), store=store)
    parcels.pack(packed.number, by)
    told = [
        Told(2, first, None, None, Result.DELIVERED, None),
        Told(3, second, None, None, Result.FAILED, "away"),
        Told(4, f"{packed.number}-1", "GHTK", "S1", Result.TAKEN, None),
    ]
    trial = apply(told, [store.id], by, dry_run=True)
    moved = [(one.before, one.after) for one in trial]
    assert moved == [("shipped", "delivered"), ("shipped", "failed"), ("packed", "shipped")]
    assert states(packed)[1] == ["packed"]  # a trial writes nothing
    assert apply(told, [store.id], by, dry_run=False) == trial
    parcel = get_order(packed.number).shipments[0]
    assert (parcel.state, parcel.carrier, parcel.tracking) == ("shipped", "ghtk", "S1")
    again = apply(told, [store.id], by, dry_run=False)
    assert all(c.before == c.after for c in again)
    assert get_order(second.removesuffix("-1")).shipments[0].attempts == 1


def test_one_wrong_line_and_nothing_is_written(make: ModuleType, sku: Sku, store: Store, by: Actor) -> None:
    one, foreign = sent(make, sku, store, by), make.store()
    make.lot(sku, foreign)
    other = sent(make, sku, foreign, keeper(make, foreign))
    waiting = placed(make, (sku, 1), store=store)
    told = [
        Told(2, one, None, None, Result.DELIVERED, None),
        Told(3, other, None, None, Result.DELIVERED, None),
        Told(4, f"{waiting.number}-1", None, None, Result.RETURNED, None),
        Told(5, "DH-00000000-1", None, "X", None, None),
    ]
    with pytest.raises(ImportRefused) as refused:
        apply(told, [store.id], by, dry_run=False)
    assert [fault["line"] for fault in refused.value.facts["errors"]] == [3, 4, 5]
    assert states(get_order(one.removesuffix("-1")))[1] == ["shipped"]


def test_what_is_printed_says_what_the_carrier_needs_and_no_more(
    make: ModuleType, sku: Sku, store: Store, by: Actor
) -> None:
    order = placed(make, (sku, 2), store=store)
    [slip] = slips_of(list_chosen([f"{order.number}-1"], [store.id]))
    assert slip.consignment.cash_vnd == order.total_vnd
    [lots] = slip.lots.values()
    assert [(lot.place, lot.quantity) for lot in lots] == [("shelf", 2)]
    parcels.pack(order.number, by)
    parcels.ship(order.number, by)
    [left] = slips_of(list_chosen([f"{order.number}-1"], [store.id]))
    assert left.lots == slip.lots
    for pdf in (slips_pdf([left], now()), labels_pdf([left], now())):
        assert pdf.startswith(b"%PDF-")
        assert len(pdf) < 200_000
    assert "mua@example.test" not in str(left.consignment)
    parcels.hand_over(order.number, by)
    [done] = slips_of(list_chosen([f"{order.number}-1"], [store.id]))
    assert done.consignment.cash_vnd == 0  # it is paid


def test_a_label_names_no_goods_and_no_price(make: ModuleType, sku: Sku, store: Store, tmp_path: Path) -> None:
    if which("pdftotext") is None:
        lacking("pdftotext (poppler-utils) is not installed")
    order = placed(make, (sku, 2), store=store)
    chosen = slips_of(list_chosen([f"{order.number}-1"], [store.id]))
    texts: list[str] = []
    for name, pdf in (("label", labels_pdf(chosen, now())), ("slip", slips_pdf(chosen, now()))):
        (tmp_path / name).write_bytes(pdf)
        command = ["pdftotext", "-layout", str(tmp_path / name), "-"]
        texts.append(run(command, capture_output=True, check=True).stdout.decode())
    label, slip = texts
    for words in (f"{order.number}-1", "0912 345 678", "Người mua thử", "Số 5", dong(order.total_vnd).split()[0]):
        assert words in label
    assert order.lines[0].product_name not in label
    assert "mua@example.test" not in label + slip
    assert order.lines[0].product_name in slip


def test_another_store_s_parcels_are_not_printed(make: ModuleType, sku: Sku, store: Store) -> None:
    order = placed(make, (sku, 1), store=store)
    assert list_chosen([f"{order.number}-1"], [make.store().id]) == []


def test_queues_hold_what_is_to_be_done(make: ModuleType, sku: Sku, store: Store, by: Actor) -> None:
    first, _second = collected(make, sku, store), collected(make, sku, store)
    code = sent(make, sku, store, by)
    parcels.pack(first.number, by)
    assert count_queues([store.id]) == {
        "pack": 1, "ready": 1, "send": 0, "carrier": 1, "trouble": 0, "held": 0, "money": 0
    }  # fmt: skip
    parcels.fail(code.removesuffix("-1"), by, "away")
    assert count_queues([store.id])["trouble"] == 1
    rows, total = list_queue([store.id], "waiting", "", 1, 2)
    assert (len(rows), total) == (2, 3)
    for words in (first.number.lower(), "0912 345 678", "+84912345678", "Người mua"):
        assert list_queue([store.id], "all", words, 1, 30)[1] >= 1, words
    assert list_queue([store.id], "all", "không có ai", 1, 30) == ([], 0)
    assert list_queue([make.store().id], "all", "", 1, 30) == ([], 0)


def test_a_page_of_the_queue_costs_the_same_for_one_parcel_and_for_many(
    make: ModuleType, sku: Sku, store: Store
) -> None:
    def work() -> None:
        rows, _total = list_queue([store.id], "waiting", "", 1, 30)
        slips_of(list_chosen([row.code for row in rows], [store.id]))

    placed(make, (sku, 1), store=store)
    one = counted(work)
    for _n in range(3):
        placed(make, (sku, 1), store=store)
    assert counted(work) == one


def test_an_order_of_two_parcels_prints_which_of_them(make: ModuleType, clock: Clock) -> None:
    clock.on(DAY)
    order = split(make)
    stores = [one.store_id for one in order.shipments]
    slips = slips_of(list_chosen([one.code for one in order.shipments], stores))
    assert sum(slip.consignment.cash_vnd for slip in slips) == order.total_vnd
    assert labels_pdf(slips, now()).count(b"/Type /Page\n") in (0, 2)
