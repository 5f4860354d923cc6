"""What the registry refuses. Faults of a file are `import.refused`, as everywhere."""

from flask_babel import lazy_gettext as _l

from core.errors import NotFound, Refusal


class RegistryImportNotFound(NotFound):
    """No such file."""

    code = "registry.not_found"
    text = _l("Không tìm thấy tệp nhập này.")


class RegistryImportSettled(Refusal):
    """It was confirmed or taken back before. Facts: state."""

    code = "registry.settled"
    text = _l("Tệp này đã được xử lý.")


class FingerprintDiffers(Refusal):
    """What the second person typed, or the copy she sent, is not this file."""

    code = "registry.differs"
    text = _l("Dấu vân tay hoặc bản tệp của bạn khác với tệp đã nhập. Hãy hỏi lại nơi gửi.")
