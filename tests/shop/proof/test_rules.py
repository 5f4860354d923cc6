"""What a label's text may mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.proof.qr import least_scale, read_scale
from shop.proof.rules import LONGEST, MOST_CLUES, Kind, Trouble, gtin_forms, is_in_store, resolve

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both

OWN = frozenset({"ocop.example.vn", "127.0.0.1:8000"})
GTIN = "8936012345674"


def clues(text: str) -> list[tuple[str, str]]:
    return [(clue.kind.value, clue.value) for clue in resolve(text, OWN).clues]


@pytest.mark.parametrize(
    "text, kind, value",
    [
        ("https://ocop.example.vn/chung-nhan/CN-7K3M9QXT", "code", "CN-7K3M9QXT"),
        ("http://127.0.0.1:8000/truy-xuat/lo-7k3m9qxt?x=1#y", "code", "LO-7K3M9QXT"),
        ("https://ocop.example.vn/san-pham/mat-ong-cat-ba", "slug", "mat-ong-cat-ba"),
        ("cn-7k3m9qxo", "code", "CN-7K3M9QX0"),
        ("CN 7K3M9QXT".replace(" ", ""), "code", "CN-7K3M9QXT"),
        ("SP-0123456I", "code", "SP-01234561"),
        ("P001-1", "code", "P001-1"),
        (GTIN, "gtin", GTIN),
        ("8 936012 345674", "gtin", GTIN),
        ("0" + GTIN, "gtin", GTIN),
        ("96385074", "gtin", "96385074"),
        ("036000291452", "gtin", "036000291452"),
        ("31-11407-12-2026", "ocop_code", "31-11407-12-2026"),
        ("83 – 829 – 28780 – 3 – 2022", "ocop_code", "83-829-28780-3-2022"),
        ("Số 3981/QD-UBND", "decision", "3981/qd-ubnd"),
        ("quyết định số 3981 / QĐ-UBND", "decision", "3981/qd-ubnd"),
        ("3981", "decision", "3981"),
        ("Số: 3981", "decision", "3981"),
        ("QĐ 144", "decision", "144"),
        ("mật ong hoa rừng", "name", "mật ong hoa rừng"),
        ("Mật ong\nSố QĐ: 144/QĐ-UBND\n", "decision", "144/qd-ubnd"),
    ],
)
def test_the_surest_reading_comes_first(text: str, kind: str, value: str) -> None:
    assert clues(text)[0] == (kind, value)
    assert resolve(text, OWN).foreign is None


def test_a_digital_link_names_item_and_lot() -> None:
    for text in (
        f"https://ocop.example.vn/01/0{GTIN}/10/LO-7K3M9QXT?17=270101",
        f"https://id.gs1.org/01/0{GTIN}/10/LO-7K3M9QXT",
        f"(01)0{GTIN}(17)270101(10)LO-7K3M9QXT",
    ):
        first = resolve(text, OWN).clues
        assert (Kind.GTIN, GTIN, "LO-7K3M9QXT") in [(c.kind, c.value, c.lot) for c in first], text
        assert (Kind.GTIN, GTIN, None) not in [(c.kind, c.value, c.lot) for c in first], text


@pytest.mark.parametrize(
    "text, host",
    [
        ("https://evil.test/chung-nhan/CN-7K3M9QXT", "evil.test"),
        ("https://ocop.example.vn@evil.test/CN-7K3M9QXT", "evil.test"),
        ("https://ocop.example.vn.evil.test/CN-7K3M9QXT", "ocop.example.vn.evil.test"),
        ("http://127.0.0.1:9/CN-7K3M9QXT", "127.0.0.1:9"),
        ("https://ocop.example.vn\\@evil.test/CN-7K3M9QXT", "?"),
        ("https://ocоp.example.vn/CN-7K3M9QXT", "xn--ocp-ted.example.vn"),
        ("www.shop.test/?sp=CN-7K3M9QXT", "www.shop.test"),
        ("http://[::1/CN-7K3M9QXT", "?"),
    ],
)
def test_an_address_of_another_host_is_named_and_only_read_for_codes(text: str, host: str) -> None:
    reading = resolve(text, OWN)
    assert reading.foreign == host
    assert ("code", "CN-7K3M9QXT") in clues(text)
    assert not any(clue.kind in (Kind.SLUG, Kind.NAME) for clue in reading.clues)


def test_the_path_of_another_host_is_no_page_of_ours() -> None:
    assert clues("https://evil.test/san-pham/mat-ong") == []
    assert clues("https://evil.test/truy-xuat/ABC") == []


@pytest.mark.parametrize("text", ("2012345012349", "2900000000001", "0200000000004", "20123451"))
def test_a_number_of_a_scale_names_no_product(text: str) -> None:
    assert is_in_store(text)
    assert (resolve(text, OWN).clues, resolve(text, OWN).trouble) == ((), Trouble.IN_STORE)


def test_a_wrong_digit_is_told() -> None:
    wrong = resolve(GTIN[:-1] + "5", OWN)
    assert (wrong.clues, wrong.trouble) == ((), Trouble.CHECK_DIGIT)
    assert not is_in_store(GTIN)


def test_nothing_is_nothing() -> None:
    for text in ("", " \n\t", "\u200b\u200b", "!?", "a"):
        assert all(clue.kind is not Kind.NAME for clue in resolve(text, OWN).clues)
    assert resolve("javascript:alert(1)", OWN).foreign is None


@given(st.text(max_size=600))
def test_any_text_is_read(text: str) -> None:
    reading = resolve(text, OWN)
    assert len(reading.clues) <= MOST_CLUES
    assert len(reading.text) <= LONGEST


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "piece", ["1/", "CN-", "(01)" + "1" * 14, "https://a", "so ", "12-", "(01)08936012345674(2", "9"]
)
def test_the_longest_code_is_read_in_no_time(piece: str) -> None:
    assert len(resolve(piece * 4_296, OWN).clues) <= MOST_CLUES


def test_one_gtin_in_every_length() -> None:
    assert gtin_forms("0" + GTIN) == (GTIN, "0" + GTIN)
    assert gtin_forms("96385074") == ("96385074", "000096385074", "0000096385074", "00000096385074")


def test_a_printed_code_has_twenty_millimetres() -> None:
    for modules in (21, 29, 33, 57, 177):
        assert least_scale(modules) * modules / 300 * 25.4 >= 20 or least_scale(modules) >= 4
    asked = [read_scale(text) for text in (None, "", "8", "1", "9999", "1e9", "-3", "٣", "999999")]
    assert asked == [None, None, 8, 4, 40, None, None, None, 40]
