"""Search through the gate: what the index proposes and the database lets through."""

from datetime import date, timedelta

import pytest

from catalog.areas.models import AreaChange
from catalog.listings.models import Listing
from catalog.search.engine import rebuild
from catalog.search.service import Query, Result, search, suggest
from core.clock import today
from core.db import db, transaction
from tests import make

pytestmark = pytest.mark.usefixtures("app", "index")


def names(result: Result) -> list[str]:
    from catalog.listings.queries import cards

    return [card.name for card in cards(result.listing_ids, today())]


def found(text: str, **wishes: object) -> list[str]:
    return names(search(Query(text=text, **wishes), today()))


def test_unmarked_words_find_marked_ones() -> None:
    make.listing(name="Mật ong hoa rừng Cát Bà")
    make.listing(name="Nước mắm Mẫu Hoàng")
    rebuild()
    assert found("mat ong") == ["Mật ong hoa rừng Cát Bà"]


def test_marked_words_outrank_and_exclude_other_marks() -> None:
    for name in ("Dưa cải muối", "Dừa sáp Hòa Tân", "Dứa sấy dẻo"):
        make.listing(name=name)
    rebuild()
    assert found("dừa sáp") == ["Dừa sáp Hòa Tân"]
    assert found("dừa") == ["Dừa sáp Hòa Tân"]
    assert sorted(found("dua")) == sorted(["Dưa cải muối", "Dừa sáp Hòa Tân", "Dứa sấy dẻo"])


def test_wrong_marks_still_find() -> None:
    make.listing(name="Mật ong hoa rừng")
    rebuild()
    assert found("mắt ống") == ["Mật ong hoa rừng"]


def test_lapsed_is_nowhere_though_the_index_has_it() -> None:
    day = today()
    make.listing(name="Trà hoa vàng", valid_until=day)
    rebuild()
    query = Query(text="trà hoa vàng")
    assert search(query, day).total == 1
    late = search(query, day + timedelta(days=1))
    assert late.total == 0
    assert not any(late.facets.values())
    assert suggest("tra hoa", day)
    assert not suggest("tra hoa", day + timedelta(days=1))
    assert search(Query(text="tra hoa vangg"), day).did_you_mean == "trà hoa vàng"
    assert search(Query(text="tra hoa vangg"), day + timedelta(days=1)).did_you_mean is None


def test_candidates_and_drafts_are_not_found() -> None:
    make.listing(name="Gạo nếp", stars=None)
    draft = make.listing(name="Gạo tẻ")
    with transaction():
        db.session.get_one(Listing, draft.id).state = "draft"
    rebuild()
    assert found("gao") == []
    assert found("") == []


def test_facets_leave_out_their_own_filter() -> None:
    for stars, set_no in ((3, 3), (4, 3), (4, 4)):
        make.listing(name=f"Món {stars} {set_no}", stars=stars, set_no=set_no)
    rebuild()
    result = search(Query(chosen={"stars": frozenset({"4"})}), today())
    assert result.total == 2
    assert {(v.value, v.count) for v in result.facets["stars"]} == {("4", 2), ("3", 1)}
    assert {(v.value, v.count) for v in result.facets["set"]} == {("3", 1), ("4", 1)}


def test_alcohol_waits_for_an_adult() -> None:
    make.listing(name="Rượu nếp", set_no=14)
    rebuild()
    assert found("rượu nếp") == []
    assert suggest("ruou", today()) == []
    assert search(Query(), today()).facets["group"] == []
    assert found("ruou 18+", is_adult=True) == ["Rượu nếp"]
    assert [one.text for one in suggest("ruou", today(), is_adult=True)] == ["Rượu nếp"]


def test_stars_asked_for_in_words() -> None:
    make.listing(name="Trà ba sao", stars=3)
    make.listing(name="Trà xanh", stars=5)
    rebuild()
    assert found("ocop 5 sao") == ["Trà xanh"]


@pytest.mark.parametrize(
    "sort, expected",
    [
        ("price", ["Ấm", "Bát", "Ăn"]),
        ("-price", ["Ăn", "Bát", "Ấm"]),
        ("name", ["Ăn", "Ấm", "Bát"]),
        ("-stars", ["Bát", "Ăn", "Ấm"]),
        ("newest", ["Ăn", "Bát", "Ấm"]),
    ],
)
def test_sorting(sort: str, expected: list[str]) -> None:
    for name, price, stars in (("Ấm", 1000, 3), ("Bát", 2000, 5), ("Ăn", 3000, 4)):
        make.listing(name=name, price_vnd=price, stars=stars)
    rebuild()
    assert found("", sort=sort) == expected


def test_without_an_index_the_database_answers() -> None:
    make.listing(name="Mật ong hoa rừng Cát Bà")
    make.listing(name="Măng ớt ngâm")
    assert found("mat ong") == ["Mật ong hoa rừng Cát Bà"]
    assert [one.text for one in suggest("mậ", today())] == ["Mật ong hoa rừng Cát Bà", "Măng ớt ngâm"]


def test_among_restricts_and_tells_what_was_before() -> None:
    one, two = make.listing(name="Trà xanh"), make.listing(name="Trà đen")
    rebuild()
    result = search(Query(text="trà"), today(), among=lambda day: day.columns["listing_id"] == two.id)
    assert result.listing_ids == [two.id]
    assert sorted(result.before_among) == sorted([one.id, two.id])


def test_prices_and_days() -> None:
    make.listing(name="Trà rẻ", price_vnd=10_000)
    make.listing(name="Trà đắt", price_vnd=90_000)
    rebuild()
    assert found("trà", price_max=50_000) == ["Trà rẻ"]
    assert found("trà", price_min=90_000) == ["Trà đắt"]
    assert search(Query(text="trà"), date(2000, 1, 1)).total == 0


def test_most_of_the_words_suffice_when_all_find_nothing() -> None:
    make.listing(name="Nước mắm Mẫu Hoàng")
    make.listing(name="Trà sen")
    rebuild()
    assert found("nước mắm hảo hạng mẫu hoàng") == ["Nước mắm Mẫu Hoàng"]
    assert found("trà xyzt hảo") == []


def test_words_that_are_all_unknown_are_not_guessed_at() -> None:
    make.listing(name="Trà thảo mộc Hòa Vĩnh")
    rebuild()
    assert found("than hoạt tính") == []
    assert found("tra thao mpc") == ["Trà thảo mộc Hòa Vĩnh"]


def test_an_area_filter_finds_what_its_facet_counts() -> None:
    """A district that ended without a successor counts under the province which its own province became."""
    old, new = make.area("Tỉnh Cũ", code="60"), make.area("Tỉnh Mới", code="68")
    district = make.area("Huyện Cũ", code="593")
    with transaction() as session:
        for one in (old, new):
            one.kind, one.parent_id = "province", None
        old.valid_from = district.valid_from = date(1900, 1, 1)
        old.valid_until = district.valid_until = date(2025, 6, 30)
        district.kind, district.parent_id = "district", old.id
        session.add_all([old, new, district, AreaChange(old_id=old.id, new_id=new.id, is_default=True)])
    product = make.product("Rong nho", area=district)
    make.certificate(product)
    make.listing(product)
    rebuild()
    assert [(v.value, v.count) for v in search(Query(), today()).facets["area"]] == [("68", 1)]
    assert search(Query(chosen={"area": frozenset({"68"})}), today()).total == 1
