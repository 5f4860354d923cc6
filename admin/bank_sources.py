"""Where lines come from: statements that a person reads in, and channels by which a bank tells."""

from dataclasses import asdict
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from marshmallow import fields

from admin import sent
from admin.desk import asked_text, desk, go
from core.errors import NotFound, Refusal
from core.web.access import current_actor, needs
from core.web.fields import Choice, Schema, Words
from core.web.forms import Form
from core.web.links import address_of
from core.web.pages import flash, render
from core.web.uploads import takes
from shop.bank import feed, importing, queries, words
from shop.bank.importing import Tried
from shop.bank.permissions import sellers_of
from shop.bank.statements import FIELDS, LARGEST, REQUIRED
from shop.payments.banks import bank_name
from shop.stores.models import Seller

#: Faults shown at once.
MOST_SHOWN = 50


class StatementForm(Schema):
    """A statement; ``key`` and ``file_name`` once it was sent, and which heading means what."""

    seller = Words(most=40, required=True)
    key = fields.String()
    file_name = Words(most=200)


class FeedForm(Schema):
    """What happens to a seller's channel."""

    seller = Words(most=40, required=True)
    act = Choice("open", "close", required=True)


@desk.get("/tien-ve/sao-ke")
@needs("bank.decide")
def bank_statement() -> Response:
    """Choose a statement."""
    return _statement_page(Form(StatementForm(), {"seller": asked_text("seller")}))


@desk.post("/tien-ve/sao-ke")
@needs("bank.decide")
@takes(LARGEST + 64 * 1024)
def take_bank_statement() -> Response:
    """Try a statement and say what it would do; with ``confirm``, take it whole."""
    form = Form(StatementForm()).read(request.form)
    seller = next((one for one in _mine() if one.code == form.data.get("seller")), None)
    if form.data.get("seller") and seller is None:
        form.errors["seller"] = [_("Chọn người bán của bạn.")]
    file = sent.take(form, LARGEST)
    if file.data is None:
        form.errors["file"] = [_("Hãy chọn tệp CSV của sao kê.")]
    if seller is None or file.data is None:
        return _statement_page(form, 422)
    columns = _columns()
    try:
        tried = importing.try_statement(seller, file.data, columns, current_actor())
        if "confirm" in request.form and tried.is_good:
            return _taken(importing.take_statement(seller, file.data, file.name, columns, current_actor()))
    except Refusal as refusal:
        return _statement_page(form.refuse(refusal), refusal.status)
    faults = [asdict(one) for one in tried.read.faults]
    return _statement_page(form, 422 if faults else 200, tried=tried, faults=faults)


@desk.get("/tien-ve/kenh")
@needs("bank.feed")
def bank_feeds() -> Response:
    """The sellers' channels, and how a bank signs its notices."""
    return _feeds_page(Form(FeedForm()))


@desk.post("/tien-ve/kenh")
@needs("bank.feed")
def turn_bank_feed() -> Response:
    """Open a channel or renew its secret (shown once), or close it."""
    form = Form(FeedForm()).read(request.form)
    mine = {one.code: one for one in sellers_of(current_actor(), "bank.feed")}
    seller = mine.get(form.data.get("seller", ""))
    if not form.ok or seller is None:
        raise NotFound
    if form.data["act"] == "open":
        return _feeds_page(form, secret=feed.open_feed(seller, current_actor()), opened=seller)
    try:
        feed.close_feed(seller, current_actor())
    except Refusal as refusal:
        return _feeds_page(form.refuse(refusal), refusal.status)
    flash(_("Đã đóng kênh."))
    return go("desk.bank_feeds")


def _taken(tried: Tried) -> Response:
    fresh = len(tried.read.lines) - tried.known
    flash(_("Đã đọc sao kê: %(fresh)d khoản mới, %(known)d khoản đã có.", fresh=fresh, known=tried.known))
    return go("desk.bank")


def _statement_page(
    form: Form, status: int = 200, *, tried: Tried | None = None, faults: list[dict[str, Any]] | None = None
) -> Response:
    mine = _mine()
    if not form.values.get("seller") and len(mine) == 1:
        form.values["seller"] = mine[0].code
    return render(
        "desk/bank_statement.html", status, form=form, sellers=mine, tried=tried, faults=(faults or [])[:MOST_SHOWN],
        faults_count=len(faults or []), fields=FIELDS, required=REQUIRED, words=words, bank=bank_name,
        statements=queries.list_statements([one.id for one in mine]), names={one.id: one.name for one in mine},
    )  # fmt: skip


def _feeds_page(form: Form, status: int = 200, *, secret: str | None = None, opened: Seller | None = None) -> Response:
    mine = [one for one in sellers_of(current_actor(), "bank.feed") if one.bank_account]
    answer = render(
        "desk/bank_feeds.html", status, form=form, sellers=mine, feeds=queries.feeds_of([one.id for one in mine]),
        secret=secret, opened=opened, address=address_of("bank.notice"), header=feed.HEADER, bank=bank_name,
        home=url_for("desk.bank"),
    )  # fmt: skip
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _columns() -> dict[str, str]:
    """Which heading means what, as chosen in the form; a field that was left empty is told so."""
    return {name: request.form.get(f"column-{name}", "")[:200] for name in FIELDS if f"column-{name}" in request.form}


def _mine() -> list[Seller]:
    return [one for one in sellers_of(current_actor(), "bank.decide") if one.bank_account]
