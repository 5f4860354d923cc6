"""How recalls say no."""

from flask_babel import lazy_gettext as _l

from core.errors import NotFound, Refusal


class RecallNotFound(NotFound):
    """No recall has this code."""

    code = "recall.not_found"
    text = _l("Không tìm thấy đợt thu hồi.")


class NothingToRecall(Refusal):
    """No lot of the product is among these."""

    code = "recall.nothing"
    text = _l("Không có lô nào của sản phẩm trong khoảng này.")


class AlreadyRecalled(Refusal):
    """All these lots are recalled already. Fact: `recall`."""

    code = "recall.already"
    text = _l("Các lô này đã được thu hồi rồi.")


class RecallFinal(Refusal):
    """A recall is not undone: goods that turn out to be good come in again as a new lot."""

    code = "recall.final"
    text = _l("Thu hồi không hủy được. Hàng được xác nhận là tốt thì nhập lại thành lô mới.")


class RecallOver(Refusal):
    """The recall is closed."""

    code = "recall.closed"
    text = _l("Đợt thu hồi này đã kết thúc.")


class RecallUnfinished(Refusal):
    """Goods still lie in stores or are on their way, or buyers have not been told. Facts: `stores`, `buyers`."""

    code = "recall.unfinished"
    text = _l("Chưa xong: còn hàng ở cửa hàng hay trên đường, hoặc còn người mua có liên lạc mà chưa được báo.")


class TooMany(Refusal):
    """More was to be taken off than lies there and is not promised to orders. Facts: `lot`, `free`."""

    code = "recall.too_many"
    text = _l("Nhiều hơn số có thể lấy ra. Phần đã hứa cho đơn đặt phải xử lý đơn trước.")


class BuyerNotFound(NotFound):
    """No such sale in this recall, or it is another store's."""

    code = "recall.buyer_not_found"
    text = _l("Không tìm thấy người mua này trong đợt thu hồi.")
