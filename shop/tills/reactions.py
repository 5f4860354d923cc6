"""What the till does when the bank tells of money, and when a buyer wants her receipt."""

from sqlalchemy import update

from core.db import db
from core.events import later, on
from core.messages import Message, Recipient, rebuilds, send
from core.web.links import address_of
from shop.payments.events import PaymentSucceeded
from shop.tills.events import ReceiptAsked
from shop.tills.models import TillSale, TillTender
from shop.tills.transfers import KIND


@on(PaymentSucceeded)
def reconcile(event: PaymentSucceeded) -> None:
    """The bank's line of a transfer at a till has come: its tender is reconciled, once."""
    if event.reference.startswith(f"{KIND}:"):
        mine = TillTender.payment_reference == event.reference, TillTender.reconciled_at.is_(None)
        db.session.execute(
            update(TillTender).where(*mine).values(reconciled_at=event.at),
            execution_options={"synchronize_session": False},
        )


@later(ReceiptAsked, outside=True)
def send_receipt(event: ReceiptAsked) -> None:
    """The link to her receipt, to the phone that she said at the till."""
    message = receipt_message(event.code)
    if message is not None:
        send(message)


@rebuilds("till.receipt")
def receipt_message(code: str) -> Message | None:
    """The message about a receipt; None once its phone was erased."""
    sale = db.session.query(TillSale).filter_by(code=code).one_or_none()
    if sale is None or sale.customer_phone is None:
        return None
    context = {
        "code": sale.code, "store": sale.store.name, "total_vnd": sale.total_vnd,
        "url": address_of("tills.receipt", token=sale.token),
    }  # fmt: skip
    to = Recipient(phone=sale.customer_phone)
    return Message(to, "till.receipt", f"till-receipt:{sale.code}", context=context, about=f"till_sale:{sale.code}")
