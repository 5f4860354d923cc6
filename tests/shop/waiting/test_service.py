"""Waiting, from asking to being forgotten; on both databases."""

from datetime import date, timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.certificates import service as certificates
from core.accounts.actor import ANONYMOUS, SYSTEM, Actor
from core.accounts.models import UserAccount
from core.clock import now, today
from core.errors import Invalid, NotFound
from shop.inventory import holds
from shop.inventory.rules import Reason
from shop.inventory.service import adjust
from shop.waiting import jobs, queries, refusals, service
from shop.waiting.links import key_of
from shop.waiting.models import Wait
from tests.shop.waiting.conftest import DAY, LAST, SoldOut, key_in, work
from tests.support.mails import text_of

pytestmark = pytest.mark.long  # what must never break stands in test_guards.py

MAIL = "cho@example.test"


def confirmed(gone: SoldOut, mails: list[EmailMessage], contact: str = MAIL) -> None:
    gone.ask(contact)
    work()
    service.confirm(key_in(mails[-1]))
    mails.clear()


def test_a_guest_s_mail_is_confirmed_first(gone: SoldOut, mails: list[EmailMessage]) -> None:
    gone.ask(MAIL)
    work()
    assert gone.states() == ["unconfirmed"]
    assert [mail["To"] for mail in mails] == [MAIL]
    gone.restock(5)
    assert len(mails) == 1, "nobody is told who has not said yes"
    service.confirm(key_in(mails[0]))
    service.confirm(key_in(mails[0]))
    gone.sweep()
    assert gone.states() == ["told"]
    assert "đã có hàng lại" in mails[-1]["Subject"]


def test_asking_again_changes_nothing_and_tells_nothing(gone: SoldOut, mails: list[EmailMessage]) -> None:
    confirmed(gone, mails)
    gone.ask(MAIL, store=gone.store.code)
    work()
    assert (len(gone.waits()), gone.waits()[0].store_id, mails) == (1, None, [])
    gone.ask("khac@example.test")
    gone.ask("khac@example.test")
    work()
    assert len(gone.waits()) == 2


def test_who_is_signed_in_asks_by_one_press(gone: SoldOut, session: Session) -> None:
    actor = gone.make.actor("shopper")
    user = session.get_one(UserAccount, actor.user_id)
    gone.ask(user.email, by=actor)
    assert [(w.state, w.user_id) for w in gone.waits()] == [("waiting", user.id)]
    gone.ask("nguoi.khac@example.test", by=actor)
    assert gone.states() == ["waiting", "unconfirmed"], "another's address is another's to confirm"


def test_a_telephone_is_called_by_the_store(gone: SoldOut) -> None:
    gone.ask("0912 345 678")
    gone.restock(5)
    one = gone.waits()[0]
    assert (one.state, one.store_id, one.contact) == ("to_call", gone.store.id, "+84912345678")
    assert [row.wait.code for row in queries.list_to_call([gone.store.id])] == [one.code]
    assert queries.list_to_call([gone.make.store().id]) == []
    other = gone.make.actor("store_manager", ("store", gone.make.store().code))
    with pytest.raises(NotFound):
        service.called(other, one.code, reached=True)
    keeper = gone.make.actor("store_manager", ("store", gone.store.code))
    service.called(keeper, one.code, reached=True)
    service.called(keeper, one.code, reached=True)
    assert [(w.state, w.contact) for w in gone.waits()] == [("told", None)]


def test_nothing_is_told_that_is_not_true_any_more(gone: SoldOut, mails: list[EmailMessage]) -> None:
    """Between the turn and the mail the star was taken back: no mail, and she waits on."""
    confirmed(gone, mails)
    lot = gone.make.lot(gone.sku, gone.store, on_shelf=3)
    assert service.take_turns([gone.product.id], now()) == 1
    assert gone.states() == ["telling"]
    by = gone.make.actor("certifier")
    certificates.suspend(by, gone.certificate.code, decision_number="1/QĐ", ground="Kiểm tra")
    work()
    assert (mails, gone.states(), gone.waits()[0].contact) == ([], ["waiting"], MAIL)
    certificates.lift(by, gone.certificate.code)
    work()
    gone.sweep()
    assert (len(mails), gone.states()) == (1, ["told"])
    assert lot


def test_sold_out_again_before_the_mail(gone: SoldOut, mails: list[EmailMessage]) -> None:
    confirmed(gone, mails)
    lot = gone.make.lot(gone.sku, gone.store, on_shelf=1)
    assert service.take_turns([gone.product.id], now()) == 1
    adjust(gone.store, lot.code, "shelf", -1, Reason.DAMAGE, SYSTEM)
    work()
    assert (mails, gone.states()) == ([], ["waiting"])


def test_a_star_comes_back(gone: SoldOut, mails: list[EmailMessage]) -> None:
    """Asked on a closed page: told of the star itself, in words that say whether there are goods."""
    gone.clock.on(LAST + timedelta(days=1))
    confirmed(gone, mails)
    gone.ask("0912 345 678")
    assert {w.reason for w in gone.waits()} == {"closed"}
    fresh = gone.make.certificate(
        gone.product, stars=5, valid_from=today(), valid_until=date(2029, 11, 30), verified=False
    )
    certificates.verify(gone.make.actor("certifier"), fresh.code, stars=5, valid_until=date(2029, 11, 30))
    work()
    assert gone.states() == ["told", "to_call"]
    assert gone.waits()[1].store_id is None, "no store has it: the house calls"
    text = text_of(mails[0])
    assert "chưa có hàng" in text and "5 sao OCOP" in text and "30/11/2029" in text


def test_what_can_be_bought_is_not_waited_for(gone: SoldOut) -> None:
    elsewhere = gone.make.store()
    gone.make.lot(gone.sku, elsewhere, on_shelf=1)
    with pytest.raises(refusals.Buyable):
        gone.ask()
    gone.ask(store=gone.store.code)
    gone.sweep()
    assert gone.states() == ["waiting"], "she waits for her own store"


def test_a_hold_that_runs_out_frees_goods_for_those_who_wait(gone: SoldOut) -> None:
    gone.make.lot(gone.sku, gone.store, on_shelf=1)
    holds.hold(gone.store.id, {gone.sku.id: 1}, "ord:DH-TEST", now() + timedelta(minutes=30), now())
    gone.ask()
    assert gone.sweep() == 0
    gone.clock.forward(minutes=31)
    assert jobs.call_those_who_wait(now()) == 1


def test_an_order_called_off_wakes_them_at_once(gone: SoldOut) -> None:
    gone.make.lot(gone.sku, gone.store, on_shelf=1)
    holds.hold(gone.store.id, {gone.sku.id: 1}, "ord:DH-TEST", None, now())
    gone.ask()
    holds.release("ord:DH-TEST", now())
    work()
    assert gone.states() == ["to_call"]


def test_withdrawn_by_one_press(gone: SoldOut, mails: list[EmailMessage]) -> None:
    gone.ask(MAIL)
    work()
    key = key_in(mails[0])
    for _ in range(2):
        service.withdraw(key)
    assert [(w.state, w.contact) for w in gone.waits()] == [("withdrawn", None)]
    with pytest.raises(refusals.WaitOver):
        service.confirm(key)
    gone.ask(MAIL)
    assert gone.states() == ["withdrawn", "unconfirmed"], "she may ask anew"


def test_an_address_cannot_be_guessed(gone: SoldOut) -> None:
    gone.ask()
    code = gone.waits()[0].code
    for wrong in (code, f"{code}.", f"{code}.{'0' * 32}", key_of("BT-OTHER"), "", ".", key_of(code)[:-1]):
        with pytest.raises((refusals.WaitNotFound, refusals.WaitOver)):
            service.withdraw(wrong)
    assert gone.states() == ["waiting"]


def test_forgotten_after_180_days_and_unconfirmed_after_three(gone: SoldOut, mails: list[EmailMessage]) -> None:
    confirmed(gone, mails)
    gone.ask("khac@example.test")
    gone.clock.on(DAY + timedelta(days=4))
    assert jobs.forget_old_waits(today()) == 1
    assert gone.states() == ["waiting"]
    gone.clock.on(DAY + timedelta(days=180))
    assert jobs.forget_old_waits(today()) == 0
    gone.clock.on(DAY + timedelta(days=181))
    assert service.take_turns([gone.product.id], now()) == 0
    assert jobs.forget_old_waits(today()) == 1
    assert [(w.state, w.contact) for w in gone.waits()] == [("expired", None)]


def test_a_person_is_erased(gone: SoldOut, session: Session) -> None:
    gone.ask("0912 345 678")
    gone.ask("0912 345 679")
    assert service.forget("+84 912 345 678") == 1
    assert [w.contact for w in session.scalars(select(Wait))] == ["+84912345679"]


def test_who_waits_is_counted_for_producer_and_store(gone: SoldOut) -> None:
    gone.crowd(2)
    gone.ask("+84912399999", store=gone.store.code)
    gone.ask("khong@example.test")
    product_id = gone.product.id
    assert queries.count_waiting([product_id, 999]) == {product_id: 3}
    code = gone.product.producer.code
    crowds, total = queries.list_crowds(1, 10, producers=[code])
    assert (total, [(c.count, c.store.code if c.store else None) for c in crowds]) == (
        2, [(2, None), (1, gone.store.code)],
    )  # fmt: skip
    assert queries.list_crowds(1, 10, producers=["CT-KHAC"])[1] == 0
    assert queries.list_crowds(1, 10, stores=[gone.make.store().id])[1] == 1


@pytest.mark.parametrize(
    ("contact", "more"),
    [("12345", {}), ("0912", {}), ("a@b", {}), ("a@b.test\nBcc: c@d.test", {}), ("<b>@x.test", {}),
     ("0912345678", {"sku": "SKU-NO"}), ("0912345678", {"store": "khong-co"})],
)  # fmt: skip
def test_bad_input_writes_nothing(gone: SoldOut, contact: str, more: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        gone.ask(contact, **more)
    assert gone.waits() == []


def test_nobody_has_no_contact_of_her_own(gone: SoldOut) -> None:
    with pytest.raises(Invalid):
        service.ask(ANONYMOUS, product=gone.product.slug)
    with pytest.raises(Invalid):
        service.ask(Actor(None, "khách"), product=gone.product.slug)
