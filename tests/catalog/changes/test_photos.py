"""Photos of a live listing stand in its open request: shown once approved, refused with a reason."""

from catalog.changes.decisions import approve, reject
from catalog.changes.models import ChangeRequest
from catalog.changes.queries import compare, find_open
from catalog.changes.service import propose
from catalog.photos.models import ProductPhoto
from catalog.photos.queries import photos_of
from catalog.photos.service import add_photo, edit_photo, remove_photo
from core.db import db
from tests.catalog.changes.conftest import Stand
from tests.catalog.photos import pictures


def add(here: Stand, shade: int = 1) -> str:
    """A photo of hers."""
    return add_photo(here.owner, here.slug, pictures.photo(size=(300, 300), shade=shade), alt="Hũ mật").photo.code


def waiting(here: Stand) -> ChangeRequest:
    """The open request, read anew."""
    db.session.expire_all()
    found = find_open(here.listing_id)
    assert found is not None
    return found


def test_a_photo_waits_in_the_request_of_its_listing(here: Stand) -> None:
    propose(here.owner, here.listing_id, here.listing.version, {"summary": "Hai"})
    code, product_id = add(here), here.listing.product_id
    request = waiting(here)
    assert {one.field: one.after for one in request.fields} == {"summary": "Hai", f"photo:{code}": {"alt": "Hũ mật"}}
    assert photos_of(product_id) == []
    half = approve(here.one, request.id, request.version, fields=[f"photo:{code}"])
    assert half.state == "open"
    assert [one.code for one in photos_of(product_id)] == [code]
    photo = db.session.query(ProductPhoto).one()
    edit_photo(here.owner, here.slug, code, photo.version, {"alt": "Hũ mật 500 g"})
    again = {one.field.field: one for one in compare(waiting(here), here.listing) if one.field.state == "open"}
    assert (again[f"photo:{code}"].now, again[f"photo:{code}"].is_moved) == ({"alt": "Hũ mật"}, False)
    request = waiting(here)
    reject(here.one, request.id, request.version, reason="Giữ lời cũ cho đúng ảnh.")
    db.session.expire_all()
    assert [one.alt for one in photos_of(product_id)] == ["Hũ mật"]
    assert db.session.query(ProductPhoto).one().wanted_alt is None


def test_one_that_was_taken_away_stays_away(here: Stand) -> None:
    first, second = add(here, 1), add(here, 2)
    remove_photo(here.owner, here.slug, first)
    request = waiting(here)
    done = approve(here.one, request.id, request.version)
    assert done.state == "approved"
    assert [one.code for one in photos_of(here.listing.product_id)] == [second]


def test_a_refused_photo_tells_why(here: Stand) -> None:
    code = add(here)
    request = waiting(here)
    reject(here.one, request.id, request.version, reason="Ảnh tối quá, không thấy nhãn.")
    db.session.expire_all()
    photo = db.session.query(ProductPhoto).filter_by(code=code).one()
    assert (photo.state, photo.reason) == ("rejected", "Ảnh tối quá, không thấy nhãn.")
    assert find_open(here.listing_id) is None
