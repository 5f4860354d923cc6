"""Letters about money that goes back, and about vouchers. Whoever does it sends them, by the name of the kind."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core.messages import Context, Letter, kind
from core.messages.letter import button, code, cut, facts, said, small
from core.money import dong
from core.web.pages import show_day
from shop.orders.letters import samples


@kind("refund.promised", _l("Sẽ hoàn tiền"), sample=samples.REFUND)
def promised(c: Context) -> Letter:
    """So much goes back, and by which way. ``way``: card, bank, cash."""
    how = {
        "card": _("Tiền về thẻ bạn đã trả, thường trong 5 đến 10 ngày làm việc."),
        "bank": _("Tiền được chuyển khoản về tài khoản của bạn."),
        "cash": _("Mời bạn nhận tiền mặt tại %(store)s.", store=c.get("store") or _("cửa hàng")),
    }[c["way"]]
    told = _("Chúng tôi hoàn lại %(sum)s cho đơn %(number)s.", sum=dong(c["amount_vnd"]), number=c["number"])
    body = (said(told), facts([(_("Lý do"), c.get("reason"))]), said(how), button(_("Xem đơn"), c["url"]))
    return Letter(_("Hoàn tiền đơn %(number)s", number=c["number"]), body)


@kind("refund.account_wanted", _l("Xin số tài khoản để hoàn tiền"), sample=samples.ACCOUNT, by_sms=True)
def account_wanted(c: Context) -> Letter:
    """Where shall the money go? ``url`` is a secret link of its own; ``until`` its last day, or None."""
    money = dong(c["amount_vnd"])
    until = show_day(c["until"]) if c.get("until") else None
    body = (
        said(_("Chúng tôi phải hoàn lại %(sum)s cho đơn %(number)s.", sum=money, number=c["number"])),
        said(_("Hãy cho biết tài khoản ngân hàng của bạn ở trang riêng này, để chúng tôi chuyển khoản.")),
        button(_("Nhập số tài khoản"), c["url"]), facts([(_("Liên kết dùng đến hết"), until)]),
        small(_("Chúng tôi không bao giờ hỏi mật khẩu, mã OTP hay số thẻ của bạn.")),
    )  # fmt: skip
    sms = _("Hoàn %(sum)s (%(number)s): nhập tài khoản %(url)s", sum=money, number=c["number"], url=c["url"])
    return Letter(_("Hoàn tiền đơn %(number)s: cần số tài khoản của bạn", number=c["number"]), body, sms)


@kind("refund.done", _l("Đã hoàn tiền"), sample=samples.REFUNDED)
def done(c: Context) -> Letter:
    """The money is on its way, or was given."""
    told = _("Chúng tôi đã hoàn %(sum)s cho đơn %(number)s.", sum=dong(c["amount_vnd"]), number=c["number"])
    ways = {"card": _("về thẻ đã trả"), "bank": _("chuyển khoản"), "cash": _("tiền mặt tại cửa hàng")}
    body = (
        said(told), facts([(_("Cách hoàn"), ways[c["way"]]), (_("Mã tham chiếu"), c.get("reference"))]),
        button(_("Xem đơn"), c["url"]),
    )  # fmt: skip
    return Letter(_("Đã hoàn tiền đơn %(number)s", number=c["number"]), body)


@kind("voucher.issued", _l("Phiếu dịch vụ"), sample=samples.VOUCHER, by_sms=True)
def voucher(c: Context) -> Letter:
    """A service that was bought, to be used once."""
    until = show_day(c["until"])
    body = (
        said(_("Phiếu dịch vụ của bạn đã sẵn sàng.")), code(_("Mã phiếu, dùng một lần"), c["code"]),
        facts([(_("Dịch vụ"), c["service"]), (_("Nơi dùng"), c.get("place")),
               (_("Điện thoại"), c.get("phone")), (_("Dùng đến hết"), until)]),
        button(_("Mở phiếu có mã QR"), c["url"]),
        small(_("Ai cầm mã này đều dùng được phiếu. Đừng gửi cho người lạ.")),
    )  # fmt: skip
    sms = _("Phiếu %(code)s: %(what)s, dùng đến hết %(day)s.", code=c["code"], what=cut(c["service"], 60), day=until)
    return Letter(_("Phiếu dịch vụ %(code)s", code=c["code"]), body, sms)
