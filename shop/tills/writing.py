"""Writing a receipt: a handful of statements whatever its number of lines, and the answer beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import IntegrityError

from core.db import run, table_of
from shop.tills.models import TillAnswer, TillLine, TillLineLot, TillSale, TillTender
from shop.tills.refusals import UuidUsed
from shop.tills.schemas import SaleOut

Row = dict[str, Any]

_sales, _lines, _answers = table_of(TillSale), table_of(TillLine), table_of(TillAnswer)
_SALE = insert(_sales).returning(_sales.c.id)
_LINES = insert(_lines).returning(_lines.c.position, _lines.c.id)
_LOTS, _TENDERS, _ANSWER = insert(table_of(TillLineLot)), insert(table_of(TillTender)), insert(_answers)
_ANSWERED = select(_answers.c.body_hash, _answers.c.status, _answers.c.body).where(
    _answers.c.uuid == bindparam("asked")
)
_SHOWN = SaleOut()


@dataclass(frozen=True)
class TakenLot:
    """So much of one lot, out of (or into) one level."""

    level_id: int
    lot_id: int
    lot_code: str
    quantity: int


@dataclass
class Draft:
    """A receipt before it is stored: columns of `TillSale`, `TillLine` and `TillTender`, and lots by position."""

    sale: Row
    lines: list[Row]
    tenders: list[Row]
    lots: Mapping[int, Sequence[TakenLot]] = field(default_factory=dict[int, "Sequence[TakenLot]"])


@dataclass(frozen=True)
class Answer:
    """What a till is told: the same bytes each time it asks with this id."""

    status: int
    body: str


def write(draft: Draft) -> int:
    """Store a receipt; answers its id. The database judges each line as it comes in."""
    sale_id = int(run(_SALE, draft.sale).scalar_one())
    ids: dict[int, int] = {
        row.position: row.id for row in run(_LINES, [{**one, "sale_id": sale_id} for one in draft.lines])
    }
    lots = [
        {"line_id": ids[position], "lot_id": one.lot_id, "level_id": one.level_id, "quantity": one.quantity}
        for position, some in draft.lots.items()
        for one in some
    ]
    for statement, rows in ((_LOTS, lots), (_TENDERS, [{**one, "sale_id": sale_id} for one in draft.tenders])):
        if rows:
            run(statement, rows)
    return sale_id


def keep_answer(uuid: str, body_hash: str, status: int, shown: Mapping[str, Any], at: datetime) -> Answer:
    """Store what this id is answered, in the transaction of its effect."""
    body = current_app.json.dumps(_SHOWN.dump(shown))
    row = {"uuid": uuid, "body_hash": body_hash, "status": status, "body": body, "received_at": at}
    run(_ANSWER, row)
    return Answer(status, body)


def find_answer(uuid: str, body_hash: str) -> Answer | None:
    """What this id was answered. Raises UuidUsed when it was sent with another body."""
    row = run(_ANSWERED, {"asked": uuid}).one_or_none()
    if row is None:
        return None
    if row.body_hash != body_hash:
        raise UuidUsed(uuid=uuid)
    return Answer(row.status, row.body)


def is_twin(error: IntegrityError) -> bool:
    """Whether the database refused because the same id was stored meanwhile."""
    return "till_answer" in str(error.orig) or "till_sale_uuid" in str(error.orig) or "uuid" in str(error.orig)
