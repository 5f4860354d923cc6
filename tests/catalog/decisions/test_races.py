"""Several at once: the same decision is written down once, and confirmed once."""

import pytest
from sqlalchemy import func, select

from catalog.certificates.models import Certificate
from catalog.decisions.models import Decision
from catalog.decisions.reading import read_items
from catalog.decisions.refusals import DecisionClosed
from catalog.decisions.service import confirm_decision, enter_decision
from core.clock import today
from core.db import db
from core.errors import Busy
from tests import make
from tests.catalog.decisions.conftest import RECOGNITION, product_line
from tests.support.live import Live

pytestmark = pytest.mark.long("sqlite")  # one writer at a time there, by construction


def test_entered_once_and_confirmed_once(live: Live) -> None:
    people = live.run(lambda: [make.actor("certifier") for _ in range(5)])
    items = [product_line(f"Khô cá {n}", f"HTX {n}") for n in range(3)]

    def enter(number: int) -> str:
        return enter_decision(people[number], RECOGNITION, read_items(RECOGNITION, items))[0].code

    entered = live.together(4, enter)
    codes = {one for one in entered if isinstance(one, str)}
    assert len(codes) == 1, entered
    assert live.run(lambda: db.session.scalar(select(func.count()).select_from(Decision))) == 1

    def confirm(_number: int) -> str:
        return confirm_decision(people[4], next(iter(codes))).state

    confirmed = live.together(4, confirm)
    assert confirmed.count("confirmed") == 1, confirmed
    assert all(isinstance(one, DecisionClosed | Busy) for one in confirmed if one != "confirmed"), confirmed
    query = select(func.count()).select_from(Certificate).where(Certificate.verified_on == today())
    assert live.run(lambda: db.session.scalar(query)) == 3
