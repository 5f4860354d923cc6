"""What changes and prices refuse."""

from flask_babel import lazy_gettext as _l

from core.errors import NotFound, Refusal


class ChangeNotFound(NotFound):
    """No such request, or it is another's."""

    code = "change.not_found"
    text = _l("Không tìm thấy yêu cầu sửa đổi này.")


class ChangeDecided(Refusal):
    """Somebody was quicker: the request, or a field of it, is not open any more. Facts: state."""

    code = "change.decided"
    text = _l("Yêu cầu này đã được người khác xử lý, hoặc đã rút.")


class ChangeOwn(Refusal):
    """Nobody approves what she proposed herself. Facts: fields."""

    code = "change.own"
    text = _l("Bạn là người đề nghị, nên cần một người khác duyệt.")


class ChangeMoved(Refusal):
    """What is on sale is no longer what the proposer saw. Facts: lines with field, was, now, wanted and seen."""

    code = "change.moved"
    text = _l("Nội dung đang bán đã khác với lúc đề nghị. Hãy xem cả ba giá trị rồi quyết định.")


class ListingLive(Refusal):
    """A live listing is not edited in place. Facts: state."""

    code = "change.live"
    text = _l("Trang bán không ở trạng thái đang bán nên không cần duyệt sửa đổi.")


class PriceBig(Refusal):
    """The price changes by more than half: say that it is meant. Facts: was, wanted, percent."""

    code = "price.big_change"
    text = _l("Giá thay đổi hơn một nửa. Nếu đúng, hãy xác nhận rồi gửi lại.")


class PriceNotFound(NotFound):
    """No such change of a price, or it is another's."""

    code = "price.not_found"
    text = _l("Không tìm thấy lần đổi giá này.")


class PriceBegun(Refusal):
    """The price has begun, or its plan was given up: there is nothing to cancel. Facts: starts_on."""

    code = "price.begun"
    text = _l("Giá này đã có hiệu lực hoặc đã bỏ, không hủy được nữa.")
