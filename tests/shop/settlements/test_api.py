"""Settlements over REST, the statement on paper, and what producers are told."""

from datetime import date
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import update

from core.db import db
from core.doctor import examine
from shop.settlements import asking, service
from shop.settlements.drawing import draw
from shop.settlements.models import Settlement
from shop.settlements.owing import Owed, owed_to
from shop.settlements.pdf import statement_pdf
from shop.settlements.queries import get_seller
from shop.settlements.rules import Extra
from shop.settlements.statement import of_drawn, of_settlement
from tests.shop.settlements.stage import Stage, at
from tests.support.clock import Clock
from tests.support.queries import counted

pytestmark = pytest.mark.long("postgresql")


@pytest.fixture
def stage(make: ModuleType, clock: Clock) -> Stage:
    clock.on(date(2026, 9, 10))
    found = Stage(make)
    found.order([(found.lot(found.sku()), 2)])
    clock.on(date(2026, 10, 10))
    return found


def key(make: ModuleType, role: str, scope: tuple[str, str] | None = None, once: str = "a") -> dict[str, str]:
    return make.headers(role, scope) | {"Idempotency-Key": f"{role}-{once}-12345678"}


def test_a_month_from_closing_to_the_payout_file(stage: Stage, make: ModuleType, client: Any) -> None:
    first, second = key(make, "admin"), key(make, "admin", once="b")
    body = {"seller": stage.seller}
    closed = client.post("/api/v1/settlements/2026-09/closing", json=body, headers=first)
    assert closed.status_code == 200, closed.json
    (one,) = closed.json["settlements"]
    assert (one["sales"], one["commission"], one["total"], one["state"]) == (200_000, 40_000, 160_000, "closed")
    again = client.post("/api/v1/settlements/2026-09/closing", json=body, headers=second)
    assert [row["code"] for row in again.json["settlements"]] == [one["code"]]
    alone = client.post(f"/api/v1/settlements/{one['code']}/approval", json={}, headers=first)
    assert (alone.status_code, alone.json["code"]) == (409, "settlement.second_person")
    agreed = client.post(f"/api/v1/settlements/{one['code']}/approval", json={}, headers=second)
    assert (agreed.status_code, agreed.json["state"]) == (200, "approved")
    stage.name_account()
    file = client.post("/api/v1/settlements/2026-09/payouts", json=body, headers=first)
    assert (file.status_code, file.json["settlements"], file.json["total"]) == (201, [one["code"]], 160_000)
    empty = client.post("/api/v1/settlements/2026-09/payouts", json=body, headers=second)
    assert (empty.status_code, empty.json["code"]) == (409, "settlement.nothing_to_pay")


@pytest.mark.parametrize(
    ("period", "body", "status"),
    [
        ("2026-10", None, 409), ("2026-13", None, 404), ("x", None, 404), ("2026-09", {"seller": "none"}, 404),
        ("2026-09", {}, 422), ("2026-09", {"seller": 7}, 422), ("2026-09", {"seller": "a", "more": 1}, 422),
    ],
)  # fmt: skip
def test_bad_closings_are_answered(
    stage: Stage, make: ModuleType, client: Any, period: str, body: dict[str, Any] | None, status: int
) -> None:
    sent = {"seller": stage.seller} if body is None else body
    answer = client.post(f"/api/v1/settlements/{period}/closing", json=sent, headers=key(make, "admin"))
    assert answer.status_code == status, answer.json


def test_producers_read_theirs_and_nobody_elses(stage: Stage, make: ModuleType, client: Any) -> None:
    stage.close("2026-09")
    code = stage.settled("2026-09").code
    mine = make.headers("producer", ("producer", stage.producer.code))
    other = make.headers("producer", ("producer", make.producer("Khác").code))
    listed = client.get("/api/v1/settlements", headers=mine).json
    assert ([one["code"] for one in listed["items"]], listed["total"]) == ([code], 1)
    shown = client.get(f"/api/v1/settlements/{code}", headers=mine)
    assert [one["due"] for one in shown.json["lines"]] == [160_000]
    assert client.get("/api/v1/settlements", headers=other).json["items"] == []
    assert client.get(f"/api/v1/settlements/{code}", headers=other).status_code == 404
    narrowed = client.get(f"/api/v1/settlements?producer={stage.producer.code}", headers=other)
    assert narrowed.json["items"] == []
    for headers, status in ((mine, 403), (make.headers("store_manager", ("store", stage.store.code)), 403), ({}, 401)):
        answer = client.post("/api/v1/settlements/2026-09/closing", json={"seller": stage.seller}, headers=headers)
        assert answer.status_code == status
    manager = make.headers("store_manager", ("store", stage.store.code))
    assert client.get(f"/api/v1/settlements/{code}", headers=manager).status_code == 200
    stranger = make.headers("store_manager", ("store", make.store().code))
    assert client.get(f"/api/v1/settlements/{code}", headers=stranger).status_code == 404
    assert client.get("/api/v1/settlements", headers=stranger).json["items"] == []
    found = client.get("/api/v1/settlements?state=closed&period=2026-09", headers=make.headers("auditor")).json
    assert found["total"] == 1
    assert client.get("/api/v1/settlements?period=2026-9", headers=mine).status_code == 422


def test_the_statement_adds_up_to_the_dong_before_and_after_the_close(stage: Stage, clock: Clock) -> None:
    lot = stage.lot(stage.sku(33_333), 1_333)
    sale = stage.ring_up([(lot, 3)], 33_333, 7, decided_at=at(date(2026, 9, 30)))
    stage.ring_up([(lot, 1)], 33_333, 2, decided_at=at(date(2026, 9, 30), 11), of=sale)
    row = asking.adjust(stage.seller, stage.producer.code, Extra.LOSS, 1_001, "Hũ vỡ", stage.maker)
    asking.decide_adjustment(row.code, stage.checker, agrees=True)
    (drawn,) = draw(stage.store.seller_id, "2026-09")
    before = of_drawn(drawn, get_seller(stage.seller), "2026-09", at(date(2026, 10, 10)))
    stage.close("2026-09")
    after = of_settlement(stage.settled("2026-09"))
    assert (before.rows, before.sums, before.rates) == (after.rows, after.sums, after.rates)
    for told in (before, after):
        total = sum(one.due_vnd for one in told.rows) + sum(one.amount_vnd for one in told.beside)
        assert total == told.sums.total_vnd
        assert sum(one.revenue_vnd - one.commission_vnd for one in told.rows) == told.sums.due_vnd
        assert sum(one.gross_vnd for one in told.rates) == told.sums.due_vnd
        assert all(one.net_vnd + one.tax_vnd == one.gross_vnd for one in told.rates)
        assert statement_pdf(told).startswith(b"%PDF")


def test_owed_counts_each_sale_once(stage: Stage, clock: Clock) -> None:
    ids = [stage.producer.id]
    assert owed_to(ids) == Owed(160_000, 0, 0)
    stage.close("2026-09")
    assert owed_to(ids) == Owed(0, 160_000, 0)
    stage.approve("2026-09")
    stage.ring_up([(stage.lot(stage.sku()), 1)])
    assert owed_to(ids) == Owed(80_000, 160_000, 0)
    service.pay(stage.settled("2026-09").code, "FT1", stage.maker)
    assert owed_to(ids) == Owed(80_000, 0, 0)
    assert owed_to([0]) == Owed()


def test_statements_do_not_grow_with_lines(stage: Stage) -> None:
    seller_id = stage.store.seller_id
    few = counted(lambda: draw(seller_id, "2026-09"))
    for _ in range(3):
        other = stage.make.producer()
        stage.ring_up([(stage.lot(stage.sku(producer=other)), 1)], decided_at=at(date(2026, 9, 29)))
    assert counted(lambda: draw(seller_id, "2026-09")) <= few


def test_the_doctor_sees_what_was_tampered_with(stage: Stage, make: ModuleType) -> None:
    """The triggers stand in the way; without them the doctor says it."""
    stage.close("2026-09")
    stage.approve("2026-09")
    assert breaches() == set()
    name, table = "settlement_fixed", "settlement"
    drop = f"DROP TRIGGER {name}" + (f" ON {table}" if db.session.get_bind().dialect.name == "postgresql" else "")
    db.session.execute(db.text(drop))
    db.session.execute(update(Settlement).values(sales_vnd=200_001, total_vnd=160_001))
    db.session.expire_all()
    assert breaches() == {"I61"}
    db.session.execute(update(Settlement).values(sales_vnd=200_000, total_vnd=160_000, state="listed"))
    db.session.expire_all()
    assert breaches() == {"I62"}
    db.session.execute(db.text("UPDATE lot SET is_consigned = :no"), {"no": False})
    assert breaches() == {"I60", "I62"}


def breaches() -> set[str]:
    return {one.invariant.code for one in examine() if one.breaches} & {"I60", "I61", "I62"}
