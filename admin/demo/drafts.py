"""A listing that the demonstration's producer left half made: she went to feed her bees and will come back."""

from datetime import date

from admin.demo.goods import at, certify
from admin.demo.people import People
from admin.demo.plan import ALL_INVENTED, DAY, Planned
from catalog.certificates.rules import add_months
from catalog.listings.label import address_of
from catalog.listings.progress import take_note
from catalog.listings.service import add_sku, open_listing
from catalog.producers.models import Producer
from catalog.products.service import create_product
from core.accounts.actor import SYSTEM, Scope
from core.clock import travel

NAME = "Phấn hoa rừng ngập mặn (minh hoạ)"
#: What she has answered so far; storage is the next question.
_DONE = ("known", "photos")


def leave_draft(people: People, producer: Producer, today: date) -> None:
    """A product of hers with a certificate of its own, and a draft up to the pack's shelf life."""
    begins = today - 75 * DAY
    with travel(at(begins, 8)):
        product = create_product(
            SYSTEM, name=NAME, producer=producer.code, set_no=4, note="Đặt ra để minh hoạ.", is_demo=True
        )
    number = f"MH-PH{begins:%Y}/QĐ-UBND (minh hoạ)"
    issuer = "UBND thành phố Hải Phòng"
    certify(people, product, Planned(3, None, number, begins, add_months(begins, 36), issuer, True, ALL_INVENTED))
    her = people.acting("producer", "producer", Scope("producer", producer.code))
    with travel(at(today - DAY, 19)):
        address = address_of(producer, today)[:300]
        listing = open_listing(her, product=product.code, maker_address=address, origin="Sản xuất tại Việt Nam")
        pack = {"label": "Hũ 200 g", "net_grams": 200, "price_vnd": 180_000, "vat_class": "own_produce"}
        sku = add_sku(her, listing.id, code="PH-1", shelf_days=365, **pack)
        take_note(listing.id, done=[*_DONE, *(f"{sku.code}:{name}" for name in ("gtin", "vat_class", "shelf"))])
