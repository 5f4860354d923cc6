"""How near one product is to another, as a rule on plain values."""

from datetime import date

import pytest

from catalog.certificates.queries import Governing
from catalog.listings.places import Place
from catalog.listings.queries import Card
from shop.front.alike import Wanted, is_kin, kind_words, nearness

DAY = date(2026, 11, 22)
GOVERNING = Governing(1, "CN-1", "1/QĐ", 4, DAY, 1, DAY, DAY, "UBND", False)
WANTED = Wanted(1, ("mat", "ong"), 4, "CT-1", "11728", "31", 100_000)


def card(**facts: object) -> Card:
    own: dict[str, object] = {
        "listing_id": 2, "product_id": 2, "code": "SP-2", "slug": "x", "name": "Mật ong hoa nhãn", "summary": "",
        "producer_code": "CT-2", "producer_name": "HTX", "set_no": 4, "group": "I", "is_alcohol": False,
        "is_demo": False, "area": Place("31", "Hải Phòng"), "locality": Place("11728", "Kiến Hưng"), "sku_code": "S",
        "sku_label": "Hũ", "unit": "piece", "price_vnd": 90_000, "has_more_prices": False, "governing": GOVERNING,
    }  # fmt: skip
    return Card(**{**own, **facts})  # type: ignore[arg-type]


def test_names_begin_with_their_kind() -> None:
    assert kind_words("Nước mắm cốt Cát Hải") == ("nuoc", "mam")
    assert kind_words("Bộ sản phẩm trà, sen") == ("tra", "sen")
    assert kind_words("ST25") == ()
    assert kind_words("") == ()


@pytest.mark.parametrize(
    ("facts", "reasons"),
    [
        ({}, ("cùng loại", "cùng xã, phường", "giá gần bằng")),
        ({"name": "Đường phên", "locality": None}, ("cùng bộ sản phẩm", "cùng tỉnh, thành", "giá gần bằng")),
        ({"name": "Đường phên", "area": None, "locality": None, "price_vnd": 126_000}, ("cùng bộ sản phẩm",)),
        ({"name": "Trà", "set_no": 12, "producer_code": "CT-1", "area": None, "locality": None, "price_vnd": 9},
         ("cùng nhà sản xuất",)),
        ({"name": "Trà", "set_no": 12, "area": None, "locality": None, "price_vnd": 9}, ()),
    ],
)  # fmt: skip
def test_reasons_say_what_holds(facts: dict[str, object], reasons: tuple[str, ...]) -> None:
    assert nearness(WANTED, card(**facts)).reasons == reasons


def test_the_same_kind_from_near_by_leads() -> None:
    near = card()
    others = [card(locality=None), card(name="Đường phên"), card(set_no=8, name="Mật ong"), card(producer_code="CT-1")]
    points = [nearness(WANTED, one).points for one in (near, *others)]
    assert points[0] > max(points[1:4])
    assert points[4] > points[0]


def test_another_group_is_no_alternative() -> None:
    assert is_kin(WANTED, card())
    assert not is_kin(WANTED, card(set_no=24, group="V"))
