"""Invoices in people's words."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core.money import dong
from shop.invoices.models import Invoice, InvoiceLine
from shop.invoices.rules import NUMBERED, BuyerKind, Kind, number_words

STATES = {
    "draft": _l("Nháp"),
    "discarded": _l("Đã bỏ nháp"),
    "issued": _l("Chờ cơ quan thuế"),
    "accepted": _l("Đã cấp mã"),
    "rejected": _l("Bị từ chối"),
}

TONES = {"draft": "warn", "discarded": "", "issued": "info", "accepted": "good", "rejected": "bad"}

KINDS = {
    "original": _l("Hóa đơn"),
    "adjustment": _l("Hóa đơn điều chỉnh"),
    "replacement": _l("Hóa đơn thay thế"),
}

STEPS = {
    "draft": _l("Lập nháp"),
    "buyer": _l("Sửa thông tin người mua"),
    "issue": _l("Phát hành"),
    "discard": _l("Bỏ nháp"),
    "accept": _l("Cơ quan thuế cấp mã"),
    "reject": _l("Cơ quan thuế không chấp nhận"),
    "resend": _l("Gửi lại cơ quan thuế"),
}

BUYERS = {
    "none": _l("Khách lẻ không lấy hóa đơn"),
    "person": _l("Cá nhân"),
    "business": _l("Doanh nghiệp, hợp tác xã, tổ chức"),
}

#: What stands in the column of rates; printed in Vietnamese, as the form is.
VAT_KINDS = {
    "KCT": "Không chịu thuế",
    "KKKNT": "Không kê khai, tính nộp thuế",
    "KTT": "Không tính thuế",
}

UNITS = {"piece": "Phần", "gram": "Kg"}


def sold_as(invoice: Invoice) -> str:
    """What an invoice is of, in words."""
    number = invoice.source
    return _("Đơn %(number)s", number=number) if invoice.order else _("Phiếu tại quầy %(number)s", number=number)


def form_name(invoice: Invoice) -> str:
    """The name of the form, as printed."""
    return "HÓA ĐƠN GIÁ TRỊ GIA TĂNG" if invoice.vat_method == "credit" else "HÓA ĐƠN BÁN HÀNG"


def title(invoice: Invoice) -> str:
    """How an invoice is called: its series and number, or our own code while it has none."""
    if invoice.number is None:
        return invoice.code
    return f"{invoice.series} {number_words(invoice.number)}"


def buyer_words(invoice: Invoice) -> str:
    """The buyer as printed."""
    if invoice.buyer_kind == BuyerKind.NONE:
        return "Khách lẻ không lấy hóa đơn"
    return invoice.buyer_name or ""


def vat_words(vat_bp: int, vat_kind: str | None) -> str:
    """A rate as printed: ``8%``, ``KCT`` in words."""
    if vat_kind is not None:
        return VAT_KINDS[vat_kind]
    return f"{vat_bp / 100:g}".replace(".", ",") + "%"


def signed(vnd: int) -> str:
    """đồng with its sign before it, as rounding is said: ``+300 ₫``, ``−200 ₫``."""
    return f"+{dong(vnd)}" if vnd > 0 else dong(vnd)


def refers_words(invoice: Invoice) -> str | None:
    """What a correction says of the invoice that it corrects, as the decree asks; None for an original."""
    old = invoice.refers_to
    if invoice.kind == Kind.ORIGINAL or old is None or old.state not in NUMBERED or old.number is None:
        return None
    verb = "Thay thế" if invoice.kind == Kind.REPLACEMENT else "Điều chỉnh"
    return (
        f"{verb} cho hóa đơn mẫu số {str(old.series)[0]} ký hiệu {str(old.series)[1:]} số {number_words(old.number)} "
        f"ngày {old.issued_on:%d} tháng {old.issued_on:%m} năm {old.issued_on:%Y}. Lý do: {invoice.reason}"
    )


def quantity_words(line: InvoiceLine) -> str:
    """Pieces as they are, grams as kilograms with a comma."""
    if line.unit == "piece":
        return f"{line.quantity:,}".replace(",", ".")
    return f"{line.quantity / 1000:.3f}".rstrip("0").rstrip(".").replace(".", ",")
