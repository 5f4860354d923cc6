"""The desk of tills: registering this browser, PINs, reports, and deciding what waits."""

from datetime import timedelta

import pytest

from core.clock import today
from core.db import db
from shop.tills.models import Till, TillException, TillSale
from shop.tills.people_models import TillPin, TillSetting
from tests.shop.tills.conftest import Counter, counter  # noqa: F401 the fixture
from tests.support.browser import Browser

pytestmark = pytest.mark.long("postgresql")


@pytest.fixture
def manager(counter: Counter) -> Browser:  # noqa: F811
    return Browser(counter.client).become(counter.manager)


def test_a_manager_makes_this_browser_a_till(counter: Counter, manager: Browser) -> None:  # noqa: F811
    counter.client.delete_cookie("device")
    url = f"/quan-ly/cua-hang/{counter.store.code}/quay"
    assert manager.post(url, page=url, name=" ").status_code == 422
    assert manager.post(url, page=url, name="Quầy 2").status_code == 303
    shown = manager.get(url).text
    assert "Quầy 2" in shown and "Trình duyệt này" in shown
    assert counter.client.get("/api/v1/till").json["till"]["name"] == "Quầy 2"
    made = db.session.query(Till).filter_by(name="Quầy 2").one()
    assert manager.post(f"{url}/{made.id}/retire", page=url).status_code == 303
    assert counter.client.get("/api/v1/till").status_code == 403


def test_limits_are_set_and_bad_ones_come_back(counter: Counter, manager: Browser) -> None:  # noqa: F811
    url = f"/quan-ly/cua-hang/{counter.store.code}/quay"
    honey, _lot = counter.goods()
    good = {
        "cash_step": "500", "cashier_percent": "10", "manager_percent": "30", "return_limit": "300.000",
        "pay_out_limit": "100.000", "favourites": honey.code.lower(), "version": "0",
    }  # fmt: skip
    wrong = manager.post(f"{url}/cai-dat", page=url, **{**good, "manager_percent": "5"})
    assert wrong.status_code == 422 and "Không được thấp hơn" in wrong.text
    unknown = manager.post(f"{url}/cai-dat", page=url, **{**good, "favourites": "SKU-NOT"})
    assert unknown.status_code == 422 and "SKU-NOT" in unknown.text
    assert manager.post(f"{url}/cai-dat", page=url, **good).status_code == 303
    row = db.session.query(TillSetting).one()
    assert (row.cash_step_vnd, row.cashier_discount_bp, row.favourites) == (500, 1_000, {"skus": [honey.code]})
    assert manager.post(f"{url}/cai-dat", page=url, **good).status_code == 412  # somebody set them since


def test_one_sets_ones_own_pin(counter: Counter, manager: Browser) -> None:  # noqa: F811
    url = "/tai-khoan/ma-pin"
    before = db.session.query(TillPin).filter_by(user_id=counter.manager.id).one().pin_hash
    assert "khác" in manager.post(url, page=url, pin="123456", again="123456").text
    assert manager.post(url, page=url, pin="482913", again="482914").status_code == 422
    assert manager.post(url, page=url, pin="482913", again="482913").status_code == 303
    db.session.expire_all()
    assert db.session.query(TillPin).filter_by(user_id=counter.manager.id).one().pin_hash != before


def test_reports_are_shown_and_a_waiting_sale_is_decided(counter: Counter, manager: Browser) -> None:  # noqa: F811
    gone, _lot = counter.goods(valid_until=today() - timedelta(days=1), name="Chè hết hạn")
    told = counter.sell(counter.line(gone), is_offline=True).json
    code = told["exception"]["code"]
    assert code in manager.get("/quan-ly/ban-mat-mang").text
    url = f"/quan-ly/ban-mat-mang/{code}"
    page = manager.get(url).text
    assert "Chè hết hạn" in page and "hết hiệu lực" in page
    unlawful = manager.post(url, page=url, outcome="sale", note="x")
    assert unlawful.status_code == 409 and "không thể ghi thành bán hàng" in unlawful.text
    assert manager.post(url, page=url, outcome="loss").status_code == 422  # a person's words are missing
    done = manager.post(url, page=url, outcome="shelf", shift=counter.shift.code, note="Khách trả lại")
    assert done.status_code == 303
    assert db.session.query(TillException).one().outcome == "back"
    honey, _more = counter.goods()
    sale = counter.sell(counter.line(honey)).json
    x = manager.get(f"/quan-ly/ca/{counter.shift.code}").text
    assert "Báo cáo X" in x and code in x
    assert "Quầy 1" in manager.get(f"/quan-ly/cua-hang/{counter.store.code}/ca").text
    receipt = manager.get(sale["receipt_path"])
    assert receipt.status_code == 200 and sale["code"] in receipt.text
    assert manager.get("/bien-lai/not-a-token").status_code == 404
    assert db.session.query(TillSale).count() == 1


def test_a_cashier_decides_nothing(counter: Counter) -> None:  # noqa: F811
    browser = Browser(counter.client).become(counter.cashier)
    assert browser.get("/quan-ly/ban-mat-mang").status_code == 403
    assert browser.get(f"/quan-ly/cua-hang/{counter.store.code}/quay").status_code == 200
