"""Reviews from the goods in hand to their last word; on both databases."""

from datetime import timedelta
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from catalog.certificates import service as certificates
from catalog.certificates.models import Certificate
from core.accounts.actor import ANONYMOUS
from core.audit import AuditEntry
from core.clock import now
from core.db import transaction
from core.doctor import examine
from core.errors import EditConflict, Forbidden, NotFound, RateLimited
from shop.reviews import jobs, queries, refusals, service
from shop.reviews.models import Review
from tests.shop.reviews.conftest import DAY, Bought, work
from tests.support.mails import text_of
from tests.support.queries import counted

pytestmark = pytest.mark.long  # what must never break stands in test_guards.py

GOOD = "Mật thơm, đóng gói kỹ."


def said(bought: Bought, marks: int = 5, words: str = GOOD, naming: str = "initials", order=None) -> Review:
    order = order or bought.order
    return service.write(
        ANONYMOUS, order.number, order.token, product=bought.product.slug, marks=marks, words=words, naming=naming
    )


def breaches() -> list[str]:
    return [
        f"{one.invariant.code}: {line}" for one in examine() for line in one.breaches if one.invariant.code != "I12"
    ]


def counts(bought: Bought) -> tuple[int, ...]:
    return queries.ratings([bought.product.id]).get(bought.product.id, queries.NO_RATING).counts


def test_what_has_a_phone_number_waits_for_a_person(bought: Bought, make_admin) -> None:
    one = said(bought, 5, "Ngon, gọi tôi 0912 345 678")
    assert (one.state, one.held_for) == ("held", "phone")
    assert counts(bought) == (0, 0, 0, 0, 0)
    assert [x.review.code for x in queries.list_moderated("held", 1, 10)[0]] == [one.code]
    with pytest.raises(Forbidden):
        service.let_stand(bought.producer(), one.code, version=one.version)
    stands = service.let_stand(make_admin, one.code, version=one.version)
    assert stands.state == "shown"
    assert counts(bought) == (0, 0, 0, 0, 1)
    again = service.edit(ANONYMOUS, one.code, bought.order.token, version=stands.version, marks=4, words=one.words)
    assert again.state == "shown", "the same words were read by a person already"
    fresh = "Ngon, gọi tôi 0912 345 679"
    changed = service.edit(ANONYMOUS, one.code, bought.order.token, version=again.version, marks=4, words=fresh)
    assert (changed.state, counts(bought)) == ("held", (0, 0, 0, 0, 0))
    assert breaches() == []


def test_thirty_days_to_edit_with_history_kept(bought: Bought) -> None:
    one, token = said(bought, 2, "Nhạt"), bought.order.token
    with pytest.raises(EditConflict):
        service.edit(ANONYMOUS, one.code, token, version=one.version + 1, marks=5)
    with pytest.raises(refusals.ReviewNotFound):
        service.edit(ANONYMOUS, one.code, "x", version=one.version, marks=5)
    bought.clock.forward(days=29)
    edited = service.edit(ANONYMOUS, one.code, token, version=one.version, marks=4, words="Lần này đậm", naming="full")
    assert (edited.marks, edited.shown_name, counts(bought)) == (4, "Ngô Thị Thử", (0, 0, 0, 1, 0))
    assert [(s.action, s.marks, s.words) for s in queries.steps_of(edited)] == [
        ("write", 2, "Nhạt"), ("edit", 4, "Lần này đậm"),
    ]  # fmt: skip
    bought.clock.forward(days=2)
    with pytest.raises(refusals.ReviewFixed):
        service.edit(ANONYMOUS, one.code, token, version=edited.version, marks=5)


def test_hidden_by_law_and_its_writer_is_told(
    bought: Bought, make_admin, mails: list[EmailMessage], app: Flask
) -> None:
    one = said(bought, 1, "Dở")
    for role in ("producer", "store_manager", "auditor", "certifier"):
        with pytest.raises(Forbidden):
            service.hide(bought.make.actor(role), one.code, version=one.version, ground="insult")
    hidden = service.hide(make_admin, one.code, version=one.version, ground="personal", note="Có tên người giao hàng")
    assert counts(bought) == (0, 0, 0, 0, 0)
    assert queries.panel(bought.product.id).said == []
    with pytest.raises(refusals.ReviewFixed):
        service.edit(ANONYMOUS, one.code, bought.order.token, version=hidden.version, marks=2)
    with app.test_request_context():
        work()
    told = text_of(next(mail for mail in mails if "ẩn" in mail["Subject"]))
    assert "Có tên người giao hàng" in told and "Luật 91/2025" in told
    back = service.let_stand(make_admin, one.code, version=hidden.version, note="Không có tên ai")
    assert (back.state, counts(bought)) == ("shown", (1, 0, 0, 0, 0))
    assert breaches() == []


def test_the_producer_answers_once_and_may_change_it(bought: Bought, make_admin) -> None:
    one, producer = said(bought), bought.producer()
    with pytest.raises(NotFound):
        service.answer(bought.make.actor("producer", ("producer", "CT-KHAC")), one.code, version=one.version, words="x")
    first = service.answer(producer, one.code, version=one.version, words="Cảm ơn chị.")
    second = service.answer(producer, one.code, version=first.version, words="Cảm ơn chị nhiều.")
    assert (second.answer, second.answer_state) == ("Cảm ơn chị nhiều.", "shown")
    held = service.answer(producer, one.code, version=second.version, words="Gọi 0912 345 678 mua rẻ hơn")
    assert held.answer_state == "held"
    assert queries.count_to_moderate() == 1
    hidden = service.hide(make_admin, one.code, version=held.version, ground="advert", answer_only=True)
    assert (hidden.state, hidden.answer_state, counts(bought)) == ("shown", "hidden", (0, 0, 0, 0, 1))


def test_a_person_is_forgotten_and_her_opinion_is_nobody_s(bought: Bought, session: Session) -> None:
    one = said(bought, naming="full")
    assert service.forget_names("+84999999999") == 0
    assert service.forget_names("+84912345678") == 1
    session.expire_all()
    assert (session.get_one(Review, one.id).shown_name, session.get_one(Review, one.id).words) == ("", GOOD)
    assert service.forget_names("mua@example.test") == 0, "done already"


def test_no_trail_names_the_buyer(bought: Bought, session: Session, make_admin) -> None:
    one = said(bought, 5, "Gọi 0912 345 678", naming="full")
    service.let_stand(make_admin, one.code, version=one.version)
    entries = session.scalars(select(AuditEntry).where(AuditEntry.subject == f"review:{one.code}")).all()
    told = " ".join(f"{e.actor} {e.data}" for e in entries)
    assert len(entries) == 2
    assert not any(word in told for word in ("Thử", "0912", "912345678", "Gọi"))
    assert entries[0].actor_id is None


def test_reports_are_limited_and_hide_nothing(bought: Bought, app: Flask, make_admin) -> None:
    one = said(bought, 1, "Tệ")
    with app.test_request_context():
        service.report(one.code, ground="insult", note="nói xấu")
        with pytest.raises(RateLimited):
            service.report(one.code, ground="insult")
    assert counts(bought) == (1, 0, 0, 0, 0)
    found, total = queries.list_moderated("reported", 1, 10)
    assert (total, found[0].review.reports) == (1, 1)
    service.let_stand(make_admin, one.code, version=found[0].review.version, note="Chỉ là chê hàng")
    assert queries.list_moderated("reported", 1, 10)[1] == 0


def test_after_a_revocation_it_is_still_read(bought: Bought, session: Session) -> None:
    said(bought)
    code = session.scalar(select(Certificate.code).where(Certificate.product_id == bought.product.id))
    by = bought.make.actor("certifier")
    certificates.revoke(by, code, decision_number="9/QĐ", ground="breach", effective_on=None)
    assert counts(bought) == (0, 0, 0, 0, 1)
    assert len(queries.panel(bought.product.id).said) == 1


def test_a_bought_thing_is_reviewed_after_its_star_ended(bought: Bought) -> None:
    """The sale was lawful: the opinion stands, the product does not."""
    bought.clock.on(DAY + timedelta(days=9))
    assert said(bought).state == "shown"


def test_invited_once_three_days_after(bought: Bought, mails: list[EmailMessage], app: Flask) -> None:
    bought.buy(bought.sku, email=None)
    assert jobs.invite_buyers(now()) == 0
    bought.clock.forward(days=3)
    assert jobs.invite_buyers(now()) == 1
    assert jobs.invite_buyers(now()) == 0
    with app.test_request_context():
        work()
    asked = [mail for mail in mails if "thế nào" in mail["Subject"]]
    assert [mail["To"] for mail in asked] == ["mua@example.test"]
    assert "thoi-moi" in text_of(asked[0]) and bought.order.token in text_of(asked[0])


def test_who_said_stop_is_not_invited_again(bought: Bought, mails: list[EmailMessage], app: Flask) -> None:
    service.silence(ANONYMOUS, bought.order.number, bought.order.token)
    service.silence(ANONYMOUS, bought.order.number, bought.order.token)
    bought.clock.forward(days=4)
    jobs.invite_buyers(now())
    with app.test_request_context():
        work()
    assert not [mail for mail in mails if "thế nào" in mail["Subject"]]


def test_a_machine_that_slept_asks_nobody_of_last_season(bought: Bought) -> None:
    bought.clock.forward(days=31)
    assert jobs.invite_buyers(now()) == 0


def test_sorted_and_paged(bought: Bought) -> None:
    for marks in (3, 1, 5):
        bought.clock.forward(minutes=1)
        said(bought, marks, order=bought.buy(bought.sku))
    shown = {sort: [x.review.marks for x in queries.list_shown(bought.product.id, sort, 1, 10)]
             for sort in ("newest", "lowest", "highest")}  # fmt: skip
    assert shown == {"newest": [5, 1, 3], "lowest": [1, 3, 5], "highest": [5, 3, 1]}
    assert [x.review.marks for x in queries.list_shown(bought.product.id, "newest", 2, 2)] == [3]
    product_id = bought.product.id
    assert counted(lambda: queries.panel(product_id)) == 2


def test_a_name_that_is_a_telephone_number_waits_too(bought: Bought, session: Session) -> None:
    """Orders take names as they are typed: the whole name, chosen to be shown, is read like words."""
    order = bought.buy(bought.sku)
    with transaction():
        session.execute(
            text("UPDATE shop_order SET contact_name = 'Hoa 0912 345 678' WHERE id = :id"), {"id": order.id}
        )
    session.expire_all()
    assert said(bought, order=order).shown_name == "H."
    edited = service.edit(
        ANONYMOUS, queries.of_order(order.id)[bought.product.id].code, order.token, version=1, marks=5, words=GOOD,
        naming="full",
    )  # fmt: skip
    assert (edited.state, edited.held_for) == ("held", "phone")
