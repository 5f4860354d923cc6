"""How the assignment says no. Booths and exhibitors are named by their codes."""

from flask_babel import lazy_gettext as _l

from core.errors import NotFound, Refusal


class AssignmentNotFound(NotFound):
    """No such answer, or another organizer's fair; an exhibitor sees applied ones alone."""

    code = "assignment.not_found"
    text = _l("Không tìm thấy phương án xếp gian này.")


class NothingToAssign(Refusal):
    """The fair has no accepted application that may have a booth, or no booth to give. Facts: applications, booths."""

    code = "assignment.nothing"
    text = _l("Cần ít nhất một hồ sơ được nhận và một gian còn trống mới xếp được.")


class AssignmentNotReady(Refusal):
    """The answer is not there yet, was dropped, or was applied already. Facts: state."""

    code = "assignment.state"
    text = _l("Phương án này chưa xong hoặc không còn dùng được; hãy tính lại.")


class AssignmentStale(Refusal):
    """Applications, certificates, the plan, the rules or the bookings have changed since. Nothing was applied."""

    code = "assignment.stale"
    text = _l("Hồ sơ, công nhận, sơ đồ hoặc gian đã giao đã thay đổi từ lúc tính; hãy tính lại. Chưa giao gian nào.")


class AssignmentBroken(Refusal):
    """The change would break a rule. Facts: breaches, each with its rule, exhibitor and booth."""

    code = "assignment.not_allowed"
    text = _l("Không đặt được như vậy: trái quy định của hội chợ hoặc thiếu điều kiện của gian.")


class BoothHeld(Refusal):
    """Somebody holds the booth already. Facts: booth."""

    code = "assignment.booth_held"
    text = _l("Gian này đã có người giữ; hãy đổi gian của người ấy trước.")


class PinNotFound(NotFound):
    """The booth is not pinned."""

    code = "assignment.pin_not_found"
    text = _l("Gian này chưa được ghim.")
