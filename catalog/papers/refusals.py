"""What papers refuse."""

from flask_babel import lazy_gettext as _l

from core.errors import NotFound, Refusal


class PaperNotFound(NotFound):
    """No such paper, or another's."""

    code = "paper.not_found"
    text = _l("Không tìm thấy giấy tờ này.")


class PaperTwice(Refusal):
    """The same number of the same issuer stands already. Facts: paper."""

    code = "paper.duplicate"
    text = _l("Giấy này đã được ghi.")


class PaperState(Refusal):
    """The step does not follow from the state the paper is in. Facts: state."""

    code = "paper.state"
    text = _l("Giấy tờ đang ở trạng thái khác, không làm được bước này.")


class PaperSamePerson(Refusal):
    """Who entered a paper cannot confirm it."""

    code = "paper.same_person"
    text = _l("Người ghi không tự xác nhận được; cần một cán bộ khác.")
