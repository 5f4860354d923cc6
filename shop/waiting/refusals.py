"""How waiting says no."""

from flask_babel import lazy_gettext as _l

from core.errors import Gone, NotFound, Refusal


class WaitNotFound(NotFound):
    """No such wish, or the address is not whole."""

    code = "waiting.not_found"
    text = _l("Liên kết không đúng. Hãy mở lại từ thư của chúng tôi.")


class WaitOver(Gone):
    """The wish was told, withdrawn or forgotten."""

    code = "waiting.over"
    text = _l("Lời nhờ báo này đã xong, chúng tôi không còn giữ liên lạc của bạn.")


class Buyable(Refusal):
    """What is asked for can be bought now: nobody needs to wait."""

    code = "waiting.buyable"
    text = _l("Sản phẩm này đang có hàng, bạn mua được ngay.")
