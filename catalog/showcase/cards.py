"""From faces to the cards of a page: what memory proposes, the gate of the database lets through."""

from collections.abc import Sequence

import structlog

from catalog.certificates.queries import Governing, covered
from catalog.listings.queries import Card
from catalog.showcase.day import Day
from catalog.showcase.faces import Face

log = structlog.get_logger()


def let_through(day: Day, faces: Sequence[Face]) -> list[Face]:
    """The ones among these faces that a certificate covers on the day, in their order; one statement.

    The showcase knows the same by itself. What the gate refuses all the same was ended by somebody in between (or the
    showcase would be wrong): it is left out and logged. A door never relies on memory alone.
    """
    found = covered([face.product_id for face in faces], day.on) if faces else set[int]()
    refused = [face.slug for face in faces if face.product_id not in found]
    if refused:
        log.warning("showcase.differs", products=refused, on=str(day.on))
    return [face for face in faces if face.product_id in found]


def open_cards(day: Day, faces: Sequence[Face]) -> list[Card]:
    """The ones among these faces that the gate lets through on the day, as cards, in their order."""
    return cards_of(day, let_through(day, faces))


def cards_of(day: Day, faces: Sequence[Face]) -> list[Card]:
    """Faces that were let through as cards, in their order."""
    named = ((face, face.governing(day.on)) for face in faces)
    return [card_of(day, face, certificate) for face, certificate in named if certificate]


def card_of(day: Day, face: Face, certificate: Governing) -> Card:
    """A face on a day, under the certificate that covers it. It has a pack, or it would not be open."""
    prices = face.prices(day.on)
    price_vnd, first = prices[0]
    return Card(
        listing_id=face.listing_id, product_id=face.product_id, code=face.code, slug=face.slug, name=face.name,
        summary=face.summary, producer_code=face.producer_code, producer_name=face.producer_name, set_no=face.set_no,
        group=face.group, is_alcohol=face.is_alcohol, is_demo=face.is_demo or certificate.is_demo,
        area=day.tree.province(face.area_id), locality=day.tree.locality(face.area_id), sku_code=first.code,
        sku_label=first.label, unit=first.unit, price_vnd=price_vnd,
        has_more_prices=any(other != price_vnd for other, _pack in prices), governing=certificate, photo=face.photo,
    )  # fmt: skip
