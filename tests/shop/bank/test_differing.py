"""One reference with two sums: a person typed one and the bank says another. No other buyer waits for that."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.accounts.actor import SYSTEM
from core.clock import now
from shop.bank import acts, importing, queries, service
from shop.bank.models import Credit
from shop.bank.refusals import LineDiffers, LineToldLess, StatementRefused
from shop.bank.rules import Source
from shop.orders import service as orders
from shop.orders.models import Order
from shop.payments.service import BankLine
from shop.payouts.models import PayoutDebt
from tests.shop.bank.conftest import Send, Till

pytestmark = pytest.mark.daily  # what the database itself decides


def confirmed(till: Till, ref: str = "FT1") -> Order:
    """The store saw the order's own sum, as its form asks for."""
    order = till.order()
    orders.confirm_transfer(order.number, BankLine(order.total_vnd, ref, now()), till.manager())
    return order


def total(session: Session) -> int:
    return int(session.scalar(select(func.sum(Credit.amount_vnd))) or 0)


def test_a_sum_typed_by_hand_keeps_no_other_buyers_money_out(till: Till, send: Send, session: Session) -> None:
    """She sent 5.000 more than she owed: what is beyond the typed sum waits, with the account it came from."""
    one, other = confirmed(till), till.order()
    payer = {"payer_bin": "970436", "payer_account": "0123456789", "payer_holder": "NGUYEN THI A"}
    told = [
        till.seen(one.number, one.total_vnd + 5_000, "FT1", **payer), till.seen(other.number, other.total_vnd, "FT2"),
    ]  # fmt: skip
    for received in (2, 0):
        answer = send(*told)
        assert (answer.status_code, answer.json["received"]) == (200, received)
    rest = till.line(f"FT1≠{one.total_vnd + 5_000}")
    assert (rest.state, rest.reason, rest.amount_vnd) == ("waiting", "differs", 5_000)
    assert rest.payment_id == till.payment(one).id
    assert (till.state(other), till.state(one)) == ("paid", "paid")
    assert total(session) == one.total_vnd + 5_000 + other.total_vnd, "each đồng stands in one line"
    assert str(queries.get_line(rest.id).steps[0].note).count("₫") == 2
    acts.give_back(rest.id, None, None, rest.version, till.manager())
    debt = session.scalars(select(PayoutDebt)).one()
    assert (debt.source, debt.amount_vnd, debt.account) == (f"bankline:{rest.id}", 5_000, "0123456789")
    assert till.breaches() == []


def test_what_another_source_of_the_bank_says_too_is_no_second_sum(till: Till, session: Session) -> None:
    one = confirmed(till)
    told = till.seen(one.number, one.total_vnd + 5_000, "FT1")
    assert len(service.keep(till.seller, [told], Source.WEBHOOK, SYSTEM).fresh) == 1
    assert service.keep(till.seller, [told], Source.STATEMENT, SYSTEM).fresh == []
    assert total(session) == one.total_vnd + 5_000


def test_less_than_was_typed_is_no_money_and_waits_for_a_person(till: Till, session: Session) -> None:
    one, other = confirmed(till), till.order()
    told = [till.seen(one.number, one.total_vnd - 5_000, "FT1"), till.seen(other.number, other.total_vnd, "FT2")]
    for line_id in service.keep(till.seller, told, Source.STATEMENT, SYSTEM).fresh:
        service.match(line_id)
    line = till.line(f"FT1≠{one.total_vnd - 5_000}")
    assert (line.state, line.reason, line.payment_id) == ("waiting", "short", None)
    assert till.state(other) == "paid"
    third, by = till.order(), till.manager()
    with pytest.raises(LineToldLess):
        acts.assign(line.id, third.number, line.version, by)
    with pytest.raises(LineToldLess):
        acts.give_back(line.id, acts.Back("970436", "0123456789", "A"), None, line.version, by)
    line = acts.set_aside(line.id, "đã đòi phần thiếu", line.version, by)
    line = acts.take_up(line.id, line.version, by)
    assert (line.state, line.reason) == ("waiting", "short"), "still no money of its own"
    assert till.breaches() == []


@pytest.mark.parametrize("source", [Source.WEBHOOK, Source.STATEMENT])
def test_a_source_that_contradicts_itself_is_refused(till: Till, session: Session, source: Source) -> None:
    one = confirmed(till)
    service.keep(till.seller, [till.seen("x", one.total_vnd + 5_000, "FT1")], source, SYSTEM)
    service.keep(till.seller, [till.seen("x", 1_000, "FT2")], source, SYSTEM)
    for amount, ref in ((one.total_vnd + 6_000, "FT1"), (2_000, "FT2")):
        with pytest.raises(LineDiffers):
            service.keep(till.seller, [till.seen("x", amount, ref), till.seen("y", 1, "FT3")], source, SYSTEM)
    assert session.scalar(select(func.count()).select_from(Credit)) == 3


def test_a_person_does_not_correct_the_bank(till: Till) -> None:
    till.tell("khong ghi gi", 1_000, "FT1")
    with pytest.raises(LineDiffers):
        acts.write_down(till.seller, till.seen("x", 2_000, "FT1"), till.manager())


def test_a_statement_is_taken_beside_a_typed_sum_and_refused_against_another_statement(
    till: Till, session: Session
) -> None:
    one, other, by = confirmed(till), till.order(), till.manager()

    def statement(*lines: tuple[str, int, str]) -> bytes:
        rows = [f"{now():%d/%m/%Y %H:%M};{amount};{memo};{ref}" for memo, amount, ref in lines]
        return "\n".join(["Ngày giao dịch;Số tiền ghi có;Nội dung;Số tham chiếu", *rows]).encode()

    data = statement((one.number, one.total_vnd + 5_000, "FT1"), (other.number, other.total_vnd, "FT2"))
    assert importing.try_statement(till.seller, data, {}, by).known == 0
    assert importing.take_statement(till.seller, data, "a.csv", {}, by).known == 0
    assert till.line(f"FT1≠{one.total_vnd + 5_000}").reason == "differs"
    assert till.line("FT2").source == "statement"
    assert importing.try_statement(till.seller, data, {}, by).known == 2
    assert importing.take_statement(till.seller, data, "a.csv", {}, by).known == 2
    with pytest.raises(StatementRefused):
        importing.take_statement(till.seller, statement((one.number, one.total_vnd + 1, "FT1")), "b.csv", {}, by)
    assert session.scalar(select(func.count()).select_from(Credit)) == 3
