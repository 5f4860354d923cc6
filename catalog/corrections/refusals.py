"""What corrections refuse."""

from flask_babel import lazy_gettext as _l

from core.errors import NotFound, Refusal


class CorrectionNotFound(NotFound):
    """No such correction."""

    code = "correction.not_found"
    text = _l("Không tìm thấy bản đính chính này.")


class CorrectionWaits(Refusal):
    """Another correction of the certificate waits for its second person. Facts: correction."""

    code = "correction.waiting"
    text = _l("Chứng nhận này đang có một bản đính chính chờ người thứ hai.")


class NothingToCorrect(Refusal):
    """Every value is what stands there already."""

    code = "correction.nothing"
    status = 422
    text = _l("Không có gì khác với bản đang có.")


class CorrectionSettled(Refusal):
    """It was agreed to, declined or taken back before."""

    code = "correction.settled"
    text = _l("Bản đính chính này đã được xử lý.")


class CorrectionStale(Refusal):
    """The certificate changed since it was proposed. Facts: fields."""

    code = "correction.stale"
    text = _l("Chứng nhận đã thay đổi từ khi đề nghị; hãy bỏ và đề nghị lại.")
