"""Goods at the stores' desk: deliveries of several lots, transfers, goods that leave unsold, the ledger."""

import csv
import io
import re
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.products.models import Product
from core.clock import today
from core.db import db, transaction
from shop.inventory.models import GoodsReceipt, Lot, StockLevel, StockMovement
from shop.removals.models import Removal
from shop.stores.models import Store
from shop.transfers.models import Transfer
from tests.admin.conftest import Staff

pytestmark = pytest.mark.long("postgresql")  # what its pages say is the same on both


def line(n: int, sku: str, **changed: str) -> dict[str, str]:
    given = {"sku": sku, "number": f"L{n}", "quantity": "12", "is_consigned": "true", "percent": "12,5",
             "place": "shelf"} | changed  # fmt: skip
    return {f"{name}-{n}": text for name, text in given.items()}


def on_hand(session: Session) -> list[int]:
    session.expire_all()
    return list(session.scalars(select(StockLevel.on_hand).order_by(StockLevel.id)))


@pytest.fixture
def shop(make: ModuleType, staff: Staff) -> tuple[Store, Any, str]:
    store = make.store()
    return store, staff("store_manager", ("store", store.code)), f"/quan-ly/cua-hang/{store.code}"


def test_a_delivery_of_several_lots(shop, make: ModuleType, session: Session) -> None:
    _store, keeper, home = shop
    honey, tea = (make.pack_of(make.listing(name=name)) for name in ("Mật ong hoa vải", "Trà sen"))
    page = f"{home}/nhap-hang"
    assert honey.code in keeper.get(page).text
    first = keeper.post(page, page=page, act="more", **{"sku-1": "mat ong", "delivery_note": "PG 07"})
    assert first.status_code == 200
    for kept in (f'value="{honey.code}"', 'value="PG 07"', 'name="sku-2"', "Mật ong hoa vải"):
        assert kept in first.text, kept
    both = {
        **line(1, honey.code),
        **line(2, tea.code, is_consigned="false", unit_cost="45.000", origin_number="XN 12/2026"),
        "delivery_note": "PG 07", "deliverer": "Anh Thử", "act": "receive",
    }  # fmt: skip
    done = keeper.post(page, page=page, **both)
    assert done.status_code == 303
    paper = session.scalars(select(GoodsReceipt)).one()
    lots = session.scalars(select(Lot).order_by(Lot.id)).all()
    assert (paper.delivery_note, paper.deliverer) == ("PG 07", "Anh Thử")
    terms = [(one.number, one.is_consigned, one.commission_bp, one.unit_cost_vnd, one.origin_number) for one in lots]
    assert terms == [("L1", True, 1250, 0, None), ("L2", False, 0, 45_000, "XN 12/2026")]
    shown = keeper.get(done.location).text
    for said in ("PG 07", "Anh Thử", "XN 12/2026", "540.000", "12,5"):
        assert said in shown, said
    assert paper.code in keeper.get(f"{home}/phieu-nhap?q=pg").text
    assert keeper.get(f"{home}/phieu-nhap/{paper.code}.pdf").data.startswith(b"%PDF")
    assert keeper.get(f"/quan-ly/phieu-nhap/{lots[0].code}").location == done.location
    assert keeper.get(f"{home}/phieu-nhap/NK-NONE").status_code == 404


def test_the_last_delivery_proposes_its_terms(shop, make: ModuleType) -> None:
    _store, keeper, home = shop
    pack, page = make.pack_of(make.listing()), f"{home}/nhap-hang"
    keeper.post(page, page=page, act="receive", **line(1, pack.code, unit_cost="61.000"))
    again = keeper.post(page, page=page, act="fill", **{"sku-1": pack.code}).text
    assert 'value="61000"' in again
    assert 'value="12,5"' in again
    typed = keeper.post(page, page=page, act="fill", **{"sku-1": pack.code, "unit_cost-1": "7.000"}).text
    assert 'value="7.000"' in typed


def test_lines_are_dropped_and_chosen_among_several(shop, make: ModuleType) -> None:
    _store, keeper, home = shop
    one, two = (make.pack_of(make.listing(name="Nước mắm Thử")) for _ in range(2))
    page = f"{home}/nhap-hang"
    asked = keeper.post(page, page=page, act="receive", **line(1, "nuoc mam"), **line(2, one.code)).text
    assert 'name="pick-1"' in asked
    assert two.code in asked
    picked = keeper.post(page, page=page, **line(1, "nuoc mam"), **{"pick-1": two.code}).text
    assert re.search(rf'name="sku-1"[^>]*value="{two.code}"', picked)
    dropped = keeper.post(page, page=page, act="drop-1", **line(1, two.code), **line(2, one.code)).text
    assert re.search(rf'name="sku-1"[^>]*value="{one.code}"', dropped)
    assert two.code not in re.findall(r'name="sku-\d"[^>]*value="([^"]+)"', dropped)


def test_little_time_left_is_said_before_anything_is_written(shop, make: ModuleType, session: Session) -> None:
    _store, keeper, home = shop
    pack, page = make.pack_of(make.listing()), f"{home}/nhap-hang"
    soon = line(1, pack.code, expires_on=(today() + timedelta(days=5)).isoformat())
    told = keeper.post(page, page=page, act="receive", **soon)
    assert told.status_code == 422
    assert "hạn sử dụng còn ngắn" in told.text
    assert session.scalars(select(Lot)).all() == []
    assert keeper.post(page, page=page, act="receive", seen="1", **soon).status_code == 303


def test_nothing_uncertified_is_received_and_the_reason_stands_at_its_line(
    shop, make: ModuleType, session: Session
) -> None:
    _store, keeper, home = shop
    good, lapsed = make.pack_of(make.listing()), make.pack_of(make.listing(valid_until=today() - timedelta(days=1)))
    page = f"{home}/nhap-hang"
    assert f'value="{lapsed.code}"' not in keeper.get(page).text
    refused = keeper.post(page, page=page, act="receive", **line(1, good.code), **line(2, lapsed.code))
    assert refused.status_code == 410
    assert 'href="#f-sku-2"' in refused.text
    assert "đã hết hiệu lực" in refused.text
    assert 'value="L1"' in refused.text
    assert session.scalars(select(Lot)).all() == []


@pytest.mark.parametrize(
    "bad",
    [
        {"quantity-1": "2.5"}, {"quantity-1": "-1"}, {"quantity-1": "1e400"}, {"number-1": ""}, {"sku-1": "NOTHING"},
        {"percent-1": "101"}, {"percent-1": "a"}, {"expires_on-1": "2020-01-01"}, {"made_on-1": "2199-01-01"},
        {"place-1": "transit"}, {"delivered_on": "2199-01-01"}, {"sku-1": ""}, {"number-1": "\x00"},
    ],
)  # fmt: skip
def test_a_wrong_line_is_told_and_nothing_is_lost(
    shop, make: ModuleType, session: Session, bad: dict[str, str]
) -> None:
    _store, keeper, home = shop
    pack, page = make.pack_of(make.listing()), f"{home}/nhap-hang"
    answer = keeper.post(page, page=page, **{**line(1, pack.code), "act": "receive", "deliverer": "Anh Thử"} | bad)
    assert answer.status_code == 422
    assert "Anh Thử" in answer.text
    assert session.scalars(select(StockMovement)).all() == []


def test_a_transfer_lives_its_life_at_two_desks(shop, make: ModuleType, staff: Staff, session: Session) -> None:
    here, sender, home = shop
    there = make.store()
    with transaction():
        db.session.get_one(Store, there.id).seller_id = here.seller_id
    receiver = staff("cashier", ("store", there.code))
    lot = make.lot(store=here, on_shelf=10)
    page = f"{home}/chuyen-kho"
    assert f'value="{lot.code}"' in sender.get(f"{page}?lot={lot.code}").text
    sheet = {"to": there.code, "lot-1": lot.number, "quantity-1": "6", "from_place-1": "shelf", "to_place-1": "shelf"}
    made = sender.post(page, page=page, act="save", once="k", **sheet)
    assert made.status_code == 303
    code = session.scalars(select(Transfer.code)).one()
    one = f"/quan-ly/chuyen-kho/{code}"
    edit = sender.get(f"{one}/sua").text
    version = re.search(r'name="version" value="(\d+)"', edit)
    assert version
    changed = sender.post(f"{one}/sua", page=page, act="save", version=version[1], **sheet | {"quantity-1": "5"})
    assert changed.status_code == 303
    stale = sender.post(f"{one}/sua", page=page, act="save", version=version[1], **sheet)
    assert stale.status_code == 412
    assert sender.post(f"{one}/dispatch", page=page).status_code == 303
    assert on_hand(session) == [5, 5]
    assert "Đang chuyển" in sender.get(f"{home}?state=transit").text
    fit = sender.get(f"{home}?state=ok").text
    assert fit.count(f'">{lot.code}</a>') == 1, "what is on the way is not sold here"
    session.get_one(Lot, lot.id).expires_on = today() - timedelta(days=1)
    session.commit()
    assert "Quá\N{NO-BREAK SPACE}hạn" in sender.get(home).text
    assert lot.code not in sender.get(f"{home}?state=ok").text
    session.get_one(Lot, lot.id).expires_on = None
    session.commit()
    assert code in receiver.get("/quan-ly/chuyen-kho").text
    too_many = receiver.post(f"{one}/receive", page=one, **{"received-1": "9", "damaged-1": "0"})
    assert too_many.status_code == 422
    assert "9" in too_many.text
    assert receiver.post(f"{one}/receive", page=one, **{"received-1": "x"}).status_code == 422
    came = receiver.post(f"{one}/receive", page=one, **{"received-1": "3", "damaged-1": "1", "note-1": "vỡ một"})
    assert came.status_code == 303
    assert receiver.post(f"{one}/settle").status_code == 403
    assert "Phần thiếu thế nào?" in sender.get(one).text
    settled = sender.post(f"{one}/settle", page=one, **{"outcome-1": "back", "why-1": "còn trên kệ"})
    assert settled.status_code == 303
    assert on_hand(session) == [6, 0, 3]
    shown = sender.get(one).text
    for said in ("Đã xong", "còn trên kệ", "vỡ một"):
        assert said in shown
    assert sender.get(f"{one}.pdf").data.startswith(b"%PDF")


def test_lots_change_their_place_inside_the_store(shop, make: ModuleType, session: Session) -> None:
    store, keeper, home = shop
    lot, page = make.lot(store=store, on_shelf=10), f"{home}/chuyen-kho"
    sheet = {"to": store.code, "lot-1": lot.code, "quantity-1": "4", "from_place-1": "shelf"}
    refused = keeper.post(page, page=page, act="save", **sheet, **{"to_place-1": "shelf"})
    assert refused.status_code == 422
    assert keeper.post(page, page=page, act="save", **sheet, **{"to_place-1": "back"}).status_code == 303
    assert on_hand(session) == [6, 4]


def test_a_write_off_above_the_limit_needs_two(shop, make: ModuleType, staff: Staff, session: Session) -> None:
    store, keeper, home = shop
    lot = make.lot(make.sku(price_vnd=200_000), store, on_shelf=10)
    page = f"{home}/xuat-huy"
    sheet = {"reason": "damage", "note": "ướt mưa", "lot-1": lot.code, "quantity-1": "3", "place-1": "shelf"}
    made = keeper.post(page, page=page, act="save", once="k", **sheet)
    assert made.status_code == 303
    paper = session.scalars(select(Removal)).one()
    assert (paper.state, on_hand(session)) == ("waiting", [10])
    shown = keeper.get(made.location).text
    assert "Chờ người thứ hai duyệt" in shown
    assert keeper.post(f"{made.location}/approve", page=made.location).status_code == 409
    other = staff("store_manager", ("store", store.code))
    assert paper.code in other.get("/quan-ly/xuat-huy").text
    assert other.post(f"{made.location}/refuse", page=made.location, words="").status_code == 422
    assert other.post(f"{made.location}/approve", page=made.location).status_code == 303
    assert on_hand(session) == [7]
    assert keeper.get(f"{made.location}.pdf").data.startswith(b"%PDF")
    too_much = keeper.post(f"{home}/dieu-chinh", page=page, lot=lot.code, place="shelf", quantity="-3", reason="damage")
    assert too_much.status_code == 409
    assert "người thứ hai" in too_much.text
    nothing = keeper.post(page, page=page, act="save", reason="damage", note="x")
    assert nothing.status_code == 422
    elsewhere = staff("store_manager", ("store", make.store().code))
    assert elsewhere.get(made.location).status_code == 404


def test_blocked_goods_go_back_to_their_producer(shop, make: ModuleType, session: Session) -> None:
    store, keeper, home = shop
    lot, other = make.lot(store=store, on_shelf=4), make.lot(store=store)
    with transaction():
        blocked = db.session.get_one(Lot, lot.id)
        blocked.state, blocked.ground = "blocked", "certificate"
    page = f"{home}/tra-chu-the"
    found = re.search(r'href="([^"]*producer=[^"]+)"', keeper.get(page).text)
    assert found
    filled = keeper.get(found[1]).text
    assert f'value="{lot.code}"' in filled
    sheet = {"lot-1": lot.code, "quantity-1": "4", "place-1": "shelf", "act": "save", "reason": "producer_return"}
    mixed = keeper.post(page, page=page, **sheet, **{"lot-2": other.code, "quantity-2": "1", "place-2": "shelf"})
    assert mixed.status_code == 422
    assert other.code in mixed.text
    made = keeper.post(page, page=page, **sheet)
    assert keeper.post(f"{made.location}/hand_over", page=made.location, handed_to="").status_code == 422
    done = keeper.post(f"{made.location}/hand_over", page=made.location, handed_to="Chị Thử")
    assert done.status_code == 303
    assert on_hand(session) == [0, 10]
    assert keeper.get(f"{made.location}.pdf").data.startswith(b"%PDF")


def test_only_admins_set_a_limit(shop, staff: Staff) -> None:
    _store, keeper, home = shop
    admin, page = staff("admin"), f"{home}/muc-xuat-huy"
    assert keeper.get(page).status_code == 403
    assert admin.post(page, page=page, limit="x").status_code == 422
    assert admin.post(page, page=page, limit="1.000.000").status_code == 303
    assert "1000000" in admin.get(page).text
    assert admin.post(page, page=page, limit="2", version="9").status_code == 412


def test_the_ledger_is_filtered_and_taken_home(shop, make: ModuleType) -> None:
    store, keeper, home = shop
    lot, other = make.lot(store=store), make.lot(store=store)
    keeper.post(f"{home}/dieu-chinh", page=f"{home}/dieu-chinh", lot=lot.code, place="shelf", quantity="-2",
                reason="count", note="=HYPERLINK(1)")  # fmt: skip
    page = f"{home}/so-kho"
    for query, is_there, is_not in (
        (f"lot={lot.code}", lot.code, other.code),
        ("reason=count", lot.code, other.code),
        (f"to={(today() - timedelta(days=1)).isoformat()}", "Không có dòng nào như vậy", lot.code + "<"),
    ):
        shown = keeper.get(f"{page}?{query}").text
        assert is_there in shown, query
        assert is_not not in shown, query
    assert keeper.get(f"{page}?from=31/02/2026").status_code == 422
    rows = list(csv.reader(io.StringIO(keeper.get(f"{page}.csv?reason=count").data.decode("utf-8-sig"))))
    assert (len(rows), rows[1][4], rows[1][6]) == (2, lot.code, "-2")
    assert rows[1][9].startswith("'=")
    name = db.session.get_one(Product, lot.product_id).name
    assert name in rows[1][3]
    assert name in keeper.get(page).text, "goods are called by their name, not only by their code"
    sheet = load_workbook(io.BytesIO(keeper.get(f"{page}.xlsx").data)).active
    assert sheet is not None
    assert sheet.max_row == 4
    assert keeper.get(f"{page}.pdf").status_code == 404
