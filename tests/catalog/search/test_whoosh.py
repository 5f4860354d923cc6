"""The Whoosh engine under bad luck: no index, a damaged one, rebuilding while others search, many threads."""

import random
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from catalog.search.port import Document, IndexBusy, IndexUnavailable
from catalog.search.understanding import strict, understand
from catalog.search.whoosh_files import Builds
from catalog.search.whoosh_index import WhooshIndex
from tests.support.sources import ROOT


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


def test_every_byte_that_turns_is_noticed(tmp_path: Path) -> None:
    """The files are small, so that every one of their bytes can be turned; the control shows what Whoosh lets by."""
    index = WhooshIndex(tmp_path)
    index.rebuild(docs(25))
    index.put(docs(25, sequence=2)[:1])
    hand = random.Random(3)
    for victim in [*tmp_path.glob("build-*/*.*"), *tmp_path.glob("build-*/CHECKSUMS")]:
        whole = victim.read_bytes()
        for at in {0, len(whole) - 1, *(hand.randrange(len(whole)) for _ in range(8))}:
            victim.write_bytes(whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :])
            with pytest.raises(IndexUnavailable):
                WhooshIndex(tmp_path).contents()
        victim.write_bytes(whole)
    assert len(WhooshIndex(tmp_path).contents()) == 25


@pytest.mark.long
def test_without_checksums_turned_bytes_give_wrong_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = WhooshIndex(tmp_path)
    index.rebuild(docs(60))
    asked = [strict(understand(text)) for text in ("mật ong", "trà", "nước mắm", "gạo 7", "sáp", "cà phê 9")]
    right = [index.find(one).ids.tolist() for one in asked]
    victim = max(tmp_path.glob("build-*/*.seg"), key=lambda one: one.stat().st_size)
    whole, hand = victim.read_bytes(), random.Random(5)
    monkeypatch.setattr(Builds, "check", lambda *_: None)
    wrong = refused = 0
    for _ in range(250):
        at = hand.randrange(len(whole))
        victim.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << hand.randrange(8)]) + whole[at + 1 :])
        try:
            fresh = WhooshIndex(tmp_path)
            wrong += [fresh.find(one).ids.tolist() for one in asked] != right
        except IndexUnavailable:
            refused += 1
    assert wrong, "Whoosh noticed everything by itself: the checksums would be superfluous"
    assert refused


def test_damage_after_it_was_loaded_gives_no_wrong_answer(tmp_path: Path) -> None:
    index = WhooshIndex(tmp_path)
    index.rebuild(docs(80))
    right = count_of(index, "mật ong")
    victim = next(tmp_path.glob("build-*/*.seg"))
    data = bytearray(victim.read_bytes())
    data[len(data) // 3 : 2 * len(data) // 3] = b"\xff" * (2 * len(data) // 3 - len(data) // 3)
    victim.write_bytes(data)
    assert count_of(index, "mật ong") == right  # known from before
    with pytest.raises(IndexUnavailable):
        count_of(index, "nước mắm cà phê")  # words that nobody asked for yet


def test_an_index_of_another_format_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    WhooshIndex(tmp_path).rebuild(docs(3))
    monkeypatch.setattr("catalog.search.whoosh_files.FORMAT", "2")
    with pytest.raises(IndexUnavailable, match="format"):
        WhooshIndex(tmp_path).contents()
    assert WhooshIndex(tmp_path).rebuild(docs(3)) == 3
    assert len(WhooshIndex(tmp_path).contents()) == 3


def test_a_second_writer_waits_and_then_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = WhooshIndex(tmp_path)
    index.rebuild(docs(3))
    monkeypatch.setattr("catalog.search.whoosh_files.PATIENCE", 0.1)
    with Builds(tmp_path).writing(), pytest.raises(IndexBusy):
        index.put(docs(3, sequence=2))
    index.put(docs(3, sequence=2))
    assert set(index.contents().values()) == {2}


def test_a_deleted_document_never_comes_back(tmp_path: Path) -> None:
    """Whoosh's forks showed every old version of a document after refresh(): trap b."""
    index = WhooshIndex(tmp_path)
    index.rebuild(docs(30))
    for sequence in range(2, 12):
        index.put([Document(7, sequence, f"Mật mới {sequence}", "HTX", "", "", "")])
        assert count_of(index, f"mới {sequence}") == 1
        assert count_of(index, f"mới {sequence - 1}") == 0
        assert len(index.contents()) == 30


@pytest.mark.long
def test_what_whoosh_pickles_has_a_module_that_stays(tmp_path: Path) -> None:
    """Another process, which imported nothing but the engine, reads the index: trap d."""
    WhooshIndex(tmp_path).rebuild(docs(5))
    script = (
        "from pathlib import Path; from catalog.search.whoosh_index import WhooshIndex;"
        f"print(len(WhooshIndex(Path({str(tmp_path)!r})).contents()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    assert done.stdout.strip() == "5", done.stderr


def test_many_segments_answer_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, many = WhooshIndex(tmp_path / "one"), WhooshIndex(tmp_path / "many")
    one.rebuild(docs(50))
    monkeypatch.setattr("catalog.search.whoosh_index.BATCH", 7)
    assert many.rebuild(docs(50)) == 50
    for text in ("mật ong", "trà", "cà phê"):
        wanted = strict(understand(text))
        assert one.find(wanted).ids.tolist() == many.find(wanted).ids.tolist()
    assert dict(one.known_words()) == dict(many.known_words())


def test_arrays_last_asked_for_are_kept_and_no_more(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("catalog.search.whoosh_view.MOST_KEPT", 400)
    index = WhooshIndex(tmp_path)
    index.rebuild(docs(60))
    for text in ("mật ong", "trà", "mật ong", "nước mắm", "sáp", "mật ong"):
        assert count_of(index, text) == count_of(WhooshIndex(tmp_path), text)


_DIES = """
import os, random, sys, threading, time
from pathlib import Path
from catalog.search.port import Document
from catalog.search.whoosh_index import WhooshIndex
index, hand = WhooshIndex(Path(sys.argv[1])), random.Random(int(sys.argv[2]))
threading.Thread(target=lambda: (time.sleep(hand.random() * 0.4), os.kill(os.getpid(), 9)), daemon=True).start()
for sequence in range(2, 10_000):
    index.put([Document(n, sequence, f"Mật lần {sequence}", "HTX", "", "", "") for n in range(1, 6)])
    print(sequence, flush=True)
"""


@pytest.mark.long
def test_killed_in_the_middle_of_commits(tmp_path: Path) -> None:
    """Nothing that was told as done is lost, no batch is there by half, and the next writer goes on at once."""
    index = WhooshIndex(tmp_path)
    index.rebuild(docs(40))
    for life in range(20):
        done = subprocess.run(
            [sys.executable, "-c", _DIES, str(tmp_path), str(life)],
            cwd=ROOT, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        told = int(([*done.stdout.split()] or ["0"])[-1])
        found = index.contents()
        batch = {found[number] for number in range(1, 6)}
        assert len(found) == 40
        assert len(batch) == 1, batch
        assert batch.pop() >= told
        index.put([])
        index.rebuild(docs(40))
