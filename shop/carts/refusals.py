"""What carts refuse."""

from flask_babel import lazy_gettext as _l

from core.errors import Refusal


class CartClosed(Refusal):
    """The cart has become an order and cannot be changed any more."""

    code = "cart.closed"
    text = _l("Giỏ hàng này đã được đặt. Hãy bắt đầu giỏ mới.")


class CartFull(Refusal):
    """A cart takes a limited number of different products."""

    code = "cart.full"
    text = _l("Giỏ hàng đã đủ số mặt hàng cho một đơn.")
