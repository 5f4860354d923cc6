"""The desks of stops and of second clocks, as people use them."""

from datetime import timedelta
from types import ModuleType

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.papers.models import Paper
from catalog.products.models import Product
from catalog.stops.models import ProductStop
from core.clock import today
from tests.admin.conftest import Staff

STOPS, PAPERS = "/quan-ly/lenh-go", "/quan-ly/giay-to"
ORDER = {"number": "118/LĐ-QLTT", "authority": "Chi cục QLTT", "ground": "Vượt mức", "from_on": "", "until_on": ""}

pytestmark = pytest.mark.on("sqlite")  # pages over verbs that are tested on both


def test_an_order_shows_what_closes_before_it_is_written(
    staff: Staff, make: ModuleType, session: Session, client: FlaskClient
) -> None:
    sku = make.sku()
    product = session.get_one(Product, sku.listing.product_id)
    admin = staff("admin")
    form = {**ORDER, "product": product.code}
    trial = admin.post(f"{STOPS}/moi", page=f"{STOPS}/moi", **form)
    assert (trial.status_code, session.scalars(select(ProductStop)).all()) == (200, [])
    assert 'name="confirm"' in trial.text and product.name in trial.text
    made = admin.post(f"{STOPS}/moi", page=f"{STOPS}/moi", **form, confirm="1")
    assert made.status_code == 303
    stop = session.scalars(select(ProductStop)).one()
    assert client.get(f"/san-pham/{product.slug}").status_code == 410
    assert "Đang dừng" in admin.get(STOPS).text
    page = f"{STOPS}/{stop.code}"
    assert admin.post(f"{page}/bo", page=page, reason="").status_code == 422
    assert admin.post(f"{page}/bo", page=page, reason="Kết quả thử đạt").status_code == 303
    assert client.get(f"/san-pham/{product.slug}").status_code == 200
    assert "Kết quả thử đạt" in admin.get(page).text
    assert product.name not in admin.get(STOPS).text
    assert product.name in admin.get(f"{STOPS}?xem=cu").text


def test_bad_orders_come_back_with_what_was_typed(staff: Staff, session: Session) -> None:
    admin = staff("admin")
    for wishes in ({"product": "SP-NONE"}, {"product": ""}, {"product": "SP-1", "producer": "CT-1"}):
        answer = admin.post(f"{STOPS}/moi", page=f"{STOPS}/moi", **{**ORDER, **wishes}, confirm="1")
        assert answer.status_code == 422
        assert ORDER["authority"] in answer.text
    assert session.scalars(select(ProductStop)).all() == []
    assert staff("cashier", ("store", "x")).get(STOPS).status_code == 403


def test_a_producer_records_and_a_certifier_confirms(staff: Staff, make: ModuleType, session: Session) -> None:
    product = make.certified_product()
    own = staff("producer", ("producer", product.producer.code))
    certifier, foreign = staff("certifier"), staff("producer", ("producer", make.producer().code))
    last = (today() - timedelta(days=1)).isoformat()
    form = {"kind": "self_declared", "product": product.code, "producer": "", "number": "01/TCB", "issuer": "Sở Y tế",
            "issued_on": "2024-01-01", "tested_on": "", "valid_until": last}  # fmt: skip
    assert own.post(f"{PAPERS}/moi", page=f"{PAPERS}/moi", **{**form, "number": ""}).status_code == 422
    assert own.post(f"{PAPERS}/moi", page=f"{PAPERS}/moi", **form).status_code == 303
    paper = session.scalars(select(Paper)).one()
    page = f"{PAPERS}/{paper.code}"
    assert foreign.get(page).status_code == 404
    assert product.name in own.get(f"{PAPERS}/moi").text and product.code not in foreign.get(f"{PAPERS}/moi").text
    assert "01/TCB" not in foreign.get(PAPERS).text
    assert "Chờ xác nhận" in own.get(page).text
    assert certifier.post(f"{page}/xac-nhan", page=page).status_code == 303
    assert "Đã hết hạn" in own.get(PAPERS).text
    assert certifier.post(f"{page}/dieu-kien", page=page, is_blocking="true", reason="").status_code == 422
    certifier.post(f"{page}/dieu-kien", page=page, is_blocking="true", reason="Thực phẩm tươi")
    assert "Giấy này là điều kiện bán" in own.get(page).text
    why = certifier.get(f"/quan-ly/vi-sao/{product.slug}").text
    assert "01/TCB" in why and "là điều kiện bán" in why
    renew = f"{PAPERS}/moi?gia-han={paper.code}"
    assert "Tiếp theo giấy số 01/TCB" in certifier.get(renew).text
    renewal = {"kind": "self_declared", "renews": paper.code, "number": "02/TCB", "issuer": "Sở Y tế",
               "issued_on": today().isoformat(), "valid_until": ""}  # fmt: skip
    assert certifier.post(f"{PAPERS}/moi", page=renew, **renewal).status_code == 303
    assert "Đã có giấy sau" in own.get(page).text
    assert session.scalars(select(ProductStop)).one().lifted_on == today()


def test_stores_are_told_of_what_lies_on_their_shelves(staff: Staff, make: ModuleType, session: Session) -> None:
    store, sku, other = make.store(), make.sku(), make.sku()
    make.lot(sku, store)
    certifier = staff("certifier")
    for one, number in ((sku, "01/KE"), (other, "02/KHONG")):
        product = session.get_one(Product, one.listing.product_id)
        form = {"kind": "registered", "product": product.code, "number": number, "issuer": "Sở Y tế",
                "issued_on": "2024-01-01", "valid_until": (today() + timedelta(days=9)).isoformat()}  # fmt: skip
        assert certifier.post(f"{PAPERS}/moi", page=f"{PAPERS}/moi", **form).status_code == 303
    manager = staff("store_manager", ("store", store.code))
    shelves = manager.get(f"{PAPERS}/tren-ke").text
    assert "01/KE" in shelves and "02/KHONG" not in shelves
    assert "sản phẩm trên kệ có giấy tờ hết hoặc sắp hết hạn" in manager.get("/quan-ly/").text
    assert "01/KE" not in staff("store_manager", ("store", make.store().code)).get(f"{PAPERS}/tren-ke").text
