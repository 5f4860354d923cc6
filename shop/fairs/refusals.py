"""How fairs say no. Days in facts are ISO dates, booths and products are named by code and slug."""

from flask_babel import lazy_gettext as _l

from core.errors import Invalid, NotFound, Refusal


class FairNotFound(NotFound):
    """No fair of that address, or a draft that is not the caller's."""

    code = "fair.not_found"
    text = _l("Không tìm thấy hội chợ này.")


class BoothNotFound(NotFound):
    """The fair's present plan has no booth of that number."""

    code = "booth.not_found"
    text = _l("Sơ đồ hội chợ không có gian hàng này.")


class ExhibitorNotFound(NotFound):
    """Nobody of that code shows anything at this fair now."""

    code = "exhibitor.not_found"
    text = _l("Chủ thể này hiện không bày gì ở hội chợ.")


class ApplicationNotFound(NotFound):
    """No such application, or another's."""

    code = "application.not_found"
    text = _l("Không tìm thấy hồ sơ đăng ký này.")


class BookingNotFound(NotFound):
    """No such booking, or nobody holds the booth."""

    code = "booking.not_found"
    text = _l("Không tìm thấy lượt giữ gian hàng này.")


class FairNotOpen(Refusal):
    """The fair's state does not allow it. Facts: state."""

    code = "fair.state"
    text = _l("Hội chợ đang ở trạng thái không làm được việc này.")


class FairUnregistered(Refusal):
    """A fair opens only with its registration number (NĐ 81/2018)."""

    code = "fair.unregistered"
    text = _l("Hội chợ chưa có số đăng ký với Sở Công Thương (NĐ 81/2018), nên chưa mở được.")


class FairExists(Refusal):
    """Another fair has this address. Facts: slug."""

    code = "fair.exists"
    text = _l("Đã có hội chợ khác dùng địa chỉ này.")


class FairHeld(Refusal):
    """Booths are given, so this changes by a postponement only, or not at all. Facts: fields, bookings."""

    code = "fair.held"
    text = _l("Đã có gian hàng được giao nên không sửa được điều này: đổi ngày thì dùng mục Dời ngày.")


class MoveNotYours(NotFound):
    """No choice about a postponement is open for this booking."""

    code = "move.no_choice"
    text = _l("Không có lựa chọn nào đang chờ cho lượt giữ gian hàng này.")


class ChoiceOver(Refusal):
    """The last day to choose has passed. Facts: choose_by."""

    code = "move.choice_over"
    text = _l("Đã hết hạn chọn sau khi hội chợ dời ngày.")


class PlanFaulty(Invalid):
    """The plan cannot be built as drawn. Facts: faults, each with its kind and the codes concerned."""

    code = "plan.faulty"
    text = _l("Sơ đồ có chỗ chưa đúng; chưa lưu gì.")


class PlanDropsBooked(Refusal):
    """The new plan leaves out booths that somebody holds. Facts: booths."""

    code = "plan.drops_booked"
    text = _l("Sơ đồ mới bỏ mất gian hàng đang có người giữ; chưa lưu gì.")


class PlanUnletsBooked(Refusal):
    """In the new plan held booths are for no exhibitor any more. Facts: booths."""

    code = "plan.unlets_booked"
    text = _l("Sơ đồ mới không còn dành cho người trưng bày gian đang có người giữ; chưa lưu gì.")


class PlanDropsPromised(Refusal):
    """The new plan has no place any more for booths of a delegation's block, or pinned by hand. Facts: booths."""

    code = "plan.drops_promised"
    text = _l(
        "Sơ đồ mới bỏ mất gian đã giao cho đoàn hoặc đã ghim; chưa lưu gì."
        " Bớt gian khỏi phần của đoàn, hoặc bỏ ghim ở mục Xếp gian, rồi lưu lại."
    )


class PlanUnreadable(Invalid):
    """The file is no plan of ours. Facts: where, what cannot be read there."""

    code = "plan.unreadable"
    text = _l("Không đọc được sơ đồ trong tệp này.")


class PlanVersionNotFound(NotFound):
    """The fair has no saved plan of that number."""

    code = "plan.version_not_found"
    text = _l("Hội chợ không có bản sơ đồ này.")


class BoothNotLet(Refusal):
    """The space is for a sponsor, a service or nobody. Facts: booth, use."""

    code = "booth.not_let"
    text = _l("Chỗ này không dành cho người trưng bày.")


class UnderlayUnreadable(Invalid):
    """The drawing is no PNG, JPEG or PDF that we read. Facts: errors."""

    code = "underlay.unreadable"
    text = _l("Không đọc được bản vẽ này.")


class UnderlayNotFound(NotFound):
    """No drawing lies under this hall."""

    code = "underlay.not_found"
    text = _l("Nhà này chưa có bản vẽ nền.")


class ApplicationsClosed(Refusal):
    """Today is outside the days of application. Facts: applications_from, applications_until."""

    code = "application.closed"
    text = _l("Hội chợ không nhận hồ sơ hôm nay.")


class ApplicationExists(Refusal):
    """The producer has a live application to this fair. Facts: application."""

    code = "application.exists"
    text = _l("Chủ thể này đã có hồ sơ đang xét ở hội chợ này.")


class ApplicationProductUnknown(NotFound):
    """A product that is not the producer's own. Facts: products."""

    code = "application.product_unknown"
    text = _l("Có sản phẩm không phải của chủ thể này.")


class ApplicationNotAdmitted(Refusal):
    """A product outside the fair's rules of stars and groups. Facts: products, stars_min, groups."""

    code = "application.not_admitted"
    text = _l("Có sản phẩm không thuộc diện trưng bày của hội chợ này (số sao hoặc ngành hàng).")


class ApplicationUncovered(Refusal):
    """Some fair days are covered by no product. Facts: days, renew_by (while there is time to be conditional)."""

    code = "application.uncovered"
    text = _l("Có ngày hội chợ không sản phẩm nào còn hiệu lực công nhận.")


class ConditionTooLate(Refusal):
    """Too late to book on condition: the renewal deadline has passed. Facts: days, renew_by."""

    code = "booking.too_late_for_condition"
    text = _l("Đã quá hạn nộp công nhận mới, không thể giữ gian hàng có điều kiện nữa.")


class ApplicationNotReady(Refusal):
    """The application's state does not allow it. Facts: state."""

    code = "application.state"
    text = _l("Hồ sơ đang ở trạng thái không làm được việc này.")


class BoothTaken(Refusal):
    """Somebody else holds the booth on some of these days. Facts: booth, days."""

    code = "booth.taken"
    text = _l("Gian hàng đã có người giữ trong những ngày này.")


class BookingExists(Refusal):
    """The exhibitor already holds this booth, on other days. Facts: booking, days."""

    code = "booking.exists"
    text = _l("Chủ thể này đã giữ gian hàng này cho những ngày khác.")


class BookingSeveral(Refusal):
    """Several exhibitors hold the booth on different days: say whose. Facts: applications."""

    code = "booking.several"
    text = _l("Gian hàng có nhiều người giữ theo ngày; cần nêu rõ hồ sơ.")


class BookingUncovered(Refusal):
    """No product of the application is covered on these days. Facts: days, products."""

    code = "booking.uncovered"
    text = _l("Có ngày không sản phẩm nào của hồ sơ còn hiệu lực công nhận.")


class BookingConditional(Refusal):
    """Days still wait for a renewed certificate; they cannot be paid. Facts: days, renew_by."""

    code = "booking.conditional"
    text = _l("Còn ngày chờ công nhận mới, chưa thu tiền được.")


class BookingNotReady(Refusal):
    """The booking's state does not allow it. Facts: state."""

    code = "booking.state"
    text = _l("Lượt giữ gian hàng đang ở trạng thái không làm được việc này.")


class BookingExpired(Refusal):
    """The hold ended before it was paid. Facts: expired_at."""

    code = "booking.expired"
    text = _l("Thời gian giữ gian hàng đã hết.")


class NotToday(Refusal):
    """The booking has no day today. Facts: days."""

    code = "checkin.not_today"
    text = _l("Hôm nay không phải ngày trưng bày của lượt giữ này.")


class NotPaid(Refusal):
    """Today's booth is not paid, or nothing may be shown on it. Facts: state of the day."""

    code = "checkin.not_paid"
    text = _l("Gian hàng hôm nay chưa thanh toán hoặc không còn sản phẩm được trưng bày.")


class BookingUnderWay(Refusal):
    """Its first day has begun: it does not move to another booth any more. Facts: first_on."""

    code = "booking.under_way"
    text = _l("Đã sang ngày hội chợ của lượt giữ này, không đổi gian được nữa.")


class SwapNotFound(NotFound):
    """No such proposal to change booths, or another's."""

    code = "swap.not_found"
    text = _l("Không tìm thấy lời đề nghị đổi gian này.")


class SwapOver(Refusal):
    """The proposal was answered, or its time is over. Facts: state."""

    code = "swap.over"
    text = _l("Lời đề nghị đổi gian đã kết thúc.")


class SwapStands(Refusal):
    """The exhibitor waits for the answer to another proposal. Facts: swap."""

    code = "swap.stands"
    text = _l("Bạn đang chờ trả lời một lời đề nghị đổi gian khác.")


class SwapUneven(Refusal):
    """One has paid, and the booths do not cost the same. Facts: first_vnd, second_vnd."""

    code = "swap.uneven"
    text = _l("Hai gian khác giá và đã có bên thanh toán, nên không tự đổi với nhau được; hãy hỏi ban tổ chức.")
