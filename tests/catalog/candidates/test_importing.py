"""A commune's list: all or nothing, faults by line and column."""

import io
from types import ModuleType

import pytest
from flask import Flask
from openpyxl import Workbook
from sqlalchemy import func, select

from catalog.candidates.importing import COLUMNS, Outcome, import_candidates
from catalog.candidates.models import Candidate
from catalog.certificates.refusals import ImportRefused
from core.accounts.actor import Actor
from core.db import db
from core.errors import NotFound

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both

HEADER = "Tên sản phẩm;Bộ;Mã chủ thể;Tên chủ thể;Loại chủ thể;MST;Điện thoại;Điểm A;Giới thiệu"
GOOD = "Mắm cáy;9;;HTX Cáy;Hợp tác xã;0100233488;0912 345 678;30,5;Cáy Thanh Hà"


@pytest.fixture
def by(make: ModuleType) -> Actor:
    return make.actor("reporter", ("area", make.area().code))


def lines(*rows: str, header: str = HEADER) -> bytes:
    return "\r\n".join([header, *rows]).encode("utf-8-sig")


def faults(by: Actor, data: bytes) -> list[tuple[int, str | None]]:
    with pytest.raises(ImportRefused) as refusal:
        import_candidates(by, data, "xa.csv")
    assert count() == 0, "a refused list proposes nothing"
    return [(one["line"], one["column"]) for one in refusal.value.facts["errors"]]


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Candidate)) or 0


def test_a_list_is_proposed_whole_and_once(app: Flask, by: Actor, make: ModuleType) -> None:
    maker = make.producer("HTX Đã Biết")
    data = lines(GOOD, f'"Trà; gói";12;{maker.code};;;;;;', "")
    assert import_candidates(by, data, "xa.csv", dry_run=True) == Outcome(2)
    assert count() == 0
    assert import_candidates(by, data, "xa.csv") == Outcome(2)
    assert import_candidates(by, data, "xa.csv").is_repeat
    one, two = db.session.scalars(select(Candidate).order_by(Candidate.id))
    assert (one.producer_kind, one.producer_tax_code, one.producer_phone, one.score_a) == (
        "cooperative", "0100233488", "+84912345678", 3050,
    )  # fmt: skip
    assert (two.name, two.producer_id, two.proposed_by) == ("Trà; gói", maker.id, by.user_id)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (GOOD.replace("Mắm cáy", ""), "name"),
        (GOOD.replace(";9;", ";27;"), "set"),
        (GOOD.replace(";9;", ";chín;"), "set"),
        (GOOD.replace("HTX Cáy", ""), "producer_name"),
        (GOOD.replace("0100233488", "100233488"), "producer_tax_code"),
        (GOOD.replace("0912 345 678", "912345678"), "producer_phone"),
        (GOOD.replace("30,5", "40,01"), "score_a"),
        (GOOD.replace("Hợp tác xã", "Tập đoàn"), "producer_kind"),
        (GOOD.replace(";9;;", ";9;CT-NOBODY;"), "producer"),
        (GOOD, "name"),
    ],
)
def test_one_bad_line_is_named(app: Flask, by: Actor, row: str, column: str) -> None:
    found = faults(by, lines(GOOD if row == GOOD else GOOD.replace("Mắm cáy", "Rươi"), row))
    assert (3, column) in found
    assert {line for line, _column in found} <= ({2, 3} if row == GOOD else {3})


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"", (1, None)),
        (HEADER.encode(), (1, None)),
        (lines(GOOD, header=HEADER.replace("Bộ", "Giá")), (1, "set")),
        (lines(GOOD) + b"\n\xff\xfe", (3, None)),
        (lines(GOOD, '"chưa đóng'), (3, None)),
        (b"PK\x03\x04broken", (1, None)),
    ],
)
def test_lists_that_cannot_be_read(app: Flask, by: Actor, data: bytes, place: tuple[int, str | None]) -> None:
    assert faults(by, data)[0] == place


def test_what_waits_already_is_not_proposed_again(app: Flask, by: Actor) -> None:
    import_candidates(by, lines(GOOD), "xa.csv")
    with pytest.raises(ImportRefused):
        import_candidates(by, lines(GOOD, GOOD.replace("Mắm cáy", "Rươi")), "xa.csv")
    assert count() == 1


def test_xlsx_with_numbers_and_a_formula(app: Flask, by: Actor) -> None:
    book, out = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(COLUMNS))
    sheet.append(["Mắm", 9, None, "HTX", "HTX", None, None, None, 30.5])
    book.save(out)
    assert import_candidates(by, out.getvalue(), "xa.xlsx", dry_run=True) == Outcome(1)
    sheet["A2"] = "=1+1"
    out = io.BytesIO()
    book.save(out)
    assert faults(by, out.getvalue()) == [(2, None)]


def test_only_for_ones_own_commune(app: Flask, by: Actor, make: ModuleType) -> None:
    with pytest.raises(NotFound):
        import_candidates(by, lines(GOOD), "xa.csv", area=make.area("Xã Khác").code)
