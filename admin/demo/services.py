"""A service on sale with its season, bought by two: one voucher used, the others waiting."""

from datetime import date, timedelta

from sqlalchemy import select

from admin.demo.goods import at, certify
from admin.demo.labels import label_of
from admin.demo.people import MART, People
from admin.demo.plan import ALL_INVENTED, DAY, Planned
from catalog.certificates.rules import add_months
from catalog.listings.label import address_of
from catalog.listings.models import Sku
from catalog.listings.service import open_listing, publish_listing
from catalog.listings.vat import PROCESSED
from catalog.producers.models import Producer
from catalog.products.service import create_product
from catalog.products.sets import SERVICE
from core.accounts.actor import ANONYMOUS, SYSTEM, Scope
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

NAME = "Một ngày làm nông cùng hợp tác xã (minh hoạ)"
SUMMARY = "Ra đồng, hái rau, nấu bữa trưa với người trong làng. Dịch vụ đặt ra để minh hoạ phiếu dịch vụ."
#: Places in the season, and how long it lasts.
PLACES, SEASON = 40, timedelta(days=150)


def sell_services(people: People, producer: Producer, today: date) -> int:
    """A day at the demonstration's producer: recognised, listed, with a season in the store, and some of it sold.

    Answers how many vouchers there are.
    """
    pack, day = _list_service(people, producer, today), today - 4 * DAY
    _open_season(pack, day)
    made = [*_buy(pack, day, 2, "01"), *_buy(pack, today - 2 * DAY, 1, "02")]
    with travel(at(today - DAY, 10)):
        redeem(made[0], people.acting("producer", "producer", Scope("producer", producer.code)))
    return len(made)


def _list_service(people: People, producer: Producer, today: date) -> Sku:
    begins = today - 75 * DAY
    with travel(at(begins, 8)):
        product = create_product(
            SYSTEM, name=NAME, producer=producer.code, set_no=SERVICE, note="Đặt ra để minh hoạ.", is_demo=True
        )
    number = f"MH-DV{begins:%Y}/QĐ-UBND (minh hoạ)"
    issuer = "UBND thành phố Hải Phòng"
    certify(people, product, Planned(4, None, number, begins, add_months(begins, 36), issuer, True, ALL_INVENTED))
    with travel(at(begins + 10 * DAY)):
        words = label_of(SERVICE) | {"maker_address": address_of(producer, today)[:300], "summary": SUMMARY}
        sku: dict[str, object] = {
            "code": "DV-1", "label": "Vé một ngày, một người", "unit": "piece", "price_vnd": 350_000,
            "vat_class": PROCESSED, "shelf_days": 120,
        }  # fmt: skip
        listing = open_listing(SYSTEM, product=product.code, skus=[sku], **words)
        publish_listing(SYSTEM, listing.id)
    return db.session.scalars(select(Sku).where(Sku.listing_id == listing.id)).one()


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
