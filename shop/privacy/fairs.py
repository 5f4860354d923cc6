"""What fairs keep of people: buyers who registered, who drives up to a booth, who answers for papers from outside."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select, update

from core.db import db
from shop.exhibitors.models import FairOutsider
from shop.fairdays.models import LoadSeat, LoadSlot
from shop.fairs.models import Fair
from shop.meetings.models import Buyer

_BLIND = {"synchronize_session": False}


def at_fairs(contacts: Sequence[str]) -> list[dict[str, Any]]:
    """Each as what she came, at which fair, with what is kept of her."""
    return [*_buyers(contacts), *_drivers(contacts), *_outsiders(contacts)]


def erase_at_fairs(contacts: Sequence[str]) -> Counter[str]:
    """Names, telephones, e-mails and number plates go; companies, times and papers of certificates stay."""
    of_buyer = or_(Buyer.phone.in_(contacts), Buyer.email.in_(contacts))
    of_papers = or_(FairOutsider.phone.in_(contacts), FairOutsider.email.in_(contacts))
    statements = {
        "buyer": update(Buyer).where(of_buyer).values(contact_name=None, phone=None, email=None),
        "load_seat": update(LoadSeat).where(LoadSeat.phone.in_(contacts)).values(plate="", phone=""),
        "fair_outsider": update(FairOutsider).where(of_papers).values(contact_name="", phone=None, email=None),
    }
    done = {name: db.session.execute(one, execution_options=_BLIND) for name, one in statements.items()}
    return Counter({name: int(result.rowcount) for name, result in done.items()})  # type: ignore[attr-defined]


def _buyers(contacts: Sequence[str]) -> list[dict[str, Any]]:
    mine = or_(Buyer.phone.in_(contacts), Buyer.email.in_(contacts))
    query = select(Buyer, Fair.name).join(Fair, Fair.id == Buyer.fair_id).where(mine).order_by(Buyer.id)
    return [
        {"fair": name, "as": "buyer", "company": one.company, "name": one.contact_name, "phone": one.phone,
         "email": one.email, "at": one.registered_at, "consent": one.consent}
        for one, name in db.session.execute(query)
    ]  # fmt: skip


def _drivers(contacts: Sequence[str]) -> list[dict[str, Any]]:
    query = select(LoadSeat, Fair.name).join(LoadSlot, LoadSlot.id == LoadSeat.slot_id)
    query = query.join(Fair, Fair.id == LoadSlot.fair_id).where(LoadSeat.phone.in_(contacts)).order_by(LoadSeat.id)
    return [
        {"fair": name, "as": "driver", "phone": one.phone, "plate": one.plate, "at": one.taken_at}
        for one, name in db.session.execute(query)
    ]


def _outsiders(contacts: Sequence[str]) -> list[dict[str, Any]]:
    mine = or_(FairOutsider.phone.in_(contacts), FairOutsider.email.in_(contacts))
    query = select(FairOutsider, Fair.name).join(Fair, Fair.id == FairOutsider.fair_id).where(mine)
    return [
        {"fair": name, "as": "outsider", "company": one.name, "name": one.contact_name, "phone": one.phone,
         "email": one.email, "at": one.sent_at}
        for one, name in db.session.execute(query.order_by(FairOutsider.id))
    ]  # fmt: skip
