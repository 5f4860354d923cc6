"""Words for codes of supply and demand, in the reader's language."""

from collections.abc import Callable

from flask import Flask
from flask_babel import format_datetime, get_locale
from flask_babel import gettext as _

from catalog.products.sets import GROUPS, SETS
from core.money import dong
from shop.meetings.models import BuyerNeed
from shop.meetings.rules import Match, Slot


def kind_words(kind: str) -> str:
    """What a buyer is."""
    return {
        "retail": _("Siêu thị, cửa hàng"), "wholesale": _("Nhà phân phối, bán buôn"),
        "horeca": _("Khách sạn, nhà hàng"), "export": _("Xuất khẩu"), "ecommerce": _("Sàn, bán trên mạng"),
        "kitchen": _("Bếp ăn, suất ăn"), "other": _("Khác"),
    }.get(kind, kind)  # fmt: skip


def buyer_words(state: str) -> str:
    """Where a buyer stands."""
    return {
        "asked": _("Chờ ban tổ chức xem"), "admitted": _("Được mời gặp"), "refused": _("Không được nhận"),
        "withdrawn": _("Đã rút"),
    }.get(state, state)  # fmt: skip


def meeting_words(state: str) -> str:
    """Where a meeting stands."""
    return {"booked": _("Đã hẹn"), "held": _("Đã gặp"), "missed": _("Không gặp"), "cancelled": _("Đã hủy")}.get(
        state, state
    )


def outcome_words(outcome: str | None) -> str:
    """What came of a meeting."""
    return {
        "none": _("Chưa đi đến đâu"), "contact": _("Giữ liên lạc, gửi mẫu"), "memorandum": _("Ký biên bản ghi nhớ"),
        "contract": _("Ký hợp đồng"),
    }.get(outcome or "", "")  # fmt: skip


def period_words(period: str) -> str:
    """How often a quantity is wanted."""
    return {"once": _("một lần"), "month": _("mỗi tháng"), "year": _("mỗi năm")}.get(period, period)


def set_words(set_no: int | None, group_no: str | None) -> str:
    """The name of a product set, or of a whole group; '' for neither."""
    is_vietnamese = str(get_locale() or "vi") == "vi"
    found = SETS.get(set_no) if set_no is not None else GROUPS.get(group_no or "")
    return "" if found is None else found.name_vi if is_vietnamese else found.name_en


def need_words(need: BuyerNeed) -> str:
    """A line of what is looked for: "Mật ong (Thực phẩm khác) · 200 kg mỗi tháng · đến 150.000 ₫ · từ 4 sao"."""
    name, of = need.wanted, set_words(need.set_no, need.group_no)
    parts = [f"{name} ({of})" if name and of else name or of]
    if need.quantity:
        amount = " ".join(part for part in (f"{need.quantity:,}".replace(",", "."), need.unit) if part)
        parts.append(f"{amount} {period_words(need.period)}")
    if need.price_vnd:
        parts.append(_("đến %(price)s", price=dong(need.price_vnd)))
    if need.stars_min > 3:
        parts.append(_("từ %(stars)s sao", stars=need.stars_min))
    return " · ".join(parts)


_BECAUSE: dict[str, Callable[[], str]] = {
    "set": lambda: _("đúng bộ sản phẩm"), "group": lambda: _("đúng ngành hàng"),
    "words": lambda: _("tên có chữ đang tìm"), "stars": lambda: _("nhiều sao hơn mức cần"),
    "price": lambda: _("giá trong mức trả"), "price_near": lambda: _("giá cao hơn mức trả không quá 10%"),
    "price_above": lambda: _("giá cao hơn mức trả"),
}  # fmt: skip


def match_words(match: Match) -> str:
    """Why a product meets a need: "Mật ong hoa nhãn, 4 sao: đúng bộ sản phẩm, tên có chữ đang tìm"."""
    reasons = ", ".join(_BECAUSE[one]() for one in match.because)
    price = f", {dong(match.goods.price_vnd)}" if match.goods.price_vnd else ""
    name = _("%(name)s, %(stars)s sao", name=match.goods.name, stars=match.goods.stars)
    return f"{name}{price}: {reasons}"


def slot_words(slot: Slot) -> str:
    """``09:00–09:30, 22/11/2026`` by the clock of Việt Nam."""
    return f"{format_datetime(slot.starts_at, 'HH:mm')}–{format_datetime(slot.ends_at, 'HH:mm, dd/MM/yyyy')}"


def init_app(app: Flask) -> None:
    """Give the words to templates."""
    said = (kind_words, buyer_words, meeting_words, outcome_words, period_words, set_words, need_words, match_words,
            slot_words)  # fmt: skip
    for one in said:
        app.add_template_global(one, one.__name__)
