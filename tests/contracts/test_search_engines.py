"""The port of search: every engine answers alike, to the score, and follows the listings in any order of messages."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from catalog.search import scoring
from catalog.search.port import Clause, Document, Hits, IndexUnavailable, SearchIndex, Term, Wanted
from catalog.search.postgres_index import PostgresIndex
from catalog.search.scan import DatabaseScan
from core.db import db, transaction
from tests.support.engines import WITHOUT_POSTGRESQL, Build, doc

WORDS = ("mật", "mắt", "ong", "ông", "dừa", "dưa", "sáp", "hoà", "hòa", "đường", "o'clock\\", "\U0001f36f", "ﬁ", "st25")
#: Documents put, and listings removed.
Change = tuple[list[Document], set[int]]
texts = st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join)
documents = st.lists(
    st.builds(
        Document, listing_id=st.integers(1, 60), sequence=st.integers(1, 3), name=texts.filter(bool), producer=texts,
        places=texts, kind=texts, words=texts,
    ),
    max_size=12, unique_by=lambda one: one.listing_id,
)  # fmt: skip
exact = st.sampled_from(["mật", "ong", "dừa", "hòa", "o", "clock", "khác"])
folded = st.sampled_from(["mat", "ong", "dua", "hoa", "fi", "st25", "khac"])
terms = st.booleans().flatmap(
    lambda is_exact: st.builds(
        Term, is_exact=st.just(is_exact),
        words=st.lists(exact if is_exact else folded, min_size=1, max_size=3).map(tuple),
        weight=st.sampled_from([1.0, 0.5, 0.3]), is_phrase=st.booleans(), in_name=st.booleans(),
    )
)  # fmt: skip
questions = st.builds(
    Wanted,
    clauses=st.lists(st.lists(terms, min_size=1, max_size=3).map(tuple).map(Clause), max_size=4).map(tuple),
    phrase=st.none() | terms,
    least=st.none() | st.integers(1, 3),
)  # fmt: skip


def listed(hits: Hits) -> list[tuple[int, float]]:
    return [(hit.listing_id, round(hit.score, 4)) for hit in hits]


def alike(index: SearchIndex, some: list[Document], asked: list[Wanted], text: str) -> None:
    """Whatever is asked, the engine answers as reading every document does."""
    index.rebuild(some)
    plain = DatabaseScan(some)
    for wanted in asked:
        assert listed(index.find(wanted)) == listed(plain.find(wanted)), wanted
    for typed in (text.split(), [text[:2]], [text[:-1]]):
        assert listed(index.begin_with(typed, 5)) == listed(plain.begin_with(typed, 5)), typed
    assert listed(index.resembling(text, 5)) == listed(plain.resembling(text, 5))
    assert dict(index.known_words()) == dict(plain.known_words())
    assert dict(index.contents()) == dict(plain.contents())


def alike_after(index: SearchIndex, first: list[Document], changes: list[Change], term: Term) -> None:
    """The same after writing and forgetting, whatever the order of sequences."""
    index.rebuild(first)
    there = {one.listing_id: one for one in first}
    for put, gone in changes:
        index.put(put)
        index.remove(gone)
        there |= {o.listing_id: o for o in put if o.sequence >= (there.get(o.listing_id) or o).sequence}
        there = {listing_id: one for listing_id, one in there.items() if listing_id not in gone}
    plain = DatabaseScan(there.values())
    assert dict(index.contents()) == dict(plain.contents())
    assert dict(index.known_words()) == dict(plain.known_words())
    assert listed(index.find(Wanted((Clause((term,)),)))) == listed(plain.find(Wanted((Clause((term,)),))))


def tries(count: int) -> settings:
    """A failing case is told as it was found: each try builds an index, and making it smaller takes minutes."""
    return settings(
        max_examples=count, deadline=None, phases=(Phase.explicit, Phase.generate),
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )  # fmt: skip


asking = given(some=documents, asked=st.lists(questions, min_size=1, max_size=12), text=texts)
changing = given(
    first=documents, term=terms,
    changes=st.lists(st.tuples(documents, st.sets(st.integers(1, 60), max_size=5)), max_size=5),
)  # fmt: skip


@tries(5)
@asking
def test_every_engine_gives_what_reading_everything_gives(
    index: SearchIndex, some: list[Document], asked: list[Wanted], text: str
) -> None:
    alike(index, some, asked, text)


@tries(3)
@changing
def test_and_still_does_after_changes(
    index: SearchIndex, first: list[Document], changes: list[Change], term: Term
) -> None:
    alike_after(index, first, changes, term)


@pytest.mark.long
@tries(150)
@asking
def test_every_engine_gives_the_same_often(
    index: SearchIndex, some: list[Document], asked: list[Wanted], text: str
) -> None:
    alike(index, some, asked, text)


@pytest.mark.long
@tries(100)
@changing
def test_and_after_many_changes(index: SearchIndex, first: list[Document], changes: list[Change], term: Term) -> None:
    alike_after(index, first, changes, term)


def find(index: SearchIndex, *words: str, **how: bool) -> list[int]:
    asked = Wanted(tuple(Clause((Term((word,), is_exact=False, **how),)) for word in words))
    return index.find(asked).ids.tolist()


def test_names_lead_then_what_it_is_about_then_small_print(build: Build) -> None:
    index = build([
        doc(1, "Kẹo", words="Làm với mật"), doc(2, "Kẹo", producer="Hợp tác xã Mật"), doc(3, "Mật"),
        doc(4, "Mật của rừng sâu"),
    ])  # fmt: skip
    assert find(index, "mat") == [3, 4, 2, 1]
    assert find(index, "mat", in_name=True) == [3, 4]


def test_no_phrase_runs_over_the_end_of_a_text(build: Build) -> None:
    index = build([doc(1, "Rượu mật", producer="Ong Vàng"), doc(2, "Mật ong"), doc(3, "Trà", words="có mật ong")])
    phrase = Wanted((Clause((Term(("mat", "ong"), is_exact=False),)),))
    assert index.find(phrase).ids.tolist() == [2, 3]


def test_the_best_way_of_a_clause_counts(build: Build) -> None:
    index = build([doc(1, "Thơm"), doc(2, "Dứa")])
    either = Clause((Term(("dứa",), is_exact=True), Term(("thơm",), is_exact=True, weight=0.5)))
    hits = list(index.find(Wanted((either,))))
    assert [hit.listing_id for hit in hits] == [2, 1]
    assert hits[0].score - hits[1].score == pytest.approx(scoring.name_worth(1) / 2)


def test_at_least_so_many_clauses(build: Build) -> None:
    index = build([doc(1, "Mật"), doc(2, "Mật ong"), doc(3, "Mật ong rừng"), doc(4, "Gạo")])
    clauses = tuple(Clause((Term((word,), is_exact=False),)) for word in ("mat", "ong", "rung"))
    assert index.find(Wanted(clauses)).ids.tolist() == [3]
    assert index.find(Wanted(clauses, least=2)).ids.tolist() == [3, 2]
    assert len(index.find(Wanted(()))) == 0


def test_a_name_that_begins_so_leads_while_typing(build: Build) -> None:
    index = build(
        [doc(1, "Trà mật ong"), doc(2, "Mật ong rừng già"), doc(3, "Mắt ong"), doc(4, "Ống mật", words="mật ong")]
    )
    assert index.begin_with(["mat", "on"], 9).ids.tolist() == [3, 2, 1, 4]
    assert index.begin_with(["mật", "ong"], 9).ids.tolist()[:3] == [2, 1, 3]
    assert index.begin_with(["%", "_", "'"], 9).ids.tolist() == []
    assert index.begin_with(["ong"], 4).ids.tolist() == [3, 1, 2, 4]


def test_names_that_resemble(build: Build) -> None:
    index = build([doc(1, "Nước mắm Cát Hải"), doc(2, "Nước mắm"), doc(3, "Mật ong", words="nước mắm")])
    assert index.resembling("nuoc mam cat hia", 5).ids.tolist() == [1, 2]
    assert index.resembling("nuoc mam cat hia", 1).ids.tolist() == [1]
    assert index.resembling("", 5).ids.tolist() == []


def test_the_same_words_are_the_same_object_until_something_changes(index: SearchIndex) -> None:
    index.rebuild([doc(1, "Mật ong")])
    known = index.known_words()
    assert index.known_words() is known
    index.put([doc(2, "Mật hoa", sequence=1)])
    assert index.known_words() == {"mat": 2, "ong": 1, "hoa": 1, "htx": 2}
    index.remove([1])
    assert index.known_words() == {"mat": 1, "hoa": 1, "htx": 1}


def test_a_later_sequence_wins_in_any_order(index: SearchIndex) -> None:
    index.rebuild([doc(1, "Mật ong", sequence=2)])
    index.put([doc(1, "Mật cũ", sequence=1)])
    assert find(index, "ong") == [1]
    index.put([doc(1, "Mật mới", sequence=3)])
    index.put([doc(1, "Mật mới", sequence=3)])
    assert (find(index, "ong"), find(index, "moi"), index.stored_sequence(1)) == ([], [1], 3)
    index.remove([1])
    index.remove([1])
    assert (dict(index.contents()), index.stored_sequence(1)) == ({}, None)


def test_following_puts_what_is_there_and_forgets_what_is_not(index: SearchIndex) -> None:
    index.rebuild([doc(1, "Mật"), doc(2, "Trà"), doc(3, "Gạo")])
    index.follow([1, 2, 9], [doc(1, "Mật ong", sequence=2)])
    assert dict(index.contents()) == {1: 2, 3: 1}


def test_a_rebuild_takes_what_it_is_given_also_lower_sequences(index: SearchIndex) -> None:
    index.rebuild([doc(1, "Mật", sequence=9), doc(2, "Trà")])
    assert index.rebuild([doc(1, "Mật", sequence=2)]) == 1
    assert dict(index.contents()) == {1: 2}


def test_a_rebuild_that_fails_leaves_the_index_as_it_was(index: SearchIndex) -> None:
    index.rebuild([doc(1, "Mật")])

    def breaks() -> Iterator[Document]:
        yield doc(2, "Trà")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        index.rebuild(breaks())
    assert dict(index.contents()) == {1: 1}
    index.put([doc(3, "Gạo")])
    assert set(index.contents()) == {1, 3}


def test_before_it_was_built_everything_says_so(index: SearchIndex) -> None:
    asked = Wanted((Clause((Term(("mat",), is_exact=False),)),))
    for question in (
        lambda: index.find(asked), lambda: index.begin_with(["m"], 5), lambda: index.resembling("mat", 5),
        index.known_words, index.contents, lambda: index.put([doc(1, "Mật")]), lambda: index.remove([1]),
        lambda: index.follow([1], []), lambda: index.stored_sequence(1),
    ):  # fmt: skip
        with pytest.raises(IndexUnavailable):
            question()
    assert index.rebuild([]) == 0
    assert find(index, "mat") == []


def test_long_texts_and_words_that_repeat(build: Build) -> None:
    index = build([doc(1, "Mật " * 40, words="ong " * 500 + "x" * 3000), doc(2, "y" * 200, producer="z " * 9000)])
    assert find(index, "mat", "ong") == [1]
    assert find(index, "z") == [2]
    assert find(index, "x" * 3000) == []


def test_a_scan_cannot_be_written() -> None:
    scan = DatabaseScan([])
    for write in (
        lambda: scan.put([]),
        lambda: scan.remove([1]),
        lambda: scan.rebuild([]),
        lambda: scan.follow([], []),
    ):
        with pytest.raises(IndexUnavailable):
            write()


@pytest.mark.skipif(WITHOUT_POSTGRESQL, reason="PostgreSQL was left out")
def test_without_pg_trgm_everything_else_goes_on(postgres_index: PostgresIndex) -> None:
    postgres_index.rebuild([doc(1, "Mật ong")])
    assert postgres_index.lacking() is None
    with transaction() as session:
        session.execute(text("DROP EXTENSION pg_trgm CASCADE"))
    assert "pg_trgm" in (postgres_index.lacking() or "")
    with pytest.raises(IndexUnavailable):
        postgres_index.resembling("mat ogn", 5)
    assert find(postgres_index, "mat") == [1]


@pytest.mark.skipif(WITHOUT_POSTGRESQL, reason="PostgreSQL was left out")
def test_a_question_that_fails_leaves_the_page_its_reading(postgres_index: PostgresIndex) -> None:
    """A failed statement poisons PostgreSQL's transaction; what a page reads next must still be answered."""
    postgres_index.rebuild([doc(1, "Mật ong")])
    with transaction() as session:
        session.execute(text("ALTER TABLE search_document RENAME TO elsewhere"))
    with pytest.raises(IndexUnavailable):
        find(postgres_index, "mat")
    assert db.session.execute(text("SELECT 1")).scalar() == 1
    with transaction() as session:
        with pytest.raises(IndexUnavailable):
            postgres_index.contents()
        assert session.execute(text("SELECT 2")).scalar() == 2
