"""Another day: pages are read as of that day, by those who may, and nothing is written meanwhile."""

from datetime import date, timedelta
from types import ModuleType

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import AuditEntry
from core.clock import now, today
from core.db import read_only, transaction
from core.web.preview import PreviewReadOnly
from shop.carts.models import Cart
from tests.admin.conftest import Staff
from tests.support.clock import Clock

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both

TODAY = date(2026, 11, 22)
AFTER = date(2027, 2, 15)
CHOOSE, LEAVE = "/quan-ly/ngay-khac", "/quan-ly/ve-hom-nay"


@pytest.fixture
def slug(app: Flask, make: ModuleType, clock: Clock) -> str:
    """A product on sale whose certificate ends before the day looked at."""
    clock.on(TODAY)
    product = make.product("Mật ong thử")
    make.listing(product, stars=None)
    make.certificate(product, stars=4, valid_from=date(2025, 1, 1), valid_until=AFTER - timedelta(days=1))
    return product.slug


def test_staff_see_the_shop_of_that_day_and_come_back(slug: str, staff: Staff) -> None:
    manager = staff("store_manager", ("store", "kien-thuy"))
    assert manager.get(f"/san-pham/{slug}").status_code == 200
    assert manager.post(CHOOSE, page=CHOOSE, day=AFTER.isoformat()).status_code == 303
    then = manager.get(f"/san-pham/{slug}")
    assert (then.status_code, then.headers["Preview-Day"]) == (410, "2027-02-15")
    assert "15/02/2027" in then.text
    assert slug not in manager.get("/san-pham").text
    manager.post(CHOOSE, page=CHOOSE, day=(AFTER - timedelta(days=1)).isoformat())
    assert manager.get(f"/san-pham/{slug}").status_code == 200, "its last day"
    assert manager.post(LEAVE).status_code == 303
    assert "Preview-Day" not in manager.get(f"/san-pham/{slug}").headers


def test_nothing_is_written_on_another_day(slug: str, staff: Staff, session: Session) -> None:
    certifier = staff("certifier")
    certifier.post(CHOOSE, page=CHOOSE, day=AFTER.isoformat())
    before = session.scalar(select(func.count()).select_from(AuditEntry))
    refused = certifier.post("/quan-ly/chung-nhan/moi", page="/quan-ly/chung-nhan/moi", product="x")
    assert refused.status_code == 409
    assert "chỉ xem được" in refused.text
    assert certifier.post("/api/v1/carts").status_code in (409, 400)
    assert session.scalar(select(func.count()).select_from(AuditEntry)) == before
    assert session.scalar(select(func.count()).select_from(Cart)) == 0


def test_the_database_is_closed_behind_it(app: Flask) -> None:
    with read_only(PreviewReadOnly(day="2027-02-15")), pytest.raises(PreviewReadOnly), transaction():
        pytest.fail("a transaction began")
    with transaction():
        pass


@pytest.mark.parametrize("role", [None, "shopper", "producer", "cashier"])
def test_others_stay_today(role: str | None, slug: str, staff: Staff, make: ModuleType, client: FlaskClient) -> None:
    scopes = {"producer": ("producer", "CT-1"), "cashier": ("store", "kien-thuy")}
    headers = make.headers(role, scopes.get(role or "")) if role else {}
    answer = client.get(f"/san-pham/{slug}", headers={**headers, "Preview-Day": AFTER.isoformat()})
    assert answer.status_code == 200
    assert "Preview-Day" not in answer.headers


def test_programs_ask_by_header(slug: str, make: ModuleType, client: FlaskClient) -> None:
    auditor = make.headers("auditor")
    then = client.get(f"/api/v1/products/{slug}", headers={**auditor, "Preview-Day": AFTER.isoformat()})
    assert (then.status_code, then.json["code"]) == (410, "certificate.lapsed")
    write = client.post("/api/v1/carts", json={}, headers={**auditor, "Preview-Day": AFTER.isoformat()})
    assert (write.status_code, write.json["code"], write.json["day"]) == (409, "preview.read_only", "2027-02-15")
    for bad in ("tomorrow", "2027-02-30", "9999-01-01"):
        assert client.get(f"/api/v1/products/{slug}", headers={**auditor, "Preview-Day": bad}).status_code == 422


def test_days_out_of_reach_come_back_on_the_form(slug: str, staff: Staff) -> None:
    certifier = staff("certifier")
    for bad in ("", "2026-02-30", "2099-01-01"):
        answer = certifier.post(CHOOSE, page=CHOOSE, day=bad)
        assert answer.status_code == 422
    assert today() == TODAY
    assert now().date() == TODAY
