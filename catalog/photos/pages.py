"""/anh/<code>-<width>.webp: a photo, for whoever may see it today."""

from flask import Flask, Response, make_response, request

from catalog.photos.queries import check_seen, digest_of_file, find_photo, get_file, is_keeper
from catalog.photos.refusals import PhotoNotFound
from core.clock import local_day, now, seconds_to_midnight
from core.web.access import current_actor, public
from core.web.pages import Pages

pages = Pages("photos", __name__)

#: Seconds for which a browser shows a photo without asking again (decision 35).
KEEP = 600


def init_app(app: Flask) -> None:
    """Join the page."""
    app.register_blueprint(pages)


@pages.get("/anh/<code>-<int:width>.webp")
@public
def show(code: str, width: int) -> Response:
    """The photo in one width; its bytes are read only when the browser does not hold them."""
    at, actor = now(), current_actor()
    photo = check_seen(find_photo(code), actor, local_day(at))
    etag = digest_of_file(photo, width)
    if etag is None:
        raise PhotoNotFound
    is_known = etag in request.if_none_match
    response = make_response(b"" if is_known else get_file(photo, width).data, 304 if is_known else 200)
    response.set_etag(etag)
    response.headers["Content-Type"] = "image/webp"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Disposition"] = f'inline; filename="{photo.code}-{width}.webp"'
    # A certificate may end at midnight: no copy of a shopper's outlives it.
    shopper = f"private, max-age={min(KEEP, seconds_to_midnight(at))}"
    response.headers["Cache-Control"] = "private, no-cache" if is_keeper(photo, actor) else shopper
    return response
