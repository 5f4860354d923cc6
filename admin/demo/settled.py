"""Last month settled: closed by the office, agreed to by the store, one producer paid, a fee that waits for its yes."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from admin.demo.goods import at
from admin.demo.people import MART, People
from catalog.producers.models import Producer
from core.accounts.actor import Scope
from core.clock import now, travel
from core.db import db
from shop.payouts.rules import holder_of
from shop.settlements import asking, service
from shop.settlements.queries import Asked, list_settlements
from shop.settlements.rules import Extra, State, before, period_of
from shop.stores.models import Store

#: An account that is no account: nothing is ever sent from a demonstration.
BANK, ACCOUNT = "970405", "2601205009876"


def settle_month(people: People, producer: Producer, today: date) -> int:
    """Settle the month before; answers how many settlements it made."""
    office = people.acting("admin", "admin")
    store = people.acting("manager", "store_manager", Scope("store", MART))
    seller = db.session.scalars(select(Store).where(Store.code == MART)).one().seller
    first, period = today.replace(day=1), before(period_of(today))
    with travel(_not_later(at(first, 9))):
        payee = asking.name_payee(
            producer.code, "credit", (BANK, ACCOUNT, holder_of(producer.name) or "CHU THE"), store
        )  # fmt: skip
        asking.decide_payee(payee.id, office, agrees=True)
        service.close(seller.code, period, office)
    rows, total = list_settlements(Asked(sellers=[seller.id], period=period), per_page=1_000)
    paid = next((one for one in rows if one.producer_id == producer.id), rows[0] if rows else None)
    with travel(_not_later(at(first + timedelta(days=1), 10))):
        service.approve_period(seller.code, period, store)
        if paid is not None and paid.state == State.APPROVED:
            service.pay(paid.code, "MH-QT-0001", office)
        asking.adjust(
            seller.code, producer.code, Extra.FEE, -50_000, "Mẫu nếm thử tại hội chợ, theo biên bản (minh hoạ)", store
        )
    return total


def _not_later(wanted: datetime) -> datetime:
    return min(wanted, now() - timedelta(minutes=3))
