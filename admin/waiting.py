"""The desk of those who wait: how many for what, whom a store telephones, and the erasure of a person."""

from flask import Response, request
from flask_babel import gettext as _

from admin.desk import PER_PAGE, desk, go, page_number, pages_of
from core.accounts.contacts import get_contact
from core.accounts.permissions import authorize, may
from core.audit import record
from core.clock import now
from core.db import transaction
from core.errors import Refusal
from core.masks import spoken
from core.web.access import current_actor, needs
from core.web.api import Schema
from core.web.fields import Choice, Words
from core.web.forms import Form
from core.web.pages import flash, render
from shop.reviews.service import forget_names
from shop.waiting import service
from shop.waiting.queries import count_to_call, list_crowds, list_to_call, market_of
from shop.waiting.rules import reach
from shop.waiting.sight import sight_of


class CalledForm(Schema):
    """Whether the person was reached."""

    reached = Choice("yes", "no", required=True)


class ForgetForm(Schema):
    """Whose data is erased: a phone number or an e-mail."""

    contact = Words(most=254, required=True)


@desk.get("/cho-hang")
@needs("waiting.read")
def waiting() -> Response:
    """Who waits for what in my sight, most first; and whom to telephone."""
    return _page(Form(ForgetForm()))


@desk.post("/cho-hang/<code>/goi")
@needs("waiting.call")
def called_waiting(code: str) -> Response:
    """The telephone call was made; the number is erased."""
    form = Form(CalledForm()).read(request.form)
    if not form.ok:
        return _page(Form(ForgetForm()), 422)
    service.called(current_actor(), code, reached=form.data["reached"] == "yes")
    flash(_("Đã ghi. Số điện thoại đã được xóa."))
    return go("desk.waiting")


@desk.post("/cho-hang/xoa-nguoi")
@needs("people.forget")
def forget_person() -> Response:
    """Erase what is kept of a person here: wishes to be told, names on reviews."""
    form = Form(ForgetForm()).read(request.form)
    if not form.ok:
        return _page(form, 422)
    try:
        waits, names = _forget(form.data["contact"])
    except Refusal as refusal:
        return _page(form.refuse(refusal), refusal.status)
    flash(_("Đã xóa %(waits)s lời nhờ báo và tên trên %(names)s đánh giá.", waits=waits, names=names))
    return go("desk.waiting")


def to_call_badge() -> int:
    """How many of my stores' numbers are to be called."""
    actor = current_actor()
    return count_to_call(sight_of(actor, "waiting.call").stores) if may(actor, "waiting.call") else 0


def _forget(contact: str) -> tuple[int, int]:
    """Both erasures in one transaction; the trail keeps that it was done, never of whom."""
    by = current_actor()
    authorize(by, "people.forget")
    known = get_contact(contact)
    with transaction():
        waits, names = service.forget(known.text), forget_names(known.text)
        record("person.forgotten", "waiting:person", by, waits=waits, names=names)
    return waits, names


def _page(form: Form, status: int = 200) -> Response:
    actor, page, at = current_actor(), page_number(), now()
    sight = sight_of(actor, "waiting.read")
    rows, total = list_crowds(page, PER_PAGE, producers=sight.producers, stores=sight.stores)
    to_call = list_to_call(sight_of(actor, "waiting.call").stores) if may(actor, "waiting.call") else []
    markets = {product_id: market_of(product_id, at) for product_id in {one.product.id for one in to_call}}
    calls = [
        (one, reach(service.wish_of(one.wait), markets[one.product.id].free) > 0, bool(markets[one.product.id].offers))
        for one in to_call
    ]
    return render(
        "desk/waiting.html", status, rows=rows, total=total, page=page, pages=pages_of(total), calls=calls, form=form,
        phone=spoken,
    )  # fmt: skip
