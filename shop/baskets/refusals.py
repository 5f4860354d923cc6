"""How gift baskets say no."""

from flask_babel import lazy_gettext as _l

from core.errors import Gone, NotFound, Refusal


class BasketNotFound(NotFound):
    """No such basket, or it was never published."""

    code = "basket.not_found"
    text = _l("Không tìm thấy giỏ quà này.")


class BasketClosed(Gone):
    """A part may not be sold today, or the basket's own time is over. Facts: parts (each with its code), reason."""

    code = "basket.closed"
    text = _l("Giỏ quà này hiện không bán.")


class BasketEmpty(Refusal):
    """A basket without parts is no basket."""

    code = "basket.empty"
    text = _l("Giỏ quà cần ít nhất hai món.")


class BasketFull(Refusal):
    """A basket takes a limited number of parts. Facts: limit."""

    code = "basket.full"
    text = _l("Giỏ quà đã đủ số món.")


class OtherStore(Refusal):
    """The cart buys at another store, and a basket is packed at its own. Facts: store, cart_store."""

    code = "basket.other_store"
    text = _l("Giỏ hàng của bạn đang mua tại cửa hàng khác. Giỏ quà được gói tại cửa hàng làm ra nó.")


class TooMany(Refusal):
    """One order takes a limited number of one pack. Facts: lines."""

    code = "quantity.limit"
    text = _l("Nhiều hơn một đơn nhận được. Cần nhiều giỏ quà, hãy gọi cho cửa hàng.")
