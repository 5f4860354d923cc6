"""/tai-lieu/<code>: a document, for whoever may see it."""

from urllib.parse import quote

from flask import Flask, Response, make_response, request

from catalog.documents.models import Document
from catalog.documents.queries import get_document
from core.web.access import current_actor, public
from core.web.pages import Pages

pages = Pages("documents", __name__)

#: Nothing in it may run, load or be sent; our own pages may frame it.
DOCUMENT_CSP = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"


def init_app(app: Flask) -> None:
    """Join the page."""
    app.register_blueprint(pages)


@pages.get("/tai-lieu/<code>")
@public
def show(code: str) -> Response:
    """The file: to look at, or with ?tai=1 to keep. Who may see it is decided by the reading itself."""
    document = get_document(code, current_actor())
    response = make_response(document.data)
    response.headers["Content-Type"] = document.media_type
    response.headers["Content-Disposition"] = disposition(document, is_download="tai" in request.args)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = DOCUMENT_CSP
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(document.sha256)
    return response


def disposition(document: Document, *, is_download: bool) -> str:
    """Content-Disposition with the name twice: plain letters for old readers, UTF-8 for all others (RFC 6266)."""
    plain = document.file_name.encode("ascii", "ignore").decode().strip()
    plain = plain if not plain.startswith(".") else f"tai-lieu{plain}"
    way = "attachment" if is_download else "inline"
    return f"{way}; filename=\"{plain}\"; filename*=UTF-8''{quote(document.file_name, safe='')}"
