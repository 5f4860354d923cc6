"""A producer's home: four facts, her products with one next step, nobody else's; a constant number of statements."""

from types import ModuleType

import pytest
from flask import Flask

from admin.producing.home import sentence
from admin.producing.mine import advice_for
from catalog.listings.models import Listing
from catalog.listings.service import open_listing, submit, withdraw
from catalog.products.models import Product
from core.accounts.actor import SYSTEM
from core.db import db
from shop.supply.queries import Bring
from tests.admin.conftest import Staff
from tests.support.queries import counted

pytestmark = pytest.mark.long("postgresql")  # what its pages say is the same on both

HOME = "/quan-ly/san-xuat"


def listed(make: ModuleType, name: str = "Mật ong", **wishes: object) -> Product:
    return db.session.get_one(Product, make.listing(name=name, **wishes).product_id)


def own(staff: Staff, product: Product):
    return staff("producer", ("producer", product.producer.code))


def test_states_in_words_with_one_step_each(make: ModuleType, staff: Staff) -> None:
    live = listed(make)
    maker = live.producer
    lapsed = make.product("Nước mắm", producer=maker)
    fresh, draft, sent, back = (make.product(name, producer=maker) for name in ("Trà", "Cốm", "Mứt", "Kẹo"))
    make.product("Ứng viên", producer=maker)
    for one in (fresh, draft, sent, back):
        make.certificate(one)
    open_listing(SYSTEM, product=draft.code)
    for one in (sent, back):
        words = {
            "summary": "Ngon.",
            **make.label(),
            "skus": [{"label": "Túi 1 kg", "price_vnd": 9_000, "storage": "Mát"}],
        }
        submit(SYSTEM, open_listing(SYSTEM, product=one.code, **words).id)
    withdraw(SYSTEM, db.session.query(Listing).filter_by(product_id=back.id).one().id, "Hết mùa")
    make.listing(lapsed, stars=None)
    text = own(staff, live).get(HOME).text
    for said in (
        "Đang bán", "Có sao, chưa có trang bán", "Nháp, còn", "Chờ duyệt", "Đã rút khỏi cửa hàng",
        "Công nhận hết hiệu lực", "Chưa được công nhận", "Làm trang bán", "Làm tiếp", "Sửa trang", "7 sản phẩm",
        "Chưa có ảnh",
    ):  # fmt: skip
        assert said in text, said
    assert text.index("Làm trang bán") < text.index("Sửa trang")


def test_four_facts_stand_on_her_home_and_her_desk(make: ModuleType, staff: Staff) -> None:
    product = listed(make)
    her = own(staff, product)
    for page in (HOME, "/quan-ly/"):
        text = her.get(page).text
        for said in ("Đã bán tháng", "Còn nợ bạn", "Mang thêm hàng", "Ngày sao còn lại", "Còn 731 ngày"):
            assert said in text, (page, said)
    assert "Đã bán tháng" not in staff("certifier").get("/quan-ly/").text


def test_nobody_sees_another_s(make: ModuleType, staff: Staff) -> None:
    mine, other = listed(make, "Mật ong"), listed(make, "Nước mắm")
    text = own(staff, mine).get(HOME).text
    assert mine.name in text
    assert other.name not in text
    for role in ("certifier", "auditor", "shopper"):
        assert staff(role).get(HOME).status_code == 403


def test_a_producer_without_products_is_told_what_to_do(make: ModuleType, staff: Staff) -> None:
    text = staff("producer", ("producer", make.producer().code)).get(HOME).text
    assert "Chưa có sản phẩm nào" in text


def test_more_products_take_no_more_statements(make: ModuleType, staff: Staff, app: Flask) -> None:
    product = listed(make)
    her = own(staff, product)
    her.get(HOME)
    one = counted(lambda: her.get(HOME))
    for number in range(4):
        again = make.product(f"Trà {number}", producer=product.producer)
        make.certificate(again)
        make.listing(again)
        drafted = make.product(f"Cốm {number}", producer=product.producer)
        make.certificate(drafted)
        open_listing(SYSTEM, product=drafted.code)
    assert counted(lambda: her.get(HOME)) == one


@pytest.mark.parametrize(
    ("days", "said"), [(400, "Chưa phải làm gì"), (180, "còn 60 ngày để nộp"), (120, "còn 0 ngày"), (119, "Đã qua kỳ")]
)
def test_what_to_do_about_a_star(app: Flask, days: int, said: str) -> None:
    assert said in advice_for(days)


def test_what_to_bring_is_said_in_her_words(app: Flask) -> None:
    def bring(label: str, unit: str, free: int, weekly: int, wanted: int) -> str:
        return sentence(Bring(1, "Mật ong", label, unit, "Mart Kiến Thụy", "kien-thuy", free, weekly, wanted, 5))

    assert bring("Hũ 500 g", "piece", 3, 2, 12) == "Mart Kiến Thụy còn 3 hũ, bán 2 hũ một tuần: mang thêm 12 hũ"
    assert bring("Bán theo cân", "gram", 0, 3500, 21_000) == "Mart Kiến Thụy đã hết, bán 3,5 kg một tuần: mang 21 kg"
