"""What is read back before a listing is handed in: each line as shoppers will see it, with the way to change it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from admin.producing.answers import Book
from admin.producing.questions import LINES
from admin.producing.steps import BY_NAME, Stop, asked, step_of_lack
from admin.producing.words import grouped
from catalog.changes.models import OPEN
from catalog.listings.checks import lacks
from catalog.listings.label import address_of
from catalog.listings.measures import shelf_words, tell_strength
from catalog.listings.models import GRAM, Sku
from catalog.listings.vat import OWN_PRODUCE, rate_of
from core.clock import today

#: Lines of words and of the label, in the order of the product's page.
_WORDS = ("summary", "story")
_LABEL = (
    "ingredients", "usage", "warnings", "specs", "dates_note", "origin", "maker_address", "is_gift",
)  # fmt: skip
_PACK = ("measure", "price", "gtin", "vat_class", "shelf", "storage", "abv")


@dataclass(frozen=True, slots=True)
class Line:
    """One line to read: its name, what it says ('' where nothing is said), and where to change it."""

    name: str
    label: str
    text: str
    url: str
    #: What the law asks for here and is not said, with the article; '' where nothing is missing.
    lack: str = ""
    #: Whether what it says waits for a moderator.
    is_waiting: bool = False


@dataclass(frozen=True, slots=True)
class PackLines:
    """A pack's lines."""

    code: str
    title: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that is read back."""

    words: list[Line]
    packs: list[PackLines]
    label: list[Line]

    @property
    def faults(self) -> list[Line]:
        """The lines at which something is missing."""
        every = [*self.words, *(line for pack in self.packs for line in pack.lines), *self.label]
        return [line for line in every if line.lack]


def address(book: Book, stop: Stop, *, back: bool = False) -> str:
    """The address of a question; ``back``: from the reading, and back to it afterwards."""
    ve = {"ve": "doc-lai"} if back else {}
    where: dict[str, Any] = {"listing_id": book.listing.id, "slug": stop.step.slug, **ve}
    if stop.pack:
        return url_for("producing.ask_pack", code=stop.pack, **where)
    return url_for("producing.ask", **where)


def read_back(book: Book) -> Reading:
    """The listing line by line, with what it still lacks."""
    missing = {step_of_lack(one.field): _("Luật bắt buộc ghi: %(law)s", law=one.article) for one in lacks(book.listing)}
    if not book.listing.summary.strip():
        missing["summary"] = _("Chưa có lời giới thiệu.")
    steps = {step.name for step in asked(book.set_no)}
    packs = [_pack(book, sku, steps, missing) for sku in book.packs]
    if not packs:
        text = missing.get("measure") or _("Chưa có gói hàng nào.")
        line = _line(book, Stop(BY_NAME["measure"], "moi"), "", text)
        packs = [PackLines("moi", _("Gói hàng"), [line])]
    return Reading(
        list(_lines(book, (name for name in _WORDS if name in steps), missing)),
        packs,
        list(_lines(book, (name for name in _LABEL if name in steps), missing)),
    )


def _lines(book: Book, names: Iterable[str], missing: dict[str, str]) -> Iterable[Line]:
    for name in names:
        yield _line(book, Stop(BY_NAME[name]), _told(book, name), missing.get(name, ""))


def _pack(book: Book, sku: Sku, steps: set[str], missing: dict[str, str]) -> PackLines:
    lines = []
    for name in _PACK:
        if name in steps or name == "vat_class":
            text = _told_of_pack(book, sku, name)
            lack = missing.get(name, "") if not text else ""
            lines.append(_line(book, Stop(BY_NAME[name], sku.code), text, lack, is_fixed=name not in steps))
    return PackLines(sku.code, str(book.fact(sku.code, "label")), lines)


def _line(book: Book, stop: Stop, text: str, lack: str, *, is_fixed: bool = False) -> Line:
    url = "" if is_fixed else address(book, stop, back=True)
    return Line(stop.step.name, str(LINES[stop.step.name]), text, url, lack, _waits(book, stop))


def _waits(book: Book, stop: Stop) -> bool:
    if book.request is None:
        return False
    columns = {"measure": ("label", "net_grams", "net_ml", "net_pieces"), "shelf": ("shelf_days",), "abv": ("abv_bp",)}
    names = columns.get(stop.step.name, (stop.step.name,))
    wanted = {f"sku:{stop.pack}:{name}" if stop.pack else name for name in names}
    return any(one.field in wanted and one.state == OPEN for one in book.request.fields)


def _told(book: Book, name: str) -> str:
    value = book.value(name)
    if name == "is_gift":
        return _("Có, hợp làm quà") if value else _("Không")
    if name == "maker_address":
        return str(value or address_of(book.product.producer, today()))
    return str(value)


def _told_of_pack(book: Book, sku: Sku, name: str) -> str:
    if name == "measure":
        return str(book.fact(sku.code, "label"))
    if name == "price":
        return grouped(sku.price_vnd) + " ₫" + ("/kg" if sku.unit == GRAM else "")
    if name == "vat_class":
        return _told_vat(book.fact(sku.code, "vat_class"), sku.vat_bp)
    if name == "shelf":
        return shelf_words(book.fact(sku.code, "shelf_days"))
    if name == "abv":
        strength = tell_strength(book.fact(sku.code, "abv_bp"))
        return f"{strength}% vol" if strength else ""
    return str(book.fact(sku.code, name) or "")


def _told_vat(vat_class: str | None, vat_bp: int) -> str:
    if vat_class == OWN_PRODUCE:
        return _("Không chịu thuế GTGT (nông sản tự làm ra)")
    return _("Thuế GTGT %(rate)s%%, đã gồm trong giá", rate=rate_of(vat_class, vat_bp, today()) // 100)
