"""What stops refuse."""

from flask_babel import lazy_gettext as _l

from core.errors import Gone, NotFound, Refusal


class ProductIsStopped(Gone):
    """An order or a missing paper stops the product. Facts: number, authority, since."""

    code = "product.stopped"
    text = _l("Sản phẩm đang bị dừng lưu thông.")


class StopNotFound(NotFound):
    """No such stop."""

    code = "stop.not_found"
    text = _l("Không tìm thấy lệnh dừng này.")


class StopTwice(Refusal):
    """The same order already stops it. Facts: stop."""

    code = "stop.duplicate"
    text = _l("Lệnh này đã được ghi cho sản phẩm.")


class StopOver(Refusal):
    """It was lifted before, or its last day is past."""

    code = "stop.over"
    text = _l("Lệnh này đã hết hiệu lực.")


class StopOfPaper(Refusal):
    """It ends when its paper is renewed, or no longer blocks."""

    code = "stop.of_paper"
    text = _l("Việc dừng này đi theo một giấy tờ: gia hạn giấy, hoặc bỏ điều kiện chặn của giấy đó.")
