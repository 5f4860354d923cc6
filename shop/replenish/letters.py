"""What a producer is told of a store's request."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core.messages import Context, Letter, kind
from core.messages.letter import Block, button, cut, facts, listed, said, small
from core.web.pages import show_day

REQUEST = {
    "store": "OCOP Mart Kiến Thụy", "phone": "0225 388 1234", "code": "PD-7K3M9QXT",
    "lines": ["Mật ong hoa rừng, Hũ 500 g: 24", "Mật ong bạc hà, Chai 700 ml: 12"], "wanted_on": date(2026, 12, 2),
    "note": "", "url": "https://ocopmart.example.vn/dat-hang/PD-7K3M9QXT.1.0f1e2d3c4b5a69788796a5b4c3d2e1f0",
}  # fmt: skip


@kind("supply.request", _l("Cửa hàng đặt hàng của chủ thể"), sample=REQUEST, by_sms=True)
def request(c: Context) -> Letter:
    """A store asks her to bring goods; one tap answers."""
    subject = _("%(store)s đặt hàng: phiếu %(code)s", store=c["store"], code=c["code"])
    return _letter(subject, said(_("%(store)s muốn đặt hàng của bạn:", store=c["store"])), c)


@kind("supply.reminder", _l("Nhắc chủ thể trả lời phiếu đặt hàng"), sample=REQUEST, by_sms=True)
def reminder(c: Context) -> Letter:
    """She has not answered for two days."""
    subject = _("%(store)s chờ bạn trả lời phiếu %(code)s", store=c["store"], code=c["code"])
    return _letter(subject, said(_("%(store)s vẫn chờ bạn trả lời phiếu đặt hàng này:", store=c["store"])), c)


def _letter(subject: str, first: Block, c: Context) -> Letter:
    wanted = show_day(c["wanted_on"]) if c["wanted_on"] else None
    body = (
        first,
        listed(c["lines"]),
        facts([(_("Mong nhận vào"), wanted), (_("Cửa hàng nhắn"), c["note"]), (_("Điện thoại"), c["phone"])]),
        button(_("Trả lời"), c["url"]),
        small(_("Không cần tài khoản: mở liên kết, bấm một lần là xong. Đừng chuyển liên kết này cho người khác.")),
    )
    sms = _("%(store)s đặt hàng của bạn. Trả lời: %(url)s", store=cut(c["store"], 40), url=c["url"])
    return Letter(subject, body, sms)
