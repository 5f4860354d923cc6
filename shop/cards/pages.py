"""The way to the provider's page and back, and the address to which it sends its signals."""

from datetime import timedelta
from typing import Any

from flask import Response, current_app, redirect, request, url_for
from flask_babel import gettext as _

from core.config import Config
from core.db import end_reading, transaction
from core.errors import NotFound, Refusal
from core.events import publish
from core.web.access import public
from core.web.pages import Pages, flash, render
from core.web.ratelimit import limit
from shop.cards import inbox, sessions
from shop.cards.events import BuyerCameBack
from shop.payments.rules import RECEIVED, Status

pages = Pages("cards", __name__)

#: Loads of the waiting page that go on by themselves, every two seconds.
PATIENCE = 15


@pages.get("/thanh-toan/the/<token>")
@public
def start(token: str) -> Response:
    """Lead the buyer to the provider's page. It is asked outside any transaction; away, she may try again."""
    payment = sessions.get_by_token(token)
    back, is_booth = payment.back_to or "/", payment.is_for_booth
    limit("card-page", token, times=30, per=timedelta(minutes=10))
    try:
        url = sessions.lead_to_page(token)
    except NotFound:
        raise
    except Refusal as refusal:
        facts = {"problem": str(refusal), "token": token, "back": back, "is_booth": is_booth}
        return _private(render("cards/away.html", refusal.status, **facts))
    return _private(_go(url or url_for("cards.done", token=token)))


@pages.get("/thanh-toan/the/<token>/xong")
@public
def done(token: str) -> Response:
    """The buyer is back: told how it stands, or asked to wait a moment while the bank is asked."""
    payment = sessions.get_by_token(token)
    back, status, reference = payment.back_to or "/", Status(payment.status), payment.reference
    is_booth = payment.is_for_booth
    if status in RECEIVED or status == Status.AUTHORISED:
        return _private(_go(back))
    if status != Status.PENDING:
        return _private(render("cards/over.html", ended=status, back=back, is_booth=is_booth))
    if "thoi" in request.args:
        goods = _("Chưa trừ khoản nào. Bạn có thể trả bằng thẻ lại cho đến khi hết giờ giữ hàng.")
        booth = _("Chưa trừ khoản nào. Bạn có thể trả bằng thẻ lại cho đến khi hết giờ giữ gian.")
        flash(booth if is_booth else goods, "notice")
        return _private(_go(back))
    seen = request.args.get("lan", "0")
    tries = int(seen) + 1 if seen.isascii() and seen.isdecimal() and len(seen) < 4 else 1
    if tries in (1, 5, PATIENCE):
        _ask_provider(reference)
    answer = render("cards/waiting.html", token=token, back=back, is_booth=is_booth, is_patient=tries < PATIENCE)
    if tries < PATIENCE:
        answer.headers["Refresh"] = f"2; url={url_for('cards.done', token=token, lan=tries)}"
    return _private(answer)


@pages.post("/webhooks/stripe")
@public
def receive() -> tuple[dict[str, Any], int]:
    """A signal of the provider's: stored, then acknowledged; dealt with by the worker. Refuses SignalRefused."""
    config: Config = current_app.extensions["config"]
    if not (config.stripe_api_key and config.stripe_webhook_secret):
        raise NotFound
    raw = request.get_data(cache=False)
    told = inbox.read_signal(raw, request.headers.get("Stripe-Signature"), config.stripe_webhook_secret)
    is_new = inbox.store(told, "webhook")
    return {"received": True, "new": is_new}, 200


def _ask_provider(reference: str) -> None:
    """Let the worker look, without waiting for the provider's signal."""
    end_reading()
    with transaction():
        publish(BuyerCameBack(reference))


def _go(address: str) -> Response:
    return redirect(address, 303)  # type: ignore[return-value]


def _private(answer: Response) -> Response:
    """The address is the key to the payment: it stays here and is kept nowhere."""
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
