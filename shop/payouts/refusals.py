"""How payouts say no."""

from flask_babel import lazy_gettext as _l

from core.errors import Gone, NotFound, Refusal


class LinkUnknown(NotFound):
    """No refund has this address."""

    code = "payout.link_unknown"
    text = _l("Không tìm thấy liên kết hoàn tiền này. Hãy mở lại từ tin nhắn mới nhất của chúng tôi.")


class LinkOver(Gone):
    """The link has been used, has run out, or a newer one was sent."""

    code = "payout.link_over"
    text = _l("Liên kết này không còn dùng được. Hãy gọi cửa hàng để nhận liên kết mới.")


class FileNotFound(NotFound):
    """No payout file has this code, or it is another seller's."""

    code = "payout.not_found"
    text = _l("Không tìm thấy bảng chi.")


class NothingToPay(Refusal):
    """None of the chosen refunds can go into a file now."""

    code = "payout.nothing"
    text = _l("Không có khoản nào để lập bảng chi.")


class AlreadyListed(Refusal):
    """One of the sums stands in another file, or is paid. Fact: `source`."""

    code = "payout.listed"
    text = _l("Có khoản đã nằm trong bảng chi khác. Hãy tải lại trang.")


class SecondPersonNeeded(Refusal):
    """Whoever made it does not approve it."""

    code = "payout.second_person"
    text = _l("Bảng chi phải do người thứ hai duyệt.")


class FileStateRefused(Refusal):
    """The file's or the item's state does not allow this step. Fact: `state`."""

    code = "payout.state"
    text = _l("Bảng chi đang ở trạng thái không làm được việc này.")


class WrongCode(Refusal):
    """The buyer's code at the counter is another."""

    code = "payout.wrong_code"
    text = _l("Mã nhận tiền không đúng.")
