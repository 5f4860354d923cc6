"""What documents refuse."""

from flask_babel import lazy_gettext as _l

from core.errors import NotFound, Refusal


class DocumentNotFound(NotFound):
    """No such document, or not this caller's to see."""

    code = "document.not_found"
    text = _l("Không tìm thấy tài liệu này.")


class SubjectUnknown(NotFound):
    """What the document should be about is not there."""

    code = "document.subject"
    text = _l("Không tìm thấy hồ sơ để đính tài liệu.")


class DocumentRefused(Refusal):
    """The file cannot be kept."""

    code = "document.refused"
    status = 422
    text = _l("Không nhận được tệp này.")


class DocumentTooLarge(DocumentRefused):
    """More than 10 MB."""

    code = "document.too_large"
    status = 413
    text = _l("Tệp lớn quá 10 MB. Hãy quét ở độ phân giải thấp hơn (200 dpi là đủ đọc).")


class DocumentUnknownType(DocumentRefused):
    """Neither PDF, JPEG nor PNG, whatever its name says."""

    code = "document.type"
    text = _l("Chỉ nhận PDF, JPEG hoặc PNG; nội dung tệp này không phải loại đó.")


class DocumentUnreadable(DocumentRefused):
    """It begins like one of ours and then breaks off or cannot be read."""

    code = "document.unreadable"
    text = _l("Tệp bị hỏng hoặc thiếu phần cuối, không đọc được.")


class DocumentLocked(DocumentRefused):
    """A PDF behind a password: in some years nobody could open it."""

    code = "document.locked"
    text = _l("PDF có mật khẩu. Hãy bỏ mật khẩu rồi gửi lại.")


class DocumentActive(DocumentRefused):
    """A PDF that runs scripts, starts programs or carries other files. Facts: found."""

    code = "document.active"
    text = _l("PDF có mã chạy hoặc tệp ẩn bên trong. Hãy in lại thành PDF thường rồi gửi.")


class PictureTooLarge(DocumentRefused):
    """More than 24 million points."""

    code = "document.pixels"
    text = _l("Ảnh lớn quá 24 triệu điểm. Hãy thu nhỏ ảnh.")


class AlreadyWithdrawn(Refusal):
    """It was withdrawn before."""

    code = "document.withdrawn"
    text = _l("Tài liệu này đã được rút.")


class NotForThePublic(Refusal):
    """Only the scan of a verified certificate can be shown to anybody."""

    code = "document.not_public"
    text = _l("Chỉ bản quét quyết định của chứng nhận đã xác nhận mới được công khai.")
