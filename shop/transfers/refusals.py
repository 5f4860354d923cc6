"""How transfers say no."""

from flask_babel import lazy_gettext as _l

from core.errors import NotFound, Refusal


class TransferNotFound(NotFound):
    """No transfer has this number, or it is between other stores."""

    code = "transfer.not_found"
    text = _l("Không tìm thấy phiếu chuyển kho.")


class TransferStateRefused(Refusal):
    """The transfer's state does not allow this step. Fact: `state`."""

    code = "transfer.state"
    text = _l("Phiếu chuyển kho đang ở trạng thái không làm được việc này.")


class OtherSeller(Refusal):
    """Stores of two sellers: that would be a sale between them, with its invoice."""

    code = "transfer.other_seller"
    text = _l("Hai cửa hàng thuộc hai người bán khác nhau: đó là mua bán, cần hóa đơn, không phải chuyển kho.")


class SamePlace(Refusal):
    """Inside one store a line must change its place."""

    code = "transfer.same_place"
    status = 422
    text = _l("Trong một cửa hàng, nơi đến phải khác nơi đi.")


class TransferShort(Refusal):
    """Less of a lot is free at its place than the paper says. `lines` names each: lot, name, wanted, available."""

    code = "transfer.short"
    text = _l("Có lô không còn đủ hàng tự do để chuyển.")


class TransferUnfit(Refusal):
    """A lot is blocked, recalled or past its day, or its product is not certified. `lines` names each with why."""

    code = "transfer.unfit"
    text = _l("Có lô không được bán nên không được chuyển. Lập phiếu trả chủ thể hoặc xuất hủy cho lô ấy.")


class MoreThanSent(Refusal):
    """More arrived of a line than was sent. Fact: `lines`, their positions."""

    code = "transfer.more_than_sent"
    status = 422
    text = _l("Nhận nhiều hơn số đã gửi. Bên gửi cần lập thêm một phiếu cho phần thừa.")


class SecondPersonNeeded(Refusal):
    """Whoever received does not decide on the differences."""

    code = "transfer.second_person"
    text = _l("Chênh lệch phải do người khác người nhận xử lý.")
