"""What a change of one product's certificate would bring about, as the desks' forms show it."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as pgettext

from catalog.certificates.models import Certificate
from catalog.certificates.queries import governing
from catalog.certificates.rules import Status
from catalog.consequences.port import Change, Happening, foresee, sentence
from catalog.consequences.queries import list_of

_OBJECTS = {
    "listing": _l("Gian hàng trực tuyến"), "payment": _l("Đơn chưa chốt"), "order": _l("Đơn đã chốt, chưa giao"),
    "sold": _l("Hàng đã giao"), "voucher": _l("Phiếu dịch vụ"), "lot": _l("Lô trong kho"), "label": _l("Tem kệ"),
    "booking": _l("Gian hội chợ"),
}  # fmt: skip
_HAPPENINGS = {
    "lapse": _l("Hết hạn"), "revocation": pgettext("việc", "Thu hồi"), "suspension": _l("Tạm dừng"),
    "renewal": _l("Có hiệu lực lại"), "downrating": _l("Đổi số sao"),
}  # fmt: skip
_COUNTS = {
    "withdrawn": _l("ngừng bán"), "shown": _l("bán lại"), "restarred": _l("đổi sao"), "cancelled": _l("hủy"),
    "held": _l("dừng lại"), "resumed": _l("đi tiếp"), "lots": _l("lô"), "units": _l("đơn vị"),
    "changed": _l("gian thay đổi"), "sales": _l("vụ việc bán hàng"), "booths": _l("vụ việc gian hàng"),
    "stores": _l("cửa hàng"), "offered": _l("phiếu mời nhận lại tiền"),
}  # fmt: skip


def of_ending(found: Certificate, happening: Happening, on: date, today: date) -> list[tuple[str, str]]:
    """What closes when this certificate ends on a day; nothing when another one carries the product on."""
    carrying = governing([found.product_id], max(on, today)).get(found.product_id)
    if carrying is not None and carrying.certificate_id != found.id:
        return []
    return foreseen(Change(happening, (found.product_id,), on, today))


def of_verification(found: Certificate, status: Status, today: date) -> list[tuple[str, str]]:
    """What opens with a second reading. Says nothing of stars: the reader has not told hers yet."""
    if status.is_open:
        return []
    return foreseen(Change(Happening.RENEWAL, (found.product_id,), max(found.valid_from, today), today))


def done_about(certificate_id: int) -> list[dict[str, Any]]:
    """What was done about each change of a certificate, newest first, in words and figures."""
    return [
        {
            "object": _OBJECTS.get(one.consequence, one.consequence),
            "happening": _HAPPENINGS.get(one.happening, one.happening),
            "on": one.happened_on,
            "at": one.done_at,
            "counts": ", ".join(f"{_COUNTS.get(key, key)}: {count}" for key, count in one.counts.items() if count),
        }
        for one in list_of(certificate_id)
    ]


def foreseen(change: Change) -> list[tuple[str, str]]:
    """Each effect as its figure and the words after it."""
    return [_in_figures(sentence(effect)) for effect in foresee(change)]


def _in_figures(text: str) -> tuple[str, str]:
    number, _space, rest = text.partition(" ")
    return (number, rest) if number.isdecimal() else ("•", text)
