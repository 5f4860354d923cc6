"""From a live listing to what the index keeps of it."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from sqlalchemy import select

from catalog.listings.models import LIVE, Listing, Sku
from catalog.listings.places import Places
from catalog.producers.models import Producer
from catalog.products.models import Product
from catalog.products.sets import GROUPS, SETS
from catalog.search.port import Document
from catalog.search.words import SET_WORDS
from core.db import db

_CHUNK = 2_000


def documents(listing_ids: Collection[int] | None = None) -> Iterator[Document]:
    """Documents of all live listings, or of those among `listing_ids`, by rising id.

    Live is what producers and moderators want; whether a certificate covers today is no matter of the index,
    so that a suspension that ends needs no rebuilding. The story is left out: it is literature, and each of its words
    would make the product an answer to a question that nobody asked.
    """
    tree, last = Places(), 0
    while True:
        query = (
            select(
                Listing.id, Listing.sequence, Product.name, Producer.name, Product.area_id, Producer.area_id,
                Product.set_no, Listing.summary, Listing.ingredients,
            )
            .join(Product, Product.id == Listing.product_id)
            .join(Producer, Producer.id == Product.producer_id)
            .where(Listing.state == LIVE, Listing.id > last)
            .order_by(Listing.id)
            .limit(_CHUNK)
        )  # fmt: skip
        if listing_ids is not None:
            query = query.where(Listing.id.in_(listing_ids))
        rows = db.session.execute(query).all()
        labels = _labels(rows[0][0], rows[-1][0]) if rows else {}
        for row in rows:
            yield _document(tree, labels.get(row[0], ""), *row)
        if len(rows) < _CHUNK:
            return
        last = rows[-1][0]


def sequences() -> dict[int, int]:
    """Every live listing with its sequence: what an index should hold."""
    rows = db.session.execute(select(Listing.id, Listing.sequence).where(Listing.state == LIVE))
    return {row[0]: row[1] for row in rows}


def listings_of_producer(producer_id: int) -> list[int]:
    """Ids of all its listings, live or not."""
    query = select(Listing.id).join(Product, Product.id == Listing.product_id)
    return list(db.session.scalars(query.where(Product.producer_id == producer_id)))


def _labels(first: int, last: int) -> Mapping[int, str]:
    """What the packs on offer are called, by listing."""
    found: dict[int, list[str]] = defaultdict(list)
    packs = select(Sku.listing_id, Sku.label).where(Sku.listing_id.between(first, last), Sku.is_active)
    for listing_id, label in db.session.execute(packs.order_by(Sku.id)):
        found[listing_id].append(label)
    return {listing_id: ", ".join(labels) for listing_id, labels in found.items()}


def _document(
    tree: Places, labels: str, listing_id: int, sequence: int, name: str, producer: str, area_id: int | None,
    producer_area_id: int | None, set_no: int, summary: str, ingredients: str,
) -> Document:  # fmt: skip
    places = dict.fromkeys(tree.names(area_id) + tree.names(producer_area_id))
    return Document(
        listing_id=listing_id, sequence=sequence, name=name, producer=producer, places=" ".join(places),
        kind=f"{SET_WORDS[set_no]} {GROUPS[SETS[set_no].group].name_vi}", words=f"{summary} {ingredients} {labels}",
    )  # fmt: skip
