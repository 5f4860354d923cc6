"""What a revocation withdrew comes back by a person only; a lapse comes back by itself (certificate case D4)."""

from datetime import timedelta

import pytest

from catalog.certificates.models import Certificate
from catalog.certificates.service import enter, revoke, verify
from catalog.listings.models import Listing
from catalog.listings.queries import count_reopenable, get_offer, list_open, list_reopenable
from catalog.listings.refusals import ListingClosed, ListingRevoked
from catalog.listings.service import edit_listing, publish_listing, reopen, submit, withdraw
from core.audit import AuditEntry
from core.clock import today
from core.db import db
from tests import make

pytestmark = pytest.mark.usefixtures("app")


def revoked_listing(**wishes: object) -> Listing:
    listing = make.listing(**wishes)  # type: ignore[arg-type]
    edit_listing(make.actor("admin"), listing.id, listing.version, {"summary": "Quà quê."})
    one = db.session.query(Certificate).filter_by(product_id=listing.product_id).one()
    revoke(make.actor("certifier"), one.code, decision_number="9/QĐ", ground="criteria")
    db.session.refresh(listing)
    return listing


def recognise(listing: Listing) -> None:
    """A new decision, by two persons."""
    first, second = make.actor("certifier"), make.actor("certifier")
    days = {"valid_from": today(), "valid_until": today() + timedelta(days=900)}
    product = db.session.get_one(Listing, listing.id).product_id
    code = db.session.query(Certificate).filter_by(product_id=product).first().product.code  # type: ignore[union-attr]
    entry = enter(
        first, product=code, decision_number="10/QĐ-UBND", decided_on=today(), issuer_level="province",
        issuer="UBND tỉnh", stars=4, **days,
    )  # fmt: skip
    verify(second, entry.code, stars=4, valid_until=days["valid_until"])


def test_a_revocation_withdraws_the_listing_in_the_trail() -> None:
    listing = revoked_listing()
    assert (listing.state, listing.revoked_certificate_id is not None) == ("withdrawn", True)
    entry = db.session.query(AuditEntry).filter_by(action="listing.withdrawn").one()
    assert (entry.actor, entry.data["reason"].split()[0]) == ("hệ thống", "certificate.revoked")


def test_a_new_recognition_lists_nothing_by_itself() -> None:
    listing = revoked_listing()
    assert list_reopenable(today()) == []
    recognise(listing)
    assert list_open(today()) == []
    with pytest.raises(ListingClosed):
        get_offer(make.pack_of(listing).code, today())
    assert count_reopenable(today()) == 1
    ((found, _product, governing),) = list_reopenable(today(), [listing.product_id])
    assert (found.id, governing.decision_number) == (listing.id, "10/QĐ-UBND")
    reopen(make.actor("certifier"), [listing.id])
    assert [row.listing_id for row in list_open(today())] == [listing.id]
    assert count_reopenable(today()) == 0


def test_nobody_opens_it_before_it_is_recognised_again() -> None:
    listing = revoked_listing()
    with pytest.raises(ListingRevoked):
        publish_listing(make.actor("certifier"), listing.id)
    submit(make.actor("admin"), listing.id)
    with pytest.raises(ListingRevoked):
        publish_listing(make.actor("certifier"), listing.id)
    recognise(listing)
    assert list_open(today()) == []
    assert count_reopenable(today()) == 1


def test_one_that_had_lapsed_before_it_was_revoked_stays_out_too() -> None:
    listing = revoked_listing(valid_until=today() - timedelta(days=20))
    assert listing.state == "withdrawn"
    recognise(listing)
    assert list_open(today()) == []


def test_a_plain_renewal_after_a_lapse_lists_it_again() -> None:
    listing = make.listing(valid_until=today() - timedelta(days=1))
    recognise(listing)
    assert [row.listing_id for row in list_open(today())] == [listing.id]
    assert count_reopenable(today()) == 0


def test_what_its_producer_withdrew_is_not_offered_to_open() -> None:
    listing = make.listing()
    withdraw(make.actor("admin"), listing.id, "Hết mùa")
    one = db.session.query(Certificate).filter_by(product_id=listing.product_id).one()
    revoke(make.actor("certifier"), one.code, decision_number="9/QĐ", ground="criteria")
    recognise(listing)
    assert list_reopenable(today()) == []


def test_a_revocation_beside_a_governing_certificate_withdraws_nothing() -> None:
    listing = make.listing(valid_until=today() - timedelta(days=20))
    recognise(listing)
    old = db.session.query(Certificate).filter_by(product_id=listing.product_id).order_by(Certificate.id).first()
    assert old is not None
    revoke(make.actor("certifier"), old.code, decision_number="9/QĐ", ground="criteria")
    assert [row.listing_id for row in list_open(today())] == [listing.id]
