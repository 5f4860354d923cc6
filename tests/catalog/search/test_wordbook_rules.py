import pytest

from catalog.search.asked.rules import BOXES, box_of, change_of, is_program, kept_text
from catalog.search.wordbook.rules import Doubt, doubts_of, faults_of, read_writings, spelled
from catalog.search.words import Group


@pytest.mark.parametrize(
    "writings",
    [
        ("dứa", "thơm", "khóm"),
        ("Mắc Ca", "macca"),
        ("ốc móng tay", "ốc mống tay nhỏ xíu"),
    ],
)
def test_groups_that_are_one(writings: tuple[str, ...]) -> None:
    assert faults_of(writings) == []


@pytest.mark.parametrize(
    ("writings", "said"),
    [
        ((), "hai cách viết khác nhau"),
        (("dứa",), "hai cách viết khác nhau"),
        (("dứa", "DỨA"), "viết hai lần"),
        (("hoà", "hòa"), "viết hai lần"),
        (("dứa", "d\u01b0\u0301a"), "viết hai lần"),
        (("dứa", "***"), "không có chữ nào"),
        (("dứa", "quả dứa mật miền Tây ngon"), "dài quá 5 từ"),
        (("dứa", "x" * 61), "dài quá 60 ký tự"),
        (tuple(f"từ{n}" for n in range(13)), "Nhiều nhất 12"),
    ],
)
def test_groups_that_are_none(writings: tuple[str, ...], said: str) -> None:
    assert any(said in fault for fault in faults_of(writings)), faults_of(writings)


def test_what_to_look_at_twice() -> None:
    others = {"TN-1": Group(("thơm", "khóm")), "TN-2": Group(("honey", "mật ong"), is_one_way=True)}
    assert doubts_of(Group(("dứa", "trái dứa")), others) == []
    assert doubts_of(Group(("dứa", "dừa")), {}) == [Doubt("marks", "dừa", "dứa")]
    assert doubts_of(Group(("dứa", "Thơm", "Honey")), others) == [
        Doubt("elsewhere", "thơm", "TN-1"), Doubt("elsewhere", "honey", "TN-2"),
    ]  # fmt: skip
    assert doubts_of(Group(("dua", "thom")), others) == [], "letters alone are another writing"
    assert doubts_of(Group(("mật ong", "mật hoa")), others) == [], "what is only found there joins nothing"
    assert doubts_of(Group(("dứa", "thơm"), is_one_way=True), others) == []


def test_how_writings_are_read_and_kept() -> None:
    assert read_writings(" dứa \n\nthơm | khóm;Quả  dứa\r\n") == ("dứa", "thơm", "khóm", "Quả  dứa")
    assert spelled("  Quả-DỨA (hoà) ") == "quả dứa hòa"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Mật   Ong ", ("mật ong", "mat ong")),
        ("mat ong", ("mat ong", "mat ong")),
        ("quà dưới 100.000đ", ("quà dưới 100 000đ", "qua duoi 100 000d")),
        ("từ 50000 đến 200,000", ("từ 50000 đến 200 000", "tu 50000 den 200 000")),
        ("ocop 2026 5 sao", ("ocop 2026 5 sao", "ocop 2026 5 sao")),
        ("=cmd|' /C calc'!A0", ("cmd c calc a0", "cmd c calc a0")),
        ("từ " * 40, ("từ " * 20, "tu " * 20)),
        ("", None),
        ("***", None),
        ("12345", None),
        ("0912 345 678", None),
        ("gọi 0912.345.678 gặp cô Lan", None),
        ("+84912345678", None),
        ("4111 1111 1111 1111", None),
        ("031199001234", None),
        ("co.lan@example.vn", None),
        ("xem http://evil.example", None),
        ("www.evil.example", None),
        ("từ 50000 đến 0912345678", None),
    ],
)
def test_which_texts_are_kept(typed: str, kept: tuple[str, str] | None) -> None:
    expected = None if kept is None else (kept[0].strip(), kept[1].strip())
    assert kept_text(typed) == expected


def test_nothing_longer_than_its_column_is_kept() -> None:
    for typed in ("ă" * 500, "ﬃ" * 60, "từ " * 60, "\u0344 a" * 30):
        kept = kept_text(typed)
        assert kept is None or max(map(len, kept)) <= 60


@pytest.mark.parametrize(
    ("agent", "purpose", "expected"),
    [
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140", "", False),
        ("Werkzeug/3.1", "", False),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "", True),
        ("facebookexternalhit/1.1", "", True),
        ("CubotPhone Mozilla/5.0", "", False),
        ("", "", True),
        ("Mozilla/5.0", "prefetch;prerender", True),
    ],
)
def test_who_is_a_program(agent: str, purpose: str, expected: bool) -> None:
    assert is_program(agent, purpose) is expected


def test_boxes_tell_visitors_apart_but_name_nobody() -> None:
    boxes = [box_of(f"visitor {n}", "mat ong", "secret") for n in range(400)]
    assert set(boxes) == {1 << bit for bit in range(BOXES)}
    assert box_of("one", "mat ong", "secret") == box_of("one", "mat ong", "secret")
    moved = sum(box_of(f"v{n}", "mat ong", "s") != box_of(f"v{n}", "dua", "s") for n in range(100))
    assert moved > 80, "the same visitor falls elsewhere for another text, so texts cannot be joined"
    assert sum(box_of(f"v{n}", "mat ong", "s") != box_of(f"v{n}", "mat ong", "t") for n in range(100)) > 80


def test_change() -> None:
    assert (change_of(15, 10), change_of(5, 10), change_of(3, 0), change_of(0, 4)) == (50, -50, None, -100)
