"""The desks of coupons and of delivery: forms that come back whole, and nobody else's business."""

from datetime import timedelta
from types import ModuleType

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.listings.models import Sku
from core.clock import today
from shop.coupons.models import Coupon
from shop.delivery.models import Tariff
from tests.support.browser import Browser

pytestmark = pytest.mark.long("postgresql")  # what its pages say is the same on both

NEW = {
    "code": "tết 2027", "name": "Tết", "kind": "percent", "percent": "10", "starts_on": "2026-11-01",
    "ends_on": "2027-02-28", "max_uses": "100", "max_per_customer": "1",
}  # fmt: skip


@pytest.fixture
def desk(make: ModuleType, client: FlaskClient) -> Browser:
    return Browser(client).become(make.user("admin"))


def test_a_coupon_from_its_form_to_its_end(desk: Browser, session: Session) -> None:
    assert desk.get("/quan-ly/ma-giam-gia").status_code == 200
    made = desk.post("/quan-ly/ma-giam-gia/moi", **NEW, groups=["I", "VI"])
    assert made.status_code == 303, made.text
    coupon = session.scalars(select(Coupon)).one()
    assert (coupon.code, coupon.percent, [one.group_code for one in coupon.targets]) == ("TET2027", 10, ["I", "VI"])
    page = desk.get("/quan-ly/ma-giam-gia/TET2027").text
    assert 'value="TET2027"' in page
    changed = {**NEW, "kind": "amount", "amount_vnd": "50.000", "version": str(coupon.version)}
    assert desk.post("/quan-ly/ma-giam-gia/TET2027", **changed).status_code == 303
    session.expire_all()
    assert (coupon.percent, coupon.amount_vnd, coupon.targets) == (None, 50_000, [])
    assert desk.post("/quan-ly/ma-giam-gia/TET2027/dung", stopped="1").status_code == 303
    assert "đã dừng" in desk.get("/quan-ly/ma-giam-gia").text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"percent": "101"}, "percent"), ({"percent": "0"}, "percent"), ({"percent": "-1"}, "percent"),
        ({"percent": "2.5"}, "percent"), ({"percent": ""}, "percent"), ({"percent": "1e400"}, "percent"),
        ({"kind": "amount"}, "amount_vnd"), ({"kind": "amount", "amount_vnd": "0"}, "amount_vnd"),
        ({"kind": "amount", "amount_vnd": "10000000000000"}, "amount_vnd"), ({"code": "ab"}, "code"),
        ({"code": "\u200b\u200b\u200b\u200b"}, "code"), ({"code": "x" * 300}, "code"), ({"max_uses": "0"}, "max_uses"),
        ({"ends_on": "2026-10-31"}, "ends_on"), ({"ends_on": "2026-02-30"}, "ends_on"), ({"name": "a\u202eb"}, "name"),
        ({"products": "KHONG-CO"}, "products"), ({"groups": "VII"}, "groups"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_comes_back_as_typed(
    changes: dict[str, str], field: str, desk: Browser, session: Session
) -> None:
    answer = desk.post("/quan-ly/ma-giam-gia/moi", **{**NEW, **changes})
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text
    assert 'value="2027-02-28"' in answer.text or "ends_on" in changes
    assert session.scalars(select(Coupon)).all() == []


def fees(**changes: str) -> dict[str, str]:
    zones = {f"{zone}_1_{what}": value for zone in ("local", "province", "near", "far")
             for what, value in (("grams", "3000"), ("fee", "25.000"))}  # fmt: skip
    return {**zones, "pack_grams": "500", "starts_on": str(today() + timedelta(days=1)), **changes}


def test_fees_from_their_form(desk: Browser, session: Session) -> None:
    assert desk.get("/quan-ly/phi-giao-hang").status_code == 200
    assert 'value="20000"' in desk.get("/quan-ly/phi-giao-hang/moi").text
    assert desk.post("/quan-ly/phi-giao-hang/moi", **fees()).status_code == 303
    tomorrow = session.scalars(select(Tariff).where(Tariff.starts_on > today())).one()
    assert {one.fee_vnd for one in tomorrow.steps if one.up_to_grams} == {25_000}
    assert desk.post("/quan-ly/phi-giao-hang/bo", starts_on=str(tomorrow.starts_on)).status_code == 303
    assert session.scalars(select(Tariff).where(Tariff.starts_on > today())).all() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"starts_on": ""}, {"near_1_grams": ""}, {"near_1_fee": ""}, {"near_1_fee": "-1"}, {"far_1_grams": "0"},
        {"far_2_grams": "1000", "far_2_fee": "99.000"}, {"far_2_grams": "5000", "far_2_fee": "1.000"},
        {"pack_grams": "0"},
        {"near": "xx"},
    ],
)  # fmt: skip
def test_fees_that_make_no_sense_are_refused(changes: dict[str, str], desk: Browser, session: Session) -> None:
    assert desk.post("/quan-ly/phi-giao-hang/moi", **fees(**changes)).status_code == 422
    assert len(session.scalars(select(Tariff)).all()) == 1


def test_fees_of_today_cannot_be_entered(desk: Browser) -> None:
    assert desk.post("/quan-ly/phi-giao-hang/moi", **fees(starts_on=str(today()))).status_code == 409


def test_care_of_a_pack(desk: Browser, make: ModuleType, session: Session) -> None:
    sku = make.sku()
    assert desk.post("/quan-ly/phi-giao-hang/mon", sku=sku.code, care=["fragile", "cold"]).status_code == 303
    session.expire_all()
    kept = session.get_one(Sku, sku.id)
    assert (kept.is_pickup_only, kept.is_fragile, kept.is_cold) == (False, True, True)
    assert sku.code in desk.get("/quan-ly/phi-giao-hang/mon").text
    assert desk.post("/quan-ly/phi-giao-hang/mon", sku="KHONG-CO").status_code == 404


@pytest.mark.parametrize(
    "path", ["/quan-ly/ma-giam-gia/moi", "/quan-ly/phi-giao-hang/moi", "/quan-ly/phi-giao-hang/mon"]
)
def test_a_cashier_gives_out_nothing(path: str, make: ModuleType, client: FlaskClient) -> None:
    store = make.store()
    browser = Browser(client).become(make.user("cashier", ("store", store.code)))
    assert browser.get(path).status_code in (403, 404)
    assert browser.post(path).status_code in (403, 404)
