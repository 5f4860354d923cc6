"""How meetings of buyers and exhibitors say no."""

from flask_babel import lazy_gettext as _l

from core.errors import Gone, NotFound, Refusal


class BuyerNotFound(NotFound):
    """No such buyer, or an address that is not whole."""

    code = "buyer.not_found"
    text = _l("Không tìm thấy đăng ký này. Hãy mở lại từ thư của ban tổ chức.")


class MeetingNotFound(NotFound):
    """No such meeting, or another's."""

    code = "meeting.not_found"
    text = _l("Không tìm thấy cuộc hẹn này.")


class SlotNotFound(NotFound):
    """The fair has no such time for meetings."""

    code = "meeting.slot_not_found"
    text = _l("Hội chợ không có khung giờ hẹn này.")


class NoMeetingsHere(NotFound):
    """The fair brings no buyers and exhibitors together."""

    code = "meeting.none_here"
    text = _l("Hội chợ này không tổ chức kết nối cung cầu.")


class RegistrationClosed(Refusal):
    """Buyers register no more. Fact: register_until."""

    code = "buyer.closed"
    text = _l("Hội chợ đã thôi nhận đăng ký tìm nguồn hàng.")


class BuyerKnown(Refusal):
    """Somebody with the same telephone number has registered at this fair."""

    code = "buyer.known"
    text = _l("Số điện thoại này đã đăng ký ở hội chợ. Hãy mở liên kết trong thư đã nhận, hoặc gọi ban tổ chức.")


class BuyerNotReady(Refusal):
    """The buyer's state does not allow it. Fact: state."""

    code = "buyer.state"
    text = _l("Đăng ký này chưa được ban tổ chức nhận, hoặc đã rút.")


class BuyerGone(Gone):
    """The buyer has withdrawn."""

    code = "buyer.withdrawn"
    text = _l("Đăng ký này đã rút.")


class BuyerBusy(Refusal):
    """The buyer meets somebody else then. Fact: starts_at."""

    code = "meeting.buyer_busy"
    text = _l("Bên mua đã có hẹn khác vào giờ này.")


class ExhibitorBusy(Refusal):
    """The exhibitor meets somebody else then. Fact: starts_at."""

    code = "meeting.exhibitor_busy"
    text = _l("Chủ thể đã có hẹn khác vào giờ này.")


class SlotFull(Refusal):
    """No table is left then. Fact: starts_at."""

    code = "meeting.slot_full"
    text = _l("Giờ này đã hết bàn.")


class PairBooked(Refusal):
    """The two have an appointment already. Fact: meeting."""

    code = "meeting.exists"
    text = _l("Hai bên đã có một cuộc hẹn.")


class ExhibitorAbsent(Refusal):
    """The exhibitor shows nothing at the fair on that day. Fact: days, those on which it does."""

    code = "meeting.exhibitor_absent"
    text = _l("Chủ thể không có gian hàng ở hội chợ vào ngày này.")


class SlotPast(Refusal):
    """The time has begun, or is over."""

    code = "meeting.slot_past"
    text = _l("Khung giờ này đã qua.")


class MeetingStateRefused(Refusal):
    """The meeting's state does not allow it. Fact: state."""

    code = "meeting.state"
    text = _l("Cuộc hẹn đang ở trạng thái không làm được việc này.")


class MeetingNotBegun(Refusal):
    """A result is written down once the meeting has begun. Fact: starts_at."""

    code = "meeting.not_begun"
    text = _l("Cuộc hẹn chưa đến giờ; kết quả ghi khi đã gặp.")


class MeetingsStand(Refusal):
    """Slots or tables would go that meetings use. Fact: meetings, their codes."""

    code = "meeting.stand"
    text = _l("Còn cuộc hẹn ở giờ hoặc bàn sẽ bỏ; hãy đổi hoặc hủy những cuộc hẹn ấy trước. Chưa lưu gì.")
