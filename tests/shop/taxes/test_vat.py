"""VAT by class, method, origin, buyer and day: every cell, the change of the year, and sums to the đồng."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.taxes.rules import (
    CELLS,
    CHARGE_CLASSES,
    Kind,
    Part,
    class_of,
    fitting,
    split,
    sums_by_rate,
    tax_within,
    vat_of,
    vat_of_charge,
)

LAST, FIRST = date(2026, 12, 31), date(2027, 1, 1)
CLASSES = ("own_produce", "produce", "processed", "full", "service", "delivery", "wrapping", "deposit")
METHODS = ("credit", "direct", "household")

#: (class, method, own produce, to a business): rate in basis points or kind, on 2026-12-31 and on 2027-01-01.
TABLE = [
    ("own_produce", "credit", True, False, "KCT", "KCT"),
    ("own_produce", "credit", True, True, "KCT", "KCT"),
    ("own_produce", "credit", False, False, 500, 500),
    ("own_produce", "credit", False, True, "KKKNT", "KKKNT"),
    ("own_produce", "direct", True, False, "KCT", "KCT"),
    ("own_produce", "direct", False, False, "KTT", "KTT"),
    ("produce", "credit", False, False, 500, 500),
    ("produce", "credit", False, True, "KKKNT", "KKKNT"),
    ("produce", "direct", False, False, "KTT", "KTT"),
    ("processed", "credit", False, False, 800, 1000),
    ("processed", "credit", True, True, 800, 1000),
    ("processed", "direct", False, False, "KTT", "KTT"),
    ("full", "credit", False, False, 1000, 1000),
    ("full", "credit", True, True, 1000, 1000),
    ("full", "direct", False, False, "KTT", "KTT"),
    ("service", "credit", False, False, 800, 1000),
    ("service", "direct", False, False, "KTT", "KTT"),
    *[(one, "household", own, business, "KCT", "KCT") for one in CLASSES for own in (False, True)
      for business in (False, True)],
]  # fmt: skip


@pytest.mark.parametrize(("vat_class", "method", "own", "business", "before", "after"), TABLE)
def test_each_cell_before_and_after_new_year(
    vat_class: str, method: str, own: bool, business: bool, before: int | str, after: int | str
) -> None:
    for day, expected in ((LAST, before), (FIRST, after)):
        found = vat_of(vat_class, 4_200, day, method, is_own_produce=own, to_business=business)
        assert (found.rate_bp if found.kind is None else found.kind) == expected
        assert found.law
        assert (found.rate_bp is None) == (found.kind is not None)


def test_no_sale_falls_into_two_cells_and_none_into_no_cell() -> None:
    days = {cell.from_on for cell in CELLS} | {cell.until_on for cell in CELLS if cell.until_on} | {date(2030, 6, 1)}
    for vat_class, method, own, business, day in product(CLASSES, METHODS, (False, True), (False, True), sorted(days)):
        found = fitting(vat_class, day, method, is_own_produce=own, to_business=business)
        assert len(found) == 1, (vat_class, method, own, business, day)


def test_a_second_line_for_the_same_sale_would_be_seen() -> None:
    twice = [*CELLS, CELLS[0]]
    assert len(fitting("own_produce", LAST, "credit", is_own_produce=True, to_business=False, cells=twice)) == 2


def test_cells_follow_each_other_without_a_gap() -> None:
    ends = [cell for cell in CELLS if cell.until_on]
    assert ends
    for cell in ends:
        assert cell.until_on is not None
        nexts = [one for one in CELLS if one.from_on == cell.until_on + timedelta(days=1)
                 and (one.vat_class, one.method, one.buyer) == (cell.vat_class, cell.method, cell.buyer)]  # fmt: skip
        assert len(nexts) == 1


def test_raw_produce_to_enterprises_was_taxed_until_the_end_of_2025() -> None:
    assert vat_of("produce", 0, date(2025, 12, 31), "credit", to_business=True).rate_bp == 500
    assert vat_of("produce", 0, date(2026, 1, 1), "credit", to_business=True).kind is Kind.KKKNT


def test_the_sellers_method_says_what_is_owed_on_turnover() -> None:
    owed = {one: vat_of(one, 0, LAST, "direct").revenue_bp for one in ("processed", "service")}
    assert owed == {"processed": 100, "service": 500}
    assert vat_of("processed", 0, LAST, "credit").revenue_bp == 0


def test_without_a_class_the_kept_figure_counts_but_never_against_the_sellers_method() -> None:
    assert (vat_of(None, 800, LAST, "credit").rate_bp, vat_of(None, 800, FIRST, "credit").rate_bp) == (800, 800)
    assert vat_of(None, 800, LAST, "direct").kind is Kind.KTT
    assert vat_of(None, 800, LAST, "household").kind is Kind.KCT


def test_before_the_law_that_we_know_the_kept_figure_counts() -> None:
    found = vat_of("processed", 1000, date(2025, 6, 30), "credit")
    assert (found.rate_bp, found.law) == (1000, "")


def test_wine_and_services_are_known_by_their_set() -> None:
    assert class_of("processed", 14) == class_of(None, 15) == "full"
    assert class_of("processed", 26) == "service"
    assert class_of("own_produce", 1) == "own_produce"
    assert class_of(None, 1) is None


@pytest.mark.parametrize("kind", sorted(CHARGE_CLASSES))
def test_charges(kind: str) -> None:
    credit = [vat_of_charge(kind, day, "credit") for day in (LAST, FIRST)]
    expected = [None, None] if kind == "deposit" else [800, 1000]
    assert [one.rate_bp for one in credit] == expected
    assert vat_of_charge(kind, LAST, "direct").kind is Kind.KTT
    assert vat_of_charge(kind, LAST, "household").kind is Kind.KCT


def test_a_charge_nobody_knows_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        vat_of_charge("tip", LAST, "credit")


@pytest.mark.parametrize(
    ("gross", "bp", "tax"),
    [(108_000, 800, 8_000), (110_000, 1000, 10_000), (105_000, 500, 5_000), (100, 800, 7), (1, 800, 0), (7, 1000, 1),
     (0, 800, 0), (-108_000, 800, -8_000), (-100, 800, -7), (99_999, 0, 0)],
)  # fmt: skip
def test_tax_within(gross: int, bp: int, tax: int) -> None:
    assert tax_within(gross, bp) == tax


RATES = st.sampled_from([(500, None), (800, None), (1000, None), (0, None), (0, "KCT"), (0, "KKKNT"), (0, "KTT")])
PARTS = st.lists(
    st.builds(lambda vnd, rate: Part(vnd, *rate), st.integers(0, 10**9), RATES), min_size=0, max_size=30
)  # fmt: skip


@given(PARTS, st.sampled_from([1, -1]))
def test_net_and_tax_are_gross_on_every_line_rate_and_in_all(parts: list[Part], sign: int) -> None:
    parts = [Part(sign * one.gross_vnd, one.rate_bp, one.kind) for one in parts]
    pieces, sums = split(parts), sums_by_rate(parts)
    for part, piece in zip(parts, pieces, strict=True):
        assert piece.net_vnd + piece.tax_vnd == part.gross_vnd
        assert 0 <= sign * piece.tax_vnd <= sign * part.gross_vnd
        assert part.kind is None or piece.tax_vnd == 0
        assert abs(sign * piece.tax_vnd - sign * part.gross_vnd * part.rate_bp / (10_000 + part.rate_bp)) <= 1.5
    for one in sums:
        mine = [i for i, part in enumerate(parts) if (part.rate_bp, part.kind) == (one.rate_bp, one.kind)]
        assert one.net_vnd + one.tax_vnd == one.gross_vnd == sum(parts[i].gross_vnd for i in mine)
        assert one.tax_vnd == sum(pieces[i].tax_vnd for i in mine) == tax_within(one.gross_vnd, one.rate_bp)
    assert sum(one.gross_vnd for one in sums) == sum(part.gross_vnd for part in parts)


def test_amounts_of_both_signs_are_no_invoice() -> None:
    with pytest.raises(ValueError, match="one sign"):
        split([Part(1_000, 800), Part(-1, 800)])
