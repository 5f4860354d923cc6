"""How cards say no."""

from flask_babel import lazy_gettext as _l

from core.errors import NotFound, Refusal


class SignalRefused(Refusal):
    """A webhook that nobody signed for us, too old, from the future, or of another mode or account."""

    code = "webhook.refused"
    status = 400
    text = _l("Thông báo này không được nhận.")


class CardPageNotFound(NotFound):
    """No payment by card has this token."""

    code = "payment.not_found"
    text = _l("Không tìm thấy khoản thanh toán.")


class CardPageRefused(Refusal):
    """The provider would not make a page to pay on."""

    code = "payment.page_refused"
    text = _l("Cổng thẻ chưa nhận khoản này. Chưa trừ khoản nào; hãy thử lại hoặc chọn cách thanh toán khác.")


class AlarmNotFound(NotFound):
    """No such alarm."""

    code = "card_alarm.not_found"
    text = _l("Không tìm thấy cảnh báo này.")
