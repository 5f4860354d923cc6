"""Decisions to enter, and the two certifiers that a decision needs."""

from dataclasses import dataclass
from datetime import date
from types import ModuleType
from typing import Any

import pytest

from catalog.certificates.models import Certificate
from catalog.decisions.models import Decision
from catalog.decisions.reading import read_items
from catalog.decisions.rules import Facts
from catalog.decisions.service import confirm_decision, enter_decision
from core.accounts.actor import Actor
from core.db import db

#: The day on which these tests take place.
DAY = date(2026, 11, 22)
RECOGNITION = Facts("recognition", "3981/QĐ-UBND", date(2026, 8, 5), "province", "UBND tỉnh Đồng Tháp")
REVOCATION = Facts("revocation", "77/QĐ-UBND", date(2026, 11, 20), "province", "UBND tỉnh Đồng Tháp", "criteria", DAY)


def product_line(name: str = "Khô cá lóc", maker: str = "HTX Thử", **more: Any) -> dict[str, Any]:
    """A line of a recognition, in JSON."""
    return {
        "product_name": name, "producer_name": maker, "set": 8, "stars": 3, "valid_from": "2026-08-05",
        "valid_until": "2029-08-05", **more,
    }  # fmt: skip


@dataclass
class Pair:
    """Two certifiers."""

    first: Actor
    second: Actor

    def enter(self, facts: Facts, *items: dict[str, Any]) -> Decision:
        """By the first."""
        return enter_decision(self.first, facts, read_items(facts, list(items)))[0]

    def apply(self, facts: Facts, *items: dict[str, Any]) -> Decision:
        """Entered by the first, confirmed by the second."""
        return confirm_decision(self.second, self.enter(facts, *items).code)


@pytest.fixture
def pair(make: ModuleType) -> Pair:
    return Pair(make.actor("certifier"), make.actor("certifier"))


def certificate_of(name: str) -> Certificate:
    """The newest certificate of the product of that name."""
    query = db.session.query(Certificate).join(Certificate.product).filter_by(name=name)
    return query.order_by(Certificate.id.desc()).first()
