"""Verbs on decisions: try out, enter, discard, confirm.

Entering writes down what the decision says and changes nothing else. The confirmation by a second certifier does
all of it in one transaction, or, where a line fits no longer, nothing.
"""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from catalog.certificates.importing import Line as Recognised
from catalog.certificates.importing import enter_line
from catalog.certificates.matching import Known
from catalog.certificates.models import Certificate
from catalog.certificates.refusals import ImportRefused, VerificationDiffers
from catalog.certificates.service import revoke, suspend, verify
from catalog.consequences.port import Effect
from catalog.decisions.models import CONFIRMED, DISCARDED, ENTERED, RECOGNITION, REVOCATION, Decision, DecisionLine
from catalog.decisions.plan import authorities_of, draw, effects_of, lines_of_decision
from catalog.decisions.queries import facts_of, find_same, get_decision, list_lines, read_lines
from catalog.decisions.reading import check_facts
from catalog.decisions.refusals import DecisionClosed, DecisionOutdated, DecisionSamePerson
from catalog.decisions.rules import Ended, Facts, Line, Plan, Step, cells_of, differing, fingerprint
from catalog.products.models import Product
from core.accounts.actor import SYSTEM, Actor, Grant
from core.accounts.models import UserAccount
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import local_day, now, today
from core.db import db, in_chunks, transaction
from core.errors import Invalid, Refusal
from core.ids import short_code


@dataclass(frozen=True)
class Trial:
    """What a decision would do, and what that would bring about; ``same``: it was entered before."""

    plan: Plan
    effects: list[Effect]
    same: Decision | None = None


def try_out(by: Actor, facts: Facts, lines: Sequence[Line]) -> Trial:
    """Everything the decision would do today. Writes nothing. Raises Invalid, ImportRefused with every fault."""
    authorize(by, "decisions.enter")
    day = today()
    lines = _complete(facts, lines, day)
    same = find_same(fingerprint(facts, lines))
    if same is not None and same.state == CONFIRMED:
        return Trial(Plan((), ()), [], same)
    plan = draw(facts, lines, day)
    _refuse(plan)
    return Trial(plan, effects_of(facts, plan, day), same)


def enter_decision(by: Actor, facts: Facts, lines: Sequence[Line], *, file_name: str = "") -> tuple[Decision, bool]:
    """Write a decision down; it counts for nothing until a second certifier confirms it.

    The same again answers the one that is there, with False. Raises Invalid, ImportRefused with every fault.
    """
    authorize(by, "decisions.enter")
    with transaction() as session:
        at = now()
        lines = _complete(facts, lines, local_day(at))
        sha256 = fingerprint(facts, lines)
        same = find_same(sha256)
        if same is not None:
            return same, False
        _refuse(draw(facts, lines, local_day(at)))
        decision = Decision(
            **asdict(facts), code=short_code("QD"), sha256=sha256, file_name=file_name[-200:], state=ENTERED,
            entered_by=by.user_id, entered_at=at,
        )  # fmt: skip
        try:
            with session.begin_nested():
                session.add(decision)
        except IntegrityError:
            # Somebody entered the same at the same moment.
            same = find_same(sha256)
            if same is None:
                raise
            return same, False
        rows = [{"decision_id": decision.id, "number": one.number, "cells": cells_of(one)} for one in lines]
        session.execute(insert(DecisionLine), rows)
        record("decision.entered", _subject(decision), by, number=facts.number, kind=facts.kind, lines=len(rows))
    return decision, True


def discard_decision(by: Actor, code: str) -> Decision:
    """Take back a decision that nobody has confirmed. Raises DecisionNotFound, DecisionClosed."""
    authorize(by, "decisions.enter")
    with transaction():
        decision = _waiting(code)
        decision.state = DISCARDED
        record("decision.discarded", _subject(decision), by, number=decision.number)
    return decision


def review(by: Actor, code: str, totals: dict[str, Any]) -> Trial:
    """What a waiting decision would do now, for the second person who has counted it. Writes nothing.

    Raises DecisionClosed, DecisionSamePerson, VerificationDiffers (facts: fields), DecisionOutdated (facts: errors).
    """
    authorize(by, "decisions.confirm")
    decision = get_decision(code)
    if decision.state != ENTERED:
        raise DecisionClosed(state=decision.state)
    facts, day = facts_of(decision), today()
    plan = _second_reading(decision, facts, by, totals, day)
    return Trial(plan, effects_of(facts, plan, day))


def confirm_decision(by: Actor, code: str, totals: dict[str, Any] | None = None) -> Decision:
    """Apply a decision, by a second certifier: all of it, or nothing.

    totals: what she counted on the paper, ``products`` and ``stars`` (a count by star); what is given must agree.
    Raises DecisionNotFound, DecisionClosed, DecisionSamePerson, VerificationDiffers, DecisionOutdated.
    """
    authorize(by, "decisions.confirm")
    with transaction() as session:
        decision = _waiting(code)
        facts, at = facts_of(decision), now()
        plan = _second_reading(decision, facts, by, totals or {}, local_day(at))
        _lock_products(plan)
        done = _apply_recognition(decision, facts, by) if facts.kind == RECOGNITION else _apply_ending(facts, plan, by)
        acts = {step.line: step.act for step in plan.steps}
        for row in list_lines(decision):
            row.certificate_id, row.act = done[row.number], acts[row.number]
        decision.state, decision.confirmed_by, decision.confirmed_at = CONFIRMED, by.user_id, at
        session.flush()
        record("decision.confirmed", _subject(decision), by, number=facts.number, kind=facts.kind, lines=len(acts))
    return decision


def _second_reading(decision: Decision, facts: Facts, by: Actor, totals: dict[str, Any], day: date) -> Plan:
    """The plan as it is now, once another person's count agrees with it and every line still fits."""
    if decision.entered_by is not None and decision.entered_by == by.user_id:
        raise DecisionSamePerson
    plan = draw(facts, read_lines(decision), day)
    if plan.faults:
        raise DecisionOutdated(errors=list(plan.faults))
    wrong = differing(totals, plan.totals)
    if wrong:
        text = _("Số đếm của bạn khác với bản đã nhập. Hãy đếm lại trên quyết định.")
        raise VerificationDiffers(text, fields=wrong)
    return plan


def _apply_recognition(decision: Decision, facts: Facts, by: Actor) -> dict[int, int]:
    """Certificates entered by the first person and verified by the second; answers their ids by line."""
    lines = [line for line in read_lines(decision) if isinstance(line, Recognised)]
    first, known, done = _first_person(decision), Known(lines), dict[int, int]()
    for line in lines:
        with _at_line(line.number):
            entry = enter_line(first, line, facts.heading, known)
            verify(by, entry.code, stars=line.stars, valid_until=line.valid_until)
        done[line.number] = entry.id
    return done


def _apply_ending(facts: Facts, plan: Plan, by: Actor) -> dict[int, int]:
    """Certificates revoked or suspended; answers their ids by line."""
    done: dict[int, int] = {}
    for step in plan.steps:
        with _at_line(step.line):
            done[step.line] = _end(facts, step, by).id
    return done


def _end(facts: Facts, step: Step, by: Actor) -> Certificate:
    ground, code = step.ground or "", step.certificate or ""
    if facts.kind == REVOCATION:
        return revoke(
            by, code, decision_number=facts.number, ground=ground, effective_on=facts.effective_on,
            authority=facts.issuer,
        )  # fmt: skip
    return suspend(
        by, code, decision_number=facts.number, ground=ground, from_on=facts.effective_on, until_on=facts.until_on
    )


@contextmanager
def _at_line(line: int) -> Generator[None]:
    """Whatever a verb refuses within is a fault of this line."""
    try:
        yield
    except Refusal as refusal:
        said = refusal.facts.get("errors") if isinstance(refusal, Invalid) else {None: [str(refusal)]}
        errors = [
            {"line": line, "column": column, "message": " ".join(str(text) for text in texts)}
            for column, texts in (said or {}).items()
        ]
        raise DecisionOutdated(errors=errors) from refusal


def _complete(facts: Facts, lines: Sequence[Line], day: date) -> Sequence[Line]:
    """The lines, or those of the decision that is revoked whole. Raises Invalid."""
    check_facts(facts, day)
    if lines and facts.revokes:
        raise Invalid({"revokes": [_("Hoặc nêu sản phẩm, hoặc nêu quyết định bị thu hồi; không cả hai.")]})
    if not lines and not facts.revokes:
        raise Invalid({"lines": [_("Cần ít nhất một sản phẩm.")]})
    if not facts.revokes or facts.effective_on is None:
        return lines
    if len(authorities_of(facts.revokes)) > 1:
        raise Invalid({"revokes": [_("Nhiều cơ quan có quyết định mang số này; hãy nêu từng sản phẩm.")]})
    found: list[Ended] = lines_of_decision(facts.revokes, facts.effective_on)
    if not found:
        raise Invalid({"revokes": [_("Không có chứng nhận nào còn hiệu lực theo quyết định này.")]})
    return found


def _refuse(plan: Plan) -> None:
    if plan.faults:
        raise ImportRefused(errors=list(plan.faults))


def _lock_products(plan: Plan) -> None:
    """All products at once and in one order: two decisions never wait for each other crosswise."""
    ids = sorted({step.product_id for step in plan.steps if step.product_id is not None})
    for some_of in in_chunks(ids):
        chunk = Product.id.in_(some_of)
        db.session.execute(select(Product.id).where(chunk).order_by(Product.id).with_for_update(key_share=True))
    for some_of in in_chunks(ids):  # sales take certificates in id order, too
        of_these = Certificate.product_id.in_(some_of)
        db.session.execute(select(Certificate.id).where(of_these).order_by(Certificate.id).with_for_update()).all()


def _first_person(decision: Decision) -> Actor:
    """Who entered it, with the right that was asked then."""
    if decision.entered_by is None:
        return SYSTEM
    user = db.session.get_one(UserAccount, decision.entered_by)
    return Actor(user.id, user.name, frozenset({Grant("certifier")}))


def _waiting(code: str) -> Decision:
    """The decision, locked, that nobody has confirmed or discarded."""
    query = select(Decision).where(Decision.code == get_decision(code).code).with_for_update()
    decision = db.session.scalars(query.execution_options(populate_existing=True)).one()
    if decision.state != ENTERED:
        raise DecisionClosed(state=decision.state)
    return decision


def _subject(decision: Decision) -> str:
    return f"decision:{decision.code}"
