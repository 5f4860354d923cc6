"""Requests reach their producers: every open account of her people, else the telephone on her label."""

from collections.abc import Iterator
from typing import Any

from catalog.mandates.queries import people_of
from core.clock import local_day, now
from core.events import later
from core.masks import spoken
from core.messages import Message, Recipient, send
from core.web.links import address_of
from shop.replenish import letters
from shop.replenish.events import SupplyRequested
from shop.replenish.links import key_of
from shop.replenish.models import SupplyRequest
from shop.replenish.queries import get_request, lapsed_among, names_of
from shop.replenish.rules import State
from shop.replenish.words import show

#: Registered by import.
LETTERS = (letters.request, letters.reminder)


@later(SupplyRequested, outside=True)
def mail_request(event: SupplyRequested) -> None:
    """Tell her, as the request stands now; nothing when it was answered or sent anew meanwhile."""
    request = get_request(event.code)
    if request.state != State.SENT or request.serial != event.serial:
        return
    kind = "supply.reminder" if event.is_reminder else "supply.request"
    context = _context(request)
    for name, to in list(_recipients(request)):
        send(Message(to, kind, f"{kind}:{event.code}:{event.serial}:{name}", "vi", context, f"supply:{event.code}"))


def can_be_told(request: SupplyRequest) -> bool:
    """Whether anybody of the producer's left an address at all."""
    return next(_recipients(request), None) is not None


def _recipients(request: SupplyRequest) -> Iterator[tuple[str, Recipient]]:
    people = [one for one in people_of(request.producer) if one.email or one.phone]
    for one in people:
        yield str(one.id), Recipient(one.email, one.phone, one.name)
    if not people and request.producer.phone:
        yield "label", Recipient(phone=request.producer.phone, name=request.producer.name)


def _context(request: SupplyRequest) -> dict[str, Any]:
    names, lapsed = names_of(request), lapsed_among(request, local_day(now()))
    lines = [
        f"{names[line.sku_id]}: {show(line.wanted, line.sku.unit)}"
        for line in request.lines if line.sku_id not in lapsed
    ]  # fmt: skip
    return {
        "store": request.store.name, "phone": spoken(request.store.phone or ""), "code": request.code, "lines": lines,
        "wanted_on": request.wanted_on, "note": request.note,
        "url": address_of("replenish.request_page", key=key_of(request.code, request.serial)),
    }  # fmt: skip
