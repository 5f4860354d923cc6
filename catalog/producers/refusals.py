"""What producers refuse."""

from flask_babel import lazy_gettext as _l

from core.errors import NotFound, Refusal


class ProducerNotFound(NotFound):
    """No such producer."""

    code = "producer.not_found"
    text = _l("Không tìm thấy chủ thể này.")


class ProducerUnknown(Refusal):
    """The input names a producer that does not exist, or is not the caller's to name."""

    code = "producer.unknown"
    status = 422
    text = _l("Không có chủ thể mang mã này.")
