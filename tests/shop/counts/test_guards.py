"""What the database itself refuses of stocktakes."""

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from core.accounts.actor import Actor
from core.clock import now
from core.db import transaction
from shop.counts import closing, service
from shop.counts.levels import Wanted
from shop.counts.models import Stocktake
from shop.counts.rules import Missing, Part
from shop.counts.service import Found
from shop.inventory.models import Lot
from shop.stores.models import Store

pytestmark = pytest.mark.daily  # what the database itself decides

STORE = Wanted(Part.STORE)


def test_the_database_itself_wants_two_persons(shop: tuple[Store, Lot, Lot, Actor]) -> None:
    """A control: past the verb, the same person above the limit."""
    store, *_lots, keeper = shop
    made = service.open_stocktake(store, STORE, keeper)
    alone = update(Stocktake).where(Stocktake.id == made.id).values(
        state="approved", ended_at=now(), ended_by_id=keeper.user_id, ended_by="x", value_vnd=2, limit_vnd=1
    )  # fmt: skip
    with pytest.raises(DatabaseError, match=r"two_persons|CHECK"), transaction() as session, session.begin_nested():
        session.execute(alone)


def test_what_is_over_cannot_be_written_over(shop: tuple[Store, Lot, Lot, Actor], session: Session) -> None:
    store, honey, _tea, keeper = shop
    code = service.open_stocktake(store, STORE, keeper).code
    service.enter(store, code, Found("e1", honey.code, "shelf", 10), keeper)
    waiting = closing.close_round(store, code, keeper, Missing.LEAVE)
    closing.approve(store, code, waiting.version, keeper)
    for words in (
        "UPDATE stocktake SET value_vnd = 0", "DELETE FROM stocktake", "UPDATE stocktake_line SET delta = 5",
        "DELETE FROM stocktake_line", "UPDATE stocktake_entry SET quantity = 1", "DELETE FROM stocktake_entry",
    ):  # fmt: skip
        with pytest.raises(DatabaseError), session.begin_nested():
            session.execute(text(words))
