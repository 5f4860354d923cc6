"""What is printed of parcels: packing slips (A5) with the lots and where they lie, and labels for the carrier (A6).

A label carries what a carrier needs and no more: names, address, telephone, code, cash, marks. No goods by name, no
prices, no e-mail; the sum only when it is to be taken at the door.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import segno
from flask_babel import gettext as _
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from sqlalchemy import select

from catalog.listings.models import Sku
from core.db import db
from core.masks import spoken
from core.money import dong
from core.paper import FONT, FONTS, INK, LEAF, LINE, SOFT, WARN, day_words, moment_words
from shop.delivery.carriers.port import Consignment
from shop.inventory.models import Lot, StockHold, StockLevel
from shop.inventory.words import amount
from shop.orders.goods import due_for
from shop.orders.models import Order, Shipment, ShipmentLot
from shop.orders.rules import Parcel, reference_of
from shop.orders.words import PLACES
from shop.payments.models import Payment
from shop.payments.providers.port import is_cash
from shop.stores.models import Place

A5, A6 = (148, 210), (105, 148)


@dataclass(frozen=True)
class LotLine:
    """So much of a lot for one line of a parcel, and the place where it lies."""

    lot: str
    number: str
    place: str
    quantity: int
    expires_on: date | None


@dataclass(frozen=True)
class Slip:
    """A parcel with everything that is printed of it; ``lots`` by order line id."""

    parcel: Shipment
    consignment: Consignment
    lots: dict[int, list[LotLine]]


def slips_of(parcels: Sequence[Shipment]) -> list[Slip]:
    """The parcels as they are printed; read in a fixed number of statements (see `queue.list_chosen`)."""
    owed = _owed(parcels)
    care = _care({part.line.sku_id for one in parcels for part in one.lines})
    lots = _lots(parcels)
    return [Slip(one, _consignment(one, owed.get(one.code, 0), care), _lots_of(one, lots)) for one in parcels]


def slips_pdf(slips: Sequence[Slip], made_at: datetime) -> bytes:
    """One A5 page (or more) for each parcel."""
    pdf = _Sheet(A5, _("Phiếu đóng gói"), made_at, margin=10)
    for slip in slips:
        pdf.add_page()
        _draw_slip(pdf, slip)
    return bytes(pdf.output())


def labels_pdf(slips: Sequence[Slip], made_at: datetime) -> bytes:
    """One A6 label for each parcel."""
    pdf = _Sheet(A6, _("Nhãn gửi hàng"), made_at, margin=6)
    for slip in slips:
        pdf.add_page()
        _draw_label(pdf, slip)
    return bytes(pdf.output())


class _Sheet(FPDF):
    """A small sheet in our font."""

    def __init__(self, size: tuple[int, int], title: str, made_at: datetime, margin: int) -> None:
        super().__init__(format=size, unit="mm")
        self.add_font(FONT, "", FONTS / "BeVietnamPro-Regular.ttf")
        self.add_font(FONT, "B", FONTS / "BeVietnamPro-SemiBold.ttf")
        self.set_margins(margin, margin, margin)
        self.set_auto_page_break(True, margin=margin)
        self.set_text_color(*INK)
        self.set_draw_color(*LINE)
        self.set_lang("vi")
        self.set_title(title)
        self.set_creation_date(made_at)

    def words(self, text: str, size: float, *, bold: bool = False, color: tuple[int, int, int] = INK,
              width: float = 0) -> None:  # fmt: skip
        """A paragraph."""
        self.set_font(FONT, "B" if bold else "", size)
        self.set_text_color(*color)
        self.multi_cell(width, size * 0.5, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_text_color(*INK)

    def rule(self) -> None:
        """A thin line over the width."""
        self.ln(1.5)
        self.line(self.l_margin, self.get_y(), self.w - self.r_margin, self.get_y())
        self.ln(2)

    def qr(self, text: str, x: float, y: float, size: float) -> None:
        """A QR of a short text, its quiet zone within ``size`` millimetres."""
        rows = [list(row) for row in segno.make(text, error="m", micro=False).matrix_iter(border=2)]
        step = size / len(rows)
        self.set_fill_color(0, 0, 0)
        for at, row in enumerate(rows):
            for place, dark in enumerate(row):
                if dark:
                    self.rect(x + place * step, y + at * step, step, step, style="F")


def _draw_slip(pdf: _Sheet, slip: Slip) -> None:
    parcel, order = slip.parcel, slip.parcel.order
    top = pdf.get_y()
    pdf.qr(parcel.code, pdf.w - pdf.r_margin - 26, top, 26)
    pdf.words(_("Phiếu đóng gói"), 9, color=SOFT, width=95)
    pdf.words(parcel.code, 17, bold=True, color=LEAF, width=95)
    pdf.words(_method(order, parcel), 10, width=95)
    if order.promised_at:
        pdf.words(_("Xong trước %(moment)s", moment=moment_words(order.promised_at)), 10, bold=True, width=95)
    pdf.set_y(max(pdf.get_y(), top + 27))
    pdf.rule()
    pdf.words(f"{order.contact_name} · {spoken(order.contact_phone)}", 10.5, bold=True)
    for words in (_marks(slip.consignment), order.note, *_wraps(order)):
        if words:
            pdf.words(words, 9.5, color=WARN if words == _marks(slip.consignment) else INK)
    pdf.rule()
    for part in parcel.lines:
        _draw_line(pdf, slip, part)
    if slip.consignment.cash_vnd:
        pdf.rule()
        pdf.words(_("Thu của người mua: %(money)s", money=dong(slip.consignment.cash_vnd)), 12, bold=True)


def _draw_line(pdf: _Sheet, slip: Slip, part: Any) -> None:
    """A line with a box to tick, its quantity, and each lot with its place."""
    line = part.line
    if pdf.will_page_break(14):
        pdf.add_page()
    y = pdf.get_y()
    pdf.rect(pdf.l_margin, y + 0.6, 4, 4)
    pdf.set_x(pdf.l_margin + 6)
    pdf.set_font(FONT, "B", 10.5)
    pdf.multi_cell(92, 5.2, f"{line.product_name}, {line.label}", align="L", new_x=XPos.RIGHT, new_y=YPos.LAST)
    below = pdf.get_y() + 5.2
    pdf.set_xy(pdf.w - pdf.r_margin - 28, y)
    pdf.cell(28, 5.2, amount(part.quantity, line.unit), align="R")
    pdf.set_y(below)
    for lot in slip.lots.get(line.id, []):
        expiry = _(", HSD %(day)s", day=day_words(lot.expires_on)) if lot.expires_on else ""
        words = _("%(place)s: lô %(lot)s (%(number)s)%(expiry)s, %(n)s", place=PLACES[lot.place],
                  lot=lot.lot, number=lot.number, expiry=expiry, n=amount(lot.quantity, line.unit))  # fmt: skip
        pdf.set_x(pdf.l_margin + 6)
        pdf.words(words, 8.5, color=SOFT)
    pdf.ln(1.5)


def _draw_label(pdf: _Sheet, slip: Slip) -> None:
    parcel, order, to = slip.parcel, slip.parcel.order, slip.consignment
    store, top = parcel.store, pdf.get_y()
    pdf.qr(parcel.code, pdf.w - pdf.r_margin - 27, top, 27)
    pdf.words(_("Người gửi"), 7.5, color=SOFT, width=62)
    pdf.words(store.name, 9.5, bold=True, width=62)
    pdf.words(", ".join(filter(None, [store.address, spoken(store.phone) if store.phone else ""])), 8, width=62)
    pdf.set_y(max(pdf.get_y(), top + 26))
    pdf.words(f"{parcel.code}   {_place_of(order, parcel)}", 13, bold=True)
    pdf.rule()
    pdf.words(_("Người nhận"), 7.5, color=SOFT)
    pdf.words(to.name, 14, bold=True)
    pdf.words(spoken(to.phone), 14, bold=True)
    pdf.words(to.address or _method(order, parcel), 11.5)
    pdf.rule()
    cash = _("Thu hộ (COD): %(money)s", money=dong(to.cash_vnd)) if to.cash_vnd else _("Không thu tiền")
    pdf.words(cash, 15 if to.cash_vnd else 11, bold=True)
    if marks := _marks(to):
        pdf.words(marks.upper(), 13, bold=True, color=WARN)
    weight = _("Khối lượng %(n)s g", n=to.weight_grams) if to.weight_grams else ""
    pdf.words(" · ".join(filter(None, [weight, to.courier or "", to.tracking or ""])), 8.5, color=SOFT)


def _method(order: Order, parcel: Shipment) -> str:
    if order.method == "pickup":
        return _("Khách đến lấy · %(store)s", store=parcel.store.name)
    return _("Giao tận nơi · %(area)s", area=order.area_name or "")


def _place_of(order: Order, parcel: Shipment) -> str:
    """``1/2`` when there are several."""
    live = [one for one in order.shipments if one.state != Parcel.CANCELLED]
    return f"{live.index(parcel) + 1}/{len(live)}" if len(live) > 1 and parcel in live else ""


def _marks(one: Consignment) -> str:
    return " · ".join([_("Hàng dễ vỡ")] * one.is_fragile + [_("Giữ lạnh")] * one.is_cold)


def _wraps(order: Order) -> list[str]:
    """Baskets to wrap, as the order's first step keeps them."""
    first = order.events[0].data if order.events else {}
    return [_("Gói quà: %(what)s", what=words) for words in first.get("wraps", [])]


def _consignment(parcel: Shipment, cash_vnd: int, care: dict[int, tuple[bool, bool]]) -> Consignment:
    order = parcel.order
    marks = [care.get(part.line.sku_id, (False, False)) for part in parcel.lines]
    return Consignment(
        parcel.code, order.contact_name, order.contact_phone,
        ", ".join(filter(None, [order.address_line, order.area_name])), parcel.weight_grams, cash_vnd,
        any(fragile for fragile, _cold in marks), any(cold for _fragile, cold in marks), parcel.courier,
        parcel.tracking,
    )  # fmt: skip


def _owed(parcels: Sequence[Shipment]) -> dict[str, int]:
    """Cash to take for each parcel, by its code: only of orders paid in person and not paid yet."""
    references = {reference_of(one.order.number) for one in parcels if is_cash(one.order.provider)}
    query = select(Payment.reference).where(Payment.reference.in_(references), Payment.captured_vnd == 0)
    open_still = set(db.session.scalars(query))
    return {
        one.code: due_for(one.order, one)
        for one in parcels
        if reference_of(one.order.number) in open_still and one.state not in (Parcel.CANCELLED, Parcel.DELIVERED)
    }


def _care(sku_ids: set[int]) -> dict[int, tuple[bool, bool]]:
    """Whether a pack breaks, and whether it must stay cold."""
    query = select(Sku.id, Sku.is_fragile, Sku.is_cold).where(Sku.id.in_(sku_ids))
    return {row.id: (row.is_fragile, row.is_cold) for row in db.session.execute(query)}


#: Lots by parcel and SKU: what is promised to a parcel in its store, or has left in it.
_Found = dict[tuple[int, int], list[LotLine]]


def _lots(parcels: Sequence[Shipment]) -> _Found:
    """The lots of each parcel: those that are held for it, or those that left in it."""
    ids = {(reference_of(one.order.number), one.store_id): one.id for one in parcels}
    held = select(StockHold.reference, StockHold.quantity, Place.store_id, Place.code, Lot)
    held = held.join(StockLevel, StockLevel.id == StockHold.level_id).join(Place, Place.id == StockLevel.place_id)
    held = held.join(Lot, Lot.id == StockLevel.lot_id).order_by(StockHold.id)
    held = held.where(StockHold.reference.in_({reference for reference, _store in ids}), StockHold.state == "active")
    left = select(ShipmentLot.shipment_id, ShipmentLot.quantity, Place.code, Lot)
    left = left.join(StockLevel, StockLevel.id == ShipmentLot.level_id).join(Place, Place.id == StockLevel.place_id)
    left = left.join(Lot, Lot.id == StockLevel.lot_id).order_by(ShipmentLot.id)
    left = left.where(ShipmentLot.shipment_id.in_(ids.values()), ShipmentLot.came_back_at.is_(None))
    found: _Found = {}
    for row in db.session.execute(held):
        if (parcel := ids.get((row.reference, row.store_id))) is not None:
            found.setdefault((parcel, row.Lot.sku_id), []).append(_line(row))
    for row in db.session.execute(left):
        found.setdefault((row.shipment_id, row.Lot.sku_id), []).append(_line(row))
    return found


def _line(row: Any) -> LotLine:
    return LotLine(row.Lot.code, row.Lot.number, row.code, row.quantity, row.Lot.expires_on)


def _lots_of(parcel: Shipment, lots: _Found) -> dict[int, list[LotLine]]:
    return {part.order_line_id: lots.get((parcel.id, part.line.sku_id), []) for part in parcel.lines}
