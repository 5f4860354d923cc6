"""Credits and what becomes of them: exact, partial, more, twice, late, unreadable; by whom ever they are told."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from core.accounts.actor import SYSTEM
from core.clock import now
from core.db import transaction
from core.errors import EditConflict, Forbidden, NotFound
from core.events import on
from shop.bank import acts, jobs, queries, service
from shop.bank.models import Credit, CreditStep
from shop.bank.refusals import LineDiffers, LineSettled, NoSuchPayment, NothingTooMuch, ReturnAccountMissing
from shop.bank.rules import Source
from shop.orders import service as orders
from shop.payments import jobs as payment_jobs
from shop.payments.events import MoneyToReturn
from shop.payments.refusals import ReferenceUsed
from shop.payments.service import BankLine
from tests.shop.bank.conftest import Till
from tests.support.clock import Clock

pytestmark = pytest.mark.long("postgresql")  # there every day: `test_races.py`

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
KNOWN = {"payer_bin": "970436", "payer_account": "0099887766", "payer_holder": "NGUYEN THI THU"}
TOLD: list[MoneyToReturn] = []


@on(MoneyToReturn)
def hear(event: MoneyToReturn) -> None:
    """What payouts are told."""
    TOLD.append(event)


@pytest.fixture(autouse=True)
def _silent() -> None:
    TOLD.clear()


def test_an_exact_credit_pays_its_order(till: Till) -> None:
    order = till.order()
    line = till.tell(f"MBVCB.712.ocop {order.number.lower()} CT tu 0011", order.total_vnd)
    assert (line.state, line.paid_vnd, line.return_vnd) == ("paid", order.total_vnd, 0)
    assert till.state(order) == "paid"
    assert till.payment(order).provider_ref == line.bank_ref
    assert [one.act for one in queries.get_line(line.id).steps] == ["seen", "matched"]
    assert till.breaches() == []


def test_the_same_credit_told_five_times_counts_once(till: Till, session: Session) -> None:
    order = till.order()
    for _ in range(5):
        till.tell(order.number, order.total_vnd, "FT1")
    assert session.scalar(select(func.count()).select_from(Credit)) == 1
    assert till.payment(order).captured_vnd == order.total_vnd
    with pytest.raises(LineDiffers):
        till.tell(order.number, order.total_vnd + 1, " ft1 ")


def test_parts_wait_for_each_other(till: Till) -> None:
    order = till.order()
    first = till.tell(order.number, 50_000)
    assert (first.state, first.reason) == ("waiting", "partial")
    assert till.state(order) == "placed"
    assert till.tell(order.number, 30_000).reason == "partial"
    last = till.tell(order.number, order.total_vnd - 80_000)
    assert last.state == till.line(first.bank_ref).state == "paid"
    assert till.state(order) == "paid"
    assert till.payment(order).provider_ref == last.bank_ref
    assert till.breaches() == []


def test_parts_that_are_too_much_wait_for_a_person(till: Till) -> None:
    order = till.order()
    first, second = till.tell(order.number, 50_000), till.tell(order.number, order.total_vnd, **KNOWN)
    assert second.reason == "too_much"
    assert till.state(order) == "placed"
    by = till.manager()
    acts.take_what_is_due(second.id, second.version, by)
    assert till.state(order) == "paid"
    assert (till.line(first.bank_ref).paid_vnd, second.paid_vnd, second.return_vnd) == (
        50_000, order.total_vnd - 50_000, 50_000,
    )  # fmt: skip
    assert [(one.amount_vnd, one.account) for one in TOLD] == [(50_000, "0099887766")]
    with pytest.raises(NothingTooMuch):
        acts.take_what_is_due(second.id, second.version, by)
    assert till.breaches() == []


def test_a_second_full_payment_waits_and_goes_back(till: Till) -> None:
    order = till.order()
    till.tell(order.number, order.total_vnd)
    again = till.tell(order.number, order.total_vnd, **KNOWN)
    assert (again.state, again.reason) == ("waiting", "double")
    assert queries.find_twin(again) is not None
    acts.give_back(again.id, None, "chuyển hai lần", again.version, till.manager())
    assert again.state == "to_return"
    assert [
        MoneyToReturn(f"bankline:{again.id}", order.total_vnd, till.seller.id, "970436", "0099887766", "NGUYEN THI THU")
    ] == TOLD
    assert till.payment(order).captured_vnd == order.total_vnd
    assert till.breaches() == []


def test_late_money_is_owed_back_at_once(till: Till, clock: Clock) -> None:
    clock.forward(seconds=0)
    order = till.order()
    clock.forward(hours=25)
    payment_jobs.end_windows(now())
    line = till.tell(order.number, order.total_vnd)
    assert (line.state, line.reason) == ("paid", "late")
    assert till.payment(order).status == "to_refund"
    assert till.state(order) == "to_refund"
    assert till.breaches() == []


def test_late_money_of_another_sum_waits(till: Till, clock: Clock) -> None:
    clock.forward(seconds=0)
    order = till.order()
    clock.forward(hours=25)
    payment_jobs.end_windows(now())
    assert till.tell(order.number, order.total_vnd - 1).reason == "late"
    assert till.payment(order).status == "expired"


@pytest.mark.parametrize("end", ["cancel", "expire"])
def test_parts_of_an_order_that_ends_go_back(till: Till, clock: Clock, end: str) -> None:
    clock.forward(seconds=0)
    order = till.order()
    told, untold = till.tell(order.number, 50_000, **KNOWN), till.tell(order.number, 20_000)
    clock.forward(hours=25)
    if end == "cancel":
        orders.cancel(order.number, order.token, till.make.actor())
    else:
        payment_jobs.end_windows(now())
    assert (told.state, told.return_vnd) == ("to_return", 50_000)
    assert (untold.state, untold.reason) == ("waiting", "ended")
    by = till.manager()
    with pytest.raises(ReturnAccountMissing):
        acts.give_back(untold.id, None, None, untold.version, by)
    acts.give_back(untold.id, acts.Back("970436", "00 11 22", "TRAN VAN B"), None, untold.version, by)
    assert [(one.amount_vnd, one.account) for one in TOLD] == [(50_000, "0099887766"), (20_000, "001122")]
    assert till.payment(order).captured_vnd == 0
    assert till.breaches() == []


@pytest.mark.parametrize("provider", ["at_store"])
def test_an_order_that_is_paid_in_another_way_takes_no_transfer(till: Till, provider: str) -> None:
    order = till.order(provider)
    assert till.tell(order.number, order.total_vnd).reason == "other_way"
    assert till.payment(order).captured_vnd == 0


def test_memos_that_name_nothing_two_or_anothers(till: Till) -> None:
    one, two = till.order(), till.order()
    assert till.tell("tien mat ong", one.total_vnd).reason == "unreadable"
    assert till.tell(f"{one.number} {two.number}", one.total_vnd).reason == "several"
    other = Till(till.make)
    assert other.tell(one.number, one.total_vnd).reason == "other_seller"
    stray = till.seen(one.number, one.total_vnd)
    kept = service.keep(
        till.seller, [type(stray)("123", "FTX", one.total_vnd, now(), one.number)], Source.WEBHOOK, SYSTEM
    )
    service.match(kept.fresh[0])
    assert till.line("FTX").reason == "account"
    assert {till.state(one), till.state(two)} == {"placed"}


def test_money_is_never_matched_by_its_sum_alone(till: Till) -> None:
    order = till.order()
    line = till.tell("chuyen tien", order.total_vnd)
    assert line.state == "waiting"
    found = queries.suggest(line, now())
    assert [(one.payment.reference, one.same_sum, one.alike) for one in found] == [(f"ord:{order.number}", True, False)]


def test_a_cut_number_counts_when_one_order_begins_so_and_the_sum_is_exact(till: Till) -> None:
    order = till.order()
    cut = order.number.replace("-", " ")[:-2]
    assert till.tell(f"OCOP {cut}", order.total_vnd - 1).reason == "unreadable"
    assert till.tell(f"OCOP {cut}", order.total_vnd).state == "paid"


def test_a_mistyped_number_is_suggested(till: Till) -> None:
    order = till.order()
    typed = order.number[:-1] + ("0" if order.number[-1] != "0" else "1")
    line = till.tell(typed, 1_000)
    assert line.reason == "unreadable"
    assert [one.payment.reference for one in queries.suggest(line, now()) if one.alike] == [f"ord:{order.number}"]


def test_a_person_assigns_a_line(till: Till) -> None:
    order = till.order()
    line, by = till.tell("mat ong cho me", order.total_vnd), till.manager()
    with pytest.raises(NoSuchPayment):
        acts.assign(line.id, "DH-00000000", line.version, by)
    acts.assign(line.id, order.number.lower().replace("-", " "), line.version, by)
    assert (line.state, till.state(order)) == ("paid", "paid")
    with pytest.raises(EditConflict):
        acts.give_back(line.id, None, None, line.version - 1, by)
    with pytest.raises(LineSettled):
        acts.give_back(line.id, None, None, line.version, by)
    with pytest.raises(LineSettled):
        acts.set_aside(line.id, "nhầm", line.version, by)


def test_a_persons_word_answers_a_booking_before_the_order(till: Till) -> None:
    """The hour in a memo or a statement may be wrong: who assigns the line has looked. By itself it never counts."""
    order = till.order()
    line = till.tell(order.number, order.total_vnd, at=now() - timedelta(minutes=44))
    assert (line.state, line.reason, till.state(order)) == ("waiting", "early", "placed")
    acts.assign(line.id, order.number, line.version, till.manager())
    assert (line.state, line.paid_vnd, till.state(order)) == ("paid", order.total_vnd, "paid")
    steps = [(one.act, one.reason) for one in queries.get_line(line.id).steps]
    assert steps == [("seen", "new"), ("waits", "early"), ("assigned", "early"), ("matched", "new")]
    assert till.payment(order).captured_at == till.payment(order).opened_at
    assert till.breaches() == []


def test_a_part_that_was_assigned_early_counts_with_the_rest(till: Till) -> None:
    order = till.order()
    first = till.tell("mat ong", 50_000, at=now() - DAY)
    acts.assign(first.id, order.number, first.version, till.manager())
    assert (first.state, first.reason) == ("waiting", "partial")
    last = till.tell(order.number, order.total_vnd - 50_000)
    assert (last.state, till.line(first.bank_ref).state, till.state(order)) == ("paid", "paid", "paid")
    assert till.breaches() == []


def test_a_booking_in_the_future_counts_as_of_now_once_a_person_says_so(till: Till, clock: Clock) -> None:
    clock.forward(seconds=0)
    order, closed = till.order(), till.order()
    ahead, after = (till.tell(one.number, one.total_vnd, at=now() + DAY * 400) for one in (order, closed))
    assert (ahead.reason, after.reason) == ("early", "early")
    acts.assign(ahead.id, order.number, ahead.version, till.manager())
    assert (till.state(order), till.payment(order).captured_at) == ("paid", now())
    clock.forward(hours=25)
    payment_jobs.end_windows(now())
    acts.assign(after.id, closed.number, after.version, till.manager())
    assert (after.reason, till.payment(closed).status) == ("late", "to_refund")
    assert till.breaches() == []


def test_what_is_no_orders_money_is_set_aside_and_taken_up_again(till: Till) -> None:
    line, by = till.tell("lai tien gui", 12_345), till.manager()
    acts.set_aside(line.id, "lãi ngân hàng", line.version, by)
    assert line.state == "aside"
    acts.note(line.id, "hỏi lại kế toán", by)
    acts.take_up(line.id, line.version, by)
    assert (line.state, line.reason) == ("waiting", "unreadable")
    assert [one.act for one in queries.get_line(line.id).steps] == ["seen", "waits", "aside", "note", "reopened"]


def test_only_those_of_its_stores_decide(till: Till) -> None:
    line = till.tell("x", 1_000)
    with pytest.raises(NotFound):
        acts.set_aside(line.id, "x", line.version, till.make.actor("store_manager", ("store", till.make.store().code)))
    for role in ("cashier", "auditor"):
        with pytest.raises(Forbidden):
            acts.set_aside(line.id, "x", line.version, till.make.actor(role, ("store", till.store.code)))


def test_a_confirmation_by_hand_leaves_a_line_and_counts_once(till: Till) -> None:
    order, other = till.order(), till.order()
    told = BankLine(order.total_vnd, "ft 9", now())
    orders.confirm_transfer(order.number, told, SYSTEM)
    line = till.line("FT9")
    assert (line.source, line.state, line.paid_vnd) == ("hand", "paid", order.total_vnd)
    assert till.tell(order.number, order.total_vnd, "FT9").id == line.id  # the bank tells it later: known
    with pytest.raises((LineSettled, ReferenceUsed)):
        orders.confirm_transfer(other.number, BankLine(other.total_vnd, "FT9", now()), SYSTEM)
    assert till.breaches() == []


def test_a_line_that_waits_is_confirmed_by_hand(till: Till) -> None:
    order = till.order()
    line = till.tell("khong ghi gi", order.total_vnd, "FT7")
    orders.confirm_transfer(order.number, BankLine(order.total_vnd, "FT7", now()), SYSTEM)
    assert (line.state, line.payment_id) == ("paid", till.payment(order).id)


def test_a_smaller_line_cannot_be_confirmed_as_more(till: Till) -> None:
    order = till.order()
    till.tell("khong ghi gi", 1_000, "FT7")
    with pytest.raises(LineDiffers):
        orders.confirm_transfer(order.number, BankLine(order.total_vnd, "FT7", now()), SYSTEM)


def test_two_sellers_banks_may_number_alike(till: Till) -> None:
    one, other = till.order(), Till(till.make)
    two = other.order()
    till.tell(one.number, one.total_vnd, "FT1")
    kept = service.keep(other.seller, [other.seen(two.number, two.total_vnd, "FT1")], Source.STATEMENT, SYSTEM)
    service.match(kept.fresh[0])
    assert till.state(one) == other.state(two) == "paid"
    assert till.breaches() == []


def test_what_nobody_matched_is_matched_by_the_clock(till: Till) -> None:
    order = till.order()
    service.keep(till.seller, [till.seen(order.number, order.total_vnd)], Source.WEBHOOK, SYSTEM)
    assert jobs.match_left_over(now()) == 1
    assert till.state(order) == "paid"
    assert jobs.match_left_over(now()) == 0


def test_the_database_keeps_what_was_told_and_decided(till: Till, session: Session) -> None:
    order = till.order()
    line = till.tell(order.number, order.total_vnd)
    for values in ({"amount_vnd": 1}, {"memo": "khác"}, {"state": "waiting"}, {"paid_vnd": 1}, {"payment_id": None}):
        with pytest.raises(DatabaseError), session.begin_nested():
            session.execute(update(Credit).where(Credit.id == line.id).values(**values))
    for table in (Credit, CreditStep):
        with pytest.raises(DatabaseError), session.begin_nested():
            session.execute(delete(table))
    waiting = till.tell("x", 5)
    with pytest.raises(DatabaseError), session.begin_nested():
        session.execute(update(Credit).where(Credit.id == waiting.id).values(state="paid"))


def test_the_doctor_finds_a_transfer_without_its_lines(till: Till) -> None:
    order = till.order()
    till.tell(order.number, order.total_vnd)
    assert till.breaches() == []
    with transaction():
        till.payment(order).provider = "stripe"
    assert any(one.startswith("I29") for one in till.breaches())
