"""From the buyer's account to the bank's answer: links, files, the counter; on both databases."""

import csv
import hashlib
import io
from datetime import timedelta
from types import ModuleType

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.accounts.actor import SYSTEM, Actor
from core.clock import now, today
from core.db import transaction
from core.doctor import examine
from core.errors import Forbidden, NotFound
from core.events import publish
from shop.payments import refunds, service
from shop.payments.events import MoneyToReturn
from shop.payments.models import Refund
from shop.payments.providers.port import Payee
from shop.payments.refusals import PaymentStateRefused, RefundStateRefused
from shop.payments.service import Asked
from shop.payouts import claims, counter, files, refusals
from shop.payouts.links import counter_code, key_of, read_key
from shop.payouts.models import PayoutClaim, PayoutDebt, PayoutFile
from shop.payouts.queries import list_payable, list_waiting
from shop.payouts.rules import Failure
from shop.stores.models import Store
from tests.support.clock import Clock

BANK = ("970436", "0011000012345", "NGUYEN THI DAO")


class Till:
    """A store with payments that owe money back."""

    def __init__(self, make: ModuleType) -> None:
        self.make, self.store = make, make.store()
        self.one, self.two = (self.staff("store_manager") for _ in range(2))
        self.number = 0

    @property
    def seller_id(self) -> int:
        store: Store = self.store
        return store.seller_id

    def staff(self, role: str) -> Actor:
        return self.make.actor(role, ("store", self.store.code))

    def owe(self, provider: str = "cod", amount: int = 100_000) -> Refund:
        self.number += 1
        seller = self.store.seller
        payee = Payee(seller.id, seller.name, seller.bank_bin, seller.bank_account)
        reference = f"zzz:{self.number}"
        service.open_payment(Asked(reference, provider, amount, "OCOP", payee, None), SYSTEM, now())
        service.take_cash(reference, SYSTEM)
        return refunds.promise(reference, amount, "broken", f"key:{self.number}", SYSTEM)

    def named(self) -> Refund:
        refund = self.owe()
        claims.name_account(key_of(refund.code, 1), *BANK)
        return refund

    def sent_file(self, *owed: Refund) -> PayoutFile:
        file = files.collect(self.seller_id, [f"refund:{one.code}" for one in owed], self.one)
        files.approve(file.code, self.two)
        return files.sent(file.code, self.one)


@pytest.fixture
def till(make: ModuleType) -> Till:
    return Till(make)


def breaches() -> list[str]:
    return [f"{one.invariant.code}: {line}" for one in examine() for line in one.breaches
            if one.invariant.code not in ("I12", "I3")]  # fmt: skip


def state(refund: Refund) -> str:
    return _fresh(refund.code).state


def _fresh(code: str) -> Refund:
    with transaction():
        return refunds.lock_refund(code)


def test_two_people_send_a_file_and_the_bank_answers_each_item(till: Till) -> None:
    paid, wrong = till.named(), till.named()
    file = files.collect(till.seller_id, [f"refund:{one.code}" for one in (paid, wrong)], till.one)
    assert (file.count, file.total_vnd, state(paid)) == (2, 200_000, "sent")
    approved = files.approve(file.code, till.two)
    content = approved.content or ""
    assert approved.sha256 == hashlib.sha256(content.encode()).hexdigest()
    rows = list(csv.reader(io.StringIO(content)))
    memo = f"HOAN TIEN {paid.code.replace('-', ' ')}"
    assert (
        rows[0] == list(files.COLUMNS)
        and rows[1][1:4] == [BANK[1], BANK[2], BANK[0]]
        and rows[1][5:] == ["100000", memo]
    )
    with pytest.raises(refusals.FileStateRefused):
        files.item_paid(file.code, 1, "FT1", till.one)
    files.sent(file.code, till.one)
    files.item_paid(file.code, 1, "FT1", till.one)
    files.item_paid(file.code, 1, "FT1", till.one)
    files.item_failed(file.code, 2, Failure.WRONG_ACCOUNT, till.one)
    assert (state(paid), state(wrong), files.get_file(file.code).state) == ("done", "promised", "closed")
    assert [one.code for one, _claim in list_waiting(till.seller_id, refunds.Way.BANK)] == [wrong.code]
    assert breaches() == []


def test_whoever_made_a_file_does_not_approve_it(till: Till, session: Session) -> None:
    file = files.collect(till.seller_id, [f"refund:{till.named().code}"], till.one)
    with pytest.raises(refusals.SecondPersonNeeded):
        files.approve(file.code, till.one)
    sql = "UPDATE payout_file SET state = 'approved', approved_by_id = made_by_id, content = 'x'"
    with pytest.raises(Exception, match="ck_payout_file_two_persons"), transaction() as inner:
        inner.execute(text(sql))
    files.approve(file.code, till.two)
    for change in ("content = 'x'", "total_vnd = 1", "approved_by_id = NULL, content = NULL, state = 'draft'"):
        with pytest.raises(Exception, match="payout_file"), transaction() as inner:
            inner.execute(text(f"UPDATE payout_file SET {change}"))
    with pytest.raises(Exception, match="payout_item_fixed"), transaction() as inner:
        inner.execute(text("UPDATE payout_item SET account = '999999999'"))
    with pytest.raises(refusals.FileStateRefused):
        files.drop(file.code, till.one)


def test_nothing_is_in_two_files_and_what_was_dropped_waits_again(till: Till) -> None:
    source = f"refund:{till.named().code}"
    file = files.collect(till.seller_id, [source], till.one)
    with pytest.raises(refusals.NothingToPay):
        files.collect(till.seller_id, [source], till.two)
    files.drop(file.code, till.one)
    files.drop(file.code, till.one)
    assert [one.source for one in list_payable(till.seller_id)] == [source]
    again = files.collect(till.seller_id, [source], till.two)
    copied = "INSERT INTO payout_item (file_id, position, source, amount_vnd, bank_bin, account, holder, memo, state)"
    copied += " SELECT file_id, 9, source, amount_vnd, bank_bin, account, holder, memo, 'listed' FROM payout_item"
    with pytest.raises(Exception, match=r"uq_payout_item_live|payout_item\.source"), transaction() as inner:
        inner.execute(text(f"{copied} WHERE file_id = {again.id}"))


def test_what_is_in_a_file_is_not_paid_at_the_counter(till: Till) -> None:
    refund = till.named()
    files.collect(till.seller_id, [f"refund:{refund.code}"], till.one)
    with pytest.raises(refusals.LinkOver):
        claims.take_cash(key_of(refund.code, 1))
    with pytest.raises(RefundStateRefused):
        counter.pay(refund.code, counter_code(refund.code), till.one)
    with pytest.raises(PaymentStateRefused):
        refunds.record_refund("zzz:1", "FT-HAND", till.one)


def test_a_link_works_once_and_until_its_end(till: Till, clock: Clock) -> None:
    clock.on(today())
    refund, late = till.owe(), till.owe()
    key = key_of(refund.code, 1)
    claims.name_account(key, *BANK)
    with pytest.raises(refusals.LinkOver):
        claims.name_account(key, *BANK)
    fresh = claims.ask_again(refund.code, till.one)
    assert (fresh.serial, fresh.account) == (2, None)
    with pytest.raises(refusals.LinkOver):
        claims.get_by_key(key)
    clock.forward(days=15)
    with pytest.raises(refusals.LinkOver):
        claims.name_account(key_of(late.code, 1), *BANK)
    claims.ask_again(late.code, till.one)
    assert claims.name_account(key_of(late.code, 2), *BANK).account == BANK[1]


@pytest.mark.parametrize("key", ["", "x", "HT-7K3M9QXT.1.", "HT-7K3M9QXT.1." + "0" * 32, "a.b.c", "é.1.é"])
def test_a_link_that_we_did_not_sign_is_unknown(till: Till, key: str) -> None:
    with pytest.raises(refusals.LinkUnknown):
        read_key(key)


def test_a_link_of_another_refund_opens_nothing_else(till: Till) -> None:
    one, two = till.owe(), till.owe()
    stolen = key_of(one.code, 1).replace(one.code, two.code)
    with pytest.raises(refusals.LinkUnknown):
        claims.name_account(stolen, *BANK)


def test_cash_at_the_counter_against_the_code(till: Till) -> None:
    refund = till.owe("at_store")
    assert refund.way == "cash"
    wrong = f"{(int(counter_code(refund.code)) + 1) % 10**6:06d}"
    with pytest.raises(refusals.WrongCode):
        counter.pay(refund.code, wrong, till.staff("cashier"))
    assert counter.pay(refund.code, counter_code(refund.code), till.staff("cashier")).state == "done"
    assert counter.pay(refund.code, counter_code(refund.code), till.staff("cashier")).state == "done"
    assert breaches() == []


def test_the_buyer_may_still_choose_between_counter_and_account(till: Till) -> None:
    refund = till.owe()
    key = key_of(refund.code, 1)
    claims.take_cash(key)
    assert _fresh(refund.code).way == "cash"
    claims.name_account(key, *BANK)
    assert _fresh(refund.code).way == "bank"


def test_money_of_another_seller_is_not_there(till: Till, make: ModuleType) -> None:
    other = Till(make)
    refund = till.named()
    file = files.collect(till.seller_id, [f"refund:{refund.code}"], till.one)
    for act in (files.approve, files.drop, files.sent):
        with pytest.raises(NotFound):
            act(file.code, other.one)
    with pytest.raises(NotFound):
        files.collect(till.seller_id, [], other.one)
    with pytest.raises(NotFound):
        claims.ask_again(refund.code, other.one)
    with pytest.raises(Forbidden):
        files.approve(file.code, till.staff("cashier"))
    with pytest.raises(NotFound):
        counter.pay(refund.code, "000000", other.one)


def test_money_of_a_bank_line_goes_back_in_a_file(till: Till, session: Session) -> None:
    with transaction():
        for _ in range(2):
            publish(MoneyToReturn("bankline:7", 50_000, till.seller_id, "970436", "0011 0000 99", "Trần Ơn"))
        publish(MoneyToReturn("bankline:8", 60_000, till.seller_id, "", "", ""))
    assert [(one.source, one.holder) for one in list_payable(till.seller_id)] == [("bankline:7", "TRAN ON")]
    files.name_debt("bankline:8", *BANK, till.one)
    file = files.collect(till.seller_id, ["bankline:7", "bankline:8"], till.one)
    files.approve(file.code, till.two)
    files.sent(file.code, till.one)
    files.item_paid(file.code, 1, "FT1", till.one)
    files.item_failed(file.code, 2, Failure.WRONG_ACCOUNT, till.one)
    assert [one.paid_at is not None for one in session.scalars(select(PayoutDebt).order_by(PayoutDebt.id))] == [
        True,
        False,
    ]
    assert list_payable(till.seller_id) == [] and breaches() == []


def test_the_doctor_sees_a_file_that_is_not_what_was_approved(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    file = till.sent_file(till.named())
    monkeypatch.setattr("shop.payouts.doctor.as_csv", lambda _file: "khác")
    assert f"I17: payout file {file.code}" in breaches()


def test_staff_write_down_what_the_buyer_says(till: Till, session: Session) -> None:
    refund = till.owe()
    claims.name_for_buyer(refund.code, *BANK, till.one)
    with pytest.raises(refusals.LinkOver):
        claims.name_account(key_of(refund.code, 1), *BANK)
    claim = session.scalars(select(PayoutClaim)).one()
    assert (claim.named_by, claim.expires_at > now() - timedelta(days=1)) == (till.one.label, True)
