"""The drawing under a hall: sent, placed, shown and taken away by its organizer."""

from typing import Any

from flask import Response, jsonify, make_response, redirect, request, url_for
from flask_babel import gettext as _
from marshmallow import ValidationError

from core.errors import Invalid
from core.web.access import current_actor, needs
from core.web.api import Schema, read_json
from core.web.fields import Whole
from core.web.pages import flash
from core.web.uploads import takes
from shop.fairs.desk import own_fair
from shop.fairs.plans.desk import pages
from shop.fairs.plans.underlays import (
    LARGEST,
    get_underlay,
    place_underlay,
    put_underlay,
    read_drawing,
    remove_underlay,
)

#: Farther than this from the hall's corner nothing lies.
_FAR = 1_000_000


class PlaceIn(Schema):
    """Where a drawing lies, in centimetres from the hall's corner, and its version."""

    x = Whole(least=-_FAR, most=_FAR, required=True)
    y = Whole(least=-_FAR, most=_FAR, required=True)
    width = Whole(least=1, most=_FAR, required=True)
    version = Whole(least=1, required=True)


@pages.post("/quan-ly/hoi-cho/<slug>/so-do/nen")
@needs("fairs.manage")
@takes(LARGEST + 100_000)
def send_underlay(slug: str) -> Response:
    """Lay a drawing under a hall: PNG, JPEG, or a page of a PDF."""
    own_fair(slug, "fairs.manage")
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid({"file": [_("Hãy chọn một tệp PNG, JPEG hoặc PDF.")]})
    drawing = read_drawing(file.read(), max(1, request.form.get("page", 1, type=int)))
    put_underlay(slug, request.form.get("hall", ""), drawing, current_actor())
    flash(_("Đã đặt bản vẽ nền. Hãy đặt tỷ lệ: bấm hai điểm đã biết khoảng cách."))
    return redirect(url_for("fair_plan.edit", slug=slug), 303)  # type: ignore[return-value]


@pages.get("/quan-ly/hoi-cho/<slug>/so-do/nen/<hall>.webp")
@needs("fairs.read")
def underlay(slug: str, hall: str) -> Response:
    """The drawing; its bytes are read only when the browser does not hold them."""
    found = get_underlay(own_fair(slug), hall)
    is_known = found.sha256 in request.if_none_match
    response = make_response(b"" if is_known else found.data, 304 if is_known else 200)
    response.set_etag(found.sha256)
    response.mimetype = "image/webp"
    response.cache_control.private, response.cache_control.max_age = True, 600
    return response


@pages.post("/quan-ly/hoi-cho/<slug>/so-do/nen/<hall>/cho")
@needs("fairs.manage")
def move_underlay(slug: str, hall: str) -> Response:
    """Place and scale the drawing; answers its new place and version."""
    own_fair(slug, "fairs.manage")
    place = _place()
    moved = place_underlay(slug, hall, (place["x"], place["y"], place["width"]), place["version"], current_actor())
    return jsonify(moved.place() | {"version": moved.version})


@pages.post("/quan-ly/hoi-cho/<slug>/so-do/nen/<hall>/bo")
@needs("fairs.manage")
def drop_underlay(slug: str, hall: str) -> Response:
    """Take the drawing away."""
    remove_underlay(slug, hall, current_actor())
    flash(_("Đã bỏ bản vẽ nền."))
    return redirect(url_for("fair_plan.edit", slug=slug), 303)  # type: ignore[return-value]


def _place() -> dict[str, Any]:
    """What the editor sent. Raises Invalid."""
    try:
        return PlaceIn().load(read_json(request.get_data()))  # type: ignore[return-value]
    except ValidationError as error:
        raise Invalid(dict(error.messages_dict)) from error
