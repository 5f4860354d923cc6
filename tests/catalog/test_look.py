"""Drawn pictures: one for every set, the same for the same product."""

import re
from pathlib import Path

import pytest

import catalog
from catalog.look import BY_SET, BY_WORD, GROUNDS, VARIANTS, WEAVES, picture_of

PICTURES = Path(catalog.__file__).parent / "templates" / "macros" / "pictures.html"
DRAWN = set(re.findall(r"^'([a-z0-9-]+)':", PICTURES.read_text(), re.M))


def test_every_set_has_a_drawing() -> None:
    assert set(BY_SET) == set(range(1, 27))
    assert {*BY_SET.values(), *(kind for _word, _sets, kind in BY_WORD)} <= DRAWN
    assert {one for drawings in VARIANTS.values() for one in drawings} <= DRAWN


@pytest.mark.parametrize(
    ("set_no", "name", "kind"),
    [
        (1, "Nấm sò tươi", "mushroom"),
        (2, "Trứng gà tươi TAFA", "egg"),
        (4, "Mật ong hoa rừng Cát Bà", "honey"),
        (9, "Mắm nêm Seagull", "paste"),
        (1, "Nhãn xuồng cơm vàng", "fruit"),
        (7, "Dưa cải muối", "pickle"),
        (7, "Hạt Điều rang muối", "nuts"),
    ],
)
def test_a_name_may_say_more_than_its_set(set_no: int, name: str, kind: str) -> None:
    assert picture_of(set_no, name, "SP-1").kind == kind


def test_the_same_product_looks_the_same_and_products_differ() -> None:
    assert picture_of(4, "Mật ong", "SP-7") == picture_of(4, "Mật ong", "SP-7")
    looks = {picture_of(4, "Mật ong", f"SP-{n}")[1:] for n in range(200)}
    assert len(looks) == GROUNDS * WEAVES
