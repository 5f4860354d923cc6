"""What people type, and what they should find: two lists of queries, asked of every engine over the whole sample.

Here everything is open and only the engine, the rules and the order are measured; tests/catalog/search/test_quality.py
asks the same through the gate of a real shop.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pytest

from catalog.products.sets import GROUPS, SETS
from catalog.search import finding
from catalog.search.port import Document, SearchIndex
from catalog.search.understanding import MOST_WORDS, understand
from catalog.search.words import SET_WORDS, base_synonyms
from tests.support.engines import Build
from tests.support.quality import DATA, GIVEN, OWN, Measured, measure

Ask = Callable[[str], list[str]]


@dataclass(frozen=True)
class _Face:
    name: str


class _Shelf:
    """A day on which everything is open: rows are listing ids."""

    def __init__(self, documents: list[Document]) -> None:
        self.faces = {one.listing_id: _Face(one.name) for one in documents}

    def open_rows(self) -> Any:
        return np.array(list(self.faces))

    def open_among(self, ids: Any) -> Any:
        return np.fromiter(ids, np.int64)


def _documents() -> dict[str, tuple[str, Document]]:
    """Stars and document of each row of the sample, by its id."""
    found: dict[str, tuple[str, Document]] = {}
    with (DATA / "search_products.csv").open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines), 1):
            set_no = int(row["set_no"])
            kind = f"{SET_WORDS[set_no]} {GROUPS[SETS[set_no].group].name_vi}"
            made = Document(number, 1, row["name"], row["producer"], row["places"], kind, "")
            found[row["id"]] = row["stars"], made
    return found


@pytest.fixture
def ask(build: Build, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Asks an engine that holds the sample (and two lanterns), as the service would; answers ids."""
    sample = _documents()
    lanterns = [("L1", "Đèn lồng Hội An"), ("L2", "Lồng đèn giấy"), ("L3", "Đèn ông sao")]
    for number, (code, name) in enumerate(lanterns, 1001):
        sample[code] = "", Document(number, 1, name, "", "", "", "")
    documents = [document for _, document in sample.values()]
    index = build(documents)
    code = {document.listing_id: code for code, (_, document) in sample.items()}
    day = cast(Any, _Shelf(documents))

    def asked(question: Callable[[SearchIndex], Any]) -> Any:
        return question(index)

    monkeypatch.setattr(finding, "ask", asked)
    monkeypatch.setattr(finding, "synonyms", base_synonyms)

    def answer(text: str) -> list[str]:
        found = finding.find(understand(text), day)
        stars = set(map(str, found.understood.stars))
        codes = [code[row] for row in found.rows.tolist()]
        return [one for one in codes if not stars or sample[one][0] in stars]

    return answer


def test_recall_and_rank(ask: Ask) -> None:
    _holds(measure(DATA / GIVEN, ask))
    _holds(measure(DATA / OWN, ask, step=5))


@pytest.mark.long
def test_recall_and_rank_on_all_of_our_own(ask: Ask) -> None:
    _holds(measure(DATA / OWN, ask))


def _holds(found: Measured) -> None:
    assert found.recall >= 0.97, found.misses
    assert found.rank >= 0.95, found.misses
    assert len(found.not_first) <= 1, found.not_first
    assert found.nothing_found_for_nothing, found.misses


def test_what_was_promised(ask: Ask) -> None:
    names = {code: document.name for code, (_, document) in _documents().items()}
    assert {code for code, name in names.items() if "Mật ong" in name or "mật ong" in name} <= set(ask("mat ong")[:4])
    assert ask("den long")[:2] == ["L1", "L2"]
    assert not [one for one in ask("dừa sáp") if "Dưa cải" in names[one]]
    assert ask("nuowcs mawms") == ask("nước mắm") == ask("NƯỚC  MẮM!")
    assert "P062" in ask("nước mắm")[:11]


BAD = (
    "*", "a*", "*a", '"', '"mật ong', "(" * 1000, ")(", "NOT", "AND OR", "NOT AND OR", "price:[0 TO",
    'title:"x"~999999', "x" * 100_000, "mật ong " * 12_500, "của và những", "🍯🍯", "...!?", "\u0301\u0323",
    "buoi nam roi", 'r"(a+)+$"', "(a+)+$", "%", "_", "mật%", "m_t ong", "' OR 1=1 --", "\\", "18+", "₫", "★★★",
    "-1 sao", "9999999999999999999k", "a" * 12 + "1",
    "dưới 0đ", "từ 5k đến 1k", "dưới " + "9" * 90, "\x00", "\u202emật ong",
)  # fmt: skip


def test_no_query_does_harm(ask: Ask) -> None:
    """B6: signs, operators, patterns and floods are words or nothing; every answer is a list without doubles."""
    for text in BAD:
        asked = understand(text)
        assert len(asked.words) <= MOST_WORDS
        assert all(price is None or 0 <= price < 2**53 for price in (asked.price_min, asked.price_max)), text
        found = ask(text)
        assert len(found) == len(set(found)), text


def test_signs_ask_for_nothing_and_operators_are_words(ask: Ask) -> None:
    assert ask("*") == ask("((((") == ask("🍯") == ask("%") == ask("_") == []
    assert ask("mật% ong") == ask("(mật ong)") == ask('"mật ong') == ask("mật ong")
    assert ask("mật ong NOT gừng") != ask("mật ong")
