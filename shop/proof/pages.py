"""/chung-nhan: what a certificate is today, for anybody who scanned or typed it."""

from typing import Any

import segno
from flask import Flask, Response, current_app, redirect, request, url_for
from flask_babel import lazy_gettext as _l

from catalog.certificates.models import Certificate
from catalog.certificates.queries import find_public, get_public, status_on
from catalog.certificates.views import in_public
from core.clock import today
from core.config import Config
from core.text import squeeze
from core.web.access import public
from core.web.menu import menu_item
from core.web.pages import Pages, render

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
    found = find_public(asked)
    if len(found) == 1 and found[0].code.upper() == asked.upper():
        return redirect(url_for("certificates.show", code=found[0].code), 303)  # type: ignore[return-value]
    lines = [(one, status_on(one, on)) for one in found]
    return render("certificates/lookup.html", asked=asked, found=lines)


@pages.get("/chung-nhan/<code>")
@public
def show(code: str) -> Response:
    """A certificate today: its star while it governs, and its whole history. 404 until it is verified."""
    certificate = get_public(code)
    on = today()
    shown = in_public(certificate, on)
    url = _address(certificate)
    return render(
        "certificates/show.html",
        certificate=certificate,
        shown=shown,
        is_open=shown["status"].is_open,
        address=url,
        qr=qr_svg(url),
        linked_data=_linked_data(certificate, shown, url),
    )


def qr_svg(text: str) -> str:
    """A QR code as inline SVG without a size of its own."""
    return segno.make(text, error="m", micro=False).svg_inline(omitsize=True, border=2, dark="#000", light="#fff")


def _address(certificate: Certificate) -> str:
    """The page's own address as it is printed: with the shop's public name, whatever host was asked."""
    config: Config = current_app.extensions["config"]
    return config.base_url.rstrip("/") + url_for("certificates.show", code=certificate.code)


def _linked_data(certificate: Certificate, shown: dict[str, Any], url: str) -> dict[str, Any]:
    """The same for machines, in the words of schema.org."""
    product = certificate.product
    return {
        "@context": "https://schema.org",
        "@type": "Certification",
        "name": f"OCOP {certificate.stars} sao",
        "url": url,
        "certificationIdentification": certificate.decision_number,
        "certificationStatus": "CertificationActive" if shown["status"].is_open else "CertificationInactive",
        "certificationRating": {"@type": "Rating", "ratingValue": certificate.stars, "worstRating": 3, "bestRating": 5},
        "issuedBy": {"@type": "Organization", "name": certificate.issuer},
        "datePublished": certificate.decided_on.isoformat(),
        "validFrom": shown["starts_on"].isoformat(),
        "expires": shown["ends_on"].isoformat(),
        "about": {
            "@type": "Product",
            "name": product.name,
            "sku": product.code,
            "manufacturer": {"@type": "Organization", "name": product.producer.name},
        },
    }
