"""Decisions as they are shown: one shape for the API and the pages."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from catalog.certificates.models import Certificate
from catalog.consequences.port import Effect, sentence
from catalog.decisions.models import Decision, DecisionLine
from catalog.decisions.queries import count_lines, facts_of, list_lines, names_of
from catalog.decisions.rules import NEW, Step
from catalog.decisions.service import Trial
from catalog.products.models import Product
from core.accounts.actor import SYSTEM
from core.db import db


def in_brief(decisions: Sequence[Decision]) -> list[dict[str, Any]]:
    """Decisions for a list, with how many products each names."""
    counts, names = count_lines([one.id for one in decisions]), names_of(decisions)
    return [_brief(one, counts.get(one.id, 0), names) for one in decisions]


def in_full(decision: Decision) -> dict[str, Any]:
    """A decision with its lines."""
    lines = list_lines(decision)
    made = certificates_of(lines)
    return {
        **_brief(decision, len(lines), names_of([decision])),
        "version": decision.version,
        "lines": [_line(one, made.get(one.certificate_id or 0)) for one in lines],
    }


def of_trial(trial: Trial) -> dict[str, Any]:
    """What a decision would do."""
    plan = trial.plan
    return {
        "same": trial.same.code if trial.same else None,
        "totals": {
            "products": plan.totals.products,
            "stars": {str(star): count for star, count in plan.totals.stars.items()},
            "new_products": plan.count(NEW),
            "new_producers": plan.new_producers,
        },
        "lines": [_step(step) for step in plan.steps],
        "warnings": [{"line": line, "column": w.column, "message": w.message} for line, w in plan.warned],
        "consequences": [_effect(effect) for effect in trial.effects],
    }


def certificates_of(lines: Sequence[DecisionLine]) -> dict[int, Certificate]:
    """The certificates that these lines made or ended, by id."""
    of_decision = select(DecisionLine.certificate_id).where(
        DecisionLine.decision_id.in_({one.decision_id for one in lines}), DecisionLine.certificate_id.is_not(None)
    )
    with_names = joinedload(Certificate.product).joinedload(Product.producer)
    query = select(Certificate).where(Certificate.id.in_(of_decision)).options(with_names)
    return {one.id: one for one in db.session.scalars(query)}


def _brief(decision: Decision, products: int, names: dict[int, str]) -> dict[str, Any]:
    return {
        **asdict(facts_of(decision)),
        "id": decision.code,
        "state": decision.state,
        "products": products,
        "entered_by": names.get(decision.entered_by or 0, SYSTEM.label),
        "entered_at": decision.entered_at,
        "confirmed_by": names.get(decision.confirmed_by) if decision.confirmed_by else None,
        "confirmed_at": decision.confirmed_at,
    }


def _line(line: DecisionLine, certificate: Certificate | None) -> dict[str, Any]:
    cells = {name: value for name, value in line.cells.items() if name != "number"}
    return {
        "line": line.number, "cells": cells, "act": line.act, "certificate": certificate.code if certificate else None
    }  # fmt: skip


def _step(step: Step) -> dict[str, Any]:
    return {**asdict(step), "product": {"code": step.product_code, "name": step.product_name},
            "producer": step.producer_name}  # fmt: skip


def _effect(effect: Effect) -> dict[str, Any]:
    return {**asdict(effect), "money": effect.money_vnd, "text": sentence(effect)}
