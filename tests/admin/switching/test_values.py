"""Cells of other systems' files: what they say, and what is refused with a sentence."""

from datetime import date

import pytest

from admin.switching.systems import OTHER, fingerprint, recognise
from admin.switching.values import Unreadable, clean, code_of, day_of, money_of, units_of

KIOTVIET = [
    "Loại hàng", "Nhóm hàng(3 Cấp)", "Mã hàng", "Mã vạch", "Tên hàng", "Thương hiệu", "Giá bán", "Giá vốn", "Tồn kho",
    "Tồn nhỏ nhất", "Tồn lớn nhất", "ĐVT", "Mã ĐVT Cơ bản", "Quy đổi", "Mô tả",
]  # fmt: skip
SAPO = [
    "Tên sản phẩm*", "Nhãn hiệu", "Tên phiên bản sản phẩm", "Mã SKU*", "Barcode", "LC_CN1_Giá vốn khởi tạo*",
    "LC_CN1_Tồn kho ban đầu*", "LC_CN2_Tồn kho ban đầu*", "PL_Giá nhập", "PL_Giá bán lẻ",
]  # fmt: skip
SHOPIFY = [
    "Handle", "Title", "Body (HTML)", "Vendor", "Option1 Name", "Option1 Value", "Variant SKU", "Variant Inventory Qty",
    "Variant Price", "Variant Barcode", "Cost per item",
]  # fmt: skip
SHOPIFY_STOCK = [
    "Handle",
    "Title",
    "SKU",
    "HS Code",
    "COO",
    "Location",
    "Available (not editable)",
    "On hand (current)",
]
KIOTVIET_PEOPLE = ["Loại khách", "Chi nhánh tạo", "Mã khách hàng", "Tên khách hàng", "Điện thoại", "Địa chỉ", "Email"]
SHOPIFY_PEOPLE = ["First Name", "Last Name", "Email", "Accepts Email Marketing", "Phone"]


@pytest.mark.parametrize(
    ("headings", "kind", "system", "some"),
    [
        (KIOTVIET, "products", "kiotviet", {"code": "Mã hàng", "price": "Giá bán", "maker": "Thương hiệu"}),
        (KIOTVIET, "stock", "kiotviet", {"quantity": "Tồn kho", "cost": "Giá vốn"}),
        (SAPO, "products", "sapo", {"code": "Mã SKU*", "name": "Tên sản phẩm*", "price": "PL_Giá bán lẻ"}),
        (SAPO, "stock", "sapo", {"quantity": "LC_CN1_Tồn kho ban đầu*"}),
        (SHOPIFY, "products", "shopify", {"code": "Variant SKU", "handle": "Handle", "maker": "Vendor"}),
        (SHOPIFY, "stock", "shopify", {"quantity": "Variant Inventory Qty"}),
        (SHOPIFY_STOCK, "stock", "shopify", {"quantity": "On hand (current)", "code": "SKU"}),
        (KIOTVIET_PEOPLE, "customers", "kiotviet", {"phone": "Điện thoại", "code": "Mã khách hàng"}),
        (SHOPIFY_PEOPLE, "customers", "shopify", {"name": "First Name", "last_name": "Last Name"}),
        (["Cột một", "Cột hai"], "products", OTHER, {}),
    ],
)
def test_a_file_is_recognised_by_its_headings(
    headings: list[str], kind: str, system: str, some: dict[str, str]
) -> None:
    found = recognise(headings, kind)
    assert found.system == system
    assert some.items() <= found.columns.items()


def test_the_same_headings_in_another_order_are_the_same_file() -> None:
    assert fingerprint(SAPO) == fingerprint([one.upper() for one in reversed(SAPO)])
    assert fingerprint(SAPO) != fingerprint(SAPO[1:])


@pytest.mark.parametrize(
    ("text", "vnd"),
    [
        ("125000", 125_000), ("125.000", 125_000), ("1,250,000", 1_250_000), ("125000.00", 125_000), ("0", 0),
        ("125.000 ₫", 125_000), ("", None), ("1.250.000đ", 1_250_000),
    ],
)  # fmt: skip
def test_money(text: str, vnd: int | None) -> None:
    assert money_of(text) == vnd


@pytest.mark.parametrize("text", ["1.25", "12,5", "-5000", "một trăm", "1e6", "12 000 000 000", "1.00.000"])
def test_what_is_no_money_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        money_of(text)


@pytest.mark.parametrize(
    ("text", "is_weighed", "units"),
    [
        ("12", False, 12), ("12.0", False, 12), ("1.200", False, 1200), ("-3", False, -3), ("", False, None),
        ("1,5", True, 1500), ("2", True, 2000), ("0.250", True, 250), ("-0,5", True, -500),
    ],
)  # fmt: skip
def test_quantities(text: str, is_weighed: bool, units: int | None) -> None:
    assert units_of(text, is_weighed=is_weighed) == units


@pytest.mark.parametrize(("text", "is_weighed"), [("1,5", False), ("1.500", True), ("abc", True), ("9" * 9, False)])
def test_unclear_quantities_are_refused(text: str, is_weighed: bool) -> None:
    with pytest.raises(Unreadable):
        units_of(text, is_weighed=is_weighed)


def test_days_and_codes() -> None:
    assert day_of("31/12/2026") == day_of("2026-12-31") == day_of("31-12-2026 00:00") == date(2026, 12, 31)
    assert day_of("") is None
    assert code_of("sp000001") == "SP000001"
    for text in ("31/13/2026", "hôm qua"):
        with pytest.raises(Unreadable):
            day_of(text)
    with pytest.raises(Unreadable):  # a barcode that a spreadsheet has rounded
        code_of("8.93E+12")


def test_cells_lose_what_spreadsheets_put_around_them_and_formulas_are_refused() -> None:
    assert clean('="00123"') == "00123"
    assert clean("'+84912345678") == "+84912345678"
    assert clean("Mật\u00a0ong") == "Mật ong"
    for text in ("=1+1", "=cmd|' /C calc'!A0", "＝1+1", '=HYPERLINK("x")', "a\x00b"):
        with pytest.raises(Unreadable):
            clean(text)
