import csv
import io
from datetime import date, timedelta
from types import ModuleType

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from admin.reports.registry import reports
from catalog.areas.load import load_areas
from catalog.areas.queries import list_districts
from catalog.certificates.service import revoke
from catalog.targets.load import load_targets
from catalog.targets.models import MEASURES
from catalog.targets.queries import list_targets
from catalog.targets.rules import Recognition, count
from core.db import transaction
from tests.admin.conftest import Staff
from tests.support.clock import Clock

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)
URL = "/api/v1/reports"


def chain(*papers: tuple[int, int]) -> list[Recognition]:
    return [Recognition(1, date(year, 6, 1), stars, is_demo=stars == 5) for year, stars in papers]


@pytest.mark.parametrize(
    ("measure", "years", "stars", "expected"),
    [
        ("recognised", range(2021, 2022), None, {3: 1, 4: 1, 5: 0}),
        ("recognised", range(2024, 2025), None, {3: 0, 4: 0, 5: 0}),
        ("re_evaluated", range(2024, 2025), None, {3: 1, 4: 0, 5: 1}),
        ("five_stars", range(2021, 2026), 5, {3: 0, 4: 0, 5: 1}),
        ("five_stars", range(2027, 2028), 5, {3: 0, 4: 0, 5: 0}),
        ("upgraded", range(2021, 2026), None, {3: 0, 4: 0, 5: 1}),
        ("upgraded", range(2027, 2028), None, {3: 0, 4: 0, 5: 0}),
        ("nothing", range(2021, 2026), None, {3: 0, 4: 0, 5: 0}),
    ],
)
def test_what_counts(measure: str, years: range, stars: int | None, expected: dict[int, int]) -> None:
    chains = [chain((2021, 4), (2024, 3)), chain((2021, 3), (2024, 5), (2027, 5)), []]
    reached = count(measure, chains, years, stars)
    assert reached.by_stars == expected
    assert reached.demo == expected[5]


def test_the_targets_of_hai_phong_add_up(make: ModuleType) -> None:
    assert load_targets() == load_targets() == 11
    every = list_targets(2021, 2025)
    yearly = [one.least for one in every if one.measure == "recognised" and one.from_year == one.to_year]
    assert (yearly, sum(yearly)) == ([60, 65, 70, 70, 70], 335)
    assert [one.least for one in every if one.measure == "recognised" and one.from_year != one.to_year] == [335]
    again = [(one.from_year, one.cohort_year, one.least) for one in every if one.measure == "re_evaluated"]
    assert again == [(2023, 2019, 12), (2024, 2020, 33), (2025, 2021, 60)]
    assert [(one.least, one.most) for one in every if one.measure == "upgraded"] == [(150, 200)]
    assert [one.least for one in every if one.measure == "five_stars"] == [5]
    assert {one.measure for one in every} == set(MEASURES)
    assert all("674/QĐ-UBND" in one.source for one in every)
    assert list_targets(2026, 2030) == []


@pytest.mark.on("sqlite")
def test_who_may_read_and_which_there_are(client: FlaskClient, make: ModuleType) -> None:
    names = ["awards", "certificates", "coverage", "fairs", "lapses", "sales", "searches", "stock", "targets"]
    auditor = make.headers("auditor")
    assert sorted(one["name"] for one in client.get(URL, headers=auditor).json["items"]) == names
    for name in names:
        assert client.get(f"{URL}/{name}", headers=auditor).status_code == 200
        assert client.get(f"{URL}/{name}").status_code == 401
        for role in ("certifier", "producer", "store_manager", "shopper"):
            scope = {"producer": ("producer", "x"), "store_manager": ("store", "x")}.get(role)
            assert client.get(f"{URL}/{name}", headers=make.headers(role, scope)).status_code == 403
    unknown = client.get(f"{URL}/weather", headers=auditor)
    assert (unknown.status_code, unknown.json["code"], unknown.json["reports"]) == (404, "report.unknown", names)


@pytest.mark.on("sqlite")
def test_bad_questions(client: FlaskClient, make: ModuleType, clock: Clock) -> None:
    clock.on(TODAY)
    auditor = make.headers("auditor")
    for bad in (
        "from=2026-02-30",
        "format=pdf",
        "x=1",
        "from=2026-05-01&to=2026-04-30",
        "as_of=2026-11-23",
    ):
        assert client.get(f"{URL}/certificates?{bad}", headers=auditor).status_code == 422, bad


def test_certificates_as_known_then_and_now(client: FlaskClient, make: ModuleType, clock: Clock) -> None:
    clock.on(date(2026, 3, 2))
    one = make.certificate(make.product("Mật ong"), valid_from=date(2026, 3, 1), valid_until=date(2029, 2, 28))
    clock.on(date(2026, 6, 10))
    revoke(make.actor("certifier"), one.code, decision_number="9", ground="breach", effective_on=date(2026, 6, 1))
    clock.on(TODAY)
    auditor = make.headers("auditor")

    def ask(as_of: str) -> list[dict[str, object]]:
        return client.get(f"{URL}/certificates?from=2026-01-01&as_of={as_of}", headers=auditor).json["items"]

    assert ask("2026-02-28") == []
    assert [row["status"] for row in ask("2026-06-05")] == ["valid"]
    assert [row["status"] for row in ask("2026-06-10")] == ["revoked"]
    (row,) = ask("2026-11-22")
    assert (row["product"], row["stars"], row["ends_on"]) == ("Mật ong", 4, "2026-05-31")
    assert client.get(f"{URL}/certificates?from=2026-03-02", headers=auditor).json["total"] == 0


def test_lapses_tell_the_gap(client: FlaskClient, make: ModuleType, clock: Clock) -> None:
    clock.on(TODAY)
    product = make.product("Mật ong")
    make.certificate(product, stars=4, valid_from=date(2023, 3, 1), valid_until=date(2026, 2, 28))
    make.certificate(product, stars=3, valid_from=date(2026, 3, 11), valid_until=date(2029, 3, 10))
    make.certificate(make.product("Trà"), valid_from=date(2023, 3, 1), valid_until=date(2026, 2, 27))
    rows = client.get(f"{URL}/lapses?from=2026-02-01&to=2026-02-28", headers=make.headers("admin")).json["items"]
    assert [(row["product"], row["gap_days"], row["renewed_stars"]) for row in rows] == [
        ("Trà", None, None), ("Mật ong", 10, 3),
    ]  # fmt: skip


def test_awards_are_for_four_stars_and_more(client: FlaskClient, make: ModuleType, clock: Clock) -> None:
    clock.on(TODAY)
    for stars, name in ((3, "Ba"), (4, "Bốn"), (5, "Năm")):
        make.certificate(make.product(name), stars=stars, valid_from=date(2026, 5, 1))
    risen = make.product("Hai lần")
    make.certificate(risen, stars=4, valid_from=date(2026, 2, 1), valid_until=date(2026, 8, 31))
    make.certificate(risen, stars=5, valid_from=date(2026, 9, 1))
    gone = make.certificate(make.product("Thu hồi"), stars=5, valid_from=date(2026, 5, 1))
    revoke(make.actor("certifier"), gone.code, decision_number="1", ground="breach")
    rows = client.get(f"{URL}/awards", headers=make.headers("auditor")).json["items"]
    assert [(row["product"], row["how"]) for row in rows] == [
        ("Hai lần", "nâng từ 4 sao"), ("Năm", "lần đầu"), ("Bốn", "lần đầu"),
    ]  # fmt: skip


def test_coverage_puts_districts_without_a_shop_first(client: FlaskClient, make: ModuleType) -> None:
    load_areas()
    district = next(
        one
        for one in list_districts("31", date(2024, 12, 31))
        if one.name == "Huyện Kiến Thuỵ" or "Kiến Th" in one.name
    )
    store = make.store("kien-thuy")
    with transaction():
        store.serves_area_id = district.id
    rows = client.get(f"{URL}/coverage", headers=make.headers("auditor")).json["items"]
    assert len(rows) == 15
    assert rows[-1] == {
        "district": district.name, "code": district.code, "stores": 1, "state": "đã có", "names": store.name,
        "stands_in": store.area.name,
    }  # fmt: skip
    assert {row["stores"] for row in rows[:-1]} == {0}


@pytest.mark.on("sqlite")
def test_files(client: FlaskClient, make: ModuleType, clock: Clock) -> None:
    clock.on(TODAY)
    make.certificate(make.product("=2+3"), valid_from=date(2026, 5, 1))
    auditor = make.headers("auditor")
    text = client.get(f"{URL}/certificates?format=csv", headers=auditor)
    assert text.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(text.data.decode("utf-8-sig"))))
    assert rows[1][0] == "'=2+3"
    book = load_workbook(io.BytesIO(client.get(f"{URL}/certificates?format=xlsx", headers=auditor).data))
    assert book.active is not None
    assert book.active.max_row == 2


@pytest.mark.on("sqlite")
def test_pages(staff: Staff, make: ModuleType, clock: Clock) -> None:
    clock.on(TODAY)
    load_targets()
    make.certificate(make.product("Mật ong"), valid_from=date(2026, 5, 1))
    auditor = staff("auditor")
    assert all(str(one.title) in auditor.get("/quan-ly/bao-cao").text for one in reports())
    for one in reports():
        assert auditor.get(f"/quan-ly/bao-cao/{one.name}").status_code == 200
    text = auditor.get("/quan-ly/bao-cao/targets?from=2021-01-01&to=2025-12-31").text
    assert "0 / 335" in text
    assert "0 / 150–200" in text
    assert "flask targets load" in auditor.get("/quan-ly/bao-cao/targets").text
    bad = auditor.get("/quan-ly/bao-cao/certificates?from=2026-05-02&to=2026-05-01")
    assert bad.status_code == 422
    assert auditor.get("/quan-ly/bao-cao/nothing").status_code == 404
    assert auditor.get("/quan-ly/bao-cao/awards?format=csv").mimetype == "text/csv"
    assert staff("certifier").get("/quan-ly/bao-cao").status_code == 403
