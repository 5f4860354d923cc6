"""What mandates refuse."""

from flask_babel import lazy_gettext as _l

from core.errors import NotFound, Refusal


class MandateNotFound(NotFound):
    """No such mandate, or not this caller's to know of."""

    code = "mandate.not_found"
    text = _l("Không tìm thấy ủy quyền này.")


class MandateTwice(Refusal):
    """The person has one for the same producer on some of these days. Facts: mandate."""

    code = "mandate.twice"
    text = _l(
        "Người này đang có một ủy quyền khác của cùng chủ thể trong thời gian đó. Hãy kết thúc ủy quyền cũ trước."
    )


class MandateState(Refusal):
    """It has ended, or was confirmed before. Facts: state."""

    code = "mandate.state"
    text = _l("Ủy quyền này đã kết thúc hoặc đã được xác nhận.")


class MandateSamePerson(Refusal):
    """A paper is confirmed by a second person: neither who entered it nor who will act."""

    code = "mandate.same_person"
    status = 403
    text = _l("Cần người thứ hai xác nhận: không phải người đã ghi, cũng không phải người được ủy quyền.")
