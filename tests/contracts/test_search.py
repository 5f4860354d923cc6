"""The same questions to every engine behind the port of search."""

from dataclasses import replace
from pathlib import Path

from catalog.search.port import Clause, SearchIndex, Term, Wanted
from catalog.search.understanding import loose, strict, understand
from tests.support.engines import Build, doc

DATA = Path(__file__).parents[1] / "data"


def ids(index: SearchIndex, text: str) -> list[int]:
    return [hit.listing_id for hit in index.find(strict(understand(text)))]


def test_marks_are_compared_when_they_were_typed(build: Build) -> None:
    index = build([doc(1, "Dưa cải muối"), doc(2, "Dừa sáp"), doc(3, "Dứa sấy")])
    assert ids(index, "dừa") == [2]
    assert sorted(ids(index, "dua"))[:3] == [1, 2, 3]
    assert [hit.listing_id for hit in index.find(loose(understand("dửa sáp")))] == [2]


def test_both_placements_of_a_tone_are_one(build: Build) -> None:
    index = build([doc(1, "Cà phê Hòa Tan"), doc(2, "Kẹo", places="Huyện Kiến Thuỵ")])
    assert ids(index, "hoà tan") == ids(index, "hòa tan") == [1]
    assert ids(index, "kiến thụy") == [2]


def test_the_name_counts_more_than_the_rest(build: Build) -> None:
    index = build([doc(1, "Kẹo lạc", words="làm với mật ong"), doc(2, "Mật ong rừng")])
    assert ids(index, "mật ong") == [2, 1]


def test_words_side_by_side_count_in_what_it_is_about_too(build: Build) -> None:
    index = build([doc(1, "Cao An Tâm", places="Xã Lạc Dương"), doc(2, "Mật ong", places="Phường An Dương")])
    assert ids(index, "an dương") == ids(index, "an duong") == [2, 1]


def test_the_small_print_can_be_left_out(build: Build) -> None:
    index = build([doc(1, "Kẹo", words="có mật ong"), doc(2, "Mật ong"), doc(3, "Trà", producer="HTX Mật ong Cát Bà")])
    for term in (Term(("mat",), False), Term(("mat", "ong"), False), Term(("ong", "mat"), False, is_phrase=False)):
        assert len(index.find(Wanted((Clause((term,)),)))) == 3
        without = index.find(Wanted((Clause((replace(term, in_print=False),)),)))
        assert [hit.listing_id for hit in without] == [2, 3]


def test_all_words_must_be_there(build: Build) -> None:
    index = build([doc(1, "Nước mắm 40 độ"), doc(2, "Nước mắm 60 độ")])
    assert ids(index, "nước mắm 40 độ") == [1]


def test_words_side_by_side_lead(build: Build) -> None:
    index = build([doc(1, "Khoai lang sấy"), doc(2, "Khoai Khoái sấy giòn")])
    assert ids(index, "khoai khoai") == [2, 1]


def test_synonyms(build: Build) -> None:
    index = build([doc(1, "Thơm sấy dẻo"), doc(2, "Bechamp Coffee")])
    assert ids(index, "dứa sấy dẻo") == [1]
    assert ids(index, "cà phê") == ids(index, "ca phe") == [2]


def test_suggestions_continue_the_last_word(build: Build) -> None:
    index = build([doc(1, "Mật ong rừng"), doc(2, "Mắm nêm"), doc(3, "Trà mật")])
    assert {hit.listing_id for hit in index.begin_with(["mậ"], 10)} == {1, 2, 3}
    assert [hit.listing_id for hit in index.begin_with(["mat", "o"], 10)] == [1]
    assert len(index.begin_with(["m"], 2)) == 2
    assert list(index.begin_with([], 10)) == []


def test_nothing_is_found_in_nothing(build: Build) -> None:
    index = build([])
    assert ids(index, "mật ong") == []
    assert dict(index.contents()) == {}
    assert dict(index.known_words()) == {}


def test_what_it_holds(build: Build) -> None:
    index = build([doc(7, "Mật ong", sequence=3), doc(9, "Mật hoa", sequence=5)])
    assert dict(index.contents()) == {7: 3, 9: 5}
    assert (index.stored_sequence(7), index.stored_sequence(8)) == (3, None)
    assert index.known_words()["mat"] == 2
