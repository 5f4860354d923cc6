"""What complaints refuse."""

from flask_babel import lazy_gettext as _l

from core.errors import NotFound, Refusal


class ComplaintNotFound(NotFound):
    """No such complaint, or the secret of its address is wrong."""

    code = "complaint.not_found"
    text = _l("Không tìm thấy khiếu nại này.")


class ComplaintState(Refusal):
    """The step does not follow from the state the complaint is in. Facts: state."""

    code = "complaint.state"
    text = _l("Khiếu nại đang ở trạng thái khác, không làm được bước này.")
