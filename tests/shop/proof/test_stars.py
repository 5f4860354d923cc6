"""A star is drawn only from a certificate that governs today: every template, and every page when none does."""

import re
from types import ModuleType

import pytest
from flask.testing import FlaskClient

from catalog.certificates import service
from catalog.certificates.models import Certificate
from catalog.products.models import Product
from core.clock import today
from core.db import db
from tests.support.clock import Clock
from tests.support.sources import PACKAGES, ROOT

pytestmark = pytest.mark.long("postgresql")  # what its pages and answers say is the same on both

#: Where stars or the seal are drawn, and why what stands there governs today. A new place is looked at, then named.
DRAWN = {
    ("catalog/templates/macros/ocop.html", "stars(card.stars)"): "Card.stars is its governing certificate's",
    ("catalog/templates/macros/ocop.html", "stars(option.value|int)"): "a filter's own sign, of no product",
    ("catalog/templates/macros/ocop.html", "stars(n)"): "rated(): only for an open status",
    ("catalog/templates/macros/ocop.html", "seal_mark(governing.stars)"): "seal(): takes a Governing",
    ("shop/front/templates/front/_facets.html", "stars(option.value|int)"): "a filter's own sign, of no product",
    ("shop/baskets/templates/baskets/show.html", "stars(part.offer.governing.stars)"): "of a part that is on offer",
    ("admin/producing/templates/producing/home.html", "stars(row.standing.governing.stars)"): "behind `if governing`",
    ("admin/producing/templates/producing/read.html", "stars(proof.stars, words=true)"): "governing(…) of today",
    ("admin/producing/templates/producing/steps/known.html", "stars(proof.stars, words=true)"): "governing(…) of today",
    ("admin/templates/desk/change.html", "stars(standing.governing.stars)"): "behind `if standing.governing`",
    ("admin/templates/desk/home.html", "stars(standing.governing.stars)"): "the governing certificate",
    (
        "admin/templates/desk/labels.html",
        "stars(one.truth.governing.stars)",
    ): "behind `if one.truth`",
    ("admin/templates/desk/labels.html", "stars(one.offer.governing.stars)"): "of an offer of today",
    ("admin/templates/desk/_law.html", "stars(count)"): "the law's own table, of no product",
    ("admin/templates/desk/_decision_pieces.html", "stars(governing.stars)"): "the governing certificate",
    ("shop/fairs/templates/fairs/_exhibitor.html", "stars(shown.stars)"): "directory: the governing certificate's",
    ("shop/fairs/templates/fairs/exhibitor.html", "stars(shown.stars, words=true)"): "the same",
    ("shop/fairs/templates/fairs/application_fields.html", "stars(choice.stars)"): "none unless governed today",
    ("shop/front/templates/front/product.html", "stars(product.stars, words=true)"): "an open product's card",
    ("shop/proof/templates/certificates/_label.html", "seal_mark(governing.stars)"): "behind `if governing`",
}
CALL = re.compile(r"(?<![\w.])(?:stars|seal_mark)\((?!n, words=false\))[^{}]*?\)(?=[\s}|,~]|$)")


def drawn() -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("templates/**/*.html"):
            text = re.sub(r"{#.*?#}|{% macro .*?%}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
            found |= {(path.relative_to(ROOT).as_posix(), call) for call in CALL.findall(text)}
    return found


def test_every_place_that_draws_stars_is_known() -> None:
    assert drawn() - DRAWN.keys() == set(), "draw it from a governing certificate, or tell it in words: rated()"


def test_the_search_for_places_finds_them() -> None:
    assert {call for _file, call in drawn()} >= {"stars(card.stars)", "seal_mark(governing.stars)"}


@pytest.mark.parametrize("status", ["lapsed", "revoked", "suspended"])
def test_no_page_draws_a_star_of_what_has_ended(
    status: str, client: FlaskClient, make: ModuleType, clock: Clock
) -> None:
    clock.on(today())
    listing = make.listing(name="Mật ong hoa rừng", valid_until=today() if status == "lapsed" else None)
    lot = make.lot(make.pack_of(listing))
    slug = db.session.get_one(Product, listing.product_id).slug
    one = db.session.query(Certificate).filter_by(product_id=listing.product_id).one()
    pages = [
        "/", "/san-pham", f"/san-pham/{slug}", f"/chung-nhan/{one.code}", f"/chung-nhan/{one.code}/nhan",
        f"/chung-nhan?q={one.code}", f"/truy-xuat/{lot.code}", f"/quet?q={one.code}", "/quet?q=mat ong", "/cua-hang",
    ]  # fmt: skip
    before = [bool(re.search(r'class="(stars|seal-mark)', client.get(page).text)) for page in pages]
    assert all(before[index] for index in (0, 1, 2, 3, 4, 6, 7, 8)), before
    if status == "lapsed":
        clock.forward(days=1)
    elif status == "revoked":
        service.revoke(make.actor("certifier"), one.code, decision_number="1", ground="other", effective_on=today())
    else:
        service.suspend(make.actor("certifier"), one.code, decision_number="1", ground="x")
    for page in pages:
        assert not re.search(r'class="(stars |seal-mark)', client.get(page).text), page
