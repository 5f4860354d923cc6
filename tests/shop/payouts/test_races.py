"""Many hands on the same money: promised, listed, paid over the counter; on real connections of both databases."""

from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import func, select

from core.accounts.actor import SYSTEM, Actor
from core.clock import now
from core.db import db
from core.doctor import examine
from core.errors import Busy, Refusal
from shop.payments import refunds, service
from shop.payments.models import Payment, Refund
from shop.payments.providers.port import Payee
from shop.payments.refusals import RefundStateRefused, RefundTooMuch
from shop.payments.service import Asked
from shop.payouts import claims, counter, files
from shop.payouts.links import counter_code, key_of
from shop.payouts.models import PayoutItem
from shop.payouts.refusals import AlreadyListed, LinkOver, NothingToPay
from shop.stores.models import Store
from tests import make as builders
from tests.support.live import Live

pytestmark = pytest.mark.long

SUM = 1_000_000
BANK = ("970436", "0011000012345", "NGUYEN THI DAO")


class Purse:
    """A store whose payments owe money back, in a database of its own."""

    def __init__(self, live: Live) -> None:
        self.live, self.count = live, 0
        self.code, self.seller_id, self.staff = live.run(lambda: self._open(builders))

    def _open(self, make: ModuleType) -> tuple[str, int, list[Actor]]:
        store = make.store()
        return store.code, store.seller_id, [make.actor("store_manager", ("store", store.code)) for _ in range(8)]

    def receive(self) -> str:
        """A payment of a million đồng; answers its reference."""
        self.count += 1
        seller = db.session.scalars(select(Store).where(Store.code == self.code)).one().seller
        reference = f"zzz:{self.count}"
        payee = Payee(seller.id, seller.name, seller.bank_bin, seller.bank_account)
        service.open_payment(Asked(reference, "cod", SUM, "OCOP", payee, None), SYSTEM, now())
        service.take_cash(reference, SYSTEM)
        return reference

    def owe(self) -> str:
        """A refund whose account is named; answers its code."""
        code = refunds.promise(self.receive(), SUM, "broken", f"key:{self.count}", SYSTEM).code
        claims.name_account(key_of(code, 1), *BANK)
        return code

    def breaches(self) -> list[str]:
        found = self.live.run(examine)
        return [line for one in found for line in one.breaches if one.invariant.code not in ("I12", "I3")]


def kinds(answers: list[Any]) -> dict[str, int]:
    names = [one if isinstance(one, str) else type(one).__name__ for one in answers]
    return {name: names.count(name) for name in sorted(set(names))}


def patiently(work: Any) -> str:
    """As a careful program: again while somebody holds the lock."""
    for _ in range(60):
        try:
            return str(work())
        except Busy:
            db.session.rollback()
    return str(work())


def test_fifty_promises_at_once_never_exceed_what_came(live: Live) -> None:
    purse = Purse(live)
    reference = live.run(purse.receive)

    def ask(turn: int) -> str:
        amount = SUM if turn % 5 == 0 else 30_001 * (turn % 7 + 1)
        return patiently(lambda: refunds.promise(reference, amount, "broken", f"k:{turn}", SYSTEM) and "ok")

    answers = live.together(50, ask)
    assert set(kinds(answers)) <= {"ok", "RefundTooMuch"}, kinds(answers)
    payment, promised = live.run(
        lambda: (db.session.scalars(select(Payment)).one(), db.session.scalar(select(func.sum(Refund.amount_vnd))))
    )
    assert payment.refunding_vnd == promised <= SUM
    assert purse.breaches() == []
    assert any(isinstance(one, RefundTooMuch) for one in answers)


def test_one_intent_from_many_hands_is_one_refund(live: Live) -> None:
    purse = Purse(live)
    reference = live.run(purse.receive)
    answers = live.together(
        8, lambda _: patiently(lambda: refunds.promise(reference, 10_000, "broken", "one", SYSTEM).code)
    )
    assert len(set(answers)) == 1 and isinstance(answers[0], str), answers
    assert live.run(lambda: db.session.scalar(select(func.count()).select_from(Refund))) == 1


def test_many_desks_list_each_sum_once(live: Live) -> None:
    purse = Purse(live)
    codes = [live.run(purse.owe) for _ in range(4)]
    sources = [f"refund:{code}" for code in codes]
    answers = live.together(
        6, lambda n: patiently(lambda: files.collect(purse.seller_id, sources, purse.staff[n]) and "ok")
    )
    assert kinds(answers).get("ok", 0) >= 1
    assert all(isinstance(one, str | NothingToPay | AlreadyListed) for one in answers), answers
    listed = live.run(lambda: list(db.session.scalars(select(PayoutItem.source).where(PayoutItem.state == "listed"))))
    assert sorted(listed) == sorted(sources)
    assert purse.breaches() == []


def test_the_counter_and_a_file_never_both_pay(live: Live) -> None:
    purse = Purse(live)
    for _ in range(4):
        code = live.run(lambda: refunds.promise(purse.receive(), SUM, "broken", f"c:{purse.count}", SYSTEM).code)
        live.run(lambda code=code: claims.name_account(key_of(code, 1), *BANK))

        def act(n: int, code: str = code) -> str:
            if n % 2:
                return patiently(lambda: files.collect(purse.seller_id, [f"refund:{code}"], purse.staff[n]) and "file")
            patiently(lambda: refunds.change_way(code, refunds.Way.CASH, purse.staff[n]).code)
            return patiently(lambda: counter.pay(code, counter_code(code), purse.staff[n]) and "cash")

        answers = live.together(4, act)
        won = {one for one in answers if isinstance(one, str)}
        assert len(won) == 1, answers
        assert all(isinstance(one, str | Refusal) for one in answers), answers
        lost = [one for one in answers if not isinstance(one, str)]
        assert all(isinstance(one, RefundStateRefused | NothingToPay | AlreadyListed | LinkOver) for one in lost), lost
    assert purse.breaches() == []


def test_the_bank_answers_an_item_once(live: Live) -> None:
    purse = Purse(live)
    code = live.run(purse.owe)
    file = live.run(lambda: files.collect(purse.seller_id, [f"refund:{code}"], purse.staff[0])).code
    live.run(lambda: files.approve(file, purse.staff[1]))
    live.run(lambda: files.sent(file, purse.staff[0]))

    def answer(n: int) -> str:
        if n % 2:
            return patiently(lambda: files.item_failed(file, 1, files.Failure.OTHER, purse.staff[n]) and "failed")
        return patiently(lambda: files.item_paid(file, 1, "FT1", purse.staff[n]) and "paid")

    answers = live.together(4, answer)
    assert len({one for one in answers if isinstance(one, str)}) == 1, answers
    assert purse.breaches() == []
