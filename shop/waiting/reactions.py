"""What wakes the waiting, and the mails to them. What no event tells, the job of the minute finds."""

from typing import Any

from catalog.certificates.events import CertificateCorrected, CertificateResumed, CertificateVerified
from catalog.listings.events import ListingOpened
from catalog.listings.models import Listing, Sku
from catalog.products.models import Product
from core.clock import now
from core.db import db, end_reading
from core.events import later
from core.messages import Message, Recipient, send
from core.web.links import address_of
from shop.inventory.events import StockCame
from shop.waiting import letters, service
from shop.waiting.events import WaitAsked, WaitDue
from shop.waiting.links import key_of
from shop.waiting.models import Wait
from shop.waiting.queries import Market, market_of
from shop.waiting.rules import CLOSED, TELLING, UNCONFIRMED, reach

#: Registered by import.
LETTERS = (letters.asked, letters.due)

Certified = CertificateVerified | CertificateResumed | CertificateCorrected | ListingOpened


@later(StockCame)
def stock_came(event: StockCame) -> None:
    """Goods lie free again: whose turn is it?"""
    listings = db.session.query(Listing.product_id).join(Sku, Sku.listing_id == Listing.id)
    products = listings.filter(Sku.id.in_(event.sku_ids)).distinct()
    service.take_turns([row[0] for row in products], now())


def sellable_again(event: Certified) -> None:
    """A product may be sold again, or soon: who waited for that?"""
    service.take_turns([event.product_id], now())


for _event in (CertificateVerified, CertificateResumed, CertificateCorrected, ListingOpened):
    later(_event)(sellable_again)


@later(WaitAsked, outside=True)
def mail_confirmation(event: WaitAsked) -> None:
    """Ask the owner of an address whether it was she who asked."""
    wait = db.session.get(Wait, event.wait_id)
    if wait is None or wait.contact is None or wait.state != UNCONFIRMED:
        return
    product = db.session.get_one(Product, wait.product_id)
    context = {"product": product.name, "url": address_of("waiting.show", key=key_of(wait.code))}
    send(_to(wait, "waiting.asked", f"wait-asked:{wait.id}:{wait.asked_at}", context))


@later(WaitDue, outside=True)
def mail_turn(event: WaitDue) -> None:
    """Tell it, if it is true at this instant; else the wish waits on. The contact is erased with the mail."""
    wait = db.session.get(Wait, event.wait_id)
    if wait is None or wait.contact is None or wait.state != TELLING:
        return
    market = market_of(wait.product_id, now())
    is_free = reach(service.wish_of(wait), market.free) > 0
    if not market.offers or not (is_free or wait.reason == CLOSED):
        end_reading()
        service.put_back(wait.id)
        return
    send(_turn(wait, market, is_free))
    end_reading()
    service.told(event.wait_id)


def _turn(wait: Wait, market: Market, is_free: bool) -> Message:
    product = db.session.get_one(Product, wait.product_id)
    offer = market.offers.get(wait.sku_id or 0) or next(iter(market.offers.values()))
    context = {
        "product": product.name, "is_free": is_free, "stars": offer.governing.stars,
        "ends_on": offer.governing.ends_on, "url": address_of("front.product", slug=product.slug),
        "stop": address_of("waiting.show", key=key_of(wait.code)),
    }  # fmt: skip
    return _to(wait, "waiting.due", f"wait-due:{wait.id}:{wait.due_at}", context)


def _to(wait: Wait, kind: str, key: str, context: dict[str, Any]) -> Message:
    contact = wait.contact or ""
    to = Recipient(email=contact) if "@" in contact else Recipient(phone=contact)
    return Message(to, kind, key, wait.locale, context, f"waiting:{wait.code}")
