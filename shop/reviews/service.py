"""Verbs on reviews. Each is one transaction and leaves a step; the sums follow by the database's own triggers."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import select, update

from catalog.products.models import Product
from catalog.products.queries import find_product
from core.accounts.actor import Actor, Scope
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import now
from core.db import check_version, db, transaction
from core.events import publish
from core.ids import digest, short_code
from core.web.ratelimit import caller_address, limit
from shop.orders.models import Order, OrderLine
from shop.orders.queries import get_order, is_buyer
from shop.orders.refusals import OrderNotFound
from shop.orders.rules import WITH_BUYER
from shop.reviews.events import ReviewHidden
from shop.reviews.models import Review, ReviewReport, ReviewSilence, ReviewStep
from shop.reviews.refusals import NotBought, NotDelivered, ReviewExists, ReviewFixed, ReviewNotFound, ReviewState
from shop.reviews.rules import HELD, HIDDEN, SHOWN, WITHDRAWN, is_editable, shown_name, state_of

#: How a buyer is written in the history: her name is nobody's business there.
BUYER = "người mua"
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def write(
    by: Actor, number: str, token: str | None, *, product: str, marks: int, words: str = "", naming: str = "initials"
) -> Review:
    """Say what one thinks of a product (code or slug) of one's own order that was handed over.

    Raises OrderNotFound, NotBought, NotDelivered, ReviewExists (one a product and order).
    """
    with transaction() as session:
        order = _lock_order(number, token, by)
        line = _line_of(order, product)
        if order.state not in WITH_BUYER:
            raise NotDelivered(state=order.state)
        _refuse_second(order, line)
        at, name = now(), shown_name(naming, order.contact_name)
        state, held_for = state_of(f"{words}\n{name}")
        review = Review(
            code=short_code("DG"), product_id=line.product_id, order_id=order.id, store_id=order.store_id,
            bought_on=line.decided_on or line.placed_on, marks=marks, words=words, naming=naming,
            shown_name=name, state=state, held_for=held_for, written_at=at,
        )  # fmt: skip
        session.add(review)
        session.flush()
        _step(review, "write", words, held_for)
        record("review.written", f"review:{review.code}", _nobody(by), marks=marks, state=state, waits_for=held_for)
        return review


def edit(
    by: Actor, code: str, token: str | None, *, version: int, marks: int, words: str = "", naming: str = "initials"
) -> Review:
    """Change one's own review within thirty days. Raises ReviewNotFound, EditConflict, ReviewFixed."""
    with transaction() as session:
        review, order = _lock_own(code, token, by)
        check_version(review, version)
        if not is_editable(review.written_at, review.state, now()):
            raise ReviewFixed(state=review.state)
        name = shown_name(naming, order.contact_name)
        if (words, name) != (review.words, review.shown_name):  # what a person has let through need not wait again
            review.state, review.held_for = state_of(f"{words}\n{name}")
        review.marks, review.words, review.edited_at = marks, words, now()
        review.naming, review.shown_name = naming, name
        session.flush()
        _step(review, "edit", words, review.held_for)
        record("review.edited", f"review:{code}", _nobody(by), marks=marks, state=review.state)
        return review


def withdraw(by: Actor, code: str, token: str | None) -> Review:
    """Take one's own review back, at any time: words and name are erased, here and in its history."""
    with transaction() as session:
        review, _order = _lock_own(code, token, by)
        if review.state == WITHDRAWN:
            return review
        review.state, review.ground, review.ground_note, review.held_for = WITHDRAWN, None, "", ""
        review.reports = 0
        _erase(review)
        session.flush()
        _step(review, "withdraw")
        record("review.withdrawn", f"review:{code}", _nobody(by))
        return review


def answer(by: Actor, code: str, *, version: int, words: str) -> Review:
    """The producer's one answer; the same call changes it. Raises ReviewNotFound, EditConflict, ReviewState."""
    with transaction() as session:
        review = _lock(code)
        authorize(by, "reviews.answer", _producer_scope(review))
        check_version(review, version)
        if review.state != SHOWN:
            raise ReviewState(state=review.state)
        review.answer_state, waits_for = state_of(words)
        review.answer, review.answered_at = words, now()
        session.flush()
        _step(review, "answer", words, waits_for, by)
        record("review.answered", f"review:{code}", by, state=review.answer_state, waits_for=waits_for)
        return review


def hide(by: Actor, code: str, *, version: int, ground: str, note: str = "", answer_only: bool = False) -> Review:
    """Hide a review, or its answer alone, on a ground of law; its writer reads ground and note.

    Raises ReviewNotFound, EditConflict, ReviewState.
    """
    authorize(by, "reviews.moderate")
    with transaction() as session:
        review = _lock(code)
        check_version(review, version)
        if review.state not in (SHOWN, HELD) or (answer_only and review.answer is None):
            raise ReviewState(state=review.state)
        if answer_only:
            review.answer_state = HIDDEN
        else:
            review.state, review.ground, review.ground_note, review.held_for = HIDDEN, ground, note, ""
            review.reports = 0
            publish(ReviewHidden(code))
        session.flush()
        _step(review, "hide", note=f"{'answer ' if answer_only else ''}{ground}: {note}", by=by)
        record("review.hidden", f"review:{code}", by, ground=ground, note=note, answer_only=answer_only)
        return review


def let_stand(by: Actor, code: str, *, version: int, note: str = "") -> Review:
    """Show what waited, what was hidden or what was reported, answer included: a person has read it.

    Raises ReviewNotFound, EditConflict, ReviewState.
    """
    authorize(by, "reviews.moderate")
    with transaction() as session:
        review = _lock(code)
        check_version(review, version)
        if review.state == WITHDRAWN:
            raise ReviewState(state=review.state)
        review.state, review.ground, review.ground_note, review.held_for = SHOWN, None, "", ""
        review.reports = 0
        review.answer_state = SHOWN if review.answer is not None else None
        session.flush()
        _step(review, "restore", note=note, by=by)
        record("review.restored", f"review:{code}", by, note=note)
        return review


def report(code: str, *, ground: str, note: str = "") -> None:
    """Anybody tells that a shown review breaks the law; it stays shown until a person looks.

    Raises ReviewNotFound, RateLimited: by address, and once a day by address and review.
    """
    limit("review.report", caller_address(), times=10, per=_HOUR)
    limit("review.report.one", f"{caller_address()} {code}", times=1, per=_DAY)
    with transaction() as session:
        review = _lock(code)
        if review.state != SHOWN:
            raise ReviewNotFound
        review.reports += 1
        session.add(ReviewReport(review_id=review.id, ground=ground, note=note, at=now()))


def silence(by: Actor, number: str, token: str | None) -> None:
    """No more invitations to whoever placed this order. Twice has the effect of once."""
    with transaction() as session:
        order = _lock_order(number, token, by)
        key = digest(order.contact_email or "")
        if order.contact_email and session.get(ReviewSilence, key) is None:
            session.add(ReviewSilence(digest=key, at=now()))


def forget_names(contact: str) -> int:
    """Take the names off every review of whoever has this phone (E.164) or e-mail; answers how many.

    What was said stays, as nobody's: it tells of goods, not of a person.
    """
    theirs = select(Order.id).where((Order.contact_phone == contact) | (Order.contact_email == contact))
    with transaction():
        return forget_names_of(list(db.session.scalars(theirs)))


def forget_names_of(order_ids: Collection[int]) -> int:
    """Take the names off every review of these orders; answers how many."""
    with transaction() as session:
        query = select(Review).where(Review.order_id.in_(order_ids), Review.naming != "none").order_by(Review.id)
        found = list(session.scalars(query.with_for_update()))
        for review in found:
            review.naming, review.shown_name = "none", ""
            session.flush()
            _step(review, "forget")
        return len(found)


def _lock_order(number: str, token: str | None, by: Actor) -> Order:
    """The caller's own order, locked: of two reviews at once one waits. Raises OrderNotFound."""
    order = get_order(number)
    if not is_buyer(order, token, by):
        raise OrderNotFound
    query = select(Order).where(Order.id == order.id).with_for_update(of=Order)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _line_of(order: Order, product: str) -> OrderLine:
    found = find_product(product)
    query = select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.position)
    lines = [line for line in db.session.scalars(query) if found is not None and line.product_id == found.id]
    if not lines:
        raise NotBought
    return lines[0]


def _refuse_second(order: Order, line: OrderLine) -> None:
    query = select(Review.code).where(Review.order_id == order.id, Review.product_id == line.product_id)
    earlier = db.session.scalar(query)
    if earlier is not None:
        raise ReviewExists(review=earlier)


def _lock_own(code: str, token: str | None, by: Actor) -> tuple[Review, Order]:
    review = _lock(code)
    order = db.session.get_one(Order, review.order_id)
    if not is_buyer(order, token, by):
        raise ReviewNotFound
    return review, order


def _lock(code: str) -> Review:
    query = select(Review).where(Review.code == code).with_for_update()
    review = db.session.scalars(query.execution_options(populate_existing=True)).first()
    if review is None:
        raise ReviewNotFound
    return review


def _producer_scope(review: Review) -> Scope:
    return Scope("producer", db.session.get_one(Product, review.product_id).producer.code)


def _erase(review: Review) -> None:
    """Words and name, now and in the history: what its writer said, and what was answered to it."""
    review.words, review.shown_name, review.naming = "", "", "none"
    review.answer, review.answer_state, review.answered_at = None, None, None
    gone = update(ReviewStep).where(ReviewStep.review_id == review.id, ReviewStep.words != "")
    db.session.execute(gone.values(words=""), execution_options={"synchronize_session": False})


def _nobody(by: Actor) -> Actor:
    """The buyer in the trail: an opinion is not tied to an account there."""
    return Actor(None, BUYER, via=by.via)


def _step(review: Review, action: str, words: str = "", note: str = "", by: Actor | None = None) -> None:
    step = ReviewStep(
        review_id=review.id, at=now(), action=action, state=review.state, marks=review.marks, words=words,
        note=note[:400], by_label=by.label if by else BUYER, by_id=by.user_id if by else None,
    )  # fmt: skip
    db.session.add(step)
