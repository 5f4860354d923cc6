"""Who hears of a transfer that did not arrive whole: whoever sent it."""

from flask import current_app

from core.accounts.models import UserAccount
from core.db import db
from core.events import later
from core.messages import Message, Recipient, send
from core.web.links import address_of
from shop.transfers import letters
from shop.transfers.events import TransferReceived
from shop.transfers.queries import get_transfer, shown_lines

#: Registered by import.
LETTERS = (letters.differs,)
#: The page of a transfer, where the desks are joined.
PAGE = "desk.transfer"


@later(TransferReceived, outside=True)
def mail_difference(event: TransferReceived) -> None:
    """By e-mail, where the sender has one; the desk's list and its badge tell it in any case."""
    if not event.differs:
        return
    paper = get_transfer(event.code)
    sender = db.session.get(UserAccount, paper.dispatched_by_id) if paper.dispatched_by_id else None
    if sender is None or sender.email is None or not sender.is_active or sender.id == paper.received_by_id:
        return
    lines = [
        (one.name, str(one.line.damaged), str(one.line.missing))
        for one in shown_lines(paper.id)
        if one.line.damaged or one.line.missing
    ]
    context = {
        "code": paper.code, "receiver": paper.receiver.name, "by": paper.received_by, "lines": lines,
        "url": address_of(PAGE, code=paper.code) if PAGE in current_app.view_functions else "",
    }  # fmt: skip
    to = Recipient(sender.email, name=sender.name)
    send(Message(to, "transfer.differs", f"transfer:{paper.code}", sender.locale, context, f"transfer:{paper.code}"))
