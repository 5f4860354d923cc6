"""How payments say no."""

from flask_babel import lazy_gettext as _l

from core.errors import NotFound, Refusal


class ProviderUnavailable(Refusal):
    """The way to pay is not set up, or not for this seller. Facts: `provider`, `offered`."""

    code = "payment.provider_unavailable"
    text = _l("Cách thanh toán này hiện chưa dùng được. Hãy chọn cách khác.")


class PaymentNotFound(NotFound):
    """No payment carries this reference."""

    code = "payment.not_found"
    text = _l("Không tìm thấy khoản thanh toán.")


class PaymentStateRefused(Refusal):
    """The payment's state does not allow this step. Facts: `status`, `signal`."""

    code = "payment.state"
    text = _l("Khoản thanh toán đang ở trạng thái không làm được việc này.")


class AmountDiffers(Refusal):
    """The money received is not the money asked for. Facts: `expected_vnd`, `received_vnd`."""

    code = "payment.amount_differs"
    text = _l("Số tiền nhận được khác số tiền phải trả.")


class ReferenceUsed(Refusal):
    """The bank line was already counted for another payment. Facts: `provider_ref`."""

    code = "payment.reference_used"
    text = _l("Mã giao dịch ngân hàng này đã được ghi cho một khoản thanh toán khác.")


class AmountOutOfRange(Refusal):
    """The provider takes no sum so small, or so large. Facts: `amount_vnd`, `least_vnd`, `most_vnd`."""

    code = "payment.amount_out_of_range"
    text = _l("Số tiền này không trả bằng thẻ được. Hãy chọn cách thanh toán khác.")


class WrongProvider(Refusal):
    """The step belongs to another way to pay. Facts: `provider`."""

    code = "payment.wrong_provider"
    text = _l("Khoản thanh toán này không theo cách đó.")


class BookingTimeRefused(Refusal):
    """The bank's booking time lies in the future or before the payment was asked for."""

    code = "payment.booking_time"
    text = _l("Thời điểm ngân hàng ghi có không hợp lý.")


class RefundNotFound(NotFound):
    """No refund has this code."""

    code = "refund.not_found"
    text = _l("Không tìm thấy khoản hoàn tiền.")


class RefundTooMuch(Refusal):
    """More than is left of what was received. Facts: `left_vnd`, `asked_vnd`."""

    code = "refund.too_much"
    text = _l("Số tiền hoàn vượt quá phần còn lại của khoản đã thu.")


class RefundKeyUsed(Refusal):
    """The same intent was promised with another sum. Facts: `key`."""

    code = "refund.key_used"
    text = _l("Việc hoàn tiền này đã được ghi với một số tiền khác.")


class RefundByFile(Refusal):
    """A transfer goes back by a payout file, which a second person approves; nobody says by herself that it has gone.

    Facts: `refunds`, their codes.
    """

    code = "refund.by_file"
    text = _l("Tiền hoàn bằng chuyển khoản phải đi qua bảng chi có người thứ hai duyệt. Hãy lập bảng chi.")


class RefundStateRefused(Refusal):
    """The refund's state or way does not allow this step. Facts: `state`, `way`."""

    code = "refund.state"
    text = _l("Khoản hoàn tiền đang ở trạng thái không làm được việc này.")
