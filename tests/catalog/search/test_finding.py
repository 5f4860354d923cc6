"""Readings, corrections and completions through the gate: only what is open is ever offered."""

from datetime import timedelta

import pytest
from flask import Flask

from catalog.listings.models import Listing
from catalog.search.engine import rebuild
from catalog.search.service import Query, search, suggest
from catalog.search.whoosh_index import WhooshIndex
from core.clock import today
from core.db import db, transaction
from tests import make

# The rules are the same on both databases; their engines are compared in tests/contracts.
pytestmark = pytest.mark.long("postgresql")


def found(text: str) -> list[str]:
    return [face.name for face in search(Query(text=text), today()).faces(1, 20)]


def meant(text: str) -> str | None:
    return search(Query(text=text), today()).did_you_mean


def offered(text: str) -> list[str]:
    return [one.text for one in suggest(text, today())]


@pytest.fixture(autouse=True)
def _shelf(app: Flask, index: WhooshIndex) -> None:
    makers = {name: make.producer(name) for name in ("HTX Bechamp Đắk Nông", "Công ty Trường Xanh")}
    for name, maker in (
        ("Mật ong hoa rừng", "Công ty Trường Xanh"), ("Mắm nêm", "Công ty Trường Xanh"),
        ("Hill Coffee", "HTX Bechamp Đắk Nông"), ("Cà phê Rin", "HTX Bechamp Đắk Nông"),
        ("Thơm sấy dẻo", "Công ty Trường Xanh"), ("Kẹo lá dứa", "Công ty Trường Xanh"),
    ):  # fmt: skip
        product = make.product(name, producer=makers[maker])
        make.certificate(product)
        make.listing(product)


def test_wishes_that_are_part_of_a_name() -> None:
    for name, stars in (("Gạo Năm Sao", 3), ("Gạo nếp", 5), ("Nấm 5 sao", 3)):
        make.listing(name=name, stars=stars)
    rebuild()
    assert found("gạo năm sao") == ["Gạo Năm Sao"]
    assert found("gạo 5 sao") == ["Gạo nếp"]
    assert found("ocop 5 sao") == ["Gạo nếp"]
    assert found("5 sao") == ["Gạo nếp"], "a name that holds it is no name of it"


def test_prices_and_orders_in_words() -> None:
    for name, price in (("Trà búp", 50_000), ("Trà sen", 150_000), ("Trà đinh", 900_000)):
        make.listing(name=name, price_vnd=price)
    rebuild()
    assert found("trà dưới 200k") == ["Trà sen", "Trà búp"] or found("trà dưới 200k") == ["Trà búp", "Trà sen"]
    assert found("tra tu 100 nghin den 1 trieu rẻ nhất") == ["Trà sen", "Trà đinh"]
    assert found("trà đắt nhất") == ["Trà đinh", "Trà sen", "Trà búp"]
    assert found("trà trên 2 triệu") == []


def test_the_cheapest_is_what_was_asked_for_and_no_small_print() -> None:
    make.listing(name="Mật ong bạc hà", price_vnd=300_000)
    other = make.listing(name="Kẹo dồi", price_vnd=1_000)
    with transaction():
        db.session.get_one(Listing, other.id).summary = "Kẹo dồi làm với mật ong"
    rebuild()
    assert found("mật ong giá rẻ")[-1] == "Kẹo dồi"
    assert search(Query(text="mật ong", sort="price"), today()).faces(1, 9)[0].name == "Kẹo dồi"


def test_gifts_are_a_wish() -> None:
    rebuild()
    assert found("mật ong làm quà") == ["Mật ong hoa rừng"]
    gift = make.listing(name="Trà biếu")
    with transaction():
        db.session.get_one(Listing, gift.id).is_gift = True
    rebuild()
    assert found("quà tết") == ["Trà biếu"]


def test_names_that_begin_so_lead() -> None:
    make.listing(name="Hạt mắc ca")
    make.listing(name="Cá mòi kho riềng làng chài")
    rebuild()
    assert found("ca")[-1] == "Hạt mắc ca"
    assert found("dứa") == ["Thơm sấy dẻo", "Kẹo lá dứa"]
    assert found("cà phê") == ["Cà phê Rin", "Hill Coffee"]


def test_corrections_that_help() -> None:
    rebuild()
    for typed, better in (
        ("mât ogn", "mật ong"), ("matt ongg", "mật ong"), ("mắm nên", "mắm nêm"), ("bechmap", "bechamp"),
    ):  # fmt: skip
        assert meant(typed) == better
        assert found(better)[:1] == found(typed)[:1]
    for typed in ("mật ong", "mắt ống", "nuowcs", "xyzt", "điện thoại", "matong"):
        assert meant(typed) is None, typed


def test_few_answers_from_places_are_doubted() -> None:
    make.listing(name="Nước mắm cốt")
    product = make.product("Nước khoáng", producer=make.producer("HTX Nam Sơn"))
    make.certificate(product)
    make.listing(product)
    rebuild()
    assert (found("nuoc nam"), meant("nuoc nam")) == (["Nước khoáng"], "nước mắm")
    assert (found("nước khoáng nam sơn"), meant("nước khoáng nam sơn")) == (["Nước khoáng"], None)


def test_no_correction_leads_to_what_is_closed() -> None:
    make.listing(name="Trà hoa vàng", valid_until=today())
    rebuild()
    assert meant("tra hoa vangg") == "trà hoa vàng"
    later = search(Query(text="tra hoa vangg"), today() + timedelta(days=1))
    assert (later.total, later.did_you_mean) == (0, None)
    assert suggest("tra hoa", today() + timedelta(days=1)) == []


def test_names_while_one_types() -> None:
    rebuild()
    for typed in ("mậ", "mat o", "mật ong h", "maatj on", "ma65t", "matong", "mat ogn", "MẬT", "ật ong rừng"):
        assert offered(typed)[:1] == ["Mật ong hoa rừng"], typed
    for typed in ("mawms", "mắm", "mam n"):
        assert offered(typed)[:1] == ["Mắm nêm"], typed
    assert offered("caphe")[:1] == ["Cà phê Rin"]
    assert set(offered("bechamp")) == {"Cà phê Rin", "Hill Coffee"}
    assert set(offered("truong xanh")) == {"Mật ong hoa rừng", "Mắm nêm", "Thơm sấy dẻo", "Kẹo lá dứa"}


def test_other_writings_follow_the_names() -> None:
    rebuild()
    assert offered("cà phê") == ["Cà phê Rin", "Hill Coffee"]
    assert offered("dứa") == ["Kẹo lá dứa", "Thơm sấy dẻo"]
    assert offered("xyzt") == offered("***") == offered("") == []


def test_what_is_not_here_is_near_what_is() -> None:
    rebuild()
    assert found("mật ong bạc hà tây bắc") == ["Mật ong hoa rừng"]
    assert found("váy đầm dạ hội") == []
