"""The Whoosh engine under bad luck: no index, a damaged one, rebuilding while others search, many threads."""

import random
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from catalog.search.port import Document, IndexUnavailable
from catalog.search.understanding import strict, understand
from catalog.search.whoosh_index import WhooshIndex


def docs(count: int, sequence: int = 1) -> list[Document]:
    words = ("mật", "ong", "trà", "gạo", "nước", "mắm", "cà", "phê", "dừa", "sáp")
    hand = random.Random(7)
    return [
        Document(n, sequence, f"{' '.join(hand.sample(words, 3))} {n}", "HTX", "", "", "") for n in range(1, count + 1)
    ]


def count_of(index: WhooshIndex, text: str) -> int:
    return len(index.find(strict(understand(text))))


def test_without_an_index_everything_says_so(tmp_path: Path) -> None:
    index = WhooshIndex(tmp_path / "none")
    for question in (
        lambda: index.find(strict(understand("mật"))), lambda: index.begin_with(["m"], 5), index.known_words,
        index.contents, lambda: index.put(docs(1)), lambda: index.remove([1]), lambda: index.stored_sequence(1),
    ):  # fmt: skip
        with pytest.raises(IndexUnavailable):
            question()


def test_damage_never_escapes_as_another_error(tmp_path: Path) -> None:
    hand = random.Random(11)
    for round_no in range(6):
        folder = tmp_path / str(round_no)
        WhooshIndex(folder).rebuild(docs(60))
        victims = [path for path in folder.glob("build-*/*") if path.is_file() and path.stat().st_size]
        victim = hand.choice(victims)
        data = bytearray(victim.read_bytes())
        for _ in range(20):
            data[hand.randrange(len(data))] ^= 0xFF
        victim.write_bytes(data[: len(data) // 2] if round_no % 3 == 0 else data)
        index = WhooshIndex(folder)
        for text in ("mật ong", "trà", "nước mắm"):
            # Bytes that no query reads do no harm, so both ends are right: an answer, or this one refusal.
            with suppress(IndexUnavailable):
                count_of(index, text)
                index.known_words()
                index.begin_with(["m"], 5)
        assert index.rebuild(docs(60)) == 60
        assert len(index.contents()) == 60


def test_a_pointer_to_nothing(tmp_path: Path) -> None:
    index = WhooshIndex(tmp_path)
    index.rebuild(docs(3))
    (tmp_path / "CURRENT").write_text("build-gone")
    with pytest.raises(IndexUnavailable):
        index.contents()
    assert index.rebuild(docs(3)) == 3


def test_rebuilding_leaves_one_build_behind(tmp_path: Path) -> None:
    index = WhooshIndex(tmp_path)
    for _ in range(4):
        index.rebuild(docs(2))
    assert len(list(tmp_path.glob("build-*"))) == 2


def test_another_process_sees_the_rebuild(tmp_path: Path) -> None:
    one, other = WhooshIndex(tmp_path), WhooshIndex(tmp_path)
    one.rebuild(docs(5))
    assert len(other.contents()) == 5
    one.rebuild(docs(8))
    assert len(other.contents()) == 8
    one.put(docs(9, sequence=2))
    assert len(other.contents()) == 9
    assert other.known_words() == one.known_words()


def test_many_threads_search_while_one_writes(tmp_path: Path) -> None:
    index = WhooshIndex(tmp_path)
    index.rebuild(docs(200))
    right = count_of(index, "mật ong")
    wrong: list[object] = []

    def ask() -> None:
        for _ in range(15):
            try:
                if (found := count_of(index, "mật ong")) != right:
                    wrong.append(found)
            except Exception as error:  # noqa: BLE001 any error at all is the failure
                wrong.append(error)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for turn in range(4):
        index.put(docs(200, sequence=turn + 2)[:20])
    index.rebuild(docs(200, sequence=9))
    for thread in threads:
        thread.join()
    assert wrong == []
