"""/api/v1/products/{slug}/photos: a producer's photos of her product."""

from datetime import timedelta
from typing import Any

from flask import Response, jsonify
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from catalog.photos.models import ProductPhoto
from catalog.photos.queries import get_own, standing_of
from catalog.photos.rules import LARGEST
from catalog.photos.schemas import PhotoFileIn, PhotoForm, PhotoListOut, PhotoOut, PhotoPatch, out
from catalog.photos.service import add_photo, edit_photo, remove_photo
from catalog.producers.queries import scope_of
from catalog.products.models import Product
from catalog.products.queries import get_product
from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.errors import Invalid
from core.web.access import current_actor, needs
from core.web.api import Blueprint, paged
from core.web.ratelimit import caller_address, limit
from core.web.uploads import takes
from core.web.versions import expected_version, with_version

blp = Blueprint("api_photos", __name__, url_prefix="/products", description="Photos of products")


@blp.get("/<slug>/photos")
@needs("photos.read")
@blp.response(200, PhotoListOut)
def index(slug: str) -> dict[str, Any]:
    """The photos of a product in their order, whatever their state."""
    found = [out(one) for one in standing_of(_seen(slug).id)]
    return paged(found, len(found), 1, max(1, len(found)))


@blp.post("/<slug>/photos")
@takes(LARGEST + 64 * 1024)
@needs("photos.edit")
@blp.arguments(PhotoForm, location="form")
@blp.arguments(PhotoFileIn, location="files")
@blp.response(201, PhotoOut)
@blp.alt_response(200, description="The same file was there already.", schema=PhotoOut)
@blp.alt_response(413, description="photo.too_large: more than 15 MB or 24 Mpx")
def create(form: dict[str, Any], files: dict[str, Any], slug: str) -> Response:
    """Add a photo; it is written anew in three widths and waits for approval. The same file again is one photo."""
    by = current_actor()
    count_upload(by)
    added = add_photo(by, slug, read_upload(files["photo"]), **form)
    return _answer(added.photo, 201 if added.is_new else 200)


@blp.get("/<slug>/photos/<code>")
@needs("photos.read")
@blp.response(200, PhotoOut)
def show(slug: str, code: str) -> Response:
    """One photo with its version (ETag)."""
    return _answer(get_own(_seen(slug).id, code))


@blp.patch("/<slug>/photos/<code>")
@needs("photos.edit")
@blp.arguments(PhotoPatch)
@blp.response(200, PhotoOut)
def edit(body: dict[str, Any], slug: str, code: str) -> Response:
    """Change its words or its place (If-Match)."""
    return _answer(edit_photo(current_actor(), slug, code, expected_version(), body))


@blp.delete("/<slug>/photos/<code>")
@needs("photos.edit")
@blp.response(204)
def remove(slug: str, code: str) -> Response:
    """Take it away, at once (If-Match)."""
    remove_photo(current_actor(), slug, code, expected_version())
    return Response(status=204)


def read_upload(sent: FileStorage | None) -> bytes:
    """The bytes of a photo sent in a form; never more than needed to refuse. Raises Invalid."""
    if sent is None or not sent.filename:
        raise Invalid({"photo": [_("Hãy chụp hoặc chọn một ảnh.")]})
    return sent.stream.read(LARGEST + 1)


def count_upload(by: Actor) -> None:
    """Writing a photo anew is work: eight products' photos in ten minutes are enough. Raises RateLimited."""
    limit("photo.upload", str(by.user_id or caller_address()), times=64, per=timedelta(minutes=10))


def _seen(slug: str) -> Product:
    product = get_product(slug)
    authorize(current_actor(), "photos.read", scope_of(product.producer))
    return product


def _answer(photo: ProductPhoto, status: int = 200) -> Response:
    response = jsonify(PhotoOut().dump(out(photo)))
    response.status_code = status
    return with_version(response, photo)
