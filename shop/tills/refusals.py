"""How the till says no."""

from flask_babel import lazy_gettext as _l

from core.errors import Forbidden, Invalid, NotFound, Refusal


class NoTill(Forbidden):
    """The browser is not registered as a till, or was taken out of service."""

    code = "till.unregistered"
    text = _l("Trình duyệt này chưa được đăng ký làm quầy thu ngân. Quản lý đăng ký một lần ở bàn làm việc.")


class OtherTill(Forbidden):
    """The store, shift or approval belongs to another till."""

    code = "till.other"
    text = _l("Việc này thuộc một quầy khác.")


class PinWrong(Forbidden):
    """Unknown person, no PIN yet, a wrong PIN, or no right at this till: one answer for all."""

    code = "pin.wrong"
    text = _l("Mã PIN chưa đúng, hoặc người này không làm việc ở quầy.")


class PinWeak(Invalid):
    """Six digits that everybody tries first."""

    code = "pin.weak"
    text = _l("Mã PIN này quá dễ đoán.")


class ShiftMissing(Refusal):
    """No shift is open at this till."""

    code = "shift.missing"
    text = _l("Quầy chưa mở ca.")


class ShiftOpen(Refusal):
    """The till has an open shift already. Facts: `shift`."""

    code = "shift.open"
    text = _l("Quầy đang có một ca chưa đóng.")


class ShiftClosed(Refusal):
    """The shift is closed: it takes nothing and never changes. Facts: `shift`."""

    code = "shift.closed"
    text = _l("Ca này đã đóng.")


class ShiftNotFound(NotFound):
    """No such shift, or not this caller's."""

    code = "shift.not_found"
    text = _l("Không tìm thấy ca này.")


class UuidUsed(Refusal):
    """The till sent this id before with another body."""

    code = "sale.uuid_used"
    status = 422
    text = _l("Mã này đã dùng cho một lần bán khác.")


class SaleNotFound(NotFound):
    """No such receipt at this store."""

    code = "sale.not_found"
    text = _l("Không tìm thấy phiếu bán này.")


class TotalsDiffer(Refusal):
    """The sums do not add up. Facts: `field`, `expected`, `given`."""

    code = "sale.totals"
    status = 422
    text = _l("Số tiền trên phiếu không khớp.")


class PriceDiffers(Refusal):
    """Prices that no list good at the time said; `lines` names each with `price` now and `given`."""

    code = "price.changed"
    text = _l("Giá đã thay đổi. Hãy tải lại bảng giá.")


class ListWrong(Refusal):
    """The signed list is none of ours, or another store's."""

    code = "list.invalid"
    status = 422
    text = _l("Bảng giá không hợp lệ.")


class ClockApart(Refusal):
    """The till's clock and ours are too far apart for a sale made without the network. Facts: `sold_at`."""

    code = "till.clock"
    text = _l("Đồng hồ của quầy lệch với máy chủ quá 5 phút.")


class ApprovalNeeded(Forbidden):
    """Beyond what the role may do alone. Facts: `act`, `limit`, `amount`."""

    code = "approval.needed"
    text = _l("Vượt hạn mức: cần quản lý nhập mã PIN.")


class ApprovalWrong(Forbidden):
    """The approval is unknown, used, too old, for another act or till, or for less."""

    code = "approval.invalid"
    text = _l("Lần duyệt này không còn dùng được.")


class LimitExceeded(Forbidden):
    """Beyond what even a manager may approve at the till. Facts: `limit`, `amount`."""

    code = "discount.limit"
    text = _l("Vượt mức giảm giá cao nhất của cửa hàng.")


class TooMuchBack(Refusal):
    """More would come back than was sold and has not come back yet; `lines` names each with `left`."""

    code = "return.too_much"
    text = _l("Số lượng trả nhiều hơn số đã bán.")


class WayUnfit(Refusal):
    """Money cannot be given back, or taken, in this way. Facts: `way`, `most`."""

    code = "tender.unfit"
    text = _l("Không thể thu hoặc trả tiền bằng cách này.")


class CashShort(Refusal):
    """The drawer would hold less than nothing. Facts: `in_drawer`."""

    code = "drawer.short"
    text = _l("Trong két không đủ tiền mặt.")


class TillAdultsOnly(Refusal):
    """Wine and spirits: the cashier has not ticked that the buyer is of age (Law 44/2019). `lines` names each."""

    code = "adult.required"
    text = _l("Hãy kiểm tra người mua đủ 18 tuổi trước khi bán rượu, bia.")


class LotBlocked(Refusal):
    """A scanned lot may not be sold: blocked, recalled, past its HSD, or of other goods; `lots` names each."""

    code = "lot.unfit"
    text = _l("Lô hàng này không được bán.")


class LineRefused(Refusal):
    """Lines that are not on offer; `lines` names each with its code."""

    code = "listing.withdrawn"
    text = _l("Có mặt hàng hiện không bán.")


class LineLapsed(LineRefused):
    """Lines whose star has ended; `lines` names each. Also the database's own word, the last door of the gate."""

    code = "certificate.lapsed"
    text = _l("Công nhận OCOP đã hết hiệu lực: không được bán mặt hàng này.")


class LineRevoked(LineRefused):
    """Lines whose star was taken back."""

    code = "certificate.revoked"
    text = _l("Công nhận OCOP đã bị thu hồi: không được bán mặt hàng này.")


class LineSuspended(LineRefused):
    """Lines whose star stands still for now."""

    code = "certificate.suspended"
    text = _l("Công nhận OCOP đang bị tạm dừng: không được bán mặt hàng này.")


class LineStopped(LineRefused):
    """Lines whose product an order or a missing paper stops."""

    code = "product.stopped"
    text = _l("Sản phẩm đang bị dừng lưu thông: không được bán mặt hàng này.")


class ExceptionNotFound(NotFound):
    """No such sale waits at the caller's stores."""

    code = "till_exception.not_found"
    text = _l("Không tìm thấy lần bán này.")


class ExceptionDecided(Refusal):
    """Somebody decided it already. Facts: `state`."""

    code = "till_exception.decided"
    text = _l("Lần bán này đã được quyết định.")


class NotLawful(Refusal):
    """It cannot become a sale: on the day of the sale no certificate covered a line. `lines` names each."""

    code = "till_exception.uncovered"
    text = _l("Ngày bán không có công nhận OCOP còn hiệu lực: không thể ghi thành bán hàng.")
