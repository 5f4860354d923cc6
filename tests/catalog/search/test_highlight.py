"""Highlighting: the words that were asked for, in the text's own spelling."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.search.highlight import highlight
from catalog.search.understanding import understand
from catalog.search.words import Group, Synonyms
from core.text import compose


def marked(query: str, text: str) -> list[str]:
    return [piece for piece, is_asked in highlight(text, understand(query)) if is_asked]


@pytest.mark.parametrize(
    "query, text, found",
    [
        ("mat ong", "Mật ong hoa rừng Cát Bà", ["Mật ong"]),
        ("MẬT ONG", "Đông trùng hạ thảo ngâm mật ong", ["mật ong"]),
        ("nuowcs mawms", "Nước mắm Phú Quốc", ["Nước mắm"]),
        ("nu7o7c1 ma8m1", "Nước mắm Phú Quốc", ["Nước mắm"]),
        ("dừa", "Kẹo dừa sáp lá dứa", ["dừa"]),
        ("dửa", "Kẹo dừa sáp lá dứa", ["dừa", "dứa"]),
        ("dua", "Kẹo dừa sáp lá dứa", ["dừa", "dứa"]),
        ("matong", "Mật ong gừng sả", ["Mật ong"]),
        ("be champ", "MACCA BECHAMP", ["BECHAMP"]),
        ("co puree", "Dầu Dừa Ép Lạnh CoPuree", ["CoPuree"]),
        ("macca", "Hạt Mắc ca Mơ Nông", ["Mắc ca"]),
        ("dứa sấy dẻo", "Thơm sấy dẻo", ["Thơm sấy dẻo"]),
        ("ca phe", "Hill coffee", ["coffee"]),
        ("mat ogn", "Mật ong gừng sả", ["Mật ong"]),
        ("cordiceps", "Nấm Fresh Cordyceps Vietnam", ["Cordyceps"]),
        ("hoà tan", "Cà phê Hòa Tan", ["Hòa Tan"]),
        ("mật ong dưới 200k 4 sao", "Mật ong 4 mùa, 200 g", ["Mật ong"]),
        ("trà", "Nước mắm", []),
        ("hai phong", "Hạt điều Bình Phước", []),
        ("", "Mật ong", []),
        ("***", "Mật ong", []),
    ],
)
def test_what_is_marked(query: str, text: str, found: list[str]) -> None:
    assert marked(query, text) == found


def test_decomposed_texts_are_marked_whole() -> None:
    text = unicodedata.normalize("NFD", "Mật ong rừng")
    assert highlight(text, understand("mật ong")) == [("Mật ong", True), (" rừng", False)]


def test_the_synonyms_in_force_are_taken() -> None:
    ours = Synonyms([Group(("sản vật lạ", "bảo bối"))])
    assert highlight("Bảo bối", understand("bảo bối"), ours) == [("Bảo bối", True)]
    assert ("coffee", True) not in highlight("Hill coffee", understand("cà phê"), ours)


@given(st.text(max_size=80), st.text(max_size=80))
def test_the_pieces_are_the_text(query: str, text: str) -> None:
    pieces = highlight(text, understand(query))
    assert "".join(piece for piece, _ in pieces) == compose(text)
    assert all(piece for piece, _ in pieces)
    assert not any(one[1] == other[1] for one, other in pairwise(pieces) if not one[1])
