"""What carts refuse."""

from flask_babel import lazy_gettext as _l

from core.errors import NotFound, Refusal


class CartClosed(Refusal):
    """The cart has become an order and cannot be changed any more."""

    code = "cart.closed"
    text = _l("Giỏ hàng này đã được đặt. Hãy bắt đầu giỏ mới.")


class CartGone(NotFound):
    """The browser has no open cart."""

    code = "cart.gone"
    text = _l("Không còn giỏ hàng nào đang mở.")


class LineGone(NotFound):
    """The cart has no such line, or no longer."""

    code = "cart.line_gone"
    text = _l("Món này không còn trong giỏ. Giỏ trước có thể đã đặt thành đơn.")


class CartFull(Refusal):
    """A cart takes a limited number of different products."""

    code = "cart.full"
    text = _l("Giỏ hàng đã đủ số mặt hàng cho một đơn.")
