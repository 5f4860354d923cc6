"""What one person notes and another decides: sums beside the sales, and where each producer's money goes."""

from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from werkzeug.datastructures import MultiDict

from admin.desk import PER_PAGE, desk, go, page_number, pages_of
from catalog.producers.models import Producer
from catalog.products.models import Product
from core.db import db, transaction
from core.errors import NotFound, Refusal
from core.web.access import current_actor, needs
from core.web.forms import Form
from core.web.idempotency import AlreadySent, only_once
from core.web.pages import flash, render
from shop.inventory.models import Lot
from shop.payments.banks import bank_name
from shop.payouts.pages import bank_options
from shop.payouts.queries import my_sellers
from shop.payouts.rules import masked
from shop.settlements import asking, words
from shop.settlements.models import SettlementPayee
from shop.settlements.queries import list_extras
from shop.settlements.rules import Decision, Extra
from shop.settlements.schemas import AdjustForm, CashForm, PayeeForm

_ANSWERS = {"yes": True, "no": False}


@desk.get("/khoan-dieu-chinh")
@needs("settlements.adjust")
def settlement_extras() -> Response:
    """Sums beside the sales: what waits for a second person, what goes into the next month, what is settled."""
    return _extras(Form(AdjustForm(), {}))


@desk.post("/khoan-dieu-chinh")
@needs("settlements.adjust")
def add_settlement_extra() -> Response:
    """Note one."""
    form = Form(AdjustForm()).read(request.form)
    if not form.ok:
        return _extras(form, 422)
    data = form.data
    amount_vnd = data["amount"] if data["sign"] == "for" else -data["amount"]
    try:
        with transaction():
            only_once(request.form.get("once"))
            asking.adjust(
                data["seller"], data["producer"], Extra(data["kind"]), amount_vnd, data["words"], current_actor()
            )
    except AlreadySent as twice:
        flash(str(twice), "notice")
        return go("desk.settlement_extras")
    except Refusal as refusal:
        return _extras(form.refuse(refusal), refusal.status)
    flash(_("Đã ghi. Người thứ hai cần duyệt."))
    return go("desk.settlement_extras")


@desk.post("/khoan-dieu-chinh/<code>/<answer>")
@needs("settlements.approve")
def decide_settlement_extra(code: str, answer: str) -> Response:
    """A second person agrees, or does not."""
    if answer not in _ANSWERS:
        raise NotFound
    try:
        asking.decide_adjustment(code, current_actor(), agrees=_ANSWERS[answer])
    except Refusal as refusal:
        if isinstance(refusal, NotFound):
            raise
        return _extras(Form(AdjustForm(), {}).refuse(refusal), refusal.status)
    flash(_("Đã ghi."))
    return go("desk.settlement_extras")


@desk.get("/tai-khoan-chu-the")
@needs("settlements.account")
def settlement_payees() -> Response:
    """Where producers' money goes: what counts, and what waits for its second person."""
    return _payees(Form(PayeeForm(), {}))


@desk.post("/tai-khoan-chu-the")
@needs("settlements.account")
def name_settlement_payee() -> Response:
    """Note an account, or that she is paid in cash."""
    is_cash = request.form.get("way") == "cash"
    form = Form(CashForm() if is_cash else PayeeForm()).read(_without(is_cash))
    if not form.ok:
        return _payees(form, 422)
    data = form.data
    account = None if is_cash else (data["bank"], data["account"], data["holder"])
    try:
        with transaction():
            only_once(request.form.get("once"))
            asking.name_payee(data["producer"], data["vat_method"], account, current_actor())
    except AlreadySent as twice:
        flash(str(twice), "notice")
        return go("desk.settlement_payees")
    except Refusal as refusal:
        return _payees(form.refuse(refusal), refusal.status)
    flash(_("Đã ghi. Người thứ hai cần xác nhận."))
    return go("desk.settlement_payees")


@desk.post("/tai-khoan-chu-the/<int:payee_id>/<answer>")
@needs("settlements.account")
def decide_settlement_payee(payee_id: int, answer: str) -> Response:
    """A second person confirms it, or does not."""
    if answer not in _ANSWERS:
        raise NotFound
    try:
        asking.decide_payee(payee_id, current_actor(), agrees=_ANSWERS[answer])
    except Refusal as refusal:
        if isinstance(refusal, NotFound):
            raise
        return _payees(Form(PayeeForm(), {}).refuse(refusal), refusal.status)
    flash(_("Đã ghi."))
    return go("desk.settlement_payees")


def _without(is_cash: bool) -> MultiDict[str, str]:
    """The form's fields that the way of paying asks for."""
    bank = ("bank", "account", "holder") if is_cash else ()
    return MultiDict((name, value) for name, value in request.form.items() if name not in ("way", "once", *bank))


def _extras(form: Form, status: int = 200) -> Response:
    actor, page = current_actor(), page_number()
    sellers = my_sellers(actor, "settlements.adjust")
    rows, total = list_extras([one.id for one in sellers], page, PER_PAGE)
    return render(
        "desk/settlement_extras.html", status, form=form, rows=rows, total=total, page=page, pages=pages_of(total),
        sellers=[(one.code, one.name) for one in sellers], producers=_producers(), words=words, me=actor.user_id,
        kinds=[(one.value, words.EXTRAS[one]) for one in Extra],
    )  # fmt: skip


def _payees(form: Form, status: int = 200) -> Response:
    query = select(SettlementPayee).options(selectinload(SettlementPayee.producer)).order_by(SettlementPayee.id.desc())
    rows = db.session.scalars(query).all()
    counting: dict[int, int] = {}
    for one in rows:
        if one.state == Decision.APPROVED:
            counting.setdefault(one.producer_id, one.id)
    return render(
        "desk/settlement_payees.html", status, form=form, rows=rows, counting=set(counting.values()), words=words,
        banks=bank_options(), bank_name=bank_name, masked=masked, producers=_producers(), me=current_actor().user_id,
        methods=list(words.METHODS.items()), is_cash=request.form.get("way") == "cash",
    )  # fmt: skip


def _producers() -> list[tuple[str, str]]:
    """Producers who have, or had, goods on consignment; by name."""
    consigned = select(Product.producer_id).join(Lot, Lot.product_id == Product.id).where(Lot.is_consigned)
    query = select(Producer.code, Producer.name).where(Producer.id.in_(consigned)).order_by(Producer.name_folded)
    return [(code, f"{name} ({code})") for code, name in db.session.execute(query)]
