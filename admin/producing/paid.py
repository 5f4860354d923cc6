"""Bạn được trả: a producer's own settlements, month by month, and what this month comes to so far."""

from flask import Response
from flask_babel import gettext as _

from admin.desk import PER_PAGE, page_number, pages_of
from admin.producing.blueprint import producing
from admin.producing.home import producer_codes
from admin.settlement_files import beside_words, statement_file
from catalog.producers.models import Producer
from core.accounts.actor import Actor
from core.db import db
from core.errors import NotFound
from core.web.access import current_actor, needs
from core.web.pages import render
from shop.inventory.words import amount
from shop.settlements import queries, words
from shop.settlements.models import Settlement
from shop.settlements.owing import owed_to
from shop.settlements.queries import Asked
from shop.settlements.statement import of_settlement
from shop.stores.queries import list_stores

#: Stores of the seller that a producer is told to call about a line.
MOST_PHONES = 5


@producing.get("/duoc-tra")
@needs("producing.enter")
def settlements() -> Response:
    """What is owed now, and every month that was closed."""
    ids, page = _mine(current_actor()), page_number()
    rows, total = queries.list_settlements(Asked(producers=ids), page, PER_PAGE)
    return render(
        "producing/settlements.html", rows=rows, total=total, page=page, pages=pages_of(total), owed=owed_to(ids),
        words=words, period_words=words.period_words,
    )  # fmt: skip


@producing.get("/duoc-tra/<code>")
@needs("producing.enter")
def settlement(code: str) -> Response:
    """One month, row by row with its sources."""
    row = _found(code)
    told = of_settlement(row)
    return render(
        "producing/settlement.html", row=row, told=told, words=words, amount=amount, beside_words=beside_words,
        period_title=words.period_words(told.period),
        phones=[one for one in list_stores() if one.seller_id == told.seller.id and one.phone][:MOST_PHONES],
    )  # fmt: skip


@producing.get("/duoc-tra/<code>/tai-ve.<file_format>")
@needs("producing.enter")
def download_settlement(code: str, file_format: str) -> Response:
    """The same as PDF, CSV or XLSX."""
    return statement_file(of_settlement(_found(code)), file_format)


def _mine(actor: Actor) -> list[int]:
    """The producers for whom this person works. What they are owed is for nobody else's eyes."""
    codes = producer_codes(actor)
    if not codes or actor.behalf is not None:
        raise NotFound(_("Trang này dành cho chủ thể."))
    return [row.id for row in db.session.query(Producer.id).filter(Producer.code.in_(codes))]


def _found(code: str) -> Settlement:
    ids, row = _mine(current_actor()), queries.get_settlement(code)
    if row.producer_id not in ids:
        raise NotFound
    return row
