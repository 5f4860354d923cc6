"""The desk of stores: what each role may change, hours, closing, staff; and the same over REST."""

import re
from types import ModuleType

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.areas.load import load_areas
from core.accounts.models import OneTimeLink, UserGrant
from core.db import transaction
from shop.inventory.models import StockLevel
from shop.stores.models import Store
from shop.stores.rules import RESERVED_CODES
from shop.transfers.models import Transfer
from shop.transfers.service import Counted, receive
from tests.support.browser import Browser

pytestmark = pytest.mark.long("postgresql")

HOURS = {f"hours_{day}": "07:30–11:30, 13:30–18:00" for day in ("mon", "tue", "wed", "thu", "fri", "sat")}
KEPT = {"pickup_hours": "3", "delivery_hours": "8", "cash_rounding": "500", "has_pickup": "true"}
#: Beginnings of addresses in which the code of a store follows.
STORE_PAGES = (
    "/cua-hang/<", "/quan-ly/cua-hang/<", "/quan-ly/dia-diem/<", "/quan-ly/hom-nay/<", "/quan-ly/dat-hang/<",
    "/quan-ly/chuyen-sang/<", "/quan-ly/quay/<", "/api/v1/stores/<",
)  # fmt: skip


def special(since: str, until: str) -> dict[str, object]:
    """One row of special days as typed."""
    return {"special_since": [since], "special_until": [until], "special_hours": [""], "special_note": ["x"]}


@pytest.fixture
def manager(make: ModuleType, client: FlaskClient) -> Browser:
    make.store("kien-thuy")
    return Browser(client).become(make.user("store_manager", ("store", "kien-thuy")))


def stored(session: Session, code: str) -> Store:
    session.expire_all()
    return session.scalars(select(Store).where(Store.code == code)).one()


def test_a_manager_keeps_hours_holidays_and_terms(manager: Browser, session: Session) -> None:
    page = manager.get("/quan-ly/dia-diem/kien-thuy")
    assert page.status_code == 200
    assert 'name="seller"' not in page.text
    special = {
        "special_since": ["2027-02-05", ""], "special_until": ["2027-02-09", ""], "special_hours": ["nghỉ", ""],
        "special_note": ["Tết", ""],
    }  # fmt: skip
    version = str(stored(session, "kien-thuy").version)
    sent = manager.post("/quan-ly/dia-diem/kien-thuy", version=version, phone="0225 3881 000", name="Của tôi", **HOURS,
                        **KEPT, **special)  # fmt: skip
    assert sent.status_code == 303, sent.text
    kept = stored(session, "kien-thuy")
    assert (kept.phone, kept.pickup_hours, kept.cash_rounding_vnd) == ("+842253881000", 3, 500)
    assert kept.hours["mon"] == [["07:30", "11:30"], ["13:30", "18:00"]]
    assert "sun" not in kept.hours
    assert kept.special == {"2027-02-05": {"until": "2027-02-09", "hours": [], "note": "Tết"}}
    assert kept.name == "OCOP Mart kien-thuy"  # not hers to change
    assert not kept.has_delivery
    stale = manager.post("/quan-ly/dia-diem/kien-thuy", version=version, phone="0225 3881 999", **HOURS, **KEPT)
    assert stale.status_code == 412
    assert "0225 3881 999" in stale.text
    assert "+842253881000" in stale.text
    assert stored(session, "kien-thuy").phone == "+842253881000"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"hours_mon": "cả ngày"}, "Viết như"), ({"phone": "113"}, "Số điện thoại"), ({"lat": "20,8"}, "Cần cả vĩ độ"),
        ({"lat": "91", "lng": "106"}, "số độ"), ({"pickup_hours": "49"}, "Phải từ"),
        ({"cash_rounding": "7"}, "một trong"), (special("5 tháng 2", ""), "chưa đọc"),
        (special("2027-02-09", "2027-02-01"), "Ngày cuối"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_comes_back_as_typed(
    changes: dict[str, object], said: str, manager: Browser, session: Session
) -> None:
    version = str(stored(session, "kien-thuy").version)
    sent = manager.post("/quan-ly/dia-diem/kien-thuy", **{"version": version, **HOURS, **KEPT, **changes})
    assert sent.status_code == 422
    assert said in sent.text
    assert stored(session, "kien-thuy").pickup_hours == 2


def test_the_map_is_pressed_and_nothing_is_saved_yet(manager: Browser, session: Session) -> None:
    before = stored(session, "kien-thuy").version
    sent = manager.post("/quan-ly/dia-diem/kien-thuy", version=str(before), w_lat="20.8", w_lng="106.6", w_km="40",
                        **{"pick.x": "200", "pick.y": "100"}, **HOURS, **KEPT)  # fmt: skip
    assert sent.status_code == 200
    assert 'value="20.867' in sent.text
    assert stored(session, "kien-thuy").version == before
    svg = manager.get("/quan-ly/dia-diem/ban-do.svg?w_lat=20.8&w_lng=106.6&w_km=40&lat=20.86&lng=106.64")
    assert svg.mimetype == "image/svg+xml"
    assert manager.get("/quan-ly/dia-diem/ban-do.svg?w_lat=nan&w_km=1e9").status_code == 200


def test_an_administrator_opens_a_mart_for_a_district_and_a_stall(make: ModuleType, client: FlaskClient, session: Session) -> None:  # fmt: skip # noqa: E501
    with transaction():
        load_areas()
    seller, admin = make.seller(), Browser(client).become(make.user("admin"))
    listed = admin.get("/quan-ly/dia-diem").text
    assert "chưa có cửa hàng OCOP" in listed
    new = {
        "name": "OCOP Mart Kiến Thụy", "code": "kien-thuy-2", "kind": "mart", "address": "Số 1", "area": "11680",
        "serves": "314", "seller": seller.code, **HOURS, **KEPT,
    }  # fmt: skip
    page = admin.get("/quan-ly/dia-diem/moi?serves=314").text
    once = page.split('name="once" value="')[1].split('"')[0]
    area = page.split('id="f-area"')[1].split('<option value="')[2].split('"')[0]
    made = admin.post("/quan-ly/dia-diem/moi", once=once, **{**new, "area": area})
    assert made.status_code == 303, made.text
    assert admin.post("/quan-ly/dia-diem/moi", once=once, **{**new, "area": area}).status_code == 303
    store = stored(session, "kien-thuy-2")
    assert store.serves is not None
    assert len(session.scalars(select(Store)).all()) == 1
    taken = admin.post("/quan-ly/dia-diem/moi", **{**new, "area": area})
    assert (taken.status_code, "Mã này đã có" in taken.text) == (409, True)
    hidden = admin.post("/quan-ly/dia-diem/moi", **{**new, "code": "moi", "area": area})
    assert (hidden.status_code, "Hãy chọn mã khác" in hidden.text) == (422, True)
    wrong = {**new, "code": "gian-1", "kind": "stall", "area": area, "opens_on": "2026-12-09", "ends_on": "2026-12-01"}
    assert admin.post("/quan-ly/dia-diem/moi", **wrong).status_code == 422
    assert admin.post("/quan-ly/dia-diem/moi", **{**wrong, "ends_on": "2026-12-12"}).status_code == 303


def test_a_store_with_goods_stays_open_until_they_are_gone(make: ModuleType, client: FlaskClient, session: Session) -> None:  # fmt: skip # noqa: E501
    store = make.store("gian-hang")
    make.lot(store=store, on_shelf=3)
    admin, version = Browser(client).become(make.user("admin")), str(store.version)
    assert "còn 1 lô hàng" in admin.get("/quan-ly/dia-diem/gian-hang/dong").text
    refused = admin.post("/quan-ly/dia-diem/gian-hang/dong", version=version)
    assert refused.status_code == 409
    assert stored(session, "gian-hang").is_active
    with transaction():
        for level in session.scalars(select(StockLevel)):
            level.on_hand = 0  # as if they had left
    assert admin.post("/quan-ly/dia-diem/gian-hang/dong", version=version).status_code == 303
    closed = stored(session, "gian-hang")
    assert (closed.is_active, closed.closed_at is not None) == (False, True)
    assert client.get("/cua-hang/gian-hang").status_code == 404
    assert "Đã đóng" in admin.get("/quan-ly/dia-diem").text
    assert admin.post("/quan-ly/dia-diem/gian-hang/mo-lai", version=str(closed.version)).status_code == 303
    assert stored(session, "gian-hang").is_active


def test_a_manager_invites_and_takes_back_within_her_store(manager: Browser, make: ModuleType, session: Session) -> None:  # fmt: skip # noqa: E501
    make.store("khac")
    cashier = make.user("cashier", ("store", "kien-thuy"), name="Thu ngân Một")
    stranger = make.user("cashier", ("store", "khac"))
    page = manager.get("/quan-ly/dia-diem/kien-thuy/nhan-vien").text
    assert "Thu ngân Một" in page
    assert manager.get("/quan-ly/dia-diem/khac/nhan-vien").status_code == 404
    invited = manager.post("/quan-ly/dia-diem/kien-thuy/nhan-vien", name="Hai", contact="0912 345 678", role="cashier")
    assert invited.status_code == 201
    high = manager.post(
        "/quan-ly/dia-diem/kien-thuy/nhan-vien", name="Ba", contact="0912 345 679", role="store_manager"
    )
    assert high.status_code == 403
    link = session.scalars(select(OneTimeLink)).one()
    assert link.data["scope"] == ["store", "kien-thuy"]
    assert manager.post(f"/quan-ly/dia-diem/kien-thuy/loi-moi/{link.id}/rut").status_code == 303
    mine = session.scalars(select(UserGrant).where(UserGrant.user_id == cashier.id)).one()
    other = session.scalars(select(UserGrant).where(UserGrant.user_id == stranger.id)).one()
    assert manager.post(f"/quan-ly/dia-diem/kien-thuy/nhan-vien/{other.id}/thoi").status_code == 404
    assert manager.post(f"/quan-ly/dia-diem/kien-thuy/nhan-vien/{mine.id}/thoi").status_code == 303
    session.expire_all()
    assert (mine.revoked_at is not None, other.revoked_at) == (True, None)


def test_settings_over_rest_with_their_version(make: ModuleType, client: FlaskClient, session: Session) -> None:
    make.store("kien-thuy")
    path, manager = "/api/v1/stores/kien-thuy/settings", make.headers("store_manager", ("store", "kien-thuy"))
    assert client.get(path).status_code == 401
    assert client.get(path, headers=make.headers("store_manager", ("store", "khac"))).status_code == 404
    shown = client.get(path, headers=manager)
    tag = shown.headers["ETag"]
    assert client.patch(path, json={"phone": "0225 3881 000"}, headers=manager).status_code == 428
    changed = client.patch(
        path, json={"cash_rounding": 0, "phone": "0225 3881 000"}, headers={**manager, "If-Match": tag}
    )
    assert (changed.status_code, changed.json["cash_rounding"]) == (200, 0)
    stale = client.patch(path, json={"phone": None}, headers={**manager, "If-Match": tag})
    assert (stale.status_code, stale.json["code"]) == (412, "edit.conflict")
    tag = changed.headers["ETag"]
    for body, status in (
        ({"name": "Của tôi"}, 403), ({"seller": "khong-co"}, 404), ({"lat": "20"}, 422), ({"lat": True}, 422),
        ({"lat": 20.5}, 422), ({"hours": {"mon": "8-9"}}, 422), ({"special": {"x": 1}}, 422),
        ({"is_active": False}, 422), ({"cash_rounding": 7}, 422), ({"has_pickup": "yes"}, 422),
    ):  # fmt: skip
        assert client.patch(path, json=body, headers={**manager, "If-Match": tag}).status_code == status, body
    admin = make.headers("admin")
    make.lot(store=session.scalars(select(Store)).one(), on_shelf=1)
    busy = client.post("/api/v1/stores/kien-thuy/closing", headers={**admin, "If-Match": tag})
    assert (busy.status_code, busy.json["code"], busy.json["reasons"][0]["key"]) == (409, "store.busy", "stock")
    assert client.get("/api/v1/stores/kien-thuy").json["special"] == {}


def test_what_can_be_sold_goes_to_another_store_and_the_way_is_waited_for(
    make: ModuleType, client: FlaskClient, session: Session
) -> None:
    stall, mart = make.store("gian"), make.store("mart")
    with transaction():
        session.get_one(Store, mart.id).seller_id = stall.seller_id
    lot = make.lot(store=stall, on_shelf=4)
    admin = Browser(client).become(make.user("admin"))
    page = admin.get("/quan-ly/dia-diem/gian/dong").text
    assert "Chuyển hết hàng bán được sang" in page
    assert admin.post("/quan-ly/dia-diem/gian/chuyen-het", to="khong-co").status_code == 404
    sent = admin.post("/quan-ly/dia-diem/gian/chuyen-het", to="mart")
    assert sent.status_code == 303, sent.text
    (paper,) = session.scalars(select(Transfer)).all()
    assert [(line.lot_id, line.quantity) for line in paper.lines] == [(lot.id, 4)]
    version = str(stored(session, "gian").version)
    refused = admin.post("/quan-ly/dia-diem/gian/dong", version=version)
    assert (refused.status_code, "phiếu chuyển chưa xong" in refused.text) == (409, True)
    receive(paper.code, {1: Counted(4)}, make.actor("admin"))
    assert admin.post("/quan-ly/dia-diem/gian/dong", version=version).status_code == 303


def test_no_store_is_called_like_a_page_beside_it(make: ModuleType, client: FlaskClient) -> None:
    """Where the code of a store stands in an address, no other word does that a store could be called."""
    rules = [rule.rule for rule in client.application.url_map.iter_rules()]
    heads = {one.split("<")[0] for one in rules if one.startswith(STORE_PAGES)}
    assert len(heads) == len(STORE_PAGES)
    beside = {one.removeprefix(head).split("/")[0] for head in heads for one in rules if one.startswith(head)}
    words = {one for one in beside if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", one)}
    assert words == RESERVED_CODES, "a store of such a code would hide its own page"
