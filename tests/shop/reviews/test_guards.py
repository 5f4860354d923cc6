"""What must never break of reviews: bought, once, counted exactly, erased when taken back; on both databases."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.accounts.actor import ANONYMOUS
from core.db import transaction
from core.doctor import examine
from shop.orders.refusals import OrderNotFound
from shop.reviews import queries, refusals, service
from shop.reviews.models import Review, ReviewStep
from tests.shop.reviews.conftest import DAY, Bought, product_of

pytestmark = pytest.mark.daily  # what the database itself decides

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


def test_a_review_is_shown_and_counted_at_once(bought: Bought) -> None:
    one = said(bought, 4)
    assert (one.state, one.shown_name, one.store_id, one.bought_on) == ("shown", "N. T. T.", bought.store.id, DAY)
    assert counts(bought) == (0, 0, 0, 1, 0)
    assert [x.review.code for x in queries.panel(bought.product.id).said] == [one.code]
    assert breaches() == []


def test_one_a_product_and_order(bought: Bought) -> None:
    first = said(bought)
    with pytest.raises(refusals.ReviewExists) as refused:
        said(bought, 1)
    assert refused.value.facts == {"review": first.code}
    said(bought, 1, order=bought.buy(bought.sku))
    assert counts(bought) == (1, 0, 0, 0, 1)


def test_only_what_was_bought_and_handed_over(bought: Bought) -> None:
    waiting = bought.buy(bought.sku, hand_over=False)
    with pytest.raises(refusals.NotDelivered):
        said(bought, order=waiting)
    only_other = bought.buy(bought.other)
    with pytest.raises(refusals.NotBought):
        said(bought, order=only_other)
    with pytest.raises(refusals.NotBought):
        service.write(ANONYMOUS, bought.order.number, bought.order.token, product="khong-co", marks=3)
    for token in (None, "", "x", bought.order.number):
        with pytest.raises(OrderNotFound):
            service.write(ANONYMOUS, bought.order.number, token, product=bought.product.slug, marks=3)
    keeper = bought.make.actor("store_manager", ("store", bought.store.code))
    with pytest.raises(OrderNotFound):
        service.write(keeper, bought.order.number, None, product=bought.product.slug, marks=5)
    assert counts(bought) == (0, 0, 0, 0, 0)


def test_the_database_knows_too(bought: Bought, session: Session) -> None:
    """No path around the verbs makes an opinion, moves one, or rewrites its history."""
    one = said(bought)
    waiting = bought.buy(bought.sku, hand_over=False)
    copied = (
        "INSERT INTO product_review SELECT 999, 'DG-FALSE', {p}, {o}, store_id, bought_on, 5, '', 'none', '', "
        "'shown', '', NULL, '', written_at, NULL, NULL, NULL, NULL, 0, 1 FROM product_review WHERE id = {i}"
    )
    another = product_of(bought.make.sku(name="Chưa ai mua")).id
    for wrong in (
        copied.format(p=bought.product.id, o=waiting.id, i=one.id),
        copied.format(p=another, o=bought.order.id, i=one.id),
        copied.format(p=bought.product.id, o=bought.order.id, i=one.id),
        f"UPDATE product_review SET product_id = {another} WHERE id = {one.id}",
        "UPDATE product_review SET marks = 6",
        "DELETE FROM product_review",
        "UPDATE review_step SET note = 'khác'",
        "UPDATE review_step SET words = 'khác'",
        "DELETE FROM review_step",
    ):
        with pytest.raises(DBAPIError), transaction():
            session.execute(text(wrong))
    with transaction():  # the control: the same row for a true purchase goes in
        session.execute(text(copied.format(p=product_of(bought.other).id, o=bought.order.id, i=one.id)))
    assert breaches() == []


def test_taken_back_it_is_erased(bought: Bought, session: Session) -> None:
    one = said(bought, 3, "Có tên tôi ở đây", naming="full")
    service.answer(bought.producer(), one.code, version=one.version, words="Chào chị Thử")
    service.withdraw(ANONYMOUS, one.code, bought.order.token)
    service.withdraw(ANONYMOUS, one.code, bought.order.token)
    session.expire_all()
    gone = session.scalars(select(Review)).one()
    assert (gone.words, gone.shown_name, gone.answer, gone.state) == ("", "", None, "withdrawn")
    assert {step.words for step in session.scalars(select(ReviewStep))} == {""}
    assert counts(bought) == (0, 0, 0, 0, 0)
    assert breaches() == []


def test_the_doctor_sees_a_wrong_sum(bought: Bought, session: Session) -> None:
    """The control of I20."""
    said(bought)
    with transaction():
        session.execute(text("UPDATE product_rating SET marks_5 = 7"))
    assert [line for line in breaches() if line.startswith("I20")]
