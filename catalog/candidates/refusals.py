"""What candidates refuse."""

from flask_babel import lazy_gettext as _l

from core.errors import NotFound, Refusal


class CandidateNotFound(NotFound):
    """No such candidate, or another commune's."""

    code = "candidate.not_found"
    text = _l("Không tìm thấy đề xuất này.")


class CandidateDecided(Refusal):
    """It was decided before. Facts: state."""

    code = "candidate.decided"
    text = _l("Đề xuất này đã được xử lý.")


class CandidateTwice(Refusal):
    """The commune proposes this product of this producer already. Facts: candidate."""

    code = "candidate.duplicate"
    text = _l("Địa bàn này đã đề xuất sản phẩm này.")


class CandidateSimilar(Refusal):
    """Something known looks like it; look first, then say that it is new. Facts: similar."""

    code = "candidate.similar"
    text = _l("Có sản phẩm hoặc chủ thể gần giống. Hãy xem, rồi chọn gộp hoặc xác nhận là mới.")


class AreaReorganised(Refusal):
    """The caller's commune has ended; only a person may give her the new one. Facts: area, became."""

    code = "area.reorganised"
    text = _l("Địa bàn bạn được giao đã được sắp xếp lại. Cán bộ chứng nhận cần giao lại địa bàn mới cho bạn.")
