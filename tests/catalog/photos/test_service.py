"""Verbs on photos: who may, in which order, and what shoppers see when."""

from types import ModuleType

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from catalog.listings.models import Listing
from catalog.listings.service import publish_listing, withdraw
from catalog.photos.models import PhotoFile, ProductPhoto
from catalog.photos.queries import first_photos, photos_of, products_waiting, standing_of, waiting_of
from catalog.photos.refusals import PhotoDecided, PhotoNotFound, TooManyPhotos
from catalog.photos.rules import MOST, inspect
from catalog.photos.service import add_photo, add_sound, approve, edit_photo, reject, remove_photo
from catalog.products.models import Product
from core.accounts.actor import Actor
from core.audit import AuditEntry
from core.db import transaction
from core.errors import EditConflict, Forbidden, NotFound
from tests.catalog.photos import pictures
from tests.support.queries import counted

SOUNDS = [inspect(pictures.photo(size=(300, 300), shade=shade)) for shade in range(MOST + 1)]


@pytest.fixture
def product(make: ModuleType) -> Product:
    return make.product("Mật ong Cát Bà")


@pytest.fixture
def maker(make: ModuleType, product: Product) -> Actor:
    return make.actor("producer", ("producer", product.producer.code))


def filled(maker: Actor, product: Product, count: int) -> list[str]:
    return [add_sound(maker, product.code, one).photo.code for one in SOUNDS[:count]]


def order(product: Product) -> list[str]:
    return [one.code for one in standing_of(product.id)]


def test_a_photo_is_kept_once_with_proposed_words(maker: Actor, product: Product, session: Session) -> None:
    sent = pictures.photo()
    first, again = add_photo(maker, product.code, sent, shows="label"), add_photo(maker, product.slug, sent)
    assert (first.is_new, again.is_new) == (True, False)
    assert first.photo.code == again.photo.code
    assert (first.photo.state, first.photo.alt) == ("pending", "Mật ong Cát Bà: nhãn sản phẩm")
    assert session.scalar(select(func.count()).select_from(PhotoFile)) == 3
    remove_photo(maker, product.code, first.photo.code)
    assert add_photo(maker, product.code, sent).is_new, "what was taken away may come back"


def test_eight_are_enough(maker: Actor, product: Product) -> None:
    codes = filled(maker, product, MOST)
    with pytest.raises(TooManyPhotos):
        add_sound(maker, product.code, SOUNDS[MOST])
    assert not add_sound(maker, product.code, SOUNDS[0]).is_new, "one that is there is no ninth"
    remove_photo(maker, product.code, codes[2])
    assert add_sound(maker, product.code, SOUNDS[MOST]).photo.position == MOST


def test_photos_stand_in_an_order_that_can_be_changed(maker: Actor, product: Product, session: Session) -> None:
    a, b, c, d = filled(maker, product, 4)
    edit_photo(maker, product.code, c, 1, {"position": 1})
    assert order(product) == [c, a, b, d]
    edit_photo(maker, product.code, a, 1, {"position": 4})
    assert order(product) == [c, b, d, a]
    remove_photo(maker, product.code, b)
    assert order(product) == [c, d, a]
    session.expire_all()
    assert [one.position for one in standing_of(product.id)] == [1, 2, 3]
    with pytest.raises(EditConflict):
        edit_photo(maker, product.code, c, 1, {"position": 2})


def test_shoppers_see_what_was_published(maker: Actor, make: ModuleType, session: Session) -> None:
    listing: Listing = make.listing()
    moderator, of = make.actor("certifier"), session.get_one(Product, listing.product_id)
    own = make.actor("producer", ("producer", of.producer.code))
    a, b = filled(own, of, 2)
    assert photos_of(of.id) == []
    assert products_waiting() == [of.id]
    edit_photo(own, of.code, b, 1, {"position": 1})
    before = listing.sequence
    approve(moderator, product_id=of.id)
    assert [one.code for one in photos_of(of.id)] == [b, a]
    assert first_photos([of.id])[of.id].code == first_photos()[of.id].code == b
    session.expire_all()
    assert listing.sequence > before, "the index and the pages look again"
    remove_photo(own, of.code, b)
    assert first_photos([of.id])[of.id].code == a
    assert first_photos([]) == {}
    assert waiting_of([of.id]) == {}


def test_a_listing_goes_live_with_its_photos(make: ModuleType, session: Session) -> None:
    listing: Listing = make.listing()
    moderator, of = make.actor("certifier"), session.get_one(Product, listing.product_id)
    with transaction():
        listing.summary = "Mật ong của rừng"
    withdraw(moderator, listing.id, "đổi ảnh")
    (code,) = filled(moderator, of, 1)
    publish_listing(moderator, listing.id)
    assert [one.code for one in photos_of(of.id)] == [code]


def test_new_words_of_a_photo_that_is_seen_wait(maker: Actor, product: Product, make: ModuleType) -> None:
    (code,), moderator = filled(maker, product, 1), make.actor("admin")
    edit_photo(maker, product.code, code, 1, {"alt": "Hũ mật ong 500 g"})
    approve(moderator, product_id=product.id)
    photo = edit_photo(maker, product.code, code, 3, {"alt": "Mua ngay kẻo hết"})
    assert photos_of(product.id)[0].alt == "Hũ mật ong 500 g"
    assert [one.code for one in waiting_of([product.id])[product.id]] == [code]
    reject(moderator, [photo.id], "Lời tả ảnh không quảng cáo")
    assert (photo.state, photo.wanted_alt, photo.reason) == ("approved", None, "Lời tả ảnh không quảng cáo")
    edit_photo(maker, product.code, code, photo.version, {"alt": "Hũ mật ong nhìn từ trước"})
    approve(moderator, photo_ids=[photo.id])
    assert photos_of(product.id)[0].alt == "Hũ mật ong nhìn từ trước"
    with pytest.raises(PhotoDecided):
        reject(moderator, [photo.id], "muộn rồi")


def test_proposed_words_follow_what_is_shown(maker: Actor, product: Product) -> None:
    (code,) = filled(maker, product, 1)
    assert edit_photo(maker, product.code, code, 1, {"shows": "place"}).alt == "Mật ong Cát Bà: nơi làm ra"
    edit_photo(maker, product.code, code, 2, {"alt": "Bến Bèo buổi sáng"})
    assert edit_photo(maker, product.code, code, 3, {"shows": "label"}).alt == "Bến Bèo buổi sáng"


def test_a_rejected_photo_is_never_seen(maker: Actor, product: Product, make: ModuleType) -> None:
    (code,), moderator = filled(maker, product, 1), make.actor("certifier")
    photo = standing_of(product.id)[0]
    reject(moderator, [photo.id], "Ảnh của sản phẩm khác")
    assert approve(moderator, product_id=product.id) == []
    assert photos_of(product.id) == []
    remove_photo(maker, product.code, code)
    assert standing_of(product.id) == []


def test_anothers_photos_are_not_there(maker: Actor, product: Product, make: ModuleType) -> None:
    (code,) = filled(maker, product, 1)
    stranger, other = make.actor("producer", ("producer", make.producer().code)), make.product()
    for act in (
        lambda: add_sound(stranger, product.code, SOUNDS[1]),
        lambda: edit_photo(stranger, product.code, code, 1, {"alt": "của tôi"}),
        lambda: remove_photo(stranger, product.code, code),
    ):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(PhotoNotFound):
        remove_photo(make.actor("admin"), other.code, code)
    for role in ("auditor", "shopper", "reporter"):
        with pytest.raises(Forbidden):
            add_sound(make.actor(role), product.code, SOUNDS[1])
    for role in ("producer", "auditor"):
        with pytest.raises(Forbidden):
            approve(make.actor(role), product_id=product.id)
        with pytest.raises(Forbidden):
            reject(make.actor(role), [1], "x")
    assert order(product) == [code]


@pytest.mark.daily
def test_what_a_code_shows_never_changes(maker: Actor, product: Product, session: Session) -> None:
    (code,) = filled(maker, product, 1)
    photo = standing_of(product.id)[0]
    for change in (
        "UPDATE product_photo_file SET data = 'x'",
        "UPDATE product_photo SET sha256 = 'x'",
        "UPDATE product_photo SET alt = ''",
    ):
        with pytest.raises(DBAPIError), transaction():
            session.execute(text(change))
    remove_photo(maker, product.code, code)
    assert session.scalar(select(func.count()).select_from(PhotoFile)) == 0, "taken away is gone"
    with pytest.raises(DBAPIError, match="product_photo"), transaction():
        session.execute(text(f"UPDATE product_photo SET state = 'approved' WHERE id = {photo.id}"))
    kept = session.scalars(select(AuditEntry.action).where(AuditEntry.subject == f"photo:{code}")).all()
    assert kept == ["photo.added", "photo.removed"]


def test_the_first_photos_of_many_products_are_one_statement(make: ModuleType, session: Session) -> None:
    admin = make.actor("admin")
    products = [make.product() for _ in range(3)]
    for one in products:
        filled(admin, one, 2)
    approve(admin, photo_ids=session.scalars(select(ProductPhoto.id)).all())
    ids = [one.id for one in products]
    assert len(first_photos(ids)) == 3
    assert counted(lambda: first_photos(ids)) == 1
