"""What wakes the waiting, and the mails to them. What no event tells, the job of the minute finds."""

from flask_babel import force_locale
from flask_babel import gettext as _

from catalog.certificates.events import CertificateCorrected, CertificateResumed, CertificateVerified
from catalog.listings.events import ListingOpened
from catalog.listings.models import Listing, Sku
from catalog.products.models import Product
from core.clock import now
from core.db import db, end_reading
from core.events import later
from core.mail import Mail, send
from core.web.links import address_of
from shop.inventory.events import StockCame
from shop.waiting import service
from shop.waiting.events import WaitAsked, WaitDue
from shop.waiting.links import key_of
from shop.waiting.models import Wait
from shop.waiting.queries import Market, market_of
from shop.waiting.rules import CLOSED, TELLING, UNCONFIRMED, reach

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
    with force_locale(wait.locale):
        text = _(
            "Chào bạn,\n\nAi đó, có lẽ là bạn, nhờ báo khi mua lại được %(product)s. Nếu đúng là bạn, hãy mở liên kết "
            "này và bấm xác nhận (trong 3 ngày):\n%(url)s\n\nNếu không phải, hãy bỏ qua thư này: chúng tôi tự xóa địa "
            "chỉ của bạn và không gửi gì nữa.\n",
            product=product.name, url=address_of("waiting.show", key=key_of(wait.code)),
        )  # fmt: skip
        send(Mail(wait.contact, _("Xác nhận nhờ báo khi có hàng"), text, f"wait-asked:{wait.id}:{wait.asked_at}"))


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


def _turn(wait: Wait, market: Market, is_free: bool) -> Mail:
    product = db.session.get_one(Product, wait.product_id)
    offer = market.offers.get(wait.sku_id or 0) or next(iter(market.offers.values()))
    with force_locale(wait.locale):
        if is_free:
            subject = _("%(product)s đã có hàng lại", product=product.name)
            news = _(
                "%(product)s đã có hàng lại. Hàng không giữ riêng cho ai; ai đặt trước được trước.",
                product=product.name,
            )
        else:
            subject = _("%(product)s được công nhận lại", product=product.name)
            news = _(
                "%(product)s lại có công nhận OCOP còn hiệu lực, nhưng cửa hàng chưa có hàng. Muốn được báo khi hàng "
                "về, hãy nhờ báo lần nữa trên trang sản phẩm.",
                product=product.name,
            )  # fmt: skip
        text = _(
            "Chào bạn,\n\n%(news)s\n\n%(stars)s sao OCOP, công nhận đến hết ngày %(day)s.\n%(url)s\n\n"
            "Đây là thư duy nhất theo lời nhờ của bạn. Địa chỉ của bạn được xóa khỏi danh sách chờ ngay sau thư này; "
            "muốn kiểm lại hoặc xóa ngay:\n%(stop)s\n",
            news=news, stars=offer.governing.stars, day=f"{offer.governing.ends_on:%d/%m/%Y}",
            url=address_of("front.product", slug=product.slug), stop=address_of("waiting.show", key=key_of(wait.code)),
        )  # fmt: skip
    return Mail(wait.contact or "", subject, text, f"wait-due:{wait.id}:{wait.due_at}")
