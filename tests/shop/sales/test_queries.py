"""Sold lots against a naive reading of the same rows: split lines, parcels that come back, returns."""

from datetime import date, time, timedelta
from types import ModuleType

import pytest
from sqlalchemy import select

from core.clock import now, today
from core.db import db
from core.money import allocate
from shop.orders import parcels
from shop.orders.models import Order, OrderLine, Shipment, ShipmentLot
from shop.returns import service as returns
from shop.returns.rules import Kind, Reason
from shop.sales.queries import By, Only, Sold, Source, list_sold, parts, sums_by
from tests.shop.orders.parcel_stage import keeper, placed, split
from tests.support.clock import Clock
from tests.support.queries import counted

DAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def day(clock: Clock) -> None:
    clock.on(DAY)


def three_lots(make: ModuleType, price_vnd: int = 100_001) -> tuple[Order, Shipment]:
    """Seven units of one line that only three lots can serve."""
    store, sku = make.store(), make.sku(price_vnd=price_vnd)
    for days, units in ((30, 2), (60, 2), (90, 9)):
        make.lot(sku, store, on_shelf=units, expires_on=today() + timedelta(days=days))
    order = placed(make, (sku, 7), store=store)
    return order, order.shipments[0]


def naive() -> dict[tuple[str, int], int]:
    """Money by source and row, read row by row."""
    found: dict[tuple[str, int], int] = {}
    for line in db.session.scalars(select(OrderLine)):
        boxes = [one for one in line.order.shipments for row in one.lines if row.order_line_id == line.id]
        units = [next(r.quantity for r in box.lines if r.order_line_id == line.id) for box in boxes]
        for box, money in zip(boxes, allocate(line.line_total_vnd - line.discount_vnd, units), strict=True):
            lots = list(
                db.session.scalars(
                    select(ShipmentLot)
                    .where(ShipmentLot.shipment_id == box.id, ShipmentLot.order_line_id == line.id)
                    .order_by(ShipmentLot.id)
                )
            )
            for left_at in {one.left_at for one in lots}:
                batch = [one for one in lots if one.left_at == left_at]
                for one, part in zip(batch, allocate(money, [one.quantity for one in batch]), strict=True):
                    found["order", one.id] = part
                    if one.came_back_at:
                        found["order_back", one.id] = -part
    return found


def seen(rows: list[Sold]) -> dict[tuple[str, int], int]:
    return {(one.source.value, one.row_id): one.revenue_vnd for one in rows}


def test_every_part_has_the_same_columns(app: object) -> None:
    names = [[column.key for column in one(Only()).selected_columns] for one in parts()]
    assert len(names) == 4
    assert all(one == names[0] for one in names)


def test_the_lots_of_a_line_add_up_to_the_line(make: ModuleType) -> None:
    order, parcel = three_lots(make)
    by = keeper(make, parcel.store)
    parcels.pack(order.number, by)
    parcels.ship(order.number, by)
    sold = list_sold()
    assert [one.quantity for one in sold] == [2, 2, 3]
    assert sum(one.revenue_vnd for one in sold) == 7 * 100_001
    assert seen(sold) == naive()
    assert {(one.is_final, one.source_ref, one.day) for one in sold} == {(False, order.number, DAY)}


def test_undelivered_goods_come_back_for_what_they_left_for_and_may_leave_again(make: ModuleType, clock: Clock) -> None:
    order, parcel = three_lots(make)
    by = keeper(make, parcel.store)
    parcels.pack(order.number, by)
    parcels.ship(order.number, by)
    clock.forward(hours=30)
    parcels.fail(order.number, by, "absent")
    parcels.take_back(order.number, by)
    assert sum(one.revenue_vnd for one in list_sold()) == sum(one.quantity for one in list_sold()) == 0
    assert len(list_sold(Only(first=DAY, last=DAY))) == 3
    clock.forward(hours=1)
    parcels.send_again(order.number, by)
    parcels.pack(order.number, by)
    parcels.ship(order.number, by)
    clock.forward(hours=1)
    parcels.hand_over(order.number, by)
    sold = list_sold()
    assert seen(sold) == naive()
    assert [sum(one.revenue_vnd for one in sold), len(sold)] == [700_007, 9]
    assert all(one.is_final for one in sold)


def test_goods_given_back_take_back_what_they_were_worth(make: ModuleType) -> None:
    order, parcel = three_lots(make)
    by = keeper(make, parcel.store)
    for step in (parcels.pack, parcels.ship, parcels.hand_over):
        step(order.number, by)
    wish = returns.Wish(Kind.RETURN, Reason.BROKEN, {1: 3})
    back = returns.ask(order.number, order.token, wish, make.actor("shopper"))
    returns.accept(back.code, by)
    assert {one.source for one in list_sold()} == {Source.ORDER}
    returns.receive(back.code, {1: 1}, by)
    came = [one for one in list_sold() if one.source is Source.ORDER_RETURN]
    assert (sum(one.quantity for one in came), sum(one.revenue_vnd for one in came)) == (-3, -300_003)
    assert sums_by()[0].revenue_vnd == 400_004


def test_each_parcel_counts_with_its_store_and_sums_agree_with_rows(make: ModuleType) -> None:
    order = split(make)
    for one in order.shipments:
        parcels.pack(order.number, keeper(make, one.store), one.position)
        parcels.ship(order.number, keeper(make, one.store), position=one.position)
    rows = list_sold()
    assert {one.store_id for one in rows} == {one.store_id for one in order.shipments}
    for by in By:
        sums = sums_by(by)
        assert sum(one.revenue_vnd for one in sums) == sum(one.revenue_vnd for one in rows) > 0
        assert sum(one.rows for one in sums) == len(rows)
    assert [one.key for one in sums_by(By.DAY, By.STORE)] == sorted((DAY, one.store_id) for one in rows)


def test_what_is_asked_for_is_what_is_answered(make: ModuleType, clock: Clock) -> None:
    order, parcel = three_lots(make)
    by = keeper(make, parcel.store)
    parcels.pack(order.number, by)
    parcels.ship(order.number, by)
    rows = list_sold()
    one = rows[0]
    assert list_sold(Only(lots=[one.lot_id])) == [one]
    assert sums_by(By.LOT, only=Only(lots=[one.lot_id]))[0].revenue_vnd == one.revenue_vnd
    everything = Only(DAY, DAY, [one.store_id], [one.seller_id], [one.producer_id], [one.product_id], [one.sku_id])
    assert list_sold(everything) == rows
    nothing = [
        Only(first=DAY + timedelta(days=1)), Only(last=DAY - timedelta(days=1)), Only(stores=[0]), Only(sellers=[]),
        Only(producers=[0]), Only(products=[0]), Only(skus=[]), Only(lots=[]), Only(is_consigned=False),
        Only(is_final=True),
    ]  # fmt: skip
    assert [list_sold(only) for only in nothing] == [[]] * len(nothing)
    assert sums_by(only=Only(stores=[0])) == []
    assert counted(list_sold) == counted(sums_by) == 1


def test_the_day_of_a_sale_is_the_local_one(make: ModuleType, clock: Clock) -> None:
    """Half past six in the morning of Việt Nam is still yesterday in UTC."""
    clock.on(DAY, time(6))
    order, parcel = three_lots(make)
    by = keeper(make, parcel.store)
    parcels.pack(order.number, by)
    parcels.ship(order.number, by)
    assert now().date() == DAY - timedelta(days=1)
    assert [one.key[0] for one in sums_by(By.DAY)] == [DAY]
