"""How the days of a fair say no."""

from flask_babel import lazy_gettext as _l

from core.errors import NotFound, Refusal


class BadgeNotFound(NotFound):
    """No such badge."""

    code = "badge.not_found"
    text = _l("Không có thẻ này.")


class BadgesUsedUp(Refusal):
    """The booth has as many badges as the fair gives."""

    code = "badge.limit"
    text = _l("Gian này đã có đủ số thẻ của hội chợ. Thu lại một thẻ trước khi cấp thẻ mới.")


class BookingNotLive(Refusal):
    """The booking was released or called off."""

    code = "booking.not_live"
    text = _l("Gian này không còn được giữ, nên không chuẩn bị gì thêm được.")


class ScanReused(Refusal):
    """The id of a scan was used for another."""

    code = "scan.reused"
    text = _l("Mã lượt quét này đã dùng cho một lượt quét khác.")


class ScanNotFound(NotFound):
    """No such scan at this fair."""

    code = "scan.not_found"
    text = _l("Không có lượt quét này.")


class ScanSettled(Refusal):
    """It is no open conflict."""

    code = "scan.settled"
    text = _l("Lượt quét này không còn chờ quyết định.")


class NeverTheirDay(Refusal):
    """The booth was never hers on that day, so that she cannot have been there."""

    code = "scan.not_their_day"
    text = _l("Gian chưa từng thuộc chủ thể này trong ngày đó, nên không ghi là đã đến được.")


class IncidentNotFound(NotFound):
    """No such incident."""

    code = "incident.not_found"
    text = _l("Không có sự cố này.")


class IncidentClosed(Refusal):
    """It is over."""

    code = "incident.closed"
    text = _l("Sự cố này đã khép lại.")


class StallExists(Refusal):
    """The booth, or the fair's common till, is a store already."""

    code = "stall.exists"
    text = _l("Quầy này đã mở.")


class StallNotFound(NotFound):
    """No such stall."""

    code = "stall.not_found"
    text = _l("Không có quầy này.")


class StallPlaceMissing(Refusal):
    """A store stands in a commune; the fair has none yet."""

    code = "stall.place_missing"
    text = _l("Hãy ghi xã, phường của hội chợ trước khi mở quầy bán hàng.")


class StallNotPaid(Refusal):
    """Only who has paid for her booth sells there."""

    code = "stall.not_paid"
    text = _l("Chỉ mở quầy cho gian đã thu đủ phí.")


class StallSellerMissing(Refusal):
    """The exhibitor is no legal seller here yet."""

    code = "stall.seller_missing"
    text = _l(
        "Chủ thể chưa là bên bán trên hệ thống (chưa có bên bán nào cùng mã số thuế). Để ban tổ chức bán ký gửi, "
        "hoặc nhờ quản trị khai báo bên bán trước."
    )


class SlotTaken(Refusal):
    """Every seat of the slot is another's."""

    code = "slot.full"
    text = _l("Khung giờ này vừa hết chỗ. Hãy chọn khung giờ khác.")


class SlotNotFound(NotFound):
    """No such slot at this fair."""

    code = "slot.not_found"
    text = _l("Không có khung giờ này.")


class SlotInUse(Refusal):
    """Somebody has booked it."""

    code = "slot.in_use"
    text = _l("Đã có gian đặt khung giờ này, nên không bỏ được.")


class SlotPast(Refusal):
    """It has begun."""

    code = "slot.past"
    text = _l("Khung giờ này đã qua.")


class NeedsClosed(Refusal):
    """Contractors are building already."""

    code = "needs.closed"
    text = _l("Đã qua hạn tự sửa biển tên, điện và bàn ghế. Hãy gọi ban tổ chức.")
