"""What proof refuses: photos that are none, and acts on a report out of turn."""

from flask_babel import lazy_gettext as _l

from core.errors import Refusal


class PhotoTooLarge(Refusal):
    """More than 8 MB, or more than 24 million points."""

    code = "photo.too_large"
    status = 413
    text = _l("Ảnh quá lớn: nhiều nhất 8 MB và 24 triệu điểm ảnh. Hãy chụp lại gần hơn hoặc giảm cỡ ảnh.")


class PhotoUnknown(Refusal):
    """Neither JPEG nor PNG nor WEBP, whatever its name says."""

    code = "photo.unknown_type"
    status = 415
    text = _l("Tệp này không phải ảnh JPEG, PNG hoặc WEBP.")


class PhotoMoves(Refusal):
    """A picture of several frames."""

    code = "photo.animated"
    status = 415
    text = _l("Ảnh động không đọc được. Hãy chụp một ảnh thường.")


class PhotoUnreadable(Refusal):
    """The file ends too early, or its inside does not fit its head."""

    code = "photo.unreadable"
    status = 422
    text = _l("Ảnh bị hỏng hoặc thiếu một phần. Hãy chụp lại.")


class ReportClosed(Refusal):
    """The report has its answer; a new one can be made."""

    code = "label_report.closed"
    text = _l("Báo cáo này đã được trả lời và đóng.")
