"""Load the demonstration: one transaction, so a load that was broken off leaves nothing behind."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from admin.demo.candidates import propose_some
from admin.demo.chance import dice_of
from admin.demo.counting import count_and_recall
from admin.demo.coupons import give_coupons
from admin.demo.deliveries import show_deliveries
from admin.demo.drafts import leave_draft
from admin.demo.fairs import hold_fairs
from admin.demo.goods import at, stock_the_catalog
from admin.demo.goods_moves import move_goods
from admin.demo.invoices import write_invoices
from admin.demo.marts import Shops, deliver, open_marts
from admin.demo.money import bring_money
from admin.demo.ordering import order_goods
from admin.demo.papers import file_papers
from admin.demo.people import ACCOUNTS, People, give_scoped_roles, open_accounts
from admin.demo.pictures import hang_pictures, let_act
from admin.demo.plan import DAY, REVOKED, SUSPENDED
from admin.demo.refunds import give_money_back
from admin.demo.renewals import file_renewals
from admin.demo.searches import count_searches
from admin.demo.services import sell_services
from admin.demo.settled import settle_month
from admin.demo.shelves import dress_shelves
from admin.demo.synthetic import add_synthetic
from admin.demo.tills import open_tills
from admin.demo.trade import WEEKS, keep_busy, open_market, trade_on
from admin.demo.trust import give_trust
from catalog.areas.load import load_areas
from catalog.certificates.queries import history
from catalog.certificates.service import revoke, suspend
from catalog.consequences.service import draw_later
from catalog.products.models import Product
from catalog.search.engine import rebuild
from catalog.targets.load import load_targets
from core.accounts.contacts import Contact
from core.accounts.queries import find_by_contact
from core.clock import local_day, now, travel
from core.db import db, transaction
from core.events import find_later
from core.outbox import OutboxRow
from core.worker import run_pending

#: Accounts are older than the oldest certificate that they verified.
FIRST_DAY = datetime(2020, 1, 2, tzinfo=UTC)
#: The producer of the demonstration account: its product's row, one of several.
PRODUCER_ROW = "P008"


@dataclass(frozen=True)
class Loaded:
    """What a load added."""

    products: int
    orders: int
    synthetic: int


def load_demo(*, seed: int, synthetic: int = 0, all_certified: bool = False) -> Loaded:
    """Fill an empty database; on a filled one only what is missing of the synthetic products is added."""
    today = local_day(now())
    products = orders = 0
    if not _is_filled():
        with transaction():
            load_areas()
            load_targets()
            products, orders = _fill(today, seed, all_certified=all_certified)
    added = add_synthetic(synthetic, _people(), today, seed)
    if products or added:
        _settle_outbox()
        rebuild()
    return Loaded(products, orders, added)


def _is_filled() -> bool:
    return db.session.scalar(select(Product.id).limit(1)) is not None


def _fill(today: date, seed: int, *, all_certified: bool) -> tuple[int, int]:
    with travel(FIRST_DAY):
        people = open_accounts()
    products = stock_the_catalog(people, today, dice_of(seed, "goods"), all_certified=all_certified)
    shops = open_marts(today)
    with travel(at(today - 89 * DAY)):
        give_scoped_roles(people, products[PRODUCER_ROW].producer)
    ended = {} if all_certified else _endings(people, products, today)
    orders = _live_through(people, shops, ended, today, seed)
    sell_services(people, products[PRODUCER_ROW].producer, today)
    bring_money(now() - timedelta(minutes=5))
    write_invoices(now() - timedelta(minutes=5))
    give_money_back(people, now() - timedelta(minutes=4))
    settle_month(people, products[PRODUCER_ROW].producer, today)
    move_goods(people, now() - timedelta(minutes=4))
    open_tills(people, now() - timedelta(minutes=4))
    count_and_recall(people, today, now() - timedelta(minutes=3))
    order_goods(people, products[PRODUCER_ROW].producer, today, now() - timedelta(minutes=3))
    dress_shelves(shops, today)
    give_trust(people, products[PRODUCER_ROW].producer, today, dice_of(seed, "trust"))
    file_renewals(people, products[PRODUCER_ROW].producer, today)
    hang_pictures(people, products[PRODUCER_ROW], today)
    let_act(people, products[PRODUCER_ROW], today)
    leave_draft(people, products[PRODUCER_ROW].producer, today)
    if not all_certified:
        file_papers(people, list(products.values()), products[PRODUCER_ROW], today)
    propose_some(people, products[PRODUCER_ROW], today)
    count_searches(today, dice_of(seed, "searches"))
    give_coupons(people.acting("admin", "admin"), today)
    hold_fairs(people, shops.fair_seller, list(products.values()), today, dice_of(seed, "fairs"))
    return len(products), orders


Happenings = dict[date, Callable[[], object]]


def _endings(people: People, products: dict[str, Product], today: date) -> Happenings:
    """One certificate revoked lately, one suspended."""
    revoked, suspended = today - 12 * DAY, today - 5 * DAY
    return {
        revoked: lambda: _revoke(people, products[f"P{REVOKED:03}"], revoked),
        suspended: lambda: _suspend(people, products[f"P{SUSPENDED:03}"], suspended),
    }


def _live_through(people: People, shops: Shops, ended: Happenings, today: date, seed: int) -> int:
    """The last five weeks, day by day: deliveries, decisions of authorities, orders. Answers how many orders."""
    dice = dice_of(seed, "stock")
    stores = list(shops.stores.values())
    market = open_market(stores, people, today, dice_of(seed, "orders"))
    happenings: Happenings = {
        **ended,
        today - 35 * DAY: lambda: deliver(stores, today - 35 * DAY, dice, is_weekly=False),
        today - 6 * DAY: lambda: deliver(stores, today - 6 * DAY, dice, is_weekly=True),
    }
    latest, orders = now() - timedelta(minutes=5), 0
    for ago in range(35, -1, -1):
        day = today - ago * DAY
        if day in happenings:
            happenings[day]()
        if ago <= 7 * WEEKS:
            orders += trade_on(day, market, latest)
    return orders + keep_busy(market, latest) + show_deliveries(market, latest)


def _revoke(people: People, product: Product, day: date) -> None:
    with travel(at(day, 6)):
        code = history(product.id)[0].code
        by = people.acting("certifier", "certifier")
        revoke(by, code, decision_number="MH-TH/QĐ-UBND (minh hoạ)", ground="breach", effective_on=day)


def _suspend(people: People, product: Product, day: date) -> None:
    with travel(at(day, 6)):
        code = history(product.id)[0].code
        by = people.acting("certifier", "certifier")
        suspend(by, code, decision_number="MH-TD/QĐ-UBND (minh hoạ)", ground="Kiểm tra nhãn (minh hoạ)")


def _people() -> People:
    """The accounts of an earlier load."""
    found = {email.split("@")[0]: find_by_contact(Contact(email=email)) for email, *_ in ACCOUNTS}
    return People({who: user.id for who, user in found.items() if user is not None})


def _settle_outbox() -> None:
    """Run what the past left to the worker, without mails about invented orders; the index is built whole."""
    with transaction():
        at_once = now()
        for row in db.session.scalars(select(OutboxRow).where(OutboxRow.done_at.is_(None))):
            reaction = find_later(row.reaction)
            if reaction is not None and reaction.outside and reaction.run is not draw_later:
                row.done_at = at_once
    while run_pending():
        pass
