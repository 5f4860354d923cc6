"""Why a drag was refused, in words."""

from flask_babel import gettext as _

from core.errors import Refusal
from shop.assignment.refusals import AssignmentBroken


def said(refusal: Refusal) -> str:
    """A refusal in one sentence; broken rules are named with the booth."""
    if not isinstance(refusal, AssignmentBroken):
        return str(refusal)
    words = {_breach(one["rule"], one["booth"]) for one in refusal.facts["breaches"]}
    return " ".join(sorted(words))


def _breach(rule: str, booth: str) -> str:
    words = {
        "services": _("Gian %(booth)s không có dịch vụ mà chủ thể cần (điện, nước, mát).", booth=booth),
        "zone": _("Khu của gian %(booth)s không nhận ngành hàng này.", booth=booth),
        "delegation": _("Gian %(booth)s thuộc phần của một đoàn khác.", booth=booth),
        "quota": _("Địa bàn này đã hết số gian được giao."),
        "side_by_side": _("Hai gian của cùng chủ thể phải liền nhau."),
        "too_many": _("Chủ thể này đã đủ số gian xin."),
    }
    return words.get(rule, _("Không đặt được như vậy."))
