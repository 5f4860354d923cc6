"""How bank lines say no."""

from flask_babel import lazy_gettext as _l

from core.errors import NotFound, Refusal


class LineNotFound(NotFound):
    """No such line among the caller's sellers."""

    code = "bank.line_not_found"
    text = _l("Không tìm thấy khoản tiền về này.")


class LineSettled(Refusal):
    """The line's money is decided already. Facts: `state`."""

    code = "bank.line_settled"
    text = _l("Khoản tiền này đã được xử lý.")


class LineDiffers(Refusal):
    """The reference has another sum, by the same source or the bank. Facts: `reference`, `known_vnd`, `told_vnd`."""

    code = "bank.line_differs"
    text = _l("Mã giao dịch này đã có với một số tiền khác.")


class LineToldLess(Refusal):
    """The reference is known with a larger sum: this line only tells of the difference. Facts: `reference`."""

    code = "bank.line_told_less"
    text = _l("Khoản này đã được ghi với số tiền lớn hơn: đối chiếu với ngân hàng rồi để riêng.")


class NoSuchPayment(Refusal):
    """The number names no transfer of this seller."""

    code = "bank.no_such_payment"
    status = 422
    text = _l("Không có đơn chuyển khoản nào của người bán này với số đó.")


class NothingTooMuch(Refusal):
    """The lines of the payment do not reach beyond its sum, or it awaits no money."""

    code = "bank.nothing_too_much"
    text = _l("Đơn này không có khoản thừa để tách.")


class ReturnAccountMissing(Refusal):
    """The bank did not tell to which account the money goes back, and nobody said so."""

    code = "bank.return_account_missing"
    status = 422
    text = _l("Cần số tài khoản, ngân hàng và tên người nhận để trả lại.")


class NoticeUnsigned(Refusal):
    """A notice without a genuine signature of a known sender, or too old. Nothing of it was read."""

    code = "bank.notice_unsigned"
    status = 400
    text = _l("Chữ ký của thông báo không hợp lệ.")


class NoticeMalformed(Refusal):
    """A genuine notice that says nothing we understand. Facts: `errors`."""

    code = "bank.notice_malformed"
    status = 400
    text = _l("Thông báo không đúng dạng.")


class StatementRefused(Refusal):
    """A statement with lines that cannot be right; nothing was written. Facts: `errors`."""

    code = "bank.statement_refused"
    status = 422
    text = _l("Sao kê có dòng chưa đúng; chưa ghi gì.")


class FeedClosed(Refusal):
    """No notices are taken for this seller."""

    code = "bank.feed_closed"
    text = _l("Kênh báo có của người bán này đang đóng.")
