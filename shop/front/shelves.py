"""Shelves: ways to look at what is for sale that people come for. Each is a question to search, judged on the day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext as _

from catalog.certificates.queries import Governing
from catalog.listings.queries import Card
from core.clock import local_day
from shop.front.browsing import Scope
from shop.front.queries import browse
from shop.front.stock import Shelf

#: Within so many days a last day is near enough to tell (as the badge on a card does).
NEAR = 60
#: So many days before Tết people look for presents.
BEFORE_TET = 80
#: The first day of each lunar year to come: astronomical new moon by Việt Nam's clock (UTC+7).
TET = (
    date(2026, 2, 17), date(2027, 2, 6), date(2028, 1, 26), date(2029, 2, 13), date(2030, 2, 2), date(2031, 1, 23),
    date(2032, 2, 11), date(2033, 1, 31), date(2034, 2, 19), date(2035, 2, 8), date(2036, 1, 28),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShelfPage:
    """A shelf by its address."""

    slug: str
    title: str
    #: One sentence on what stands on it and why.
    text: str
    scope: Scope


@dataclass(frozen=True, slots=True)
class Row:
    """The first products of a shelf, as the home page shows them."""

    page: ShelfPage
    cards: list[Card]
    shelf: Shelf
    total: int
    #: Its products by group.
    counts: Mapping[str, int]


#: Addresses in the order of the home page.
SLUGS = ("moi", "qua-tang", "nam-sao", "sap-het-han")


def find_shelf(slug: str, on: date) -> ShelfPage | None:
    """The shelf of that address as it is on a day."""
    makers = {"moi": _newest, "qua-tang": _gifts, "nam-sao": _five_stars, "sap-het-han": _ending}
    return makers[slug](on) if slug in makers else None


def first_of(page: ShelfPage, at: datetime, most: int, *, is_adult: bool) -> Row:
    """The first products of a shelf, and how many stand on it."""
    asked = {**page.scope.fixed, "sort": page.scope.sort, "page": 1, "per_page": most, "adult": is_adult}
    found = browse(asked, at)
    counts = {value.value: value.count for value in found.result.facets["group"]}
    return Row(page, found.cards, found.shelf, found.result.total, counts)


def days_to_tet(on: date) -> int | None:
    """Days to the next Tết while it is near; None otherwise.

    >>> days_to_tet(date(2027, 1, 6))
    31
    """
    left = next(((day - on).days for day in TET if day >= on), None)
    return left if left is not None and left <= BEFORE_TET else None


def leading(found: list[Card]) -> tuple[str, Governing] | None:
    """The card with the most stars, for the seal of the home page: its name and certificate."""
    best = max(found, key=lambda card: card.stars, default=None)
    return (best.name, best.governing) if best else None


def today_shelves(at: datetime) -> list[ShelfPage]:
    """Every shelf as it is today, in their order."""
    on = local_day(at)
    return [page for slug in SLUGS if (page := find_shelf(slug, on))]


def _newest(_on: date) -> ShelfPage:
    text = _("Sản phẩm vừa được đưa lên bán, mới nhất trước.")
    return ShelfPage("moi", _("Vừa lên kệ"), text, Scope(sort="newest"))


def _gifts(on: date) -> ShelfPage:
    left = days_to_tet(on)
    if left is None:
        title, text = _("Quà tặng"), _("Sản phẩm mà người làm ra có chuẩn bị để làm quà.")
    else:
        title = _("Quà Tết")
        text = _("Sản phẩm mà người làm ra có chuẩn bị để làm quà. Còn %(n)s ngày nữa là Tết.", n=left)
        if left == 0:
            text = _("Sản phẩm mà người làm ra có chuẩn bị để làm quà. Chúc mừng năm mới!")
    return ShelfPage("qua-tang", title, text, Scope({"is_gift": True}, frozenset({"gift"}), "newest"))


def _five_stars(_on: date) -> ShelfPage:
    text = _("Hạng cao nhất của chương trình OCOP, do Trung ương công nhận; chỉ những sản phẩm còn hiệu lực hôm nay.")
    return ShelfPage("nam-sao", _("Năm sao"), text, Scope({"stars": [5]}, sort="newest"))


def _ending(on: date) -> ShelfPage:
    text = _(
        "Công nhận OCOP của những sản phẩm này hết trong %(n)s ngày tới. Đến hết ngày cuối vẫn mua bình thường; "
        "sau đó ngừng bán cho đến khi được công nhận lại. Hạn công nhận không phải hạn sử dụng.",
        n=NEAR,
    )
    fixed = {"ends_by": on + timedelta(days=NEAR)}
    return ShelfPage("sap-het-han", _("Sắp hết hạn công nhận"), text, Scope(fixed, sort="ending"))
