"""The tree of areas: the numbers of Decision 674 of 2021, and what each commune became."""

from collections.abc import Generator
from datetime import date

import pytest

from catalog.areas.load import HAI_PHONG, load_areas
from catalog.areas.queries import (
    ancestors,
    find_area,
    get_area,
    list_communes,
    list_districts,
    list_named,
    present_of,
    province_of,
    successors,
)
from catalog.areas.refusals import AreaUnknown
from catalog.areas.rules import bare_folded, bare_name
from core.db import db
from tests.support.databases import Database, rolled_back

TO_2024, EARLY_2025, NOW = date(2024, 12, 31), date(2025, 3, 1), date(2026, 11, 22)


@pytest.fixture(scope="module")
def loaded(database: Database) -> Generator[int]:
    """Loaded once for all: these tests only read."""
    with rolled_back(database.app), database.app.app_context():
        yield load_areas()
        db.session.remove()


def test_hai_phong_in_three_epochs(loaded: int) -> None:
    assert (len(list_districts(HAI_PHONG, TO_2024)), len(list_communes(HAI_PHONG, TO_2024))) == (15, 217)
    assert (len(list_districts(HAI_PHONG, EARLY_2025)), len(list_communes(HAI_PHONG, EARLY_2025))) == (15, 167)
    assert (len(list_districts(HAI_PHONG, NOW)), len(list_communes(HAI_PHONG, NOW))) == (0, 114)


def test_a_second_load_changes_nothing(loaded: int) -> None:
    assert loaded > 1000
    assert load_areas() == 0


def test_one_code_bears_three_names(loaded: int) -> None:
    names = [get_area("11728", day).name for day in (TO_2024, EARLY_2025, NOW)]
    assert names == ["Xã Đại Hà", "Xã Kiến Hưng", "Xã Kiến Hưng"]
    assert [a.name for a in ancestors(get_area("11728", TO_2024))] == ["Huyện Kiến Thuỵ", "Thành phố Hải Phòng"]
    assert [a.name for a in ancestors(get_area("11728", NOW))] == ["Thành phố Hải Phòng"]
    assert province_of(get_area("11728", TO_2024)).code == HAI_PHONG


def test_every_old_commune_leads_to_one_of_today(loaded: int) -> None:
    for commune in list_communes(HAI_PHONG, TO_2024):
        present, _ = present_of(commune, NOW)
        assert present is not None, commune.name
        assert present.valid_until is None


def test_a_divided_commune_needs_a_person(loaded: int) -> None:
    divided = get_area("11746", EARLY_2025)
    assert [(a.name, chosen) for a, chosen in successors(divided)] == [("Xã Kiến Hải", True), ("Xã Kiến Hưng", False)]
    assert present_of(divided, NOW)[1] is True
    whole = get_area("11716", EARLY_2025)
    assert present_of(whole, NOW)[1] is False


def test_districts_ended_without_successor(loaded: int) -> None:
    district = get_area("314", TO_2024)
    assert present_of(district, EARLY_2025)[0] is not None
    assert present_of(district, NOW) == (None, False)


def test_provinces_that_merged(loaded: int) -> None:
    dak_nong = get_area("67", EARLY_2025)
    present, doubtful = present_of(dak_nong, NOW)
    assert (present and present.name, doubtful) == ("Tỉnh Lâm Đồng", False)


def test_a_code_of_no_area(loaded: int) -> None:
    assert find_area("314", NOW) is None
    with pytest.raises(AreaUnknown):
        get_area("99999", NOW)


def test_found_by_name_without_accents(loaded: int) -> None:
    assert [a.code for a in list_named("kien hung", NOW)] == ["11728"]
    assert [a.name for a in list_named("Hải Phòng", NOW, "province")] == ["Thành phố Hải Phòng"]


def test_communes_stand_in_vietnamese_order(loaded: int) -> None:
    names = [bare_name(a.name) for a in list_communes(HAI_PHONG, NOW)]
    assert names.index("Chấn Hưng") < names.index("Đại Sơn") < names.index("Gia Lộc")


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("Xã Kiến Hưng", "Kiến Hưng"),
        ("Thành phố Hải Phòng", "Hải Phòng"),
        ("Quận 1", "Quận 1"),
        ("Đặc khu Cát Hải", "Cát Hải"),
    ],
)
def test_bare_names(name: str, bare: str) -> None:
    assert bare_name(name) == bare


@pytest.mark.parametrize(
    ("typed", "bare"),
    [
        ("huyen kien thuy", "kien thuy"),
        ("HUYỆN  Kiến Thụy", "kien thuy"),
        ("quan 1", "quan 1"),
        ("thi xa kinh mon", "kinh mon"),
        ("Quan", "quan"),
    ],
)
def test_a_title_may_be_typed_without_marks(typed: str, bare: str) -> None:
    assert bare_folded(typed) == bare
