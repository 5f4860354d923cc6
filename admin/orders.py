"""The stores' orders: what to pack, what to send, what to hand over, and one order with everything that fits it."""

from collections.abc import Sequence
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import ngettext

from admin.desk import PER_PAGE, asked_text, desk, go, page_number, pages_of
from admin.exports import answer
from admin.order_acts import DEEDS, do, fitting, fitting_order
from admin.order_files import handed_over
from admin.stock import my_stores, staffed
from core.accounts.actor import Scope
from core.accounts.permissions import authorize, is_allowed
from core.clock import now
from core.errors import Invalid, NotFound, Refusal
from core.masks import spoken
from core.web.access import current_actor, needs
from core.web.pages import flash, render
from shop.delivery.carriers.known import list_carriers, tracking_link
from shop.inventory.words import amount
from shop.orders import parcels as verbs
from shop.orders import words
from shop.orders.goods import due_for
from shop.orders.models import Order, Shipment
from shop.orders.notes import list_notes
from shop.orders.papers import labels_pdf, slips_of, slips_pdf
from shop.orders.promises import is_late
from shop.orders.queries import get_order, is_staff, scope_of
from shop.orders.queue import QUEUES, count_queues, list_chosen, list_queue
from shop.orders.rules import Parcel, reference_of
from shop.orders.view import order_out
from shop.payments.models import Payment
from shop.payments.providers.port import is_cash
from shop.payments.queries import get_payment
from shop.returns.queries import list_of_order
from shop.returns.rules import OPEN
from shop.returns.words import KINDS
from shop.returns.words import STATES as RETURN_STATES
from shop.stores.models import Store

#: The most parcels that one press acts on.
MOST = 100


@desk.get("/don-hang")
@needs("orders.read")
def orders() -> Response:
    """A store's parcels: a queue of work, everything that waits, or all."""
    return _queue()


def _queue(problem: str | None = None, status: int = 200, faults: Sequence[tuple[str, str]] = ()) -> Response:
    mine = my_stores("orders.read")
    if not mine:
        raise NotFound
    store = staffed(asked_text("store", 40), "orders.read") if asked_text("store", 40) else mine[0]
    q, page = asked_text("q", 60), page_number()
    queue = asked_text("state", 10) or ("all" if q else "waiting")
    queue = queue if queue in QUEUES or queue == "all" else "waiting"
    rows, total = list_queue([store.id], queue, q, page, PER_PAGE)
    at = now()
    return render(
        "desk/orders.html", status, store=store, stores=mine, rows=rows, total=total, page=page, q=q, queue=queue,
        pages=pages_of(total), counts=count_queues([store.id]), words=words, problem=problem, faults=faults,
        late={one.id for one in rows if one.state == Parcel.WAITING and is_late(one.order.promised_at, at)},
        may_send=is_allowed(current_actor(), "orders.ship", _scope(store)),
    )  # fmt: skip


@desk.post("/don-hang/nhieu")
@needs("orders.read")
def many() -> Response:
    """Pack or send several parcels, or print their slips, their labels, or the list for the carrier."""
    chosen, act = _chosen(), request.form.get("act", "")
    if not chosen:
        return _queue(_("Hãy chọn ít nhất một kiện."), 422)
    if act in ("slips", "labels"):
        draw = slips_pdf if act == "slips" else labels_pdf
        return _pdf(draw(slips_of(chosen), now()), act)
    if act in ("csv", "xlsx"):
        return answer(handed_over(chosen), act)
    if act not in ("pack", "ship"):
        raise NotFound
    return _act_on_many(chosen, act)


def _act_on_many(chosen: Sequence[Shipment], act: str) -> Response:
    """Each parcel in a transaction of its own, so that one that does not fit stops no other; each fault is told."""
    faults: list[tuple[str, str]] = []
    verb = verbs.pack if act == "pack" else verbs.ship
    for code, number, position in [(one.code, one.order.number, one.position) for one in chosen]:
        try:
            verb(number, current_actor(), position=position)
        except Refusal as refusal:
            faults.append((code, str(refusal)))
    done = len(chosen) - len(faults)
    if done:
        flash(ngettext("Đã ghi %(num)d kiện.", "Đã ghi %(num)d kiện.", done))
    if faults:
        return _queue(_("Có kiện chưa ghi được."), 409, faults)
    return go("desk.orders", store=asked_text("store", 40) or None, state=asked_text("state", 10) or None)


def _chosen() -> list[Shipment]:
    """The ticked parcels that the caller's stores pack; what is not theirs is not found."""
    codes = [code[:24] for code in request.form.getlist("parcel")][:MOST]
    found = list_chosen(codes, [one.id for one in my_stores("orders.read")])
    if len(found) < len(set(codes)):
        raise NotFound
    return found


def _pdf(data: bytes, name: str) -> Response:
    response = Response(data, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@desk.get("/don-hang/<number>")
@needs("orders.read")
def order(number: str) -> Response:
    """One order as the store sees it."""
    return _order_page(_staffed_order(number))


@desk.post("/don-hang/<number>/<act>")
@needs("orders.read")
def act_on_order(number: str, act: str) -> Response:
    """Any act on the order or one of its parcels; the verb asks for its own permission. What does not fit is told."""
    found = _staffed_order(number)
    if act not in DEEDS:
        raise NotFound
    try:
        do(act, number, _position())
    except Invalid as invalid:
        texts = [text for some in invalid.facts["errors"].values() for text in _flat(some)]
        return _order_page(found, " ".join(texts) or str(invalid), 422)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        return _order_page(_staffed_order(number), _why(refusal), refusal.status)
    flash(_("Đã lưu ghi chú.") if act == "note" else _("Đã ghi: %(what)s.", what=words.STEPS[act]))
    return go("desk.collect") if request.form.get("back") == "collect" else go("desk.order", number=number)


def _position() -> int | None:
    """Which parcel the form is about; None when it does not say."""
    text = request.form.get("parcel", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 3 else None


def _flat(errors: Any) -> list[str]:
    return [str(one) for one in errors] if isinstance(errors, list | tuple) else [str(errors)]


def _why(refusal: Refusal) -> str:
    """The refusal, and where the order stands now, since somebody else may have been faster."""
    state = refusal.facts.get("parcel") or refusal.facts.get("state")
    known = words.PARCELS.get(str(state)) or words.STATES.get(str(state))
    lots = ", ".join(str(one) for one in refusal.facts.get("lots", []))
    parts = [str(refusal), _("Hiện nay: %(state)s.", state=known) if known else "", lots]
    return " ".join(part for part in parts if part)


def _order_page(found: Order, problem: str | None = None, status: int = 200) -> Response:
    payment = get_payment(reference_of(found.number))
    by = current_actor()
    return render(
        "desk/order.html", status, order=found, shown=order_out(found, with_token=False), payment=payment, words=words,
        problem=problem, can=fitting_order(found, payment, by), notes=list_notes(found), amount=amount,
        parcels=[_parcel(found, payment, one) for one in found.shipments], carriers=list_carriers(),
        phone=spoken(found.contact_phone), late=is_late(found.promised_at, now()),
        returns=[one for one in list_of_order(found.id) if one.state in OPEN], kinds=KINDS, return_states=RETURN_STATES,
        invoice=words.invoice_words(found.invoice_wish),
    )  # fmt: skip


def _parcel(found: Order, payment: Payment, parcel: Shipment) -> dict[str, Any]:
    """A parcel with what can be done to it, and the cash that goes with it."""
    cash = is_cash(payment.provider) and not payment.captured_vnd and parcel.state != Parcel.CANCELLED
    return {
        "it": parcel, "can": fitting(found, parcel, current_actor()), "cash": due_for(found, parcel) if cash else 0,
        "link": tracking_link(parcel.carrier, parcel.tracking),
        "is_mine": is_allowed(current_actor(), "orders.read", verbs.scope_of_parcel(parcel)),
    }  # fmt: skip


def _staffed_order(number: str) -> Order:
    found = get_order(number)
    if not is_staff(found, current_actor()):
        authorize(current_actor(), "orders.read", scope_of(found))
    return found


def _scope(store: Store) -> Scope:
    return Scope("store", store.code)
