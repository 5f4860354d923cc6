"""Invoices as files for the provider that signs them and sends them to the tax authority.

XML with the elements of Decision 1450/QĐ-TCT (fields of Decree 123/2020, Article 10, and 70/2025), and the same as
flat rows, one a line, for CSV and XLSX. The bytes depend on the invoices only: the same day gives the same SHA-256.
"""

import hashlib
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from shop.invoices.amounts import key_of
from shop.invoices.models import Invoice, InvoiceLine
from shop.invoices.rules import BuyerKind, Kind
from shop.invoices.words import UNITS, buyer_words, form_name
from shop.taxes.rules import Part, RateSum, sums_by_rate

#: Columns of the flat file; what each holds is in docs/invoices.md.
COLUMNS = (
    "code", "order", "kind", "form", "series", "number", "issued_on", "refers_to_series", "refers_to_number",
    "refers_to_on", "reason", "seller_name", "seller_tax_code", "seller_address", "buyer_name", "buyer_tax_code",
    "buyer_address", "buyer_email", "paid_by", "line", "item_code", "item", "unit", "quantity", "unit_price",
    "discount", "net", "vat", "tax", "gross", "total_net", "total_tax", "total_gross", "total_words", "cash_rounding",
    "received",
)  # fmt: skip
_KIND = {Kind.REPLACEMENT: "1", Kind.ADJUSTMENT: "2"}
_RATES = {1000: "10%", 800: "8%", 500: "5%", 0: "0%"}


def digest(data: bytes) -> str:
    """SHA-256 of a file, in hex."""
    return hashlib.sha256(data).hexdigest()


def flat(invoices: Iterable[Invoice]) -> list[dict[str, Any]]:
    """One row a line; an invoice without lines (details of the buyer adjusted) is one row."""
    return [_head(one) | row for one in invoices for row in ([_row(line) for line in one.lines] or [{}])]


def xml(invoices: Sequence[Invoice]) -> bytes:
    """All invoices as one document, in their order."""
    root = Element("DSHDon", {"SLuong": str(len(invoices))})
    for one in invoices:
        data = SubElement(SubElement(root, "HDon"), "DLHDon", {"Id": one.code})
        _general(SubElement(data, "TTChung"), one)
        content = SubElement(data, "NDHDon")
        _parties(content, one)
        goods = SubElement(content, "DSHHDVu")
        for line in one.lines:
            _line(SubElement(goods, "HHDVu"), line, one)
        _totals(SubElement(content, "TToan"), one)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="utf-8")


def net_price(line: InvoiceLine) -> Decimal:
    """The price of a piece or a kilogram without VAT, to four places: net before the discount over the quantity."""
    share = Decimal(10_000 + line.vat_bp) / 10_000
    return (Decimal(line.unit_price_vnd) / share).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def rate_of(line: InvoiceLine | RateSum) -> str:
    """The rate in the authority's words: ``8%``, ``KCT``, ``KKKNT``, else ``KHAC:07.00%``; '' on a sales invoice."""
    bp, kind = (line.vat_bp, line.vat_kind) if isinstance(line, InvoiceLine) else (line.rate_bp, line.kind)
    if kind is not None:
        return "" if kind == "KTT" else kind
    return _RATES.get(bp) or f"KHAC:{bp / 100:05.2f}%"


def _head(one: Invoice) -> dict[str, Any]:
    old = one.refers_to
    return {
        "code": one.code, "order": one.source, "kind": one.kind, "form": str(one.series)[:1],
        "series": str(one.series)[1:], "number": one.number, "issued_on": one.issued_on,
        "refers_to_series": old.series if old else None, "refers_to_number": old.number if old else None,
        "refers_to_on": old.issued_on if old else None, "reason": one.reason, "seller_name": one.seller_name,
        "seller_tax_code": one.seller_tax_code, "seller_address": one.seller_address, "buyer_name": buyer_words(one),
        "buyer_tax_code": one.buyer_tax_code, "buyer_address": one.buyer_address, "buyer_email": one.buyer_email,
        "paid_by": one.paid_by, "total_net": one.net_vnd, "total_tax": one.tax_vnd, "total_gross": one.gross_vnd,
        "total_words": one.total_words, "cash_rounding": one.rounding_vnd, "received": one.received_vnd,
    }  # fmt: skip


def _row(line: InvoiceLine) -> dict[str, Any]:
    return {
        "line": line.position, "item_code": _item_code(line), "item": line.name, "unit": UNITS[line.unit],
        "quantity": _quantity(line), "unit_price": str(net_price(line)), "discount": _net_discount(line),
        "net": line.net_vnd, "vat": rate_of(line), "tax": line.tax_vnd, "gross": line.gross_vnd,
    }  # fmt: skip


def _general(node: Element, one: Invoice) -> None:
    facts = (
        ("PBan", "2.1.0"), ("THDon", form_name(one).capitalize()), ("KHMSHDon", str(one.series)[:1]),
        ("KHHDon", str(one.series)[1:]), ("SHDon", str(one.number)), ("NLap", str(one.issued_on)), ("DVTTe", "VND"),
        ("TGia", "1"), ("HTTToan", one.paid_by),
    )  # fmt: skip
    _texts(node, facts)
    if one.refers_to is not None and one.kind in _KIND:
        old = one.refers_to
        linked = (
            ("TCHDon", _KIND[Kind(one.kind)]), ("LHDCLQuan", "1"), ("KHMSHDCLQuan", str(old.series)[:1]),
            ("KHHDCLQuan", str(old.series)[1:]), ("SHDCLQuan", str(old.number)), ("NLHDCLQuan", str(old.issued_on)),
            ("GChu", one.reason),
        )  # fmt: skip
        _texts(SubElement(node, "TTHDLQuan"), linked)


def _parties(node: Element, one: Invoice) -> None:
    seller = (("Ten", one.seller_name), ("MST", one.seller_tax_code), ("DChi", one.seller_address))
    _texts(SubElement(node, "NBan"), seller)
    is_business = one.buyer_kind == BuyerKind.BUSINESS
    buyer = (
        ("Ten", one.buyer_name if is_business else None), ("MST", one.buyer_tax_code), ("DChi", one.buyer_address),
        ("HVTNMHang", None if is_business else buyer_words(one)), ("DCTDTu", one.buyer_email),
    )  # fmt: skip
    _texts(SubElement(node, "NMua"), buyer)


def _line(node: Element, line: InvoiceLine, one: Invoice) -> None:
    facts = (
        ("TChat", "1"), ("STT", str(line.position)), ("MHHDVu", _item_code(line)), ("THHDVu", line.name),
        ("DVTinh", UNITS[line.unit]), ("SLuong", _quantity(line)), ("DGia", str(net_price(line))),
        ("STCKhau", str(_net_discount(line)) if line.discount_vnd else None), ("ThTien", str(line.net_vnd)),
        ("TSuat", rate_of(line) or None), ("TThue", str(line.tax_vnd) if one.vat_method == "credit" else None),
    )  # fmt: skip
    _texts(node, facts)


def _totals(node: Element, one: Invoice) -> None:
    if one.vat_method == "credit":
        rates = SubElement(node, "THTTLTSuat")
        for by_rate in sums(one):
            facts = (("TSuat", rate_of(by_rate)), ("ThTien", str(by_rate.net_vnd)), ("TThue", str(by_rate.tax_vnd)))
            _texts(SubElement(rates, "LTSuat"), facts)
        _texts(node, (("TgTCThue", str(one.net_vnd)), ("TgTThue", str(one.tax_vnd))))
    discount = sum(_net_discount(line) for line in one.lines)
    totals = (("TTCKTMai", str(discount)), ("TgTTTBSo", str(one.gross_vnd)), ("TgTTTBChu", one.total_words))
    _texts(node, totals)
    if one.rounding_vnd:
        _beside(node, one)


def _beside(node: Element, one: Invoice) -> None:
    """What the form has no element for: cash rounding, which is in no price and no total, and what was handed over."""
    more = SubElement(node, "TTKhac")
    for name, vnd in (("Làm tròn tiền mặt", one.rounding_vnd), ("Số tiền đã thu", one.received_vnd)):
        _texts(SubElement(more, "TTin"), (("TTruong", name), ("KDLieu", "numeric"), ("DLieu", str(vnd))))


def sums(invoice: Invoice) -> list[RateSum]:
    """Printed net and tax by rate: the sums of the lines as they stand, never reckoned anew."""
    rates = sums_by_rate([Part(abs(one.gross_vnd), one.vat_bp, one.vat_kind) for one in invoice.lines])
    found: list[RateSum] = []
    for rate in rates:
        mine = [
            one for one in invoice.lines
            if one.vat_kind == rate.kind and (rate.kind is not None or one.vat_bp == rate.rate_bp)
        ]  # fmt: skip
        net, tax = sum(one.net_vnd for one in mine), sum(one.tax_vnd for one in mine)
        found.append(RateSum(rate.rate_bp, rate.kind, net + tax, net, tax))
    return found


def _quantity(line: InvoiceLine) -> str:
    return str(line.quantity) if line.unit == "piece" else f"{line.quantity / 1000:.3f}"


def _item_code(line: InvoiceLine) -> str:
    """``L12``, ``T12``, ``C12``: a line of an order, of a receipt, a charge."""
    kind, _colon, number = key_of(line).partition(":")
    return f"{kind.upper()}{number}"


def _net_discount(line: InvoiceLine) -> int:
    """The discount without VAT, whole đồng."""
    return (line.discount_vnd * 10_000 * 2 + 10_000 + line.vat_bp) // (2 * (10_000 + line.vat_bp))


def _texts(node: Element, facts: Iterable[tuple[str, str | None]]) -> None:
    """A child for each fact that there is; signs that XML cannot carry are left out."""
    for name, text in facts:
        if text is not None:
            SubElement(node, name).text = "".join(sign for sign in text if sign >= " " or sign in "\t\n\r")
