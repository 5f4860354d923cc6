"""Verbs on papers: record, confirm, make a condition, withdraw. Each is one transaction.

A paper that a certifier made a condition has its stop written in advance, from the day after its last day: the doors
turn by date, no job is needed. A confirmed renewal ends that stop and begins one of its own.
"""

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from catalog.papers.models import KINDS, Paper
from catalog.papers.queries import get_paper, owner_of, row_of, scope_of_paper
from catalog.papers.refusals import PaperSamePerson, PaperState, PaperTwice
from catalog.papers.rules import State, blocks_from
from catalog.producers.queries import scope_of
from catalog.stops.models import ProductStop
from catalog.stops.service import Target, end, find_target, lock_certificates, place
from core.accounts.actor import Actor
from core.accounts.permissions import authorize, may
from core.audit import record
from core.clock import local_day, now
from core.db import db, transaction
from core.errors import Invalid
from core.ids import short_code

#: What a stop says when a blocking paper has run out, by kind.
_GROUNDS = {
    "self_declared": "Bản tự công bố sản phẩm đã hết hạn",
    "registered": "Bản đăng ký công bố sản phẩm đã hết hạn",
    "safety": "Giấy chứng nhận cơ sở đủ điều kiện an toàn thực phẩm đã hết hạn",
}


def record_paper(
    by: Actor,
    *,
    kind: str,
    number: str,
    issuer: str,
    issued_on: date,
    product: str | None = None,
    producer: str | None = None,
    tested_on: date | None = None,
    valid_until: date | None = None,
    renews: str | None = None,
) -> Paper:
    """Enter a declaration of a product, or a maker's certificate; `renews` names the paper it follows.

    A certifier's entry counts at once, a producer's when a certifier has confirmed it. Raises Invalid, PaperTwice,
    PaperNotFound, NotFound for another's product.
    """
    authorize(by, "papers.record")
    old = get_paper(renews) if renews else None
    target = Target(old.product, old.producer) if old else find_target(product, producer)
    owner = target.producer or (target.product.producer if target.product else None)
    authorize(by, "papers.record", *([scope_of(owner)] if owner else []))
    with transaction() as session:
        at = now()
        _check(kind, target, issued_on, tested_on, valid_until, local_day(at))
        _check_new(target, number, issuer)
        paper = Paper(
            code=short_code("GT"), kind=kind, product_id=target.product.id if target.product else None,
            producer_id=target.producer.id if target.producer else None, number=number, issuer=issuer,
            issued_on=issued_on, tested_on=tested_on, valid_until=valid_until, entered_by=by.user_id, entered_at=at,
            renews_id=old.id if old else None,
        )  # fmt: skip
        session.add(paper)
        session.flush()
        record("paper.recorded", _subject(paper), by, about=target.subject, kind=kind, number=number,
               valid_until=valid_until, renews=renews)  # fmt: skip
        if may(by, "papers.confirm"):
            _confirm(by, paper)
    return paper


def confirm_paper(by: Actor, code: str) -> Paper:
    """A certifier has seen the paper that a producer entered. Raises PaperNotFound, PaperState, PaperSamePerson."""
    authorize(by, "papers.confirm")
    with transaction():
        paper = _locked(code)
        if paper.confirmed_at is not None or paper.withdrawn_at is not None:
            raise PaperState(state=row_of(paper, local_day(now())).state)
        if paper.entered_by is not None and paper.entered_by == by.user_id:
            raise PaperSamePerson
        _confirm(by, paper)
    return paper


def set_blocking(by: Actor, code: str, *, is_blocking: bool, reason: str) -> Paper:
    """Make a paper a condition of sale, or no longer, by date. Raises PaperState, Invalid (it names no last day)."""
    authorize(by, "papers.confirm")
    with transaction():
        paper = _locked(code)
        state = row_of(paper, local_day(now())).state
        if state in (State.WAITING, State.RENEWED, State.WITHDRAWN):
            raise PaperState(state=state)
        if is_blocking and paper.valid_until is None:
            raise Invalid({"is_blocking": [_("Giấy này không ghi ngày cuối nên không thể làm điều kiện.")]})
        if paper.is_blocking == is_blocking:
            return paper
        paper.is_blocking = is_blocking
        db.session.flush()
        record("paper.blocking" if is_blocking else "paper.not_blocking", _subject(paper), by, reason=reason)
        if is_blocking:
            _hold(by, paper)
        else:
            _release(by, paper, reason)
    return paper


def withdraw_paper(by: Actor, code: str, *, reason: str) -> Paper:
    """Take back a wrong entry. What it held is freed; the paper that it followed counts again.

    A producer may take back her own while nobody has confirmed it. Raises PaperNotFound, PaperState.
    """
    with transaction():
        paper = _locked(code)
        is_own = paper.confirmed_at is None
        authorize(by, "papers.record" if is_own else "papers.confirm", *([scope_of_paper(paper)] if is_own else []))
        if paper.withdrawn_at is not None:
            raise PaperState(state=State.WITHDRAWN)
        paper.withdrawn_at, paper.withdrawn_by, paper.withdrawn_reason = now(), by.user_id, reason
        db.session.flush()
        record("paper.withdrawn", _subject(paper), by, reason=reason)
        old = db.session.get(Paper, paper.renews_id) if paper.renews_id and not is_own else None
        if old is not None and old.is_blocking and old.withdrawn_at is None:
            _hold(by, old)
        _release(by, paper, reason)
    return paper


def _confirm(by: Actor, paper: Paper) -> None:
    """Let it count. The new hold is written before the old one ends, so that nothing opens in between."""
    paper.confirmed_by, paper.confirmed_at = by.user_id, now()
    old = db.session.get(Paper, paper.renews_id) if paper.renews_id else None
    if old is not None and old.is_blocking and paper.valid_until is not None:
        paper.is_blocking = True
    db.session.flush()
    record("paper.confirmed", _subject(paper), by, number=paper.number, valid_until=paper.valid_until)
    if paper.is_blocking:
        _hold(by, paper)
    if old is not None:
        _release(by, old, f"Đã gia hạn bằng {paper.number}.")


def _hold(by: Actor, paper: Paper) -> None:
    """Write the stop of a blocking paper, for the day after its last one."""
    if paper.valid_until is None:
        return
    target = Target(paper.product, paper.producer)
    place(
        by, target, kind="paper", number=paper.number, authority=paper.issuer, ground=_GROUNDS[paper.kind],
        from_on=blocks_from(paper.valid_until, local_day(now())), source=_subject(paper),
    )  # fmt: skip


def _release(by: Actor, paper: Paper, reason: str) -> None:
    """End the stops that this paper made, from today."""
    lock_certificates(Target(paper.product, paper.producer))
    query = select(ProductStop).where(ProductStop.source == _subject(paper), ProductStop.lifted_at.is_(None))
    for stop in db.session.scalars(query.with_for_update(of=ProductStop)):
        end(by, stop, on=local_day(now()), reason=reason)


def _check(
    kind: str, target: Target, issued_on: date, tested_on: date | None, valid_until: date | None, today: date
) -> None:
    """Refuse what no such paper could say, with Invalid naming each field."""
    errors: dict[str, list[str]] = {}
    if kind not in KINDS or (kind == "safety") != (target.producer is not None):
        errors["kind"] = [_("Bản công bố là của sản phẩm; giấy đủ điều kiện an toàn thực phẩm là của chủ thể.")]
    if issued_on > today:
        errors["issued_on"] = [_("Ngày của giấy chưa tới.")]
    if tested_on is not None and tested_on > issued_on:
        errors["tested_on"] = [_("Phiếu kiểm nghiệm không thể sau ngày của giấy.")]
    if valid_until is not None and valid_until < issued_on:
        errors["valid_until"] = [_("Không thể trước ngày của giấy.")]
    if errors:
        raise Invalid(errors)


def _check_new(target: Target, number: str, issuer: str) -> None:
    query = select(Paper).where(
        Paper.product_id == target.product.id if target.product else Paper.product_id.is_(None),
        Paper.producer_id == target.producer.id if target.producer else Paper.producer_id.is_(None),
        Paper.number == number,
        Paper.issuer == issuer,
        Paper.withdrawn_at.is_(None),
    )
    same = db.session.scalars(query).first()
    if same is not None:
        raise PaperTwice(paper=same.code)


def _locked(code: str) -> Paper:
    paper = get_paper(code)
    db.session.refresh(paper, with_for_update={"of": Paper})
    owner_of(paper)
    return paper


def _subject(paper: Paper) -> str:
    return f"paper:{paper.code}"
