"""Understanding queries, keyboards left off, near words: pure rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.search.keystrokes import decode, is_plain_syllable
from catalog.search.nearness import distance, near_words
from catalog.search.understanding import MOST_WORDS, loose, partly, strict, understand, widened


@pytest.mark.parametrize(
    "keys, meant",
    [
        ("nuowcs", "nước"), ("mawms", "mắm"), ("ddoong", "đông"), ("maatj", "mật"), ("thuyj", "thụy"), ("hoaf", "hòa"),
        ("giof", "giò"), ("quys", "quý"), ("ruowuj", "rượu"), ("yeen", "yên"), ("nu7o7c1", "nước"), ("nuo7c1", "nước"),
        ("nuoc71", "nước"), ("ma8m1", "mắm"), ("d9a6u", "đâu"), ("bi1", "bí"), ("d9ao", "đao"),
    ],
)  # fmt: skip
def test_keyboards_left_off(keys: str, meant: str) -> None:
    assert decode(keys) == meant


@pytest.mark.parametrize(
    "word",
    ["nuoc", "ong", "coffee", "macca", "wasabi", "matcha", "st25", "omega3", "natural", "tafa", "a", "đao", "x" * 40],
)
def test_other_words_are_left_alone(word: str) -> None:
    assert decode(word) is None


def test_possible_syllables() -> None:
    assert all(map(is_plain_syllable, ("nuoc", "nghieng", "quyt", "gi", "yen", "khuya")))
    assert not any(map(is_plain_syllable, ("nuowcs", "xyz", "str", "ogn", "aeo")))


@given(st.text(max_size=300))
def test_any_text_is_understood(text: str) -> None:
    asked = understand(text)
    assert len(asked.words) <= MOST_WORDS
    for reading in (strict, loose, partly, lambda one: widened(one, lambda _: [])):
        wanted = reading(asked)
        assert bool(wanted.clauses) == bool(asked.words)


@pytest.mark.parametrize(
    "text, words, stars, asks_for_all",
    [
        ("ocop 5 sao", [], {5}, True),
        ("trà 4 sao", ["trà"], {4}, False),
        ("năm sao", [], {5}, True),
        ("ruou 18+", ["ruou"], set[int](), False),
        ("đặc sản kiến thuỵ", ["kiến", "thụy"], set[int](), False),
        ("dac san", [], set[int](), True),
        ("", [], set[int](), True),
        ("🍯 ***", [], set[int](), False),
        ("nấm sao", ["nấm", "sao"], set[int](), False),
        ("5 sao\u0310", [], {5}, True),
        ("hạt sao", ["hạt", "sao"], set[int](), False),
        ("bàn ghế", ["bàn", "ghế"], set[int](), False),
        ("mua mật ong", ["mật", "ong"], set[int](), False),
        ("st25", ["st25"], set[int](), False),
    ],
)
def test_what_is_meant(text: str, words: list[str], stars: set[int], asks_for_all: bool) -> None:
    asked = understand(text)
    assert [word.exact for word in asked.words] == words
    assert (asked.stars, asked.asks_for_all) == (frozenset(stars), asks_for_all)


def test_distances() -> None:
    assert distance("ogn", "ong", 2) == 1
    assert distance("cordiceps", "cordyceps", 2) == 1
    assert distance("abc", "xyz", 1) == 2


def test_near_words() -> None:
    known = {"mat": 3, "ong": 3, "trung": 1, "copuree": 1, "deo": 1}
    assert near_words("ogn", known)[0] == ("ong",)
    assert near_words("matong", known)[0] == ("mat", "ong")
    assert near_words("co", known, "puree") == [("copuree",)]
    assert near_words("heo", known, is_alone=True) == []
    assert near_words("heo", known) == [("deo",)]
    assert near_words("xx", known) == []
