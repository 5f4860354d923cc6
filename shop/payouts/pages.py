"""The page behind a refund's secret address: the buyer names her account, or takes cash at the counter."""

from datetime import timedelta

from flask import Response, redirect, request, url_for

from core.web.access import public
from core.web.forms import Form
from core.web.pages import Pages, render
from core.web.ratelimit import caller_address, limit
from shop.payments.banks import bank_name, list_banks
from shop.payouts import claims
from shop.payouts.links import counter_code
from shop.payouts.models import PayoutClaim
from shop.payouts.rules import masked
from shop.payouts.schemas import AccountIn
from shop.payouts.words import REFUND_STATES
from shop.stores.models import Store
from shop.stores.queries import list_stores

pages = Pages("payouts", __name__)


@pages.get("/hoan-tien/<key>")
@public
def show(key: str) -> Response:
    """How much comes back, and the question where to; once answered, what was answered."""
    return _page(key, claims.get_by_key(key), Form(AccountIn(), {}))


@pages.post("/hoan-tien/<key>")
@public
def name_account(key: str) -> Response:
    """Take the account, once. Tries are limited by address of the page and of the caller."""
    _limit(key)
    form = Form(AccountIn()).read(request.form)
    if not form.ok:
        return _page(key, claims.get_by_key(key), form, 422)
    claims.name_account(key, form.data["bank"], form.data["account"], form.data["holder"])
    return _to(key)


@pages.post("/hoan-tien/<key>/tien-mat")
@public
def take_cash(key: str) -> Response:
    """She comes to the counter."""
    _limit(key)
    claims.take_cash(key)
    return _to(key)


def bank_options() -> list[tuple[str, str]]:
    """The banks that take transfers, to choose from."""
    return [(bank.bin, f"{bank.short_name} · {bank.name}") for bank in list_banks() if bank.bin]


def _limit(key: str) -> None:
    limit("payout-link", key, times=10, per=timedelta(minutes=10))
    limit("payout-address", caller_address(), times=60, per=timedelta(minutes=10))


def _page(key: str, claim: PayoutClaim, form: Form, status: int = 200) -> Response:
    refund = claim.refund
    stores: list[Store] = [one for one in list_stores() if one.seller_id == refund.payment.seller_id]
    is_open = claims.is_open(claim)
    answer = render(
        "payouts/claim.html", status, key=key, claim=claim, refund=refund, form=form, banks=bank_options(),
        stores=stores, is_open=is_open, number=refund.payment.reference.partition(":")[2],
        payee=refund.payment.payee_name, bank=bank_name(claim.bank_bin or ""),
        account=masked(claim.account) if claim.account else "", states=REFUND_STATES,
        counter_code=counter_code(refund.code) if refund.way == "cash" and refund.state == "promised" else None,
    )  # fmt: skip
    # The address is a key: it must not travel to any other page, nor stay on a shared machine.
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _to(key: str) -> Response:
    return redirect(url_for("payouts.show", key=key), 303)  # type: ignore[return-value]
