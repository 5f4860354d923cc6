"""A recall has no way back, whoever writes."""

from types import ModuleType

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from core.accounts.actor import SYSTEM
from shop.recalls import service
from shop.recalls.refusals import RecallFinal
from shop.recalls.service import Wish

pytestmark = pytest.mark.daily  # what the database itself decides


def test_there_is_no_way_back(make: ModuleType, session: Session) -> None:
    called = service.recall(Wish("Kiểm nghiệm", lot=make.lot().code), SYSTEM)
    with pytest.raises(RecallFinal):
        service.withdraw(called.code, SYSTEM)
    for words in (
        "UPDATE lot SET state = 'ok', ground = NULL", "DELETE FROM recall_lot", "DELETE FROM recall",
        "UPDATE recall SET reason = 'nothing'",
    ):  # fmt: skip
        with pytest.raises(DatabaseError), session.begin_nested():
            session.execute(text(words))
