"""The programme's product codes, both forms, and the groups of 2019."""

from datetime import date

import pytest

from catalog.products.codes import canonical, faults_of, looks_like_one, parse
from catalog.products.sets import GROUPS, GROUPS_2019, SETS, find_old_group

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("31-11749-01-2026", "31-11749-01-2026"),
        ("83-829-28780-3-2022", "83-829-28780-3-2022"),
        (" 83 – 829 – 28780 – 3 – 2022 ", "83-829-28780-3-2022"),
        ("31.11749.1.2025", "31-11749-1-2025"),
        ("31-303-11749-1-2025", "31-303-11749-1-2025"),
    ],
)
def test_both_forms_are_read_and_kept_as_printed(typed: str, written: str) -> None:
    assert canonical(typed) == written
    assert faults_of(typed, TODAY) == []
    assert canonical(written) == written


@pytest.mark.parametrize(
    "typed",
    ["", "SP-7K3M9QXT", "31-11749-2026", "31-11749-00-2026", "3-11749-01-2026", "31-3033-11749-1-2022",
     "٣1-11749-01-2026", "31-11749-01-26", "31-11749-01-2026-1", "31-11749-01-2026\u202e", "31-11749-01-2018",
     "31-11749-01-2027", "31-303-11749-01-2026"],
)  # fmt: skip
def test_what_is_no_code_is_told(typed: str) -> None:
    assert len(faults_of(typed, TODAY)) == 1


def test_zeros_and_districts_do_not_make_another_product() -> None:
    keys = {parse(text).key for text in ("31-11749-1-2025", "31-11749-01-2025", "31-303-11749-1-2025")}  # type: ignore[union-attr]
    assert len(keys) == 1


def test_a_slip_is_told_from_a_number_of_somebodys_own() -> None:
    assert looks_like_one("31-1174-01-2026")
    assert not looks_like_one("A-1")
    assert not looks_like_one("SP-7K3M9QXT")


@pytest.mark.parametrize(
    ("name", "group", "set_no"),
    [
        ("Thực phẩm", "I", 11),
        ("Đồ uống", "II", 14),
        ("Thảo dược", "III", 18),
        ("Vải và may mặc", "IV", 22),
        ("Ngành Vải", "IV", 22),
        ("Lưu niệm - nội thất - trang trí", "IV", 21),
        ("Thủ công mỹ nghệ, trang trí", "IV", 21),
        ("Dịch vụ du lịch nông thôn và bán hàng", "VI", 26),
    ],
)
def test_groups_of_2019_in_those_of_today(name: str, group: str, set_no: int) -> None:
    old = find_old_group(name)
    assert old is not None
    assert old.group == group
    assert set_no in old.sets
    assert {SETS[number].group for number in old.sets} == {group}


def test_ornamentals_came_later_and_tea_is_food() -> None:
    assert find_old_group("Sinh vật cảnh") is None
    assert find_old_group("") is None
    assert set().union(*(old.sets for old in GROUPS_2019)) == {n for n in SETS if SETS[n].group != "V"}
    assert len(GROUPS) == 6
    assert len(SETS) == 26
    assert {SETS[number].group for number in (11, 12, 13)} == {"I"}
