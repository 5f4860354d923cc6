"""Listings and packs: verbs, what is open on a day, and why."""

from datetime import date, timedelta

import pytest

from catalog.areas.models import AreaChange
from catalog.certificates.models import Certificate
from catalog.certificates.refusals import CertificateLapsed, CertificateRevoked, NotCertified
from catalog.listings.label import address_of
from catalog.listings.models import Listing, Sku
from catalog.listings.queries import cards, get_offer, list_open, offers, open_listings
from catalog.listings.refusals import (
    ListingClosed,
    ListingExists,
    ListingIncomplete,
    ListingNotFound,
    ListingState,
    SkuClosed,
    SkuNotFound,
    SkuTaken,
)
from catalog.listings.service import (
    add_sku,
    edit_listing,
    edit_sku,
    open_listing,
    publish_listing,
    reprice,
    submit,
    withdraw,
)
from catalog.listings.why import explain
from catalog.products.models import Product
from core.clock import now, today
from core.db import db, transaction
from core.errors import EditConflict, Forbidden, Invalid, NotFound
from core.outbox import OutboxRow
from tests import make

pytestmark = pytest.mark.usefixtures("app")

PACK = {"label": "Hũ 500 g", "price_vnd": 120_000, "storage": make.KEPT}


def told() -> list[str]:
    """Events that the outbox keeps for search, oldest first."""
    rows = db.session.query(OutboxRow).filter(OutboxRow.reaction.like("catalog.search%")).order_by(OutboxRow.id)
    return [row.reaction.split(":")[1] for row in rows]


def certified(name: str = "Mật ong") -> Product:
    product = make.product(name)
    make.certificate(product)
    return product


def test_from_draft_to_shop_and_out() -> None:
    product, admin = certified(), make.actor("admin")
    producer = make.actor("producer", ("producer", product.producer.code))
    listing = open_listing(producer, product=product.code, skus=[PACK], summary="Mật ong rừng.", **make.label())
    assert (listing.state, listing.published_at) == ("draft", None)
    submit(producer, listing.id)
    with pytest.raises(Forbidden):
        publish_listing(producer, listing.id)
    publish_listing(admin, listing.id)
    assert [row.listing_id for row in list_open(today())] == [listing.id]
    withdraw(producer, listing.id, "Hết mùa")
    assert list_open(today()) == []
    assert told() == ["ListingOpened", "ListingWithdrawn"]
    db.session.refresh(listing)
    assert listing.published_at is not None
    with pytest.raises(ListingState):
        withdraw(producer, listing.id, "Lần nữa")


def test_one_listing_a_product_and_only_one_s_own() -> None:
    product = certified()
    stranger = make.actor("producer", ("producer", make.producer().code))
    with pytest.raises(NotFound):
        open_listing(stranger, product=product.code)
    first = open_listing(make.actor("admin"), product=product.slug)
    with pytest.raises(ListingExists) as refused:
        open_listing(make.actor("admin"), product=product.slug)
    assert refused.value.facts["listing"] == first.id


def test_an_empty_listing_is_not_published() -> None:
    listing = open_listing(make.actor("admin"), product=certified().code)
    with pytest.raises(ListingIncomplete) as refused:
        publish_listing(make.actor("admin"), listing.id)
    assert refused.value.facts["missing"] == ["summary", "skus"]


def test_each_change_raises_the_sequence_and_is_told() -> None:
    admin, listing = make.actor("admin"), make.listing()
    pack = make.pack_of(listing)
    before = listing.sequence
    edit_listing(admin, listing.id, listing.version, {"summary": "Mới"})
    reprice(admin, pack.code, pack.version, 99_000)
    add_sku(admin, listing.id, label="Thùng", price_vnd=900_000)
    db.session.refresh(listing)
    assert listing.sequence == before + 3
    assert told() == ["ListingChanged"] * 3


def test_a_stale_edit_changes_nothing() -> None:
    admin, listing = make.actor("admin"), make.listing()
    version = listing.version
    edit_listing(admin, listing.id, version, {"summary": "Một"})
    with pytest.raises(EditConflict):
        edit_listing(admin, listing.id, version, {"summary": "Hai"})
    db.session.refresh(listing)
    assert listing.summary == "Một"


def test_codes_and_gtins_are_nobody_else_s() -> None:
    admin, listing = make.actor("admin"), make.listing()
    one = add_sku(admin, listing.id, code="HU-500", gtin="8938505974194", **PACK)
    for facts in ({"code": "HU-500"}, {"gtin": "8938505974194"}):
        with pytest.raises(SkuTaken):
            add_sku(admin, listing.id, **PACK, **facts)
    edit_sku(admin, one.code, one.version, {"gtin": "8938505974194"})
    with pytest.raises(Invalid):
        add_sku(admin, listing.id, unit="gram", net_grams=500, **PACK)
    with pytest.raises(SkuNotFound):
        edit_sku(admin, "KHONG-CO", 1, {})


def test_an_offer_and_why_there_is_none() -> None:
    listing = make.listing(price_vnd=50_000)
    pack = make.pack_of(listing)
    offer = get_offer(pack.code, today())
    assert (offer.price_vnd, offer.unit, offer.product_id) == (50_000, "piece", listing.product_id)
    assert offer.governing.product_id == listing.product_id
    end = offer.governing.ends_on
    assert get_offer(pack.code, end).sku_id == pack.id
    with pytest.raises(CertificateLapsed) as refused:
        get_offer(pack.code, end + timedelta(days=1))
    assert refused.value.facts["since"] == end + timedelta(days=1)
    assert offers([pack.id], end + timedelta(days=1)) == {}
    with pytest.raises(SkuNotFound):
        get_offer("KHONG-CO", today())


def test_closed_packs_listings_and_candidates() -> None:
    admin, listing = make.actor("admin"), make.listing()
    pack = make.pack_of(listing)
    other = add_sku(admin, listing.id, **PACK)
    edit_sku(admin, pack.code, pack.version, {"is_active": False})
    with pytest.raises(SkuClosed):
        get_offer(pack.code, today())
    withdraw(admin, listing.id, "Hết mùa")
    with pytest.raises(ListingClosed):
        get_offer(other.code, today())
    candidate = make.listing(stars=None)
    with pytest.raises(NotCertified):
        get_offer(make.pack_of(candidate).code, today())
    draft = open_listing(admin, product=certified().code, skus=[PACK])
    with pytest.raises(ListingNotFound):
        get_offer(db.session.query(Sku).filter_by(listing_id=draft.id).one().code, today())


def test_open_is_the_same_in_every_reading() -> None:
    good, lapsed = make.listing(), make.listing(valid_until=today() - timedelta(days=1))
    packless, draft = make.listing(), make.listing()
    with transaction():
        db.session.get_one(Listing, draft.id).state = "draft"
        make.pack_of(packless).is_active = False
    everything = [good.id, lapsed.id, packless.id, draft.id]
    assert db.session.scalars(open_listings(today())).all() == [good.id]
    assert [row.listing_id for row in list_open(today(), everything)] == [good.id]
    assert [card.listing_id for card in cards(everything, today())] == [good.id]
    why = explain([one.product_id for one in (good, lapsed, packless, draft)], today())
    assert [one.rule for one in why.values()] == ["open", "certificate.lapsed", "listing.no_pack", "listing.draft"]
    assert list_open(today(), []) == []
    assert cards([], today()) == []


def test_a_revocation_is_explained_with_its_day() -> None:
    listing = make.listing()
    with transaction():
        one = db.session.query(Certificate).filter_by(product_id=listing.product_id).one()
        one.revoked_on, one.revocation_number, one.revocation_ground = today(), "9/QĐ", "breach"
        one.revocation_authority, one.revocation_recorded_at = "UBND tỉnh", now()
    why = explain([listing.product_id], today())[listing.product_id]
    assert (why.rule, why.since, why.is_sellable) == ("certificate.revoked", today(), False)
    assert why.certificate is not None
    with pytest.raises(CertificateRevoked):
        get_offer(make.pack_of(listing).code, today())


def test_a_card_shows_the_lowest_active_price() -> None:
    admin, listing = make.actor("admin"), make.listing(price_vnd=90_000)
    cheap = add_sku(admin, listing.id, label="Gói nhỏ", price_vnd=15_000)
    (card,) = cards([listing.id], today())
    assert (card.price_vnd, card.sku_code, card.has_more_prices) == (15_000, cheap.code, True)
    edit_sku(admin, cheap.code, cheap.version, {"is_active": False})
    (card,) = cards([listing.id], today())
    assert (card.price_vnd, card.has_more_prices) == (90_000, False)


def test_a_label_gives_the_address_of_today() -> None:
    """Papers name a commune of a district that is gone; the label of today names what it became."""
    new = make.area("Xã Kiến Hưng")
    old = make.area("Xã Đại Hà")
    with transaction() as session:
        old.valid_from, old.valid_until = date(1900, 1, 1), date(2025, 6, 30)
        session.add(AreaChange(old_id=old.id, new_id=new.id, is_default=True))
    maker = make.producer(area=old)
    assert address_of(maker, today()) == "Xã Kiến Hưng, Thành phố Hải Phòng"
    assert address_of(make.producer(), today()) == ""
