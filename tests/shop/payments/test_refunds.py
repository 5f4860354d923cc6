"""Refunds as rows: promised once, never more than was received, and ended once; on both databases."""

from types import ModuleType

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from core.accounts.actor import SYSTEM
from core.clock import now
from core.db import transaction
from shop.payments import refunds, refusals, service
from shop.payments.doctor import refunds_within_captured
from shop.payments.models import Refund
from shop.payments.providers.port import Payee
from shop.payments.queries import get_payment
from shop.payments.rules import Way, refund_way
from shop.payments.service import Asked

pytestmark = pytest.mark.daily  # what the database itself decides

SUM = 300_000


@pytest.fixture
def paid(make: ModuleType) -> str:
    """The reference of a payment that holds 300.000 đồng, and has nothing to do with any order."""
    return received(make, "zzz:1")


def received(make: ModuleType, reference: str, provider: str = "cod") -> str:
    seller = make.seller()
    payee = Payee(seller.id, seller.name, seller.bank_bin, seller.bank_account)
    service.open_payment(Asked(reference, provider, SUM, "OCOP", payee, None), SYSTEM, now())
    service.take_cash(reference, SYSTEM)
    return reference


def counters(reference: str) -> tuple[int, int, str]:
    payment = get_payment(reference)
    return payment.refunding_vnd, payment.refunded_vnd, payment.status


def test_a_part_and_then_the_rest(paid: str) -> None:
    one = refunds.promise(paid, 100_000, "broken", "k1", SYSTEM)
    assert (one.state, one.way, counters(paid)) == ("promised", "bank", (100_000, 0, "captured"))
    refunds.sent(one.code, SYSTEM)
    refunds.done(one.code, "FT1", SYSTEM)
    assert refunds.done(one.code, "FT1", SYSTEM).provider_ref == "FT1"
    assert counters(paid) == (100_000, 100_000, "captured")
    two = refunds.promise(paid, 200_000, "broken", "k2", SYSTEM)
    refunds.done(two.code, "FT2", SYSTEM)
    assert counters(paid) == (SUM, SUM, "refunded")
    assert list(refunds_within_captured()) == []


def test_the_same_intent_is_one_refund(paid: str, session: Session) -> None:
    first = refunds.promise(paid, 100_000, "broken", "k1", SYSTEM)
    assert refunds.promise(paid, 100_000, "broken", "k1", SYSTEM).code == first.code
    assert session.scalar(select(func.count()).select_from(Refund)) == 1
    with pytest.raises(refusals.RefundKeyUsed):
        refunds.promise(paid, 99_999, "broken", "k1", SYSTEM)


def test_never_more_than_was_received(paid: str) -> None:
    refunds.promise(paid, 250_000, "broken", "k1", SYSTEM)
    with pytest.raises(refusals.RefundTooMuch) as refused:
        refunds.promise(paid, 50_001, "broken", "k2", SYSTEM)
    assert refused.value.facts == {"left_vnd": 50_000, "asked_vnd": 50_001}
    assert counters(paid) == (250_000, 0, "captured")


@pytest.mark.parametrize("amount", [0, -1, True, 1.0])
def test_a_refund_is_a_positive_whole_sum(paid: str, amount: int) -> None:
    with pytest.raises(ValueError, match="positive amount"):
        refunds.promise(paid, amount, "broken", "k", SYSTEM)


def test_without_its_guard_the_check_of_the_table_refuses(paid: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: an unguarded promise meets the CHECK, and nothing of it stays."""

    def unguarded(payment: object, amount_vnd: int) -> bool:
        payment.refunding_vnd += amount_vnd  # type: ignore[attr-defined]
        return True

    monkeypatch.setattr(refunds, "_reserve", unguarded)
    with pytest.raises(Exception, match="refunding_within_captured"):
        refunds.promise(paid, SUM + 1, "broken", "k1", SYSTEM)
    monkeypatch.undo()
    assert counters(paid) == (0, 0, "captured")


def test_what_failed_gives_its_promise_back_and_goes_another_way(paid: str) -> None:
    one = refunds.promise(paid, SUM, "owed", "k1", SYSTEM, way=Way.CARD)
    refunds.sent(one.code, SYSTEM)
    refunds.stalled(one.code, "balance")
    assert counters(paid)[0] == SUM
    refunds.failed(one.code, "card closed")
    assert (refunds.failed(one.code, "card closed").state, counters(paid)) == ("failed", (0, 0, "captured"))
    with pytest.raises(refusals.RefundStateRefused):
        refunds.done(one.code, "re_1", SYSTEM)
    two = refunds.again(one.code, Way.BANK, SYSTEM)
    assert refunds.again(one.code, Way.BANK, SYSTEM).code == two.code
    assert (two.amount_vnd, two.way, counters(paid)[0]) == (SUM, "bank", SUM)
    assert list(refunds_within_captured()) == []


def test_a_reference_of_the_bank_counts_once(paid: str) -> None:
    one, two = (refunds.promise(paid, 1_000, "owed", key, SYSTEM) for key in ("k1", "k2"))
    refunds.done(one.code, "FT1", SYSTEM)
    with pytest.raises(refusals.ReferenceUsed):
        refunds.done(two.code, "FT1", SYSTEM)


def test_two_sellers_banks_may_number_what_goes_back_alike(make: ModuleType, paid: str) -> None:
    other = received(make, "zzz:2")
    one, two, three = (
        refunds.promise(name, 1_000, "owed", key, SYSTEM) for name, key in ((paid, "k1"), (other, "k2"), (other, "k3"))
    )
    refunds.done(one.code, "FT1", SYSTEM)
    for _twice in range(2):
        assert (refunds.done(two.code, "FT1", SYSTEM).state, two.told_ref) == ("done", "FT1")
    assert get_payment(other).refund_ref == "FT1" and one.told_ref == "FT1"
    with pytest.raises(refusals.ReferenceUsed):
        refunds.done(three.code, "FT1", SYSTEM)


def test_a_card_providers_reference_counts_once_whoever_sold(make: ModuleType, paid: str) -> None:
    other = received(make, "zzz:2")
    one, two = (refunds.promise(name, 1_000, "owed", f"k{name}", SYSTEM, way=Way.CARD) for name in (paid, other))
    refunds.done(one.code, "re_1", SYSTEM)
    with pytest.raises(refusals.ReferenceUsed):
        refunds.done(two.code, "re_1", SYSTEM)


def test_what_is_on_its_way_nobody_else_pays(paid: str) -> None:
    one = refunds.promise(paid, SUM, "owed", "k1", SYSTEM)
    refunds.sent(one.code, SYSTEM)
    with pytest.raises(refusals.RefundStateRefused):
        refunds.change_way(one.code, Way.CASH, SYSTEM)
    with pytest.raises(refusals.PaymentStateRefused):
        refunds.record_refund(paid, "FT-BY-HAND", SYSTEM)
    refunds.unsent(one.code, SYSTEM, "dropped")
    assert refunds.change_way(one.code, Way.CASH, SYSTEM).way == "cash"
    with pytest.raises(refusals.RefundStateRefused):
        refunds.change_way(one.code, Way.CARD, SYSTEM)
    assert refunds.record_refund(paid, "FT-BY-HAND", SYSTEM).status == "refunded"
    assert refunds.record_refund(paid, "FT-BY-HAND", SYSTEM).refunded_vnd == SUM


def test_a_transfer_is_not_said_to_have_gone_by_one_person(paid: str) -> None:
    """By a file, which a second person approves (decision 8); cash is paid over the counter."""
    one, two = (refunds.promise(paid, 100_000, "owed", key, SYSTEM) for key in ("k1", "k2"))
    refunds.change_way(one.code, Way.CASH, SYSTEM)
    with pytest.raises(refusals.RefundByFile) as refused:
        refunds.record_refund(paid, "FT-TYPED", SYSTEM)
    assert (refused.value.facts, counters(paid)[1]) == ({"refunds": [two.code]}, 0)
    refunds.change_way(two.code, Way.CASH, SYSTEM)
    assert refunds.record_refund(paid, "TM-1", SYSTEM).refunded_vnd == 200_000


def test_a_payment_called_off_owes_the_rest_by_itself(make: ModuleType) -> None:
    paid = received(make, "zzz:1", "at_store")
    refunds.promise(paid, 100_000, "broken", "k1", SYSTEM)
    service.cancel(paid, SYSTEM, "store")
    found = refunds.list_refunds(get_payment(paid).id)
    assert [(one.amount_vnd, one.reason) for one in found] == [(100_000, "broken"), (200_000, "owed")]
    refunds.record_refund(paid, "TM9", SYSTEM)
    assert counters(paid) == (SUM, SUM, "refunded")
    assert [one.provider_ref for one in refunds.list_refunds(get_payment(paid).id)] == ["TM9", "TM9/2"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE refund SET amount_vnd = 1",
        "UPDATE refund SET key = 'khác'",
        "UPDATE refund SET state = 'promised', provider_ref = NULL, ended_at = NULL",
        "DELETE FROM refund",
        "UPDATE payment SET refunding_vnd = captured_vnd + 1",
        "UPDATE payment SET refunded_vnd = refunding_vnd + 1",
    ],
)
def test_what_was_promised_and_done_stays(paid: str, change: str) -> None:
    refunds.done(refunds.promise(paid, 100_000, "owed", "k1", SYSTEM).code, "FT1", SYSTEM)
    with pytest.raises(Exception, match="refund"), transaction() as inner:
        inner.execute(text(change))


def test_the_doctor_sees_a_counter_that_lies(paid: str) -> None:
    refunds.promise(paid, 100_000, "owed", "k1", SYSTEM)
    with transaction() as inner:
        inner.execute(text("UPDATE payment SET refunding_vnd = 99999"))
    assert list(refunds_within_captured()) == [f"payment {paid}"]


def test_an_unknown_code_is_not_found(paid: str) -> None:
    with pytest.raises(refusals.RefundNotFound):
        refunds.done("HT-00000000", "x", SYSTEM)


@pytest.mark.parametrize(
    ("provider", "way"), [("stripe", "card"), ("vietqr", "bank"), ("cod", "bank"), ("at_store", "cash")]
)
def test_money_goes_back_the_way_it_came(provider: str, way: str) -> None:
    assert refund_way(provider) == way
