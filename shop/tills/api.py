"""The till over REST: who this browser is, who stands at it, its list, its drawer, and what it sells and takes back.

The machine behind it is described in docs/tills.md. Every write of a sale carries the till's own id (`uuid`): sent
twice, it is one, and the second answer has the bytes of the first.
"""

from typing import Any

from flask import Response, request, session
from flask_wtf.csrf import generate_csrf

from core.accounts.actor import Actor, Scope
from core.accounts.permissions import authorize, is_allowed
from core.accounts.sessions import COOKIE_KEY, remember
from core.clock import now
from core.web.access import current_actor, forget_actor, needs, public
from core.web.api import Blueprint, page_args, paged
from core.web.idempotency import idempotent
from shop.bank.queries import holder_of
from shop.stores.models import Store
from shop.stores.queries import get_store
from shop.tills import approvals, cashiers, lists, receipts, returning, schemas, selling, shifts, transfers
from shop.tills.devices import get_till, settings_of
from shop.tills.here import store_head
from shop.tills.models import Till, TillShift
from shop.tills.pins import is_manager, list_people
from shop.tills.refusals import OtherTill
from shop.tills.report_schemas import ShiftReportOut
from shop.tills.rules import DENOMINATIONS, Act, Way

blp = Blueprint("api_till", __name__, url_prefix="/till", description="The till of this browser")
stores_blp = Blueprint("api_till_sales", __name__, url_prefix="/stores", description="What the tills of a store sold")


@blp.get("")
@public
@blp.response(200, schemas.TillOut)
def show() -> dict[str, Any]:
    """What this browser is: its till, who is signed in, who could be, the open shift, limits and favourites."""
    till = get_till()
    return _state(till)


@blp.post("/cashier")
@public
@blp.arguments(schemas.CashierIn)
@blp.response(200, schemas.TillOut)
def sign_in(body: dict[str, Any]) -> dict[str, Any]:
    """Sign in with six digits; whoever was signed in at this till is no more."""
    till = get_till()
    remember(cashiers.sign_in(till, body["user"], body["pin"], request.user_agent.string))
    forget_actor()
    return _state(till)


@blp.delete("/cashier")
@public
@blp.response(204)
def sign_out() -> Response:
    """Lock the till."""
    cashiers.sign_out(get_till(), session.get(COOKIE_KEY))
    session.clear()
    forget_actor()
    return Response(status=204)


@blp.get("/list")
@needs("till.sell")
@blp.arguments(schemas.ListQuery, location="query")
@blp.response(200, schemas.ListOut)
def price_list(query: dict[str, Any]) -> Response:
    """The signed list of what this store may sell: prices, last days, lots, stock; with ``since`` only the changes."""
    till = _mine()
    return lists.answer(till.store, settings_of(till.store_id), query.get("since"), now())


@blp.post("/shifts")
@needs("till.sell")
@blp.arguments(schemas.ShiftIn)
@idempotent
@blp.response(201, schemas.ShiftOut)
def open_shift(body: dict[str, Any]) -> dict[str, Any]:
    """Open a shift with cash in the drawer."""
    return _shift(shifts.open_shift(_mine(), body["float"], current_actor()))


@blp.post("/shifts/<code>/closing")
@needs("till.sell")
@blp.arguments(schemas.ShiftClosingIn)
@idempotent
@blp.response(200, ShiftReportOut)
def close_shift(body: dict[str, Any], code: str) -> dict[str, Any]:
    """Count the drawer by denomination and close: answers the Z report. The cashier is signed out with it."""
    counted = shifts.Counted({int(one): pieces for one, pieces in body["counted"].items()}, body["note"])
    return shifts.report(shifts.close_shift(_mine(), code, counted, current_actor()))


@blp.post("/shifts/<code>/cash")
@needs("till.sell")
@blp.arguments(schemas.CashIn)
@idempotent
@blp.response(201, schemas.CashOut)
def move_cash(body: dict[str, Any], code: str) -> dict[str, Any]:
    """Lay cash into the drawer or take it out; a large pay-out needs a manager's approval."""
    one = shifts.move_cash(
        _mine(), code, body["kind"], body["amount"], body["reason"], current_actor(), body["approvals"]
    )
    return {
        "code": one.code, "kind": one.kind, "amount": one.amount_vnd, "reason": one.reason, "actor": one.actor,
        "at": one.at,
    }  # fmt: skip


@blp.get("/shifts/<code>/report")
@needs("till.read")
@blp.response(200, ShiftReportOut)
def report(code: str) -> dict[str, Any]:
    """The X report of an open shift, of its cash nothing for a cashier (`is_blind`); the Z report of a closed one."""
    shift = shifts.get_shift(code)
    authorize(current_actor(), "till.read", Scope("store", shift.store.code))
    return shifts.report_for(shift, current_actor())


@blp.post("/approvals")
@needs("till.sell")
@blp.arguments(schemas.TillApprovalIn)
@blp.response(201, schemas.TillApprovalOut)
def approve(body: dict[str, Any]) -> dict[str, Any]:
    """A manager types her PIN at the till: yes to one act, up to an amount, once."""
    given = approvals.approve(_mine(), Act(body["act"]), body["amount"], body["manager"], body["pin"], current_actor())
    return {
        "token": given.token, "act": given.row.act, "amount": given.row.amount_vnd, "manager": given.row.manager,
        "expires_at": given.row.expires_at,
    }  # fmt: skip


@blp.post("/qr")
@needs("till.sell")
@blp.arguments(schemas.QrIn)
@idempotent
@blp.response(201, schemas.QrOut)
def show_qr(body: dict[str, Any]) -> dict[str, Any]:
    """A VietQR for the screen. The cashier's word that the money came decides; the bank's line reconciles later."""
    shown = transfers.show_qr(_mine(), body["amount"], current_actor())
    payment = shown.payment
    return {
        "reference": payment.reference, "memo": payment.memo, "amount": payment.amount_vnd,
        "payee": holder_of(payment) or payment.payee_name, "account": payment.bank_account,
        "qr_text": payment.qr_text, "svg": shown.svg,
    }  # fmt: skip


@stores_blp.post("/<code>/sales")
@needs("till.sell")
@stores_blp.arguments(schemas.SaleIn)
@stores_blp.response(201, schemas.SaleOut)
@stores_blp.alt_response(202, schema=schemas.SaleOut)
def sell(body: dict[str, Any], code: str) -> Response:
    """Sell, in one transaction. 202: made without the network and not simply to be booked; a person decides."""
    return selling.answer(_at_store(code), body, current_actor())


@stores_blp.post("/<code>/returns")
@needs("till.sell")
@stores_blp.arguments(schemas.TillReturnIn)
@stores_blp.response(201, schemas.SaleOut)
def take_back(body: dict[str, Any], code: str) -> Response:
    """Take goods back against their receipt, and give the money back."""
    return returning.answer(_at_store(code), body, current_actor())


@stores_blp.post("/<code>/returns/quote")
@needs("till.sell")
@stores_blp.arguments(schemas.TillReturnQuoteIn)
@stores_blp.response(200, schemas.TillReturnQuoteOut)
def quote_return(body: dict[str, Any], code: str) -> dict[str, Any]:
    """What has to be given back. Nothing is written."""
    return returning.quote(_at_store(code), body)


@stores_blp.get("/<code>/sales")
@needs("till.read")
@stores_blp.arguments(schemas.SalesQuery, location="query")
@stores_blp.response(200, schemas.SaleListOut)
def list_sales(query: dict[str, Any], code: str) -> dict[str, Any]:
    """Receipts of a store, newest first."""
    store = _staffed(code)
    page, per_page = page_args(query)
    found, total = receipts.list_sales(store.id, page, per_page, **query)
    rows = [
        {"code": one.code, "kind": one.kind, "decided_at": one.decided_at, "cashier": one.cashier,
         "total": one.total_vnd, "till": one.till.code}
        for one in found
    ]  # fmt: skip
    return paged(rows, total, page, per_page)


@stores_blp.get("/<code>/sales/<sale>")
@needs("till.read")
@stores_blp.response(200, schemas.SaleOut)
def show_sale(code: str, sale: str) -> dict[str, Any]:
    """One receipt, with what came back of it since."""
    return receipts.read_receipt(receipts.get_sale(_staffed(code).id, sale.upper()))


def _mine() -> Till:
    """The till of this browser, at which the caller may sell."""
    till = get_till()
    authorize(current_actor(), "till.sell", Scope("store", till.store.code))
    return till


def _at_store(code: str) -> Till:
    """As `_mine`, which must stand in that store. Raises OtherTill."""
    till = _mine()
    if till.store.code != code:
        raise OtherTill(store=till.store.code)
    return till


def _staffed(code: str) -> Store:
    store = get_store(code)
    authorize(current_actor(), "till.read", Scope("store", code))
    return store


def _state(till: Till) -> dict[str, Any]:
    shift, actor = shifts.find_open(till.id), current_actor()
    rules = settings_of(till.store_id)
    return {
        "till": {"code": till.code, "name": till.name},
        "store": store_head(till.store),
        "cashier": _cashier(till, actor),
        "cashiers": list_people(till.store.code),
        "shift": _shift(shift) if shift else None,
        "limits": {
            "cash_step": rules.cash_step_vnd, "discount_bp": rules.cashier_discount_bp,
            "manager_discount_bp": rules.manager_discount_bp, "return_limit": rules.return_limit_vnd,
            "pay_out_limit": rules.pay_out_limit_vnd, "can_transfer": transfers.can_transfer(till.store.seller),
            "denominations": list(DENOMINATIONS), "ways": [way.value for way in Way],
        },
        "favourites": list(rules.favourites.get("skus", [])),
        "csrf": generate_csrf(),
        "now": now(),
    }  # fmt: skip


def _cashier(till: Till, actor: Actor) -> dict[str, Any] | None:
    """Whoever is signed in and may sell here."""
    if not is_allowed(actor, "till.sell", Scope("store", till.store.code)):
        return None
    return {"id": actor.user_id, "name": actor.name or actor.label, "is_manager": is_manager(actor, till.store.code)}


def _shift(shift: TillShift) -> dict[str, Any]:
    return {
        "code": shift.code, "number": shift.number, "opened_at": shift.opened_at, "opened_by": shift.opened_by,
        "float": shift.float_vnd, "is_closed": shift.closed_at is not None,
    }  # fmt: skip
