"""A service on sale with its season, bought by two: one voucher used, the others waiting."""

from datetime import date, timedelta

from sqlalchemy import select

from admin.demo.goods import at
from admin.demo.people import MART
from admin.demo.plan import DAY
from catalog.listings.models import Listing, Sku
from catalog.listings.queries import offers
from catalog.products.models import Product
from catalog.products.sets import SERVICE
from core.accounts.actor import ANONYMOUS, SYSTEM
from core.clock import travel
from core.db import db
from shop.carts.service import set_line, start_cart
from shop.inventory.service import Delivered, receive
from shop.orders.asked import Checkout, Contact, Fulfilment
from shop.orders.checkout import place_order, quote
from shop.orders.rules import reference_of
from shop.orders.service import confirm_transfer
from shop.payments.queries import get_payment
from shop.payments.service import BankLine
from shop.stores.queries import get_store
from shop.vouchers.service import issue_for, redeem

#: Places in the season, and how long it lasts.
PLACES, SEASON = 40, timedelta(days=150)


def sell_services(today: date) -> int:
    """Take a season of the first service that is open into the demonstration's store, and sell some of it.

    Answers how many vouchers there are; 0 when no service is open today.
    """
    service = select(Sku).join(Listing).join(Product).where(Product.set_no == SERVICE, Sku.is_active)
    skus = db.session.scalars(service.order_by(Sku.id)).all()
    day = today - 4 * DAY
    found = offers([sku.id for sku in skus], day)
    pack = next((sku for sku in skus if sku.id in found), None)
    if pack is None:
        return 0
    _open_season(pack, day)
    made = [*_buy(pack, day, 2, "01"), *_buy(pack, today - 2 * DAY, 1, "02")]
    with travel(at(today - DAY, 10)):
        redeem(made[0], SYSTEM)
    return len(made)


def _open_season(pack: Sku, day: date) -> None:
    line = Delivered(
        sku=pack.code, number=f"MUA-{day:%y%m}", quantity=PLACES, made_on=None, expires_on=day + SEASON,
        is_consigned=True, unit_cost_vnd=pack.price_vnd * 85 // 100, commission_bp=1500, place="shelf",
    )  # fmt: skip
    with travel(at(day, 7)):
        receive(get_store(MART), [line], SYSTEM, delivery_note=f"PGH-{day:%y%m%d}-MUA")


def _buy(pack: Sku, day: date, units: int, who: str) -> list[str]:
    """Buy so many pieces by transfer; answers the codes of the vouchers."""
    wanted = Fulfilment("pickup", MART)
    with travel(at(day, 9)):
        cart = start_cart(get_store(MART))
        set_line(cart.token, pack.code, units)
        basket, _route = quote(cart.token, wanted)
        contact = Contact(f"Khách đi chơi {who} (minh hoạ)", f"+849000001{who}")
        number = place_order(Checkout(cart.token, contact, wanted, "vietqr", basket.total_vnd), ANONYMOUS).number
    moment = at(day, 9, 20)
    with travel(moment):
        line = BankLine(get_payment(reference_of(number)).amount_vnd, f"FTV{moment:%y%m%d%H%M}{who}", moment)
        confirm_transfer(number, line, SYSTEM)
        return [one.code for one in issue_for(number)]
