"""What the outside asks of bank lines: the bank's notices, and the QR and state of a transfer on the buyer's phone.

A transfer's address carries its payment's reference, signed: nobody finds another's by counting.
"""

from typing import Any

from flask import Response, jsonify, request

from core.errors import NotFound
from core.web.access import public
from core.web.pages import Pages
from core.web.uploads import takes
from shop.bank import feed, picture
from shop.bank.links import read_token
from shop.bank.panel import state_of
from shop.payments.models import Payment
from shop.payments.queries import find_payment

pages = Pages("bank", __name__)
#: A notice of the most lines with long memos.
LARGEST = 512 * 1024


@pages.post("/webhooks/bank")
@public
@takes(LARGEST)
def notice() -> Response:
    """Credits at a seller's account, told by the bank. Answered once they are kept; the same again changes nothing."""
    kept = feed.take_notice(request.headers.get(feed.HEADER, ""), request.get_data(cache=True))
    return jsonify(received=len(kept.fresh), known=kept.known)


@pages.get("/chuyen-khoan/<token>/qr.png")
@public
def qr_picture(token: str) -> Response:
    """The VietQR as a picture to keep: what is paid, to whom, with which memo."""
    payment = _payment(token)
    drawn = picture.draw(payment)
    if drawn is None:
        raise NotFound
    answer = Response(drawn, mimetype="image/png")
    name = f"VietQR-{payment.memo.replace(' ', '-')}.png"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return _private(answer)


@pages.get("/chuyen-khoan/<token>/tinh-trang")
@public
def transfer_state(token: str) -> Response:
    """Nothing new (204), or "load the page again": asked by the page every few seconds while it is open."""
    state = state_of(_payment(token))
    if request.args.get("seen") == state:
        return _private(Response(status=204))
    answer: Any = _private(jsonify(state=state))
    answer.headers["HX-Refresh"] = "true"
    return answer


def _payment(token: str) -> Payment:
    reference = read_token(token)
    payment = find_payment(reference) if reference else None
    if payment is None:
        raise NotFound
    return payment


def _private(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
