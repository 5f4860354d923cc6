"""Closing, approving, carrying over and paying a period; and that each guard is what stops it."""

from datetime import date, timedelta
from types import ModuleType

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from catalog.certificates.models import Certificate
from catalog.certificates.service import revoke
from core.accounts.actor import SYSTEM, Actor, Grant
from core.clock import now
from core.db import db, transaction
from core.errors import Forbidden, NotFound
from shop.payouts import files
from shop.payouts.rules import Failure
from shop.settlements import asking, paying, service
from shop.settlements.drawing import draw
from shop.settlements.models import Settlement, SettlementLine
from shop.settlements.refusals import (
    DecidedAlready,
    EarlierUndecided,
    NothingApproved,
    PayeeWaiting,
    PeriodNotOver,
    PeriodOpen,
    PeriodPassed,
    PeriodUnknown,
    SecondPersonNeeded,
    SettlementStateRefused,
)
from shop.settlements.rules import Extra
from tests.shop.settlements.stage import BANK, Stage, at
from tests.support.clock import Clock

pytestmark = pytest.mark.long("postgresql")
SEPTEMBER, OCTOBER, NOVEMBER = date(2026, 9, 10), date(2026, 10, 10), date(2026, 11, 10)


@pytest.fixture
def stage(make: ModuleType, clock: Clock) -> Stage:
    clock.on(SEPTEMBER)
    return Stage(make)


def test_a_month_is_closed_once_it_is_over_and_closing_twice_is_once(stage: Stage, clock: Clock) -> None:
    lot = stage.lot(stage.sku())
    stage.order([(lot, 2)])
    stage.ring_up([(lot, 1)])
    with pytest.raises(PeriodNotOver):
        stage.close("2026-09")
    clock.on(OCTOBER)
    closed = stage.close("2026-09")
    assert stage.close("2026-09", stage.checker).id == closed.id
    row = stage.settled("2026-09")
    assert (row.sales_vnd, row.commission_vnd, row.total_vnd) == (300_000, 60_000, 240_000)
    assert [(one.source, one.quantity, one.due_vnd) for one in row.lines] == [
        ("order", 2, 160_000),
        ("till", 1, 80_000),
    ]
    assert closed.sealed_at is not None
    for wrong in ("2026-13", "1999-01", "latest", ""):
        with pytest.raises(PeriodUnknown):
            stage.close(wrong)
    with pytest.raises(PeriodUnknown):
        service.close("nobody", "2026-09", stage.maker)


def test_bought_goods_and_other_producers_goods_are_not_in_it(stage: Stage, clock: Clock, make: ModuleType) -> None:
    other = make.producer("Hợp tác xã khác")
    mine, bought, theirs = stage.lot(stage.sku()), stage.sku(), stage.sku(producer=other)
    stage.order([(mine, 1)])
    stage.order([(stage.lot(bought, 0, is_consigned=False), 5)])
    stage.order([(stage.lot(theirs), 3)])
    clock.on(OCTOBER)
    stage.close("2026-09")
    assert stage.settled("2026-09").sales_vnd == 100_000
    assert stage.settled("2026-09", other).sales_vnd == 300_000


@pytest.mark.parametrize("ground", ["lapse", "revoked in retrospect"])
def test_a_star_that_ends_takes_nothing_from_what_was_earned(stage: Stage, clock: Clock, ground: str) -> None:
    """Consequences, settlement: a sale stays a sale; only what buyers give back comes off, in the next period."""
    lot = stage.lot(stage.sku())
    order = stage.order([(lot, 3)])
    certificate = db.session.scalars(select(Certificate)).one()
    if ground == "lapse":
        clock.on(certificate.valid_until + timedelta(days=1))
    else:
        certifier = Actor(None, "x", frozenset({Grant("certifier")}))
        revoke(certifier, certificate.code, decision_number="9/QĐ-TH", ground="breach", effective_on=SEPTEMBER)
        clock.on(OCTOBER)
    stage.close("2026-09")
    assert (stage.settled("2026-09").sales_vnd, stage.settled("2026-09").total_vnd) == (300_000, 240_000)
    stage.give_back(order, [(lot, 1)], 100_000)
    (later,) = draw(stage.store.seller_id, f"{now():%Y-%m}")
    assert (later.sums.returns_vnd, later.sums.total_vnd) == (100_000, -80_000)


def test_late_sales_and_returns_after_the_close_fall_into_the_next_period(stage: Stage, clock: Clock) -> None:
    lot = stage.lot(stage.sku())
    order, on_its_way = stage.order([(lot, 3)]), stage.order([(lot, 1)], state="shipped")
    clock.on(OCTOBER)
    stage.close("2026-09")
    first = stage.settled("2026-09")
    stage.ring_up([(lot, 1)], decided_at=at(SEPTEMBER))  # synchronised late
    stage.give_back(order, [(lot, 1)], 100_000)
    stage.deliver(on_its_way)
    assert [one.sums.total_vnd for one in draw(stage.store.seller_id, "2026-09")] == [160_000]
    stage.approve("2026-09")
    clock.on(NOVEMBER)
    stage.close("2026-10")
    second = stage.settled("2026-10")
    assert [(one.source, one.quantity) for one in second.lines] == [("order", 1), ("till", 1), ("order_return", -1)]
    assert (second.sales_vnd, second.returns_vnd, second.commission_vnd, second.total_vnd) == (
        200_000, 100_000, 20_000, 80_000,
    )  # fmt: skip
    db.session.expire_all()
    assert (first.sales_vnd, len(first.lines)) == (300_000, 1)


def test_what_came_back_undelivered_is_settled_to_nothing(stage: Stage, clock: Clock) -> None:
    lot = stage.lot(stage.sku(), 1_333)
    order = stage.order([(lot, 3)], 33_333, 1, state="shipped")
    clock.forward(days=1)
    stage.come_back(order)
    clock.on(OCTOBER)
    stage.close("2026-09")
    row = stage.settled("2026-09")
    assert (row.total_vnd, len(row.lines), row.sales_vnd) == (0, 2, row.returns_vnd)


def test_a_debt_is_carried_until_sales_cover_it(stage: Stage, clock: Clock) -> None:
    lot = stage.lot(stage.sku(), 1_000)
    order = stage.order([(lot, 2)])
    clock.on(OCTOBER)
    stage.close("2026-09")
    assert [one.state for one in stage.approve("2026-09")] == ["approved"]
    stage.give_back(order, [(lot, 2)], 200_000)
    clock.on(NOVEMBER)
    stage.close("2026-10")
    debt = stage.settled("2026-10")
    assert (debt.state, debt.total_vnd) == ("closed", -180_000)
    assert [one.state for one in stage.approve("2026-10")] == ["carried"]
    clock.on(date(2026, 12, 5))
    stage.close("2026-11")  # nothing sold: nothing new is told
    stage.order([(lot, 5)])
    clock.on(date(2027, 1, 5))
    stage.close("2026-12")
    last = stage.settled("2026-12")
    assert (last.carried_in_vnd, last.total_vnd) == (-180_000, 270_000)
    db.session.expire_all()
    assert debt.carried_into_id == last.id


def test_whoever_closed_it_does_not_approve_it(stage: Stage, clock: Clock) -> None:
    stage.order([(stage.lot(stage.sku()), 1)])
    clock.on(OCTOBER)
    stage.close("2026-09")
    code = stage.settled("2026-09").code
    with pytest.raises(SecondPersonNeeded):
        service.approve(code, stage.maker)
    with pytest.raises(SecondPersonNeeded):
        service.carry(code, "xem lại", stage.maker)
    with pytest.raises(DBAPIError), db.session.begin_nested():  # and without the verb
        db.session.execute(
            update(Settlement)
            .where(Settlement.code == code)
            .values(state="approved", approved_by_id=stage.maker.user_id, approved_by="x", approved_at=now())
        )
    assert service.approve(code, stage.checker).state == "approved"
    assert service.approve(code, stage.checker).state == "approved"
    with pytest.raises(SettlementStateRefused):
        service.approve(code, stage.make.actor("admin"))
    with pytest.raises(Forbidden):
        service.close(stage.seller, "2026-10", SYSTEM) if clock.on(NOVEMBER) else None
    with pytest.raises(Forbidden):
        service.approve(code, stage.make.actor("cashier", ("store", stage.store.code)))
    with pytest.raises(NotFound):
        service.approve(code, stage.make.actor("store_manager", ("store", stage.make.store().code)))


def test_periods_are_closed_in_their_order_and_decided_one_by_one(stage: Stage, clock: Clock) -> None:
    lot = stage.lot(stage.sku())
    stage.order([(lot, 1)])
    clock.on(NOVEMBER)
    stage.close("2026-10")  # September's sales are in it: they are what was not settled
    assert stage.settled("2026-10").sales_vnd == 100_000
    with pytest.raises(PeriodPassed):
        stage.close("2026-09")
    stage.order([(lot, 1)])
    clock.on(date(2026, 12, 3))
    with pytest.raises(EarlierUndecided):
        stage.close("2026-11")
    stage.approve("2026-10")
    assert stage.close("2026-11").period == "2026-11"
    with pytest.raises(PeriodOpen):
        service.approve_period(stage.seller, "2026-12", stage.checker)


def test_paid_only_after_approval_and_once(stage: Stage, clock: Clock) -> None:
    stage.order([(stage.lot(stage.sku()), 1)])
    clock.on(OCTOBER)
    stage.close("2026-09")
    code = stage.settled("2026-09").code
    with pytest.raises(SettlementStateRefused):
        service.pay(code, "FT1", stage.maker)
    with pytest.raises(DBAPIError), db.session.begin_nested():
        db.session.execute(
            update(Settlement).where(Settlement.code == code).values(state="paid", bank_ref="FT1", paid_at=now())
        )
    service.approve(code, stage.checker)
    assert service.pay(code, "FT1", stage.maker).bank_ref == "FT1"
    assert service.pay(code, "FT1", stage.maker).state == "paid"
    with pytest.raises(SettlementStateRefused):
        service.pay(code, "FT2", stage.maker)
    with pytest.raises(SettlementStateRefused):
        service.carry(code, "xem lại", stage.checker)


def test_a_payout_file_pays_what_is_approved(stage: Stage, clock: Clock) -> None:
    stage.order([(stage.lot(stage.sku()), 1)])
    clock.on(OCTOBER)
    stage.close("2026-09")
    code = stage.settled("2026-09").code
    with pytest.raises(NothingApproved):  # not approved
        paying.collect(stage.seller, "2026-09", stage.maker)
    stage.approve("2026-09")
    with pytest.raises(NothingApproved):  # no account
        paying.collect(stage.seller, "2026-09", stage.maker)
    stage.name_account()
    file = paying.collect(stage.seller, "2026-09", stage.maker)
    assert [(one.source, one.amount_vnd, one.account, one.holder) for one in file.items] == [
        (f"settlement:{code}", 80_000, BANK[1], BANK[2])
    ]
    assert file.items[0].memo == f"OCOP 09 2026 {code.replace('-', ' ')}"
    with pytest.raises(SettlementStateRefused):  # listed: nobody pays it by hand besides
        service.pay(code, "FT1", stage.maker)
    with pytest.raises(NothingApproved):
        paying.collect(stage.seller, "2026-09", stage.checker)
    files.drop(file.code, stage.maker)
    assert stage.settled("2026-09").state == "approved"
    file = paying.collect(stage.seller, "2026-09", stage.maker)
    files.approve(file.code, stage.checker)
    files.sent(file.code, stage.maker)
    files.item_failed(file.code, 1, Failure.WRONG_ACCOUNT, stage.maker)
    assert stage.settled("2026-09").state == "approved"
    file = paying.collect(stage.seller, "2026-09", stage.maker)
    files.approve(file.code, stage.checker)
    files.sent(file.code, stage.maker)
    files.item_paid(file.code, 1, "FT-77", stage.maker)
    files.item_paid(file.code, 1, "FT-77", stage.maker)
    paid = stage.settled("2026-09")
    assert (paid.state, paid.bank_ref) == ("paid", "FT-77")


def test_an_adjustment_needs_words_and_a_second_person(stage: Stage, clock: Clock) -> None:
    stage.order([(stage.lot(stage.sku()), 1)])
    asked = asking.adjust(stage.seller, stage.producer.code, Extra.FEE, -5_001, "Phí trưng bày", stage.maker)
    refused = asking.adjust(stage.seller, stage.producer.code, Extra.LOSS, 9, "Không có", stage.maker)
    waiting = asking.adjust(stage.seller, stage.producer.code, Extra.LOSS, 7, "Hũ vỡ ở kệ", stage.maker)
    with pytest.raises(SecondPersonNeeded):
        asking.decide_adjustment(asked.code, stage.maker, agrees=True)
    asking.decide_adjustment(asked.code, stage.checker, agrees=True)
    asking.decide_adjustment(asked.code, stage.checker, agrees=True)
    asking.decide_adjustment(refused.code, stage.checker, agrees=False)
    with pytest.raises(DecidedAlready):
        asking.decide_adjustment(refused.code, stage.checker, agrees=True)
    clock.on(OCTOBER)
    stage.close("2026-09")
    row = stage.settled("2026-09")
    assert (row.adjustments_vnd, row.total_vnd) == (-5_001, 74_999)
    assert [one.code for one in row.adjustments] == [asked.code]
    asking.decide_adjustment(waiting.code, stage.checker, agrees=True)
    stage.approve("2026-09")
    clock.on(NOVEMBER)
    stage.close("2026-10")
    assert stage.settled("2026-10").total_vnd == 7


def test_carried_by_a_second_person_it_is_mended_in_the_next_period(stage: Stage, clock: Clock) -> None:
    stage.order([(stage.lot(stage.sku()), 1)])
    clock.on(OCTOBER)
    stage.close("2026-09")
    code = stage.settled("2026-09").code
    service.carry(code, "Hoa hồng ghi sai trong biên bản", stage.checker)
    assert service.carry(code, "Hoa hồng ghi sai trong biên bản", stage.checker).state == "carried"
    mend = asking.adjust(stage.seller, stage.producer.code, Extra.CORRECTION, 5_000, "Hoa hồng 15 %", stage.maker)
    asking.decide_adjustment(mend.code, stage.checker, agrees=True)
    clock.on(NOVEMBER)
    stage.close("2026-10")
    row = stage.settled("2026-10")
    assert (row.carried_in_vnd, row.adjustments_vnd, row.total_vnd, row.lines) == (80_000, 5_000, 85_000, [])


def test_an_account_counts_once_a_second_person_confirmed_it(stage: Stage) -> None:
    first = asking.name_payee(stage.producer.code, "direct", BANK, stage.maker)
    with pytest.raises(PayeeWaiting):
        asking.name_payee(stage.producer.code, "direct", BANK, stage.checker)
    with pytest.raises(SecondPersonNeeded):
        asking.decide_payee(first.id, stage.maker, agrees=True)
    assert draw_method(stage) == ("credit", True)  # what she is, until she has said it
    asking.decide_payee(first.id, stage.checker, agrees=True)
    assert draw_method(stage) == ("direct", False)
    with pytest.raises(PeriodUnknown):
        asking.name_payee("CT-NOBODY", "direct", BANK, stage.maker)


def draw_method(stage: Stage) -> tuple[str, bool]:
    if not draw(stage.store.seller_id, "2026-09"):
        stage.order([(stage.lot(stage.sku()), 1)])
    (one,) = draw(stage.store.seller_id, "2026-09")
    return one.vat_method, one.is_method_assumed


def test_vat_inside_what_is_due_is_the_producers(stage: Stage, clock: Clock) -> None:
    """Raw produce of a cooperative on credit is not taxable; processed bears 8 %; a household writes no rate."""
    raw, processed = stage.sku(), stage.sku()
    with transaction():
        raw.vat_class, processed.vat_class = "own_produce", "processed"
    stage.order([(stage.lot(raw), 1)])
    stage.order([(stage.lot(processed), 1)])
    (one,) = draw(stage.store.seller_id, "2026-09")
    assert {(line.vat_bp, line.vat_kind) for line in one.lines} == {(0, "KCT"), (800, None)}
    stage.name_account("household")
    (one,) = draw(stage.store.seller_id, "2026-09")
    assert {line.vat_bp for line in one.lines} == {0} and all(line.vat_kind for line in one.lines)


_LINE = (
    "sold_on, store_id, product_id, product_name, label, lot_id, lot_code, quantity, unit, unit_price_vnd, revenue_vnd,"
    " commission_bp, due_vnd, vat_bp, source_ref"
)
_ADDED = (
    f"INSERT INTO settlement_line (settlement_id, position, source, row_id, {_LINE})"
    f" SELECT settlement_id, 99, 'till', 999999, {_LINE} FROM settlement_line LIMIT 1"
)
CHANGES = (
    "UPDATE settlement SET total_vnd = total_vnd + 1, adjustments_vnd = adjustments_vnd + 1",
    "UPDATE settlement SET vat_method = 'direct'",
    "UPDATE settlement SET state = 'listed'",
    "UPDATE settlement_line SET due_vnd = due_vnd - 1",
    "UPDATE settlement_period SET closed_by = 'ai'",
    "UPDATE settlement_period SET sealed_at = NULL",
    "DELETE FROM settlement_line",
    "DELETE FROM settlement",
    "DELETE FROM settlement_period",
    _ADDED,
)


@pytest.mark.parametrize("statement", CHANGES)
def test_a_closed_period_never_changes(stage: Stage, clock: Clock, statement: str) -> None:
    stage.order([(stage.lot(stage.sku()), 1)])
    clock.on(OCTOBER)
    stage.close("2026-09")
    with pytest.raises(DBAPIError), db.session.begin_nested():
        db.session.execute(text(statement))


def test_a_row_is_settled_once_whatever_the_verbs_do(stage: Stage, clock: Clock) -> None:
    stage.order([(stage.lot(stage.sku()), 1)])
    clock.on(OCTOBER)
    stage.close("2026-09")
    line = db.session.scalars(select(SettlementLine)).one()
    values = {one.key: getattr(line, one.key) for one in SettlementLine.__table__.columns if one.key != "id"}
    with pytest.raises(DBAPIError), db.session.begin_nested():
        db.session.execute(SettlementLine.__table__.insert().values(**values | {"position": 2}))


def test_foreign_settlements_are_not_found(stage: Stage, clock: Clock) -> None:
    stage.order([(stage.lot(stage.sku()), 1)])
    clock.on(OCTOBER + timedelta(days=1))
    stage.close("2026-09")
    code = stage.settled("2026-09").code
    with pytest.raises(Forbidden):
        service.approve(code, stage.make.actor("producer", ("producer", stage.producer.code)))
    with pytest.raises(NotFound):
        service.approve("DS-NOTTHERE", stage.checker)
