"""What decisions over many products refuse."""

from flask_babel import lazy_gettext as _l

from core.errors import NotFound, Refusal


class DecisionNotFound(NotFound):
    """No such decision."""

    code = "decision.not_found"
    text = _l("Không tìm thấy quyết định này.")


class DecisionSamePerson(Refusal):
    """Who entered a decision cannot confirm it."""

    code = "decision.same_person"
    text = _l("Người nhập không được tự xác nhận quyết định; cần người thứ hai.")


class DecisionClosed(Refusal):
    """It was confirmed or discarded before. Facts: state."""

    code = "decision.closed"
    text = _l("Quyết định này đã được xác nhận hoặc đã bỏ.")


class DecisionOutdated(Refusal):
    """Since it was entered something changed, so that a line fits no longer; nothing was written.

    Facts: errors, a list of line, column, message.
    """

    code = "decision.outdated"
    text = _l("Từ lúc nhập đã có thay đổi nên quyết định không còn khớp. Chưa ghi gì.")
