"""Directories and their pages: what is listed, what is honest about it, and what happens to old addresses."""

import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from catalog.areas.models import UNRECORDED, Area, AreaChange
from catalog.listings.models import Listing
from catalog.producers.models import Producer
from catalog.products.models import Product
from core.clock import day_end, today, travel
from core.db import db, transaction
from core.text import fold
from shop.front.addresses import producer_slug
from shop.front.gazetteer import Gazetteer
from tests import make
from tests.support.queries import counted

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both

JULY = date(2025, 7, 1)


def product_of(listing: Listing) -> Product:
    return db.session.get_one(Product, listing.product_id)


def place(code: str, name: str, kind: str, parent: Area | None = None, *, until: date | None = None) -> Area:
    with transaction() as session:
        begins = JULY if until is None else UNRECORDED
        one = Area(
            code=code, valid_from=begins, valid_until=until, kind=kind, name=name, name_folded=fold(name),
            sort_key=fold(name), parent_id=parent.id if parent else None,
        )  # fmt: skip
        session.add(one)
    return one


def became(old: Area, *new: Area) -> None:
    with transaction() as session:
        session.add_all(
            AreaChange(old_id=old.id, new_id=one.id, is_default=number == 0) for number, one in enumerate(new)
        )


@pytest.fixture
def country(app: object) -> dict[str, Area]:
    """A province with an old district of two communes: one went whole into a new one, one was divided."""
    last = JULY - timedelta(days=1)
    old_province = place("31", "Thành phố Hải Phòng", "province", until=last)
    province = place("31", "Thành phố Hải Phòng", "province")
    district = place("314", "Huyện Kiến Thụy", "district", old_province, until=last)
    whole, divided = (
        place(code, name, "commune", district, until=last) for code, name in (("101", "Xã Đại Hà"), ("102", "Xã Ơn"))
    )
    inside = place("201", "Xã Kiến Hưng", "commune", province)
    outside = place("202", "Xã Nghi Dương", "commune", province)
    other = place("103", "Xã Nơi Khác", "commune", old_province, until=last)
    became(old_province, province)
    became(whole, inside)
    became(divided, inside, outside)
    became(other, outside)
    return {"province": province, "district": district, "whole": whole, "divided": divided, "inside": inside,
            "outside": outside}  # fmt: skip


def made_in(area: Area, name: str) -> Listing:
    product = make.product(name, area=area)
    make.certificate(product)
    return make.listing(product)


def blocks(page: str) -> list[dict[str, Any]]:
    return [
        json.loads(one) for one in re.findall(r'<script type="application/ld\+json">(.+?)</script>', page, re.DOTALL)
    ]


def test_groups_and_sets_tell_what_is_empty_without_a_dead_link(client: FlaskClient) -> None:
    make.listing(name="Cà phê", set_no=13)
    page = client.get("/nhom").text
    assert "/bo-san-pham/ca-phe-cacao" in page
    assert "/bo-san-pham/hoa" not in page
    assert "chưa có" in page
    assert "Cà phê" in client.get("/bo-san-pham/ca-phe-cacao").text
    empty = client.get("/bo-san-pham/hoa")
    assert empty.status_code == 200
    assert "noindex" in empty.text


def test_numbers_lead_to_the_words(client: FlaskClient) -> None:
    assert client.get("/nhom/I").headers["Location"] == "/nhom/thuc-pham"
    assert client.get("/bo-san-pham/13?sort=price").headers["Location"] == "/bo-san-pham/ca-phe-cacao?sort=price"
    for path in ("/nhom/VII", "/bo-san-pham/27", "/bo-san-pham/x", "/ke/x", "/dia-phuong/x", "/nha-san-xuat/x"):
        assert client.get(path).status_code == 404, path


@pytest.mark.long
def test_addresses_of_before_keep_working(client: FlaskClient) -> None:
    store = make.store()
    listing = make.listing(name="Cà phê", set_no=13, stars=5)
    make.lot(make.pack_of(listing), store)
    code = product_of(listing).producer.code
    for query in (f"group=I&set=13&stars=5&producer={code}", f"store={store.code}", "sort=newest", "q=ca+phe&lang=en"):
        assert "Cà phê" in re.sub("</?mark>", "", client.get(f"/san-pham?{query}").text), query


def test_every_list_is_judged_by_the_gate_on_the_day(client: FlaskClient) -> None:
    area = make.area("Xã Thử")
    product = make.product("Gạo hôm nay", area=area)
    make.certificate(product, valid_until=today())
    make.listing(product)
    maker = producer_slug(product.producer.code, product.producer.name)
    paths = ("/", "/nhom/thuc-pham", "/bo-san-pham/gao-ngu-coc-hat-so-che-khac", "/ke/moi", "/ke/sap-het-han",
             "/dia-phuong/hai-phong", f"/nha-san-xuat/{maker}", "/sitemap-san-pham-1.xml", "/moi.atom")  # fmt: skip
    for path in paths:
        assert product.slug in client.get(path).text, path
    with travel(day_end(today())):
        for path in paths:
            assert f"/san-pham/{product.slug}" not in client.get(path).text, path
        assert "Chứng nhận" in client.get(f"/nha-san-xuat/{maker}").text, "papers stay in public"


def test_a_shelf_tells_the_last_day_honestly(client: FlaskClient) -> None:
    make.listing(name="Trà sắp hết", valid_until=today() + timedelta(days=20))
    make.listing(name="Trà còn lâu", valid_until=today() + timedelta(days=200))
    page = client.get("/ke/sap-het-han").text
    assert "Trà sắp hết" in page
    assert "Trà còn lâu" not in page
    assert "Hạn công nhận không phải hạn sử dụng" in page


@pytest.mark.long
def test_presents_and_five_stars(client: FlaskClient) -> None:
    gift = make.listing(name="Trà biếu")
    with transaction():
        db.session.get_one(Listing, gift.id).is_gift = True
    make.listing(name="Trà thường", stars=5)
    assert "Trà thường" not in client.get("/ke/qua-tang").text
    assert "Trà biếu" in client.get("/san-pham?gift=1").text
    assert "Trà biếu" not in client.get("/ke/nam-sao").text


def test_a_name_of_old_is_understood(client: FlaskClient, country: dict[str, Area]) -> None:
    made_in(country["inside"], "Gạo mới")
    made_in(country["whole"], "Gạo cũ")
    made_in(country["outside"], "Gạo ngoài")
    page = client.get("/dia-phuong/kien-thuy-314").text
    assert "Gạo mới" in page
    assert "Gạo cũ" in page
    assert "Gạo ngoài" not in page, "a commune that also holds other land is named, not counted in"
    assert "trước 1/7/2025" in page
    assert "Xã Nghi Dương" in page
    assert client.get("/dia-phuong/kien-thuy").headers["Location"] == "/dia-phuong/kien-thuy-314"
    assert client.get("/dia-phuong/huyen-kien-thuy-314").headers["Location"] == "/dia-phuong/kien-thuy-314"
    assert client.get("/dia-phuong?q=dai+ha").headers["Location"] == "/dia-phuong/dai-ha-101"


def test_a_divided_commune_says_so(client: FlaskClient, country: dict[str, Area]) -> None:
    made_in(country["outside"], "Gạo ngoài")
    page = client.get("/dia-phuong/on-102").text
    assert "được chia cho nhiều nơi" in page
    assert "Gạo ngoài" in page
    assert "được chia cho nhiều nơi" not in client.get("/dia-phuong/dai-ha-101").text


def test_the_gazetteer_sums_up(country: dict[str, Area]) -> None:
    book = Gazetteer()
    counts = book.counted({country["inside"].id: 2, country["whole"].id: 1, None: 5})
    assert counts[country["province"].id] == 3
    assert counts[country["inside"].id] == 3
    assert counts[country["district"].id] == 1
    district = book.find("kien-thuy-314")[0]
    assert [(one.unit.name, one.is_whole) for one in book.became(district)] == [
        ("Xã Kiến Hưng", True), ("Xã Nghi Dương", False),
    ]  # fmt: skip
    inside = book.find("201")[0]
    assert [one.name for one in book.was(inside)] == ["Xã Đại Hà", "Xã Ơn"]


@pytest.mark.long
def test_a_name_that_several_bear_is_asked_about(client: FlaskClient, country: dict[str, Area]) -> None:
    place("203", "Phường Kiến Thụy", "commune", country["province"])
    page = client.get("/dia-phuong/kien-thuy")
    assert page.status_code == 200
    assert "/dia-phuong/kien-thuy-203" in page.text
    assert "/dia-phuong/kien-thuy-314" in page.text


def test_a_producer_s_page_keeps_its_address_and_its_secrets(client: FlaskClient) -> None:
    product = product_of(make.listing(name="Mật ong"))
    with transaction():
        maker = db.session.get_one(Producer, product.producer_id)
        maker.phone, maker.address, maker.tax_code = "0912345678", "12 ngõ Bí Mật", "0201234567"
    slug = producer_slug(maker.code, maker.name)
    page = client.get(f"/nha-san-xuat/{slug}").text
    assert "Mật ong" in page
    assert "Hợp tác xã" in page
    for secret in ("0912345678", "0912 345 678", "ngõ Bí Mật", "0201234567"):
        assert secret not in page
    with transaction():
        maker.name = "HTX Đổi Tên"
    moved = client.get(f"/nha-san-xuat/{slug}")
    assert (moved.status_code, moved.headers["Location"]) == (301, f"/nha-san-xuat/htx-doi-ten-{maker.code.lower()}")
    assert client.get(f"/nha-san-xuat/{maker.code}").status_code == 301
    assert "Mật ong" in client.get("/nha-san-xuat").text or "HTX Đổi Tên" in client.get("/nha-san-xuat").text


@pytest.mark.long
def test_a_producer_of_candidates_is_nobody_s_business(client: FlaskClient) -> None:
    product = make.product("Ngan đen")
    assert client.get(f"/nha-san-xuat/{product.producer.code}").status_code == 404


@pytest.mark.long
def test_makers_are_found_by_name_and_kind(client: FlaskClient) -> None:
    for name, kind in (("HTX Sen", "cooperative"), ("Hộ Bưởi", "producing_household")):
        product = make.product(f"Trà {name}", producer=make.producer(name, kind=kind))
        make.certificate(product)
        make.listing(product)
    page = client.get("/nha-san-xuat?q=sen").text
    assert "HTX Sen" in page
    assert "Hộ Bưởi" not in page
    assert "HTX Sen" not in client.get("/nha-san-xuat?kind=producing_household").text
    assert client.get("/nha-san-xuat?page=abc&kind=x&q=%00").status_code in (200, 404)
    assert client.get("/nha-san-xuat?page=99999999999999999999").status_code == 200


@pytest.mark.long
def test_a_store_s_page_has_what_it_has(client: FlaskClient) -> None:
    here, there = make.store(), make.store()
    make.lot(make.pack_of(make.listing(name="Trà ở đây")), here)
    make.lot(make.pack_of(make.listing(name="Trà ở kia")), there)
    page = client.get(f"/cua-hang/{here.code}/san-pham").text
    assert "Trà ở đây" in page
    assert "Trà ở kia" not in page
    assert client.get("/cua-hang/khong-co/san-pham").status_code == 404


def test_each_chosen_filter_can_be_taken_away(client: FlaskClient) -> None:
    make.listing(name="Trà", set_no=11)
    page = client.get("/san-pham?stars=4,5&set=11&price_min=1000&price_max=900000&area=99999&page=2").text
    links = [
        link.replace("&amp;", "&")
        for link in re.findall(r'<a class="chip on" href="([^"]+)" rel="nofollow" aria', page)
    ]
    assert len(links) == 5
    assert "/san-pham?set=11&price_min=1000&price_max=900000&area=99999&stars=5" in links
    assert "/san-pham?stars=4%2C5&set=11&price_min=1000&price_max=900000" in links, "also one that finds nothing"
    assert all("page=" not in link for link in links)


@pytest.mark.long
def test_what_a_page_is_about_cannot_be_changed_by_its_address(client: FlaskClient) -> None:
    make.listing(name="Trà xanh", set_no=11)
    make.listing(name="Cà phê", set_no=13)
    page = client.get("/bo-san-pham/ca-phe-cacao?set=11&ends_by=2020-01-01").text
    assert "Cà phê" in page
    assert "Trà xanh" not in page


@pytest.mark.long
def test_pages_of_a_list_name_their_neighbours(client: FlaskClient) -> None:
    for number in range(5):
        make.listing(name=f"Trà {number}", set_no=11)
    first, second = (client.get(f"/ke/moi?per_page=2&page={page}").text for page in (1, 2))
    assert 'rel="next" href="http://127.0.0.1:8000/ke/moi?page=2"' in first
    assert 'rel="prev"' not in first.split("<body")[0]
    assert 'rel="prev" href="http://127.0.0.1:8000/ke/moi"' in second
    assert 'rel="canonical" href="http://127.0.0.1:8000/ke/moi?page=2"' in second
    names = [
        name
        for page in (1, 2, 3)
        for name in re.findall(r"Trà \d</a>", client.get(f"/ke/moi?per_page=2&page={page}").text)
    ]
    assert len(names) == len(set(names)) == 5
    assert "Không có trang này" in client.get("/ke/moi?page=9").text


def test_alcohol_is_told_of_only_where_it_is(client: FlaskClient) -> None:
    make.listing(name="Rượu nếp", set_no=14)
    tea = product_of(make.listing(name="Trà", set_no=11))
    assert "Rượu chỉ hiện với người từ 18 tuổi" in client.get("/nhom/do-uong").text
    assert "Rượu chỉ hiện với người từ 18 tuổi" not in client.get("/nhom/thuc-pham").text
    maker = producer_slug(tea.producer.code, tea.producer.name)
    assert "Rượu chỉ hiện" not in client.get(f"/nha-san-xuat/{maker}").text
    assert "ruou" not in client.get("/sitemap-san-pham-1.xml").text


def test_a_closed_product_offers_the_nearest_first(client: FlaskClient) -> None:
    gone = make.listing(name="Mật ong hoa nhãn", price_vnd=100_000, valid_until=today() - timedelta(days=1))
    near = make.listing(name="Mật ong hoa vải", price_vnd=110_000)
    make.listing(name="Gạo tám", price_vnd=110_000)
    lapsed = make.listing(name="Mật ong hoa keo", valid_until=today() - timedelta(days=1))
    answer = client.get(f"/san-pham/{product_of(gone).slug}")
    assert answer.status_code == 410
    assert "Cùng loại" in answer.text
    assert answer.text.index("Mật ong hoa vải") < answer.text.index("Gạo tám")
    assert product_of(lapsed).slug not in answer.text
    make.lot(make.pack_of(near))
    sold_out = client.get(f"/san-pham/{product_of(make.listing(name='Mật ong rừng')).slug}").text
    assert "Gần nhất, đang có hàng" in sold_out


@pytest.mark.long
def test_related_products_stand_once(client: FlaskClient) -> None:
    maker = make.producer("HTX Sen")
    listings: list[Listing] = []
    for number in range(6):
        product = make.product(f"Trà {number}", set_no=11, producer=maker)
        make.certificate(product)
        listings.append(make.listing(product))
    page = client.get(f"/san-pham/{product_of(listings[0]).slug}").text.split('id="row-1"')[1]
    shown = re.findall(r'class="card-name"><a href="([^"]+)"', page)
    assert len(shown) == len(set(shown)) == 4, "a row of one is left out"


@pytest.mark.long
@pytest.mark.parametrize(
    "path",
    ["/", "/nhom", "/nhom/thuc-pham", "/bo-san-pham/gao-ngu-coc-hat-so-che-khac", "/ke/sap-het-han", "/dia-phuong",
     "/dia-phuong/hai-phong", "/nha-san-xuat", "/san-pham", "/sitemap.xml", "/sitemap-trang.xml",
     "/sitemap-san-pham-1.xml", "/moi.atom"],
)  # fmt: skip
def test_statements_do_not_grow_with_the_data(client: FlaskClient, path: str) -> None:
    area = make.area("Xã Một")

    def add() -> None:
        product = make.product("Gạo", area=area)
        make.certificate(product, valid_until=today() + timedelta(days=9))
        make.lot(make.pack_of(make.listing(product)))

    add()
    client.get(path)
    few = counted(lambda: client.get(path))
    for _ in range(4):
        add()
    client.get(path)  # what is kept in memory follows the changes once
    assert counted(lambda: client.get(path)) <= few


@pytest.mark.long
def test_a_product_s_page_asks_a_fixed_number_of_questions(client: FlaskClient) -> None:
    listing = make.listing(name="Gạo một")
    make.lot(make.pack_of(listing))
    path = f"/san-pham/{product_of(listing).slug}"
    client.get(path)
    few = counted(lambda: client.get(path))
    for number in range(6):
        make.lot(make.pack_of(make.listing(name=f"Gạo {number}")))
    client.get(path)
    assert counted(lambda: client.get(path)) <= few + 1  # a row of related products now has any
    data = blocks(client.get(path).text)
    assert [one["@type"] for one in data] == ["Product", "BreadcrumbList"]
