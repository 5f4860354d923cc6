"""A producer's own products: how each stands, what to do next; her four figures. A constant number of statements."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from admin.producing.answers import Book, answered
from catalog.certificates.queries import standings
from catalog.certificates.rules import Standing, Status
from catalog.changes.models import LISTING, OPEN, REJECTED, ChangeRequest
from catalog.listings.models import DRAFT, SUBMITTED, WITHDRAWN, Listing
from catalog.listings.progress import Notes, notes_of
from catalog.photos.models import REMOVED, ProductPhoto
from catalog.photos.queries import Photo, first_photos
from catalog.producers.models import Producer
from catalog.products.models import Product
from catalog.renewals.rules import CLOSES_DAYS, OPENS_DAYS
from core.clock import local_day
from core.db import db
from shop.replenish.models import SupplyRequest
from shop.replenish.queries import list_open_of
from shop.settlements.owing import Owed, owed_to
from shop.supply.queries import Bring, Sold, list_to_bring, sold_between
from shop.waiting.queries import count_waiting


@dataclass(frozen=True, slots=True)
class Next:
    """The next thing to do: the words of the button and where it leads; ``posts``: the product to begin with."""

    label: str
    url: str
    posts: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One product as its producer sees it."""

    product: Product
    standing: Standing
    photo: Photo | None
    #: The state in words, and the kind of its badge: good, warn, bad, info or ''.
    state: str
    kind: str
    #: What else she should know, each a sentence.
    notes: list[str]
    next: Next | None
    #: The address of the listing's reading, where it has one.
    url: str = ""


@dataclass(frozen=True, slots=True)
class Star:
    """The star that ends first."""

    product: Product
    days: int
    ends_on: date
    #: What to do about it.
    advice: str


@dataclass(frozen=True, slots=True)
class Figures:
    """The four large facts."""

    sold: Sold
    owed: Owed
    bring: list[Bring]
    star: Star | None
    #: What stores have asked her to bring and not got yet, the unanswered first.
    asked: Sequence[SupplyRequest] = ()


def products_of(codes: Collection[str]) -> Sequence[Product]:
    """The products of these producers, by name."""
    query = select(Product).join(Producer, Producer.id == Product.producer_id).where(Producer.code.in_(codes))
    return db.session.scalars(query.options(joinedload(Product.producer)).order_by(Product.name_folded)).all()


def figures(products: Sequence[Product], standing: dict[int, Standing], at: datetime) -> Figures:
    """Sold this month, owed, what to bring, and the star that ends first, as of an instant."""
    on, ids = local_day(at), [product.id for product in products]
    sold = sold_between(ids, on.replace(day=1), on)
    asked = list_open_of({product.producer_id for product in products})
    called = {(one.store.code, line.sku.listing.product_id) for one in asked for line in one.lines}
    bring = [one for one in list_to_bring(ids, at) if (one.store_code, one.product_id) not in called]
    owed = owed_to({product.producer_id for product in products})
    return Figures(sold, owed, bring, _first_star(products, standing, on), asked)


def rows(products: Sequence[Product], standing: dict[int, Standing]) -> list[Row]:
    """Each product with its state and the next step; what needs a hand first."""
    ids = [product.id for product in products]
    listings = _listings(ids)
    notes = notes_of([one.id for one in listings.values()])
    requests = _requests([one.id for one in listings.values()])
    photos, counts, waits = first_photos(ids), _photo_counts(ids), count_waiting(ids)
    made: list[tuple[int, Row]] = []
    for product in products:
        listing = listings.get(product.id)
        book = _book(product, listing, notes, requests)
        said = _said(book, counts.get(product.id, 0), waits.get(product.id, 0), requests)
        rank, state, kind, step = _state(product, book, standing[product.id], requests)
        url = url_for("producing.ask", listing_id=listing.id, slug="doc-lai") if listing else ""
        made.append((rank, Row(product, standing[product.id], photos.get(product.id), state, kind, said, step, url)))
    return [row for _rank, row in sorted(made, key=lambda one: (one[0], one[1].product.name_folded))]


def all_standings(products: Sequence[Product], on: date) -> dict[int, Standing]:
    """How each product stands on the day."""
    return standings([product.id for product in products], on)


def advice_for(days: int) -> str:
    """What to do about a star with so many days left (QĐ 26/2026, Article 7.6: from 180 to 120 days before)."""
    if days > OPENS_DAYS:
        return _("Chưa phải làm gì. Nộp hồ sơ đánh giá lại khi còn 180 đến 120 ngày.")
    if days >= CLOSES_DAYS:
        left = days - CLOSES_DAYS
        return _("Đến kỳ nộp hồ sơ đánh giá lại: còn %(n)s ngày để nộp.", n=left)
    return _("Đã qua kỳ nộp hồ sơ. Hỏi cán bộ xã ngay để nộp muộn, kẻo hết sao là phải ngừng bán.")


def _first_star(products: Sequence[Product], standing: dict[int, Standing], on: date) -> Star | None:
    held = [(found.ends_on, one) for one in products if (found := standing[one.id].governing) is not None]
    if not held:
        return None
    ends_on, product = min(held, key=lambda one: (one[0], one[1].id))
    days = (ends_on - on).days + 1
    return Star(product, days, ends_on, advice_for(days))


def _book(
    product: Product, listing: Listing | None, notes: dict[int, Notes], requests: dict[int, ChangeRequest]
) -> Book | None:
    if listing is None:
        return None
    request = requests.get(listing.id)
    is_open = request is not None and request.state == OPEN
    return Book(listing, product, notes.get(listing.id, Notes()), request if is_open else None)


def _state(
    product: Product, book: Book | None, standing: Standing, requests: dict[int, ChangeRequest]
) -> tuple[int, str, str, Next | None]:
    """(rank, state, kind, next step)."""
    if book is None:
        return _unlisted(product, standing)
    listing = book.listing
    edit = url_for("producing.ask", listing_id=listing.id, slug="doc-lai")
    if listing.state == DRAFT:
        if _returned(listing, requests):
            return 0, _("Người duyệt gửi lại"), "warn", Next(_("Sửa và gửi lại"), edit)
        left = _left(book)
        text = ngettext("Nháp, còn %(num)s câu", "Nháp, còn %(num)s câu", left) if left else _("Nháp, đã đủ câu")
        return 1, text, "warn", Next(_("Làm tiếp"), url_for("producing.resume", listing_id=listing.id))
    if listing.state == SUBMITTED:
        return 3, _("Chờ duyệt"), "info", Next(_("Xem lại"), edit)
    if standing.governing is None:
        return 2, _ended(standing), "bad", Next(_("Xem cách gia hạn"), url_for("desk.lookahead"))
    if listing.state == WITHDRAWN:
        return 1, _("Đã rút khỏi cửa hàng"), "warn", Next(_("Đọc lại và gửi"), edit)
    text = _("Đang bán, có sửa đổi chờ duyệt") if book.request else _("Đang bán")
    return 4, text, "good", Next(_("Sửa trang"), edit)


def _unlisted(product: Product, standing: Standing) -> tuple[int, str, str, Next | None]:
    if standing.governing is not None:
        return (
            0,
            _("Có sao, chưa có trang bán"),
            "warn",
            Next(_("Làm trang bán"), url_for("producing.start"), product.code),
        )
    if standing.status is Status.MISSING:
        return 6, _("Chưa được công nhận"), "", None
    return 5, _ended(standing), "bad", Next(_("Xem cách gia hạn"), url_for("desk.lookahead"))


def _ended(standing: Standing) -> str:
    words = {
        Status.REVOKED: _("Công nhận bị thu hồi"),
        Status.SUSPENDED: _("Công nhận tạm dừng"),
        Status.NOT_YET_VALID: _("Công nhận chưa bắt đầu"),
        Status.STOPPED: _("Có lệnh dừng bán"),
    }
    return words.get(standing.status) or _("Công nhận hết hiệu lực")


def _left(book: Book) -> int:
    known = answered(book)
    return sum(stop.key not in known for stop in book.stops()[:-1])


def _returned(listing: Listing, requests: dict[int, ChangeRequest]) -> bool:
    last = requests.get(listing.id)
    return last is not None and last.kind == LISTING and last.state == REJECTED


def _said(book: Book | None, photos: int, waits: int, requests: dict[int, ChangeRequest]) -> list[str]:
    """What else she should know of a product."""
    said: list[str] = []
    if waits:
        said.append(ngettext("%(num)s người chờ có hàng lại", "%(num)s người chờ có hàng lại", waits))
    if book is None:
        return said
    last = requests.get(book.listing.id)
    if last is not None and _returned(book.listing, requests) and book.listing.state == DRAFT:
        said.append(_("Lý do: %(reason)s", reason=last.reason))
    if not photos:
        said.append(_("Chưa có ảnh"))
    return said


def _listings(product_ids: Collection[int]) -> dict[int, Listing]:
    query = select(Listing).where(Listing.product_id.in_(product_ids)).options(selectinload(Listing.skus))
    return {one.product_id: one for one in db.session.scalars(query)}


def _requests(listing_ids: Collection[int]) -> dict[int, ChangeRequest]:
    """The latest request of each of these listings."""
    latest = select(func.max(ChangeRequest.id)).where(ChangeRequest.listing_id.in_(listing_ids))
    query = select(ChangeRequest).where(ChangeRequest.id.in_(latest.group_by(ChangeRequest.listing_id)))
    found = db.session.scalars(query.options(selectinload(ChangeRequest.fields)))
    return {one.listing_id: one for one in found}


def _photo_counts(product_ids: Collection[int]) -> dict[int, int]:
    query = (
        select(ProductPhoto.product_id, func.count())
        .where(ProductPhoto.product_id.in_(product_ids), ProductPhoto.state != REMOVED)
        .group_by(ProductPhoto.product_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}
