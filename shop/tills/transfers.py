"""VietQR at the till: each code on the screen is a payment of its own, so that the bank's line finds its sale."""

import io
from dataclasses import dataclass

import segno
from sqlalchemy import select

from core.accounts.actor import Actor
from core.clock import now
from core.db import db, transaction
from core.ids import short_code
from shop.payments.models import Payment
from shop.payments.providers.port import Payee, offered
from shop.payments.service import TRANSFER, Asked, open_payment
from shop.stores.models import Seller
from shop.tills.models import Till, TillQr, TillShift
from shop.tills.shifts import lock_open

KIND = "til"


@dataclass(frozen=True)
class Shown:
    """A code for the screen, and its payment."""

    payment: Payment
    svg: str


def payee_of(seller: Seller) -> Payee:
    """The seller as payments know her."""
    return Payee(seller.id, seller.name, seller.bank_bin, seller.bank_account)


def can_transfer(seller: Seller) -> bool:
    """Whether the seller can be paid by VietQR."""
    return any(one.name == TRANSFER for one in offered(payee_of(seller)))


def show_qr(till: Till, amount_vnd: int, by: Actor) -> Shown:
    """Open a payment of this amount, and draw its code. Raises ShiftMissing, ProviderUnavailable."""
    with transaction():
        shift = lock_open(till)
        payment = open_for(payee_of(till.store.seller), shift, amount_vnd, by)
    return Shown(payment, _drawn(payment.qr_text or ""))


def _drawn(text: str) -> str:
    """The code as a picture of its own: named as SVG, else no browser shows it as an image, and on white."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", scale=5, border=2, light="#fff", xmldecl=False, svgns=True, nl=False
    )
    return out.getvalue().decode()


def open_for(payee: Payee, shift: TillShift, amount_vnd: int, by: Actor) -> Payment:
    """A payment by transfer to the seller; it waits for the bank's line, however late. In a transaction."""
    at, code = now(), short_code("TQ")
    asked = Asked(f"{KIND}:{code}", TRANSFER, amount_vnd, f"OCOP {code}", payee, None)
    payment = open_payment(asked, by, at)
    db.session.add(
        TillQr(reference=payment.reference, shift_id=shift.id, amount_vnd=amount_vnd, shown_at=at, shown_by=by.label)
    )
    return payment


def find_shown(reference: str) -> TillQr | None:
    """A code that a till showed."""
    return db.session.scalar(select(TillQr).where(TillQr.reference == reference))
