"""Each screen's small write: to the draft at once, and to a live listing as a request that a moderator decides."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from admin.producing.answers import Book, changes, clear, is_new, pack_facts
from admin.producing.steps import STORY, Stop
from admin.producing.words import compose, is_composed
from catalog.changes.prices import set_price
from catalog.changes.queries import find_open
from catalog.changes.service import add_pack, change_listing, change_pack
from catalog.listings.label import address_of
from catalog.listings.models import LIVE, Listing, Sku
from catalog.listings.progress import read_notes, take_note
from catalog.listings.queries import find_by_product, get_listing
from catalog.listings.refusals import SkuNotFound
from catalog.listings.service import edit_sku, open_listing
from catalog.producers.queries import scope_of
from catalog.products.models import Product
from catalog.products.queries import get_product
from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.clock import today
from core.db import db, transaction
from core.errors import Invalid

#: What the label of goods made here says.
MADE_HERE = "Sản xuất tại Việt Nam"


def open_book(by: Actor, listing_id: int) -> Book:
    """A listing to work on. Raises ListingNotFound, NotFound for another's."""
    listing = get_listing(listing_id)
    product = db.session.get_one(Product, listing.product_id)
    authorize(by, "listings.edit", scope_of(product.producer))
    request = find_open(listing.id) if listing.state == LIVE else None
    return Book(listing, product, read_notes(listing.id), request)


def begin(by: Actor, product_code: str) -> Listing:
    """The listing of a product to work on: the one it has, or a draft with what is known filled in.

    Raises ProductNotFound, NotFound for another's.
    """
    with transaction():
        product = get_product(product_code)
        authorize(by, "listings.edit", scope_of(product.producer))
        found = find_by_product(product.id)
        if found is not None:
            return found
        address = address_of(product.producer, today())[:300]
        return open_listing(by, product=product.code, maker_address=address, origin=MADE_HERE)


def answer(by: Actor, book: Book, stop: Stop, data: Mapping[str, Any], *, is_sure: bool = False) -> Book:
    """Keep one answer, in one transaction, and note that the question is done.

    is_sure: a live price may change by more than half. Raises what the verbs of listings and of change requests raise.
    """
    with transaction():
        listing_id = book.listing.id
        if stop.step.name in STORY:
            _keep_story(by, book, {**book.notes.story, stop.step.name: data["answer"]})
        elif stop.step.is_pack:
            stop = _keep_pack(by, book, stop, data, is_sure=is_sure)
        else:
            _keep_words(by, book, changes(book, stop, data, today()))
        take_note(listing_id, done=[stop.key])
    return open_book(by, listing_id)


def pass_over(by: Actor, book: Book, stop: Stop) -> Book:
    """Leave a question without an answer; what was answered before is emptied where that is what she says."""
    with transaction():
        emptied = clear(stop.step)
        if stop.step.is_pack and emptied and not is_new(stop):
            _change_pack(by, book, stop, emptied)
        elif emptied and not stop.step.is_pack:
            _keep_words(by, book, emptied)
        elif stop.step.name in STORY:
            _keep_story(by, book, {name: text for name, text in book.notes.story.items() if name != stop.step.name})
        take_note(book.listing.id, done=[stop.key])
    return open_book(by, book.listing.id)


def compose_again(by: Actor, book: Book) -> Book:
    """Put the story together from the three answers once more, in place of what was written since."""
    with transaction():
        _keep_words(by, book, {"story": compose(book.notes.story)})
    return open_book(by, book.listing.id)


def drop_pack(by: Actor, book: Book, code: str) -> Book:
    """Stop offering a pack; the one being described is forgotten. Raises SkuNotFound, and what a live listing refuses.

    The last pack stays: a listing without any sells nothing.
    """
    with transaction():
        sku = book.pack(code)
        if sku is None:
            take_note(book.listing.id, pack={})
        elif len(book.packs) < 2:
            raise Invalid({"pack": [_("Phải còn ít nhất một cỡ gói. Thêm cỡ mới trước khi bỏ cỡ này.")]})
        else:
            change_pack(by, sku.code, sku.version, {"is_active": False})
    return open_book(by, book.listing.id)


def _keep_words(by: Actor, book: Book, columns: dict[str, Any]) -> None:
    if columns:
        listing = get_listing(book.listing.id)
        change_listing(by, listing.id, listing.version, columns)


def _keep_story(by: Actor, book: Book, answers: dict[str, str]) -> None:
    """A story that is still what the answers made of it follows them; one of her own words stays."""
    if is_composed(book.listing.story, book.notes.story) and book.listing.state != LIVE:
        _keep_words(by, book, {"story": compose(answers)[:10_000]})
    take_note(book.listing.id, story=answers)


def _keep_pack(by: Actor, book: Book, stop: Stop, data: Mapping[str, Any], *, is_sure: bool) -> Stop:
    """Change a pack, or note what is said of a new one and make it once it has its words and its price."""
    on = today()
    columns = changes(book, stop, data, on)
    if not is_new(stop):
        _change_pack(by, book, stop, columns, is_sure=is_sure)
        return stop
    noted = {**book.notes.pack, **columns}
    if "label" not in noted or "price_vnd" not in noted:
        take_note(book.listing.id, pack=noted)
        return stop
    made = add_pack(by, book.listing.id, pack_facts(book, noted, on))
    take_note(book.listing.id, pack={}, undone=["moi:measure", "moi:price"])
    code = made.code if isinstance(made, Sku) else None
    return Stop(stop.step, code) if code else stop


def _change_pack(by: Actor, book: Book, stop: Stop, columns: dict[str, Any], *, is_sure: bool = False) -> None:
    """Change a pack: its price at once, the rest of a live listing's as a request."""
    sku = db.session.scalars(select(Sku).where(Sku.code == stop.pack, Sku.listing_id == book.listing.id)).first()
    if sku is None:
        raise SkuNotFound
    if "price_vnd" in columns:
        set_price(by, sku.code, sku.version, columns["price_vnd"], is_confirmed=is_sure)
    elif book.listing.state == LIVE:
        change_pack(by, sku.code, sku.version, columns)
    else:
        edit_sku(by, sku.code, sku.version, columns)
