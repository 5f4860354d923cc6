"""What is told to programs: each event with its facts as they stand when the worker looks, and never personal data."""

from collections.abc import Iterable
from typing import Any

from flask import current_app
from sqlalchemy import select

from catalog.certificates.events import (
    CertificateCorrected,
    CertificateEnded,
    CertificateResumed,
    CertificateRevoked,
    CertificateVerified,
)
from catalog.certificates.models import Certificate
from catalog.listings.events import ListingChanged, ListingOpened, ListingWithdrawn
from catalog.listings.models import Listing, Sku
from catalog.products.models import Product
from core.accounts.queries import get_user
from core.db import db
from core.events import later
from core.messages import Message, Recipient, send
from core.web.links import address_of
from shop.hooks import letters
from shop.hooks.events import EndpointDisabled
from shop.hooks.models import HookEndpoint
from shop.hooks.service import Told, is_anybody_listening, tell
from shop.inventory.events import StockCame
from shop.orders import events as orders
from shop.orders.queries import get_order
from shop.stores.models import Store

#: The page of an endpoint at the desk (of an upper part), where there is one.
PAGE = "desk.hook"
#: Registered by import.
LETTERS = (letters.disabled,)
ORDERS = {
    orders.OrderPlaced: "order.placed", orders.OrderPaid: "order.paid", orders.OrderReady: "order.ready",
    orders.OrderShipped: "order.shipped", orders.DeliveryFailed: "order.delivery_failed",
    orders.OrderReturned: "order.returned", orders.OrderHandedOver: "order.handed_over",
    orders.OrderCompleted: "order.completed", orders.OrderHeld: "order.held", orders.OrderEnded: "order.ended",
}  # fmt: skip
LISTINGS = {
    ListingOpened: "listing.opened", ListingChanged: "listing.changed", ListingWithdrawn: "listing.withdrawn",
}  # fmt: skip
CERTIFICATES = {
    CertificateVerified: "certificate.verified", CertificateResumed: "certificate.resumed",
    CertificateEnded: "certificate.ended", CertificateRevoked: "certificate.revoked",
    CertificateCorrected: "certificate.corrected",
}  # fmt: skip


def tell_order(event: Any) -> None:
    """What happened to an order: for its seller and the stores that pack it."""
    if not is_anybody_listening():
        return
    order = get_order(event.number)
    stores = _codes(Store, {order.store_id, *(one.store_id for one in order.shipments)})
    data: dict[str, Any] = {
        "number": order.number, "state": order.state, "total": order.total_vnd, "currency": "VND",
        "method": order.method, "provider": order.provider, "seller": order.seller.code, "store": order.store.code,
        "lines": [
            {"sku": one.sku_code, "quantity": one.quantity, "unit": one.unit, "total": one.line_total_vnd}
            for one in order.lines
        ],
    }  # fmt: skip
    data |= {name: getattr(event, name) for name in ("parcel", "reason", "kind") if getattr(event, name, None)}
    scopes = {f"seller:{order.seller.code}", *(f"store:{code}" for code in stores)}
    tell(Told(ORDERS[type(event)], data, frozenset(scopes)))


def tell_listing(event: Any) -> None:
    """What anybody sees on our pages: for every store and seller, and its producer."""
    if not is_anybody_listening():
        return
    product = db.session.get_one(Product, event.product_id)
    data = {"slug": product.slug, "product": product.code, "sequence": event.sequence, "skus": _skus(event.listing_id)}
    tell(Told(LISTINGS[type(event)], data, frozenset({f"producer:{product.producer.code}"}), is_public=True))


def tell_certificate(event: Any) -> None:
    """The same of certificates."""
    if not is_anybody_listening():
        return
    certificate = db.session.get_one(Certificate, event.certificate_id)
    product = db.session.get_one(Product, event.product_id)
    data: dict[str, Any] = {
        "certificate": certificate.code, "product": product.code, "slug": product.slug, "stars": certificate.stars,
        "on": event.on.isoformat(),
    }  # fmt: skip
    data |= {"kind": event.kind} if hasattr(event, "kind") else {}
    tell(Told(CERTIFICATES[type(event)], data, frozenset({f"producer:{product.producer.code}"}), is_public=True))


@later(StockCame)
def tell_stock(event: StockCame) -> None:
    """Packs that may be free again in a store: for the store, its seller, and who made them."""
    if not is_anybody_listening():
        return
    store = db.session.get_one(Store, event.store_id)
    rows = db.session.execute(
        select(Sku.code, Product.slug, Product.id)
        .join(Listing, Listing.id == Sku.listing_id)
        .join(Product, Product.id == Listing.product_id)
        .where(Sku.id.in_(event.sku_ids))
        .order_by(Sku.code)
    ).all()
    makers = {db.session.get_one(Product, row.id).producer.code for row in rows}
    data = {"store": store.code, "skus": [{"sku": row.code, "slug": row.slug} for row in rows]}
    scopes = {f"store:{store.code}", f"seller:{store.seller.code}", *(f"producer:{code}" for code in makers)}
    tell(Told("stock.came", data, frozenset(scopes)))


for _events, _tell in ((ORDERS, tell_order), (LISTINGS, tell_listing), (CERTIFICATES, tell_certificate)):
    for _event in _events:
        later(_event)(_tell)


@later(EndpointDisabled, outside=True)
def mail_disabled(event: EndpointDisabled) -> None:
    """Tell its owner that nothing is sent any more, and why."""
    endpoint = db.session.get_one(HookEndpoint, event.endpoint_id)
    user = get_user(endpoint.owner_id) if endpoint.owner_id else None
    if user is None or user.email is None or not user.is_active:
        return
    context = {
        "name": endpoint.name, "host": endpoint.url.split("/")[2], "reason": event.reason,
        "url": address_of(PAGE, code=endpoint.code) if PAGE in current_app.view_functions else "",
    }  # fmt: skip
    key = f"hook-disabled:{endpoint.code}:{event.generation}"
    to = Recipient(user.email, name=user.name)
    send(Message(to, "hook.disabled", key, user.locale, context, f"hook:{endpoint.code}"))


def _skus(listing_id: int) -> list[str]:
    return list(db.session.scalars(select(Sku.code).where(Sku.listing_id == listing_id).order_by(Sku.code)))


def _codes(model: type[Store], ids: Iterable[int]) -> list[str]:
    return list(db.session.scalars(select(model.code).where(model.id.in_(ids)).order_by(model.code)))
