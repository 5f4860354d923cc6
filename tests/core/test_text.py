"""One spelling, folding, slugs and the order of the alphabet."""

import unicodedata

import pytest

from core.text import compose, fold, normalise, slugify, sort_key, squeeze


@pytest.mark.parametrize(
    "given, folded",
    [
        ("Mật ong Đắk", "mat ong dak"),
        (unicodedata.normalize("NFD", "Nước mắm"), "nuoc mam"),
        ("ĐẶC SẢN", "dac san"),
        ("ﬁ ½ Ｍật", "fi 1⁄2 mat"),
        ("  nhiều\u00a0\n chỗ  trống ", "nhieu cho trong"),
        ("nư\u200bớc", "nuoc"),
        ("Straße İ", "strasse i"),
        ("", ""),
    ],
)
def test_folding(given: str, folded: str) -> None:
    assert fold(given) == folded


@pytest.mark.parametrize(
    "new, old",
    [("hoà", "hòa"), ("khoẻ", "khỏe"), ("Thuỵ", "Thụy"), ("TOÀ", "TÒA"), ("hoà tan loè", "hòa tan lòe")],
)
def test_new_placement_of_tones_becomes_the_old(new: str, old: str) -> None:
    assert normalise(new) == normalise(old) == old
    assert normalise(unicodedata.normalize("NFD", new)) == old


@pytest.mark.parametrize("word", ["quý", "quỳ", "hoàn", "toán", "thuyền", "khoác", "xoáy", "loét", "Huỳnh"])
def test_tones_that_have_one_place_stay(word: str) -> None:
    assert normalise(word) == word


def test_composing_and_squeezing() -> None:
    assert compose(unicodedata.normalize("NFD", "Kiến Thụy")) == "Kiến Thụy"
    assert squeeze(" a \t\u00a0 b\ufeff ") == "a b"


def test_slugs() -> None:
    assert slugify("Mật ong hoa rừng Cát Bà") == "mat-ong-hoa-rung-cat-ba"
    assert slugify("Dệt thổ cẩm Hoa Tiến (khăn, chân váy)", 24) == "det-tho-cam-hoa-tien"
    assert slugify("x" * 50, 20) == "x" * 20
    assert slugify("***") == ""


def test_the_order_of_a_dictionary() -> None:
    ordered = [
        "an",
        "ăn",
        "ân",
        "da",
        "Đá",
        "e",
        "ê",
        "ma",
        "mà",
        "mả",
        "mã",
        "má",
        "mạ",
        "mă",
        "o",
        "ô",
        "ơ",
        "u",
        "ư",
    ]
    assert sorted(set(ordered), key=sort_key) == ordered
    assert sorted(["a b", "ab", "a1", "a"], key=sort_key) == ["a", "a b", "a1", "ab"]
    assert "\x00" not in sort_key("Mật ong")
