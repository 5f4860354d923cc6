"""Slugs: what people can read, say and type; and that nobody's slug hides another's."""

import unicodedata

import pytest

from catalog.products.rules import slug_of
from catalog.products.sets import GROUPS, SETS
from core.text import slugify
from shop.front.addresses import (
    GROUP_SLUGS,
    SET_OF,
    SET_SLUGS,
    area_slug,
    find_group,
    find_set,
    parted,
    possible_codes,
    producer_slug,
)

SLUGS = {
    "Đặc sản Đồ Sơn": "dac-san-do-son",
    "Ơ kìa, ưu ái": "o-kia-uu-ai",
    "Gạo ST25 – túi 5kg": "gao-st25-tui-5kg",
    "Rượu nếp 39,5°": "ruou-nep-39-5",
    "  -- ": "",
    "🍯": "",
    "Cà-phê/Cacao (loại 1)": "ca-phe-cacao-loai-1",
}


@pytest.mark.parametrize(("name", "slug"), SLUGS.items())
def test_names_become_slugs(name: str, slug: str) -> None:
    assert slugify(name) == slug
    assert slugify(unicodedata.normalize("NFD", name)) == slug


def test_a_long_name_is_cut_between_words() -> None:
    assert slugify("Trà hoa vàng " * 10, 96) == "-".join(["tra-hoa-vang"] * 7) + "-tra"
    assert slugify("Trà hoa vàng " * 10, 95) == "-".join(["tra-hoa-vang"] * 7) + "-tra"
    assert slugify("Trà hoa vàng " * 10, 93) == "-".join(["tra-hoa-vang"] * 7)
    assert slugify("x" * 200, 96) == "x" * 96
    assert slug_of("Đ" * 300, "HTX", set()) == "d" * 80


def test_same_names_get_slugs_of_their_own() -> None:
    taken = {"mat-ong"}
    assert slug_of("Mật ong", "HTX Sen", taken) == "mat-ong-htx-sen"
    assert slug_of("Mật ong", "HTX Sen", taken | {"mat-ong-htx-sen"}) == "mat-ong-2"
    assert slug_of("🍯", "HTX", set()) == "san-pham"


def test_every_group_and_set_has_its_own_slug() -> None:
    assert set(GROUP_SLUGS) == set(GROUPS)
    assert len(set(GROUP_SLUGS.values())) == len(GROUPS)
    assert len(SET_OF) == len(SETS)
    assert all(find_set(slug) == number for number, slug in SET_SLUGS.items())


def test_numbers_of_old_addresses_are_understood() -> None:
    assert (find_group("I"), find_group("vi"), find_group("do-uong"), find_group("VII")) == ("I", "VI", "II", None)
    assert (find_set("13"), find_set("27"), find_set("0"), find_set("ca-phe-cacao")) == (13, None, None, 13)
    assert (find_set("²"), find_set("1" * 5000), find_set("")) == (None, None, None)


def test_areas_and_producers_end_with_their_codes() -> None:
    assert area_slug("11728", "Xã Kiến Hưng") == "kien-hung-11728"
    assert area_slug("31", "Thành phố Hải Phòng", is_plain=True) == "hai-phong"
    assert parted("kien-hung-11728") == ("kien-hung", "11728")
    assert parted("11728") == ("", "11728")
    assert parted("hai-phong") == ("hai-phong", None)
    assert producer_slug("CT-7K3M", "HTX Đồng Tâm") == "htx-dong-tam-ct-7k3m"
    assert producer_slug("CT-7K3M", "🍯") == "ct-7k3m"
    assert possible_codes("htx-dong-tam-ct-7k3m")[-2:] == ["ct-7k3m", "7k3m"]
    assert len(possible_codes("a-" * 1000)) == 12
