"""What hangs on the products of the case: stock in two marts, open carts, orders that wait or are decided, a booth."""

from collections.abc import Iterator, Sequence

from sqlalchemy import func, select

from admin.demo.chance import dice_of
from admin.demo.fairs import APPLICANT
from admin.demo.goods import at
from admin.demo.marts import delivered
from admin.demo.people import People
from admin.demo.plan import DAY
from catalog.listings.models import Listing, Sku
from catalog.products.models import Product
from core.accounts.actor import ANONYMOUS, SYSTEM
from core.clock import local_day, now, today, travel
from core.db import db, transaction
from core.errors import Refusal
from shop.carts.service import set_line, start_cart
from shop.fairs.applying.applications import Wanted, apply, decide
from shop.fairs.booths.bookings import Claim, book
from shop.fairs.models import Booth, BoothDay
from shop.fairs.queries import get_fair, list_all
from shop.fairs.rules import LIVE_DAY, ApplicationState, FairState
from shop.inventory.models import Lot
from shop.inventory.service import receive
from shop.orders.asked import Checkout, Contact, Fulfilment
from shop.orders.checkout import place_order, quote
from shop.stores.queries import get_store

MARTS = ("kien-thuy", "trung-tam")
CARTS = 5
#: How the orders are paid: a transfer waits, cash at the store is decided at once.
ORDERS = ("vietqr", "vietqr", "at_store", "at_store")


def is_stocked(products: Sequence[Product]) -> bool:
    """Whether stores have had any of these."""
    ids = [product.id for product in products]
    return bool(db.session.scalar(select(func.count()).select_from(Lot).where(Lot.product_id.in_(ids))))


def fill_the_shop(failed: Sequence[Product], lapsed: Sequence[Product], people: People) -> Iterator[str]:
    """Stock of both, and everything else for those whose stars still stand."""
    failed_ids, lapsed_ids = [one.id for one in failed], [one.id for one in lapsed[:3]]
    with transaction():
        lots = _deliver(lapsed_ids, 70) + _deliver(failed_ids, 10)
    yield f"{lots} lots in {len(MARTS)} marts"
    packs = [pack.code for pack in _packs(failed_ids)]
    with transaction():
        for number in range(CARTS):
            _cart(packs[number % len(packs)])
    yield f"{CARTS} open carts"
    for number, provider in enumerate(ORDERS):
        _order(packs[number % len(packs)], provider, number)
    yield f"{len(ORDERS)} orders: {ORDERS.count('vietqr')} wait for a transfer, the others are decided and unshipped"
    yield _book([product.slug for product in failed], people)


def _packs(product_ids: Sequence[int]) -> list[Sku]:
    """The first pack of each of these products."""
    query = select(Sku).join(Listing).where(Listing.product_id.in_(product_ids)).order_by(Sku.id)
    firsts = {sku.listing_id: sku for sku in reversed(db.session.scalars(query).all())}
    return [firsts[key] for key in sorted(firsts)]


def _deliver(product_ids: Sequence[int], days_ago: int) -> int:
    day, lots = today() - days_ago * DAY, 0
    for code in MARTS:
        with travel(at(day, 7, 30)):
            dice = dice_of(days_ago, code)
            lines = [delivered(pack, local_day(now()), dice) for pack in _packs(product_ids)]
            receive(get_store(code), lines, SYSTEM, delivery_note=f"PGH-DT-{days_ago}-{code}")
            lots += len(lines)
    return lots


def _cart(pack: str) -> str:
    cart = start_cart(get_store(MARTS[0]))
    set_line(cart.token, pack, 1)
    return cart.token


def _order(pack: str, provider: str, number: int) -> None:
    token = _cart(pack)
    wanted = Fulfilment("pickup", MARTS[0])
    basket, _route = quote(token, wanted)
    contact = Contact(f"Khách minh hoạ {number + 1:02}", f"+849000000{number + 1:02}")
    place_order(Checkout(token, contact, wanted, provider, basket.total_vnd), ANONYMOUS)


def _book(slugs: Sequence[str], people: People) -> str:
    """A booth for a producer with one of these products, at the first fair that has one free."""
    organizer = people.acting("organizer", "fair_organizer")
    fairs = [fair.slug for fair in list_all() if fair.state in (FairState.OPEN, FairState.RUNNING)]
    refused: list[str] = []
    for fair in fairs:
        try:
            with transaction():
                product = db.session.scalars(select(Product).where(Product.slug == slugs[0])).one()
                wanted = Wanted((product.slug,), product.producer.code, {"note": "Minh hoạ"})
                application = apply(fair, wanted, APPLICANT).code
                decide(application, ApplicationState.ACCEPTED, None, organizer)
                book(fair, _free_booth(fair), Claim(application), organizer)
            return f"a booth at {fair} shows {product.name}"
        except Refusal as refusal:
            refused.append(f"{fair}: {refusal.code}")
    return f"no booth: {', '.join(refused) or 'no fair is open'}"


def _free_booth(fair: str) -> str:
    """A booth that nobody holds on any day."""
    held = select(BoothDay.booth_id).where(BoothDay.state.in_(LIVE_DAY))
    query = select(Booth.code).where(Booth.fair_id == get_fair(fair).id, Booth.is_on_plan, Booth.id.not_in(held))
    return db.session.scalars(query.order_by(Booth.code)).first() or ""
