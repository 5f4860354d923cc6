"""The report after a fair: figures that add up, as page, XLSX, PDF and row of the report `fairs`; for organizers."""

import io
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import event, update

from admin.fair_report.figures import figures_for, parts_of
from admin.fair_report.tables import tables_of
from core.clock import today
from core.db import db, transaction
from shop.fairs.booths.bookings import Claim, book, release
from shop.fairs.booths.fees import record_payment
from shop.fairs.models import Booking
from shop.fairs.queries import get_fair
from tests.shop.fairs.conftest import Ground, ground  # noqa: F401 a fixture
from tests.support.browser import Browser

pytestmark = pytest.mark.on("sqlite")


def paid(ground: Ground, booth: str, *, stars: int = 4) -> Booking:  # noqa: F811
    producer = ground.make.producer()
    product = ground.make.product(producer=producer)
    ground.certificate(product, stars=stars)
    claim = Claim(ground.application(product, producer=producer).code)
    booking, _ = book(ground.fair.slug, booth, claim, ground.organizer)
    record_payment(booking.code, "at_store", None, ground.organizer)
    return booking


def test_figures_add_up(ground: Ground) -> None:  # noqa: F811
    first = paid(ground, "A01", stars=5)
    book(ground.fair.slug, "A02", Claim(ground.application(ground.product()).code), ground.organizer)  # never paid
    with transaction():
        came = {"state": "checked_in", "checked_in_on": ground.days[0]}
        db.session.execute(update(Booking).where(Booking.id == first.id).values(came))
    (one,) = figures_for([ground.fair])
    assert one.producers == {first.producer_id}
    assert one.stars == {first.producer_id: 5}
    assert one.booth_days == (6, 3, 1)
    assert (sum(one.offered.values()), sum(one.taken.values())) == (2, 1)
    assert (one.money.fee_vnd, one.money.received_vnd, one.money.owed_vnd) == (3_000_000, 3_000_000, 0)
    assert dict(one.booths_by_day) == dict.fromkeys(ground.days, 1)
    (part,) = parts_of(one)
    assert (part.booths, part.days, part.came, part.stars) == (("A01",), 3, 1, 5)
    tables = {table.name: table.rows for table in tables_of(one, [part], [])}
    assert sum(row["exhibitors"] for row in tables["noi-va-sao"]) == 1
    assert [row["taken"] for row in tables["loai-gian"]] == [1]


def test_what_was_given_back_is_told(ground: Ground) -> None:  # noqa: F811
    paid(ground, "A01")
    release(ground.fair.slug, "A01", None, ground.organizer)
    (one,) = figures_for([ground.fair])
    assert one.producers == set()
    assert one.money.received_vnd == one.money.owed_vnd == 3_000_000


def test_page_sheets_and_paper(ground: Ground, client: FlaskClient) -> None:  # noqa: F811
    booking = paid(ground, "A01")
    name = next(one.producer.name for one in parts_of(figures_for([ground.fair])[0]))
    me = Browser(client).become(ground.make.user("fair_organizer", ("fair", ground.fair.slug)))
    stem = f"/quan-ly/hoi-cho/{ground.fair.slug}/bao-cao"
    page = me.get(stem)
    assert page.status_code == 200
    assert name in page.text
    assert "3.000.000" in page.text
    sheets = load_workbook(io.BytesIO(me.get(f"{stem}.xlsx").data))
    assert len(sheets.sheetnames) == 7
    cells = [[cell.value for cell in row] for row in sheets["Chủ thể"].iter_rows()]
    assert cells[1][0] == name
    assert cells[1][4] == len(ground.days)
    paper = me.get(f"{stem}.pdf")
    assert paper.data.startswith(b"%PDF")
    assert booking.code not in page.text


def test_a_name_that_looks_like_a_formula_stays_text(ground: Ground, client: FlaskClient) -> None:  # noqa: F811
    booking = paid(ground, "A01")
    with transaction():
        db.session.execute(db.text("UPDATE producer SET name = '=1+1' WHERE id = :id"), {"id": booking.producer_id})
    me = Browser(client).become(ground.make.user("fair_organizer", ("fair", ground.fair.slug)))
    sheets = load_workbook(io.BytesIO(me.get(f"/quan-ly/hoi-cho/{ground.fair.slug}/bao-cao.xlsx").data))
    cell = sheets["Chủ thể"]["A2"]
    assert (cell.data_type, cell.value) == ("s", "'=1+1")


def test_an_organizer_reads_her_own_fairs_only(ground: Ground, client: FlaskClient) -> None:  # noqa: F811
    me = Browser(client).become(ground.make.user("fair_organizer", ("fair", ground.make.fair().slug)))
    for end in ("", ".xlsx", ".pdf"):
        assert me.get(f"/quan-ly/hoi-cho/{ground.fair.slug}/bao-cao{end}").status_code == 404
        assert Browser(client.application.test_client()).get(f"/quan-ly/hoi-cho/x/bao-cao{end}").status_code in (
            302,
            303,
        )


def test_the_report_fairs_has_a_row_for_each(ground: Ground, client: FlaskClient) -> None:  # noqa: F811
    paid(ground, "A01", stars=5)
    headers = ground.make.headers("auditor")
    last = (today() + timedelta(days=60)).isoformat()
    answer = client.get(f"/api/v1/reports/fairs?to={last}", headers=headers)
    assert answer.status_code == 200, answer.text
    (row,) = [row for row in answer.json["items"] if row["slug"] == ground.fair.slug]
    assert (row["exhibitors"], row["five"], row["booths"], row["received"]) == (1, 1, 2, 3_000_000)
    for kind, head in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
        file = client.get(f"/api/v1/reports/fairs?to={last}&format={kind}", headers=headers)
        assert file.data.startswith(head)
    assert client.get("/api/v1/reports/fairs?from=x", headers=headers).status_code == 422


def test_many_fairs_are_read_in_as_many_statements_as_one(ground: Ground) -> None:  # noqa: F811
    paid(ground, "A01")
    some = [ground.fair, ground.make.fair(), ground.make.fair(booths=5)]
    slugs = [one.slug for one in some]
    counts: list[int] = []
    for most in (1, 3):
        db.session.expire_all()
        found = [get_fair(slug) for slug in slugs[:most]]
        seen: list[str] = []

        def note(_c: object, _k: object, statement: str, *_rest: object, seen: list[str] = seen) -> None:
            seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        figures_for(found)
        event.remove(db.engine, "before_cursor_execute", note)
        counts.append(len(seen))
    assert counts[0] == counts[1]
