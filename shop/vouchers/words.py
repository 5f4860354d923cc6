"""Vouchers in people's words."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core.masks import spoken
from core.web.pages import show_day, show_moment
from shop.vouchers.models import Voucher
from shop.vouchers.rules import Obstacle, State, obstacle

STATES = {
    "live": _l("Chưa dùng"),
    "redeemed": _l("Đã dùng"),
    "returned": _l("Đã trả lại"),
    "void": _l("Không còn giá trị"),
}


def standing(voucher: Voucher, day: date) -> dict[str, Any]:
    """How a voucher stands on a day: words and tone of its badge, one sentence, and whether it can be used."""
    why = obstacle(State(voucher.state), voucher.valid_from, voucher.valid_until, day)
    badge = _("Quá hạn") if why == Obstacle.LATE else str(STATES[voucher.state])
    tone = "good" if why is None else "" if why == Obstacle.REDEEMED else "bad"
    return {"badge": badge, "tone": tone, "sentence": _sentence(voucher, why), "is_usable": why is None}


def _sentence(voucher: Voucher, why: Obstacle | None) -> str:
    if why == Obstacle.REDEEMED and voucher.redeemed_at is not None:
        return _(
            "Đã dùng lúc %(at)s, người nhận phiếu: %(by)s.", at=show_moment(voucher.redeemed_at), by=voucher.redeemed_by
        )
    if why in (Obstacle.RETURNED, Obstacle.VOID):
        return _("Tiền của phiếu này đã được hoàn, phiếu không dùng được nữa.")
    if why == Obstacle.EARLY:
        return _("Dùng được từ ngày %(day)s.", day=show_day(voucher.valid_from))
    if why == Obstacle.LATE:
        return _("Đã quá ngày cuối, %(day)s.", day=show_day(voucher.valid_until))
    return _("Dùng được đến hết ngày %(day)s.", day=show_day(voucher.valid_until))


def place_of(voucher: Voucher) -> tuple[str, str | None]:
    """Where the service is done and whom to call before coming: the producer's address with its area, and telephone
    (as spoken); the telephone of the store that sold it where the producer has none.
    """
    producer, store = voucher.producer, voucher.store
    where = ", ".join(part for part in (producer.address, producer.area.name if producer.area else "") if part)
    phone = producer.phone or store.phone
    return where, spoken(phone) if phone else None


def certificate_words(voucher: Voucher) -> str:
    """The day on which the star had to count, and what happens when it ends."""
    return _(
        "Công nhận OCOP có hiệu lực vào ngày mua, %(day)s. Nếu sau đó công nhận hết hạn, phiếu vẫn dùng được đến "
        "ngày cuối. Nếu công nhận bị thu hồi trước khi dùng, bạn được nhận lại tiền.", day=show_day(voucher.sold_on),
    )  # fmt: skip
