"""/chung-nhan: what a certificate is today, for anybody who scanned or typed it; its code and label to print."""

from datetime import date
from typing import Any

from flask import Flask, Response, make_response, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from catalog.certificates.knowledge import versions_of
from catalog.certificates.models import Certificate
from catalog.certificates.queries import find_public, get_public, history, status_on, term_of
from catalog.certificates.views import in_public
from catalog.listings.queries import find_by_product, packs_on_sale
from catalog.listings.why import Why, explain
from core.clock import local_day, now, today
from core.text import squeeze
from core.web.access import public
from core.web.fields import accepting_text, read_day
from core.web.links import address_of
from core.web.menu import menu_item
from core.web.pages import Pages, render
from shop.proof import qr
from shop.proof.history import history_of
from shop.proof.linked import linked_data
from shop.proof.queries import is_for_adults, on_sale
from shop.proof.rules import Kind, resolve

pages = Pages("certificates", __name__)
_LONGEST_QUESTION = 100


def init_app(app: Flask) -> None:
    """Join the pages and their line in the menu."""
    app.register_blueprint(pages)
    menu_item("main", _l("Chứng nhận"), "certificates.lookup", order=45, icon="award")


@pages.get("/chung-nhan")
@public
def lookup() -> Response:
    """Find a certificate by its code, its decision's number or the product's name."""
    asked = squeeze(request.args.get("q", ""))[:_LONGEST_QUESTION]
    on = today()
    decisions = [clue.value for clue in resolve(asked, ()).clues if clue.kind is Kind.DECISION]
    found = find_public(decisions[0] if decisions else asked)
    if len(found) == 1 and found[0].code.upper() == asked.upper():
        return redirect(url_for("certificates.show", code=found[0].code), 303)  # type: ignore[return-value]
    lines = [(one, status_on(one, on)) for one in found]
    return render("certificates/lookup.html", asked=asked, found=lines)


@pages.get("/chung-nhan/<code>")
@public
def show(code: str) -> Response:
    """A certificate today: its star while it governs, where to buy, and its whole history. 404 until verified."""
    certificate, at = get_public(code.upper()), now()
    on = local_day(at)
    shown = in_public(certificate, on)
    why = explain([certificate.product_id], on)[certificate.product_id]
    is_open = shown["status"].is_open
    sells = is_open and why.is_sellable and why.certificate == certificate.code
    hides = sells and is_for_adults(certificate.product) and not session.get("adult")
    listing = find_by_product(certificate.product_id)
    url = address(certificate)
    return render(
        "certificates/show.html", certificate=certificate, shown=shown, is_open=is_open, address=url,
        why=why, sells=sells, hides_stores=hides, was_listed=listing is not None and listing.published_at is not None,
        lots=on_sale([certificate.product_id], at).get(certificate.product_id, []) if sells and not hides else [],
        happenings=_happenings(certificate, shown["ends_on"], on), current=_current(certificate, why),
        day=_on_a_day(certificate, on), qr=qr.inline(url), linked_data=linked_data(certificate, shown, url, sells),
    )  # fmt: skip


@pages.get("/chung-nhan/<code>/qr.svg")
@public
def code_svg(code: str) -> Response:
    """The page's address as a QR code, to print at any size."""
    return _file(qr.svg(address(get_public(code.upper()))), "image/svg+xml; charset=utf-8")


@pages.get("/chung-nhan/<code>/qr.png")
@public
def code_png(code: str) -> Response:
    """The same as PNG, 20 mm and more at 300 dpi; ``?scale=`` dots a module, from 4 to 40."""
    scale = qr.read_scale(request.args.get("scale"))
    return _file(qr.png(address(get_public(code.upper())), scale), "image/png")


@pages.get("/chung-nhan/<code>/nhan")
@public
def label(code: str) -> Response:
    """A shelf label to print (A6). The star is on it only while the certificate governs; the price if asked for."""
    certificate, on = get_public(code.upper()), today()
    shown = in_public(certificate, on)
    listing = find_by_product(certificate.product_id)
    packs = packs_on_sale([listing.id], on).get(listing.id, []) if listing and "gia" in request.args else []
    return render(
        "certificates/label.html", certificate=certificate, shown=shown, is_open=shown["status"].is_open,
        packs=packs[:3], has_price="gia" in request.args, qr=qr.inline(address(certificate)),
    )  # fmt: skip


def address(certificate: Certificate) -> str:
    """The page's own address as it is printed: with the shop's public name, whatever host was asked."""
    return address_of("certificates.show", code=certificate.code)


def _file(content: bytes, kind: str) -> Response:
    response = make_response(content)
    response.content_type = kind
    return response


def _happenings(certificate: Certificate, ends_on: date, on: date) -> list[Any]:
    """The history, with the code of the certificate that took over."""
    successor = None
    if certificate.governs_until is not None:
        later = [one for one in history(certificate.product_id) if term_of(one).starts_on > certificate.governs_until]
        successor = min(later, key=lambda one: term_of(one).starts_on).code if later else None
    return history_of(certificate, ends_on, successor, versions_of(certificate.id), on)


def _current(certificate: Certificate, why: Why) -> str | None:
    """The code of the certificate that governs the product today, where it is another one."""
    other = why.certificate if why.standing.governing is not None else None
    return other if other != certificate.code else None


def _on_a_day(certificate: Certificate, on: date) -> dict[str, Any]:
    """Whether it was valid on the day of ``?ngay=``, as known now; no day is answered with how to write one."""
    asked = squeeze(request.args.get("ngay", ""))[:20]
    if not asked:
        return {"asked": "", "day": None, "error": None, "status": None, "other": None}
    with accepting_text():
        day = read_day(asked)
    if day is None:
        error = _("“%(asked)s” không phải là một ngày. Hãy chọn trong lịch, hoặc viết như 22/11/2026.", asked=asked)
        return {"asked": asked, "day": None, "error": error, "status": None, "other": None}
    status = status_on(certificate, day)
    governed = next((one for one in history(certificate.product_id) if status_on(one, day).is_open), None)
    other = governed if governed is not None and governed.id != certificate.id else None
    return {"asked": asked, "day": day, "error": None, "status": status, "other": other, "is_past": day < on}
