"""What couriers took at the door and passed on: lists read, parcels matched, differences before a person."""

import io
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from core.accounts.actor import ANONYMOUS, Actor
from core.clock import today
from core.db import db
from core.errors import Forbidden, NotFound
from shop.bank.statements import open_table, propose
from shop.carts import service as carts
from shop.orders import parcels
from shop.orders.asked import Checkout, Contact, Fulfilment
from shop.orders.checkout import place_order
from shop.orders.models import Order, Shipment
from shop.remittances import queries, rules, service
from shop.remittances.models import Remittance, RemittanceLine
from shop.remittances.refusals import NothingDiffers, ParcelUnknown, RemittanceKnown, RemittanceNotFound
from shop.remittances.rules import Standing, Told
from shop.remittances.service import Paid
from shop.stores.models import Seller
from tests.admin.conftest import Staff, staff
from tests.shop.bank.conftest import Till

__all__ = ["staff"]

pytestmark = pytest.mark.long("postgresql")  # sums and matching are asked of both by `make prove`


class Door(Till):
    """A store whose courier takes cash."""

    def delivered(self, tracking: str = "VN1") -> tuple[Order, str, int]:
        """An order in the buyer's hands, its parcel's code and the cash that was taken."""
        token = carts.start_cart().token
        carts.set_line(token, self.sku.code, 1)
        wanted = Fulfilment("delivery", self.store.code, "Số 5", self.make.area().code)
        contact = Contact("Người mua thử", "+84912345678")
        order = place_order(Checkout(token, contact, wanted, "cod", 10**9), ANONYMOUS)
        by = self.manager()
        parcels.pack(order.number, by)
        parcels.ship(order.number, by, "Bưu điện", tracking)
        parcels.hand_over(order.number, by)
        cash = order.shipments[0].cash_vnd
        assert cash == order.total_vnd
        return order, order.shipments[0].code, cash or 0

    def pays(
        self, *lines: Told, reference: str = "FT1", by: Actor | None = None, paid: int | None = None
    ) -> Remittance:
        total = sum(one.collected_vnd - one.fee_vnd for one in lines) if paid is None else paid
        told = Paid("Bưu điện", reference, today(), total, lines)
        return service.record_remittance(self.seller, told, by or self.manager())

    def cash(self, code: str) -> queries.Cash:
        db.session.expire_all()
        return queries.get_cash([self.seller.id], code)


@pytest.fixture
def door(make: ModuleType, session: Session) -> Door:
    return Door(make)


def test_a_list_is_read_by_its_headings() -> None:
    data = "Bảng kê\n\nSTT;Mã vận đơn;Tiền thu hộ;Cước phí\n1;VN1;150.000;-5.000\n2;VN2;0;\n;Tổng;;\n".encode()
    table = open_table(data, {}, rules.HEADINGS)
    found = rules.read_table(table, propose(table.head, {}, rules.HEADINGS))
    assert found.lines == [Told("VN1", 150_000, 5_000), Told("VN2", 0, 0)]
    assert found.net_vnd == 145_000
    assert [one.field for one in found.faults] == ["collected"]


def test_a_typed_list_and_what_is_wrong_with_it() -> None:
    found = rules.read_typed("VN1 150.000 5.000\n\nvn1 1\nVN2\nVN3 x\nVN4 10 20\n--- 5\nVN5\t7")
    assert found.lines == [Told("VN1", 150_000, 5_000), Told("VN5", 7, 0)]
    assert [one.line for one in found.faults] == [3, 4, 5, 6, 7]


@pytest.mark.parametrize(("remitted", "standing"), [(0, "missing"), (99, "short"), (100, "whole"), (101, "over")])
def test_how_a_parcels_cash_stands(remitted: int, standing: str) -> None:
    assert rules.stand(100, remitted, is_marked=False) == standing
    assert rules.stand(100, remitted, is_marked=True) == Standing.MARKED


def test_a_parcel_is_known_by_tracking_code_or_order(door: Door) -> None:
    first, second, third = door.delivered("VN 1"), door.delivered("VN2"), door.delivered("VN3")
    lines = [Told("vn1", first[2]), Told(second[1], second[2], 3_000), Told(third[0].number.lower(), third[2])]
    assert queries.count_open([door.seller.id]) == 3
    one = door.pays(*lines)
    assert [line.shipment_id is not None for line in one.lines] == [True] * 3
    assert {door.cash(code).standing for _order, code, _cash in (first, second, third)} == {Standing.WHOLE}
    assert door.cash(second[1]).fee_vnd == 3_000
    assert queries.count_open([door.seller.id]) == 0


@pytest.mark.long
def test_only_the_parcels_that_are_asked_for_are_read(door: Door, session: Session) -> None:
    """The seller's other parcels stay in the database; however a number is written, it is found."""
    _order, first, _cash = door.delivered("VN 12-3/a")
    door.delivered("VN9")
    _order, odd, _cash = door.delivered("VN*7 Đ8")
    rows: list[Any] = []
    real = db.session.execute

    def noted(*args: Any, **more: Any) -> Any:
        answer = real(*args, **more).all()
        rows.extend(answer)
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(db.session, "execute", noted)
        found = queries.find_parcels(door.seller.id, ["vn123A"])
    ids = {one.code: one.id for one in session.scalars(select(Shipment))}
    assert found == {"VN123A": ids[first]}
    assert {row[1] for row in rows} == {first, odd}, "an odd one is compared here"
    assert queries.find_parcels(door.seller.id, ["vn7 8", first.lower()]) == {
        "VN78": ids[odd], first.replace("-", ""): ids[first],
    }  # fmt: skip


def test_what_is_missing_or_differs_waits(door: Door) -> None:
    missing, short, over = door.delivered("A1"), door.delivered("A2"), door.delivered("A3")
    door.pays(Told("A2", short[2] - 1_000), Told("A3", over[2] + 1_000))
    ids = [door.seller.id]
    assert [one.shipment.code for one in queries.list_cash(ids, "missing", 1, 10)[0]] == [missing[1]]
    rows, total = queries.list_cash(ids, "differs", 1, 10)
    assert {one.shipment.code: one.difference_vnd for one in rows} == {short[1]: -1_000, over[1]: 1_000}
    assert (total, queries.list_cash(ids, "", 1, 2)[1]) == (2, 3)
    door.pays(Told("A2", 1_000), reference="FT2")  # the rest, with the next list
    assert door.cash(short[1]).standing == Standing.WHOLE


@pytest.mark.long
def test_the_same_payment_is_written_down_once(door: Door, session: Session) -> None:
    _order, code, cash = door.delivered()
    door.pays(Told("VN1", cash))
    with pytest.raises(RemittanceKnown):
        door.pays(Told("VN1", cash))
    assert door.cash(code).remitted_vnd == cash
    assert session.scalar(select(func.count()).select_from(RemittanceLine)) == 1


@pytest.mark.long
def test_a_line_that_names_nothing_gets_its_parcel_later(door: Door) -> None:
    _order, code, cash = door.delivered("VN1")
    line = door.pays(Told("VN-?", cash)).lines[0]
    assert [one.told for one in queries.list_unmatched([door.seller.id])] == ["VN-?"]
    by = door.manager()
    with pytest.raises(ParcelUnknown):
        service.attach(line.id, "VN9", by)
    service.attach(line.id, code, by)
    assert door.cash(code).standing == Standing.WHOLE
    with pytest.raises(NothingDiffers):
        service.attach(line.id, code, by)
    with pytest.raises(RemittanceNotFound):
        service.attach(10**9, code, by)


@pytest.mark.long
def test_a_person_settles_a_difference_once(door: Door) -> None:
    _order, code, cash = door.delivered()
    door.pays(Told("VN1", cash - 500))
    by = door.manager()
    service.mark(code, "settled", "PT 12", "trả nốt tiền mặt", by)
    assert door.cash(code).standing == Standing.MARKED
    with pytest.raises(NothingDiffers):
        service.mark(code, "written_off", "x", "y", by)
    with pytest.raises(RemittanceNotFound):
        service.mark(code, "settled", "x", "y", door.make.actor("store_manager", ("store", door.make.store().code)))


@pytest.mark.long
def test_the_couriers_transfer_is_no_orders_money(door: Door) -> None:
    _order, _code, cash = door.delivered()
    credit = door.tell("VNPOST TRA TIEN THU HO", cash - 5_000, "FT77")
    assert credit.reason == "unreadable"
    door.pays(Told("VN1", cash, 5_000), reference="ft77")
    assert door.line("FT77").state == "aside"


@pytest.mark.long
def test_only_managers_of_its_stores_write(door: Door) -> None:
    _order, _code, cash = door.delivered()
    with pytest.raises(NotFound):
        door.pays(Told("VN1", cash), by=door.make.actor("store_manager", ("store", door.make.store().code)))
    with pytest.raises(Forbidden):
        door.pays(Told("VN1", cash), by=door.make.actor("cashier", ("store", door.store.code)))


@pytest.mark.long
def test_what_was_written_down_stays(door: Door, session: Session) -> None:
    _order, _code, cash = door.delivered()
    door.pays(Told("VN1", cash))
    for statement in (
        update(Remittance).values(paid_vnd=1), delete(Remittance), delete(RemittanceLine),
        update(RemittanceLine).values(collected_vnd=1), update(RemittanceLine).values(shipment_id=None),
    ):  # fmt: skip
        with pytest.raises(DatabaseError), session.begin_nested():
            session.execute(statement)


@pytest.mark.long
def test_the_desk_from_list_to_mark(door: Door, staff: Staff) -> None:
    order, code, cash = door.delivered("=VN1")
    other = door.delivered("VN2")
    manager = staff("store_manager", ("store", door.store.code))
    home = "/quan-ly/tien-thu-ho"
    assert code in manager.get(home).text
    typed: dict[str, Any] = {
        "seller": door.seller.code, "carrier": "Bưu điện", "reference": "FT5", "received_on": "2026-11-22",
        "paid": str(cash - 9_000),
    }  # fmt: skip
    assert manager.post(f"{home}/dot", **typed, parcels="VN9 x").status_code == 422
    assert "Danh sách chưa có kiện nào." in manager.post(f"{home}/dot", **typed).text
    tried = manager.post(f"{home}/dot", **typed, parcels=f"{order.number} {cash - 4_000} 5.000\nVN9 1")
    assert "2 kiện, khớp 1 kiện; chưa ghi gì" in tried.text
    file = (io.BytesIO(f"Mã vận đơn,COD,Phí\n{code},{cash - 4_000},5000\nVN9,1,0\n".encode()), "a.csv")
    done = manager.post(f"{home}/dot", **typed, file=file, confirm="1")
    assert done.status_code == 303
    page = manager.get(done.headers["Location"]).text
    assert "chưa ghi là đã giao" not in page
    line = queries.list_unmatched([door.seller.id])[0]
    assert manager.post(f"{done.headers['Location']}/{line.id}", parcel="DH-?").status_code == 422
    assert manager.post(f"{done.headers['Location']}/{line.id}", parcel="VN2").status_code == 303
    assert other[1] in manager.get(f"{home}?state=differs").text
    assert manager.post(f"{home}/xu-ly", parcel=code, kind="settled").status_code == 422
    marked = manager.post(f"{home}/xu-ly", parcel=code, kind="settled", reference="PT1", note="tiền mặt")
    assert marked.status_code == 303
    assert "PT1" in manager.get(f"{home}?state=all").text
    assert "'=VN1" in manager.get(f"{home}/tai-ve.csv?state=all").get_data().decode("utf-8-sig")
    stranger = staff("store_manager", ("store", door.make.store().code))
    assert code not in stranger.get(f"{home}?state=all").text
    assert stranger.get(done.headers["Location"]).status_code == 404
    assert staff("cashier", ("store", door.store.code)).get(home).status_code == 403
    assert isinstance(door.seller, Seller)
