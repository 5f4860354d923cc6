"""How reviews say no."""

from flask_babel import lazy_gettext as _l

from core.errors import NotFound, Refusal


class ReviewNotFound(NotFound):
    """No such review, or not this caller's."""

    code = "review.not_found"
    text = _l("Không tìm thấy đánh giá này.")


class NotBought(NotFound):
    """The product is in no line of this order."""

    code = "review.not_bought"
    text = _l("Đơn hàng này không có sản phẩm đó.")


class NotDelivered(Refusal):
    """The order was not handed over: nobody has the goods yet. Facts: state."""

    code = "review.not_delivered"
    text = _l("Chỉ đánh giá được khi đã nhận hàng.")


class ReviewExists(Refusal):
    """The buyer has reviewed this product of this order. Facts: review."""

    code = "review.exists"
    text = _l("Bạn đã đánh giá sản phẩm này của đơn này rồi. Trong 30 ngày bạn có thể sửa.")


class ReviewFixed(Refusal):
    """Thirty days are over, or the review was hidden or taken back: it cannot be changed. Facts: state."""

    code = "review.fixed"
    text = _l("Đánh giá này không sửa được nữa.")


class ReviewState(Refusal):
    """The step does not follow from the state the review is in. Facts: state."""

    code = "review.state"
    text = _l("Đánh giá đang ở trạng thái khác, không làm được việc này.")
