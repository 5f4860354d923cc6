"""A form sent twice, by a double click or a reload, has its effect once."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.inventory.models import Lot, StockLevel
from tests.admin.conftest import Staff

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both


def test_a_delivery_form_sent_twice_is_one_delivery(staff: Staff, make, session: Session) -> None:
    store, pack = make.store(), make.pack_of(make.listing())
    cashier, url = staff("cashier", ("store", store.code)), f"/quan-ly/cua-hang/{store.code}/nhap-hang"
    data = {
        "sku-1": pack.code, "number-1": "L01", "quantity-1": "12", "unit_cost-1": "85.000", "place-1": "shelf",
        "is_consigned-1": "true", "act": "receive",
    }  # fmt: skip
    assert 'name="once"' in cashier.get(url).text
    refused = cashier.post(url, page=url, once="key-1", **{**data, "quantity-1": "-1"})
    assert refused.status_code == 422
    for _ in range(2):
        assert cashier.post(url, page=url, once="key-1", **data).status_code == 303
    session.expire_all()
    assert len(session.scalars(select(Lot)).all()) == 1
    assert session.scalars(select(StockLevel.on_hand)).one() == 12
    assert "không ghi lần thứ hai" in cashier.get(f"/quan-ly/cua-hang/{store.code}/phieu-nhap").text
    assert cashier.post(url, page=url, once="key-2", **data).status_code == 303
    assert len(session.scalars(select(Lot)).all()) == 2


def test_an_adjustment_form_sent_twice_is_one_adjustment(staff: Staff, make, session: Session) -> None:
    store = make.store()
    lot = make.lot(store=store, on_shelf=10)
    manager, url = staff("store_manager", ("store", store.code)), f"/quan-ly/cua-hang/{store.code}/dieu-chinh"
    for _ in range(2):
        done = manager.post(url, page=url, once="key", lot=lot.code, place="shelf", quantity="-2", reason="damage")
        assert done.status_code == 303
    session.expire_all()
    assert session.scalars(select(StockLevel.on_hand)).one() == 8
