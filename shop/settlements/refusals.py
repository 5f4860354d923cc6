"""How settlements say no."""

from flask_babel import lazy_gettext as _l

from core.errors import NotFound, Refusal


class SettlementNotFound(NotFound):
    """No settlement has this code, or it is another producer's."""

    code = "settlement.not_found"
    text = _l("Không tìm thấy bảng quyết toán.")


class PeriodUnknown(NotFound):
    """No such period or seller."""

    code = "settlement.period_unknown"
    text = _l("Không tìm thấy kỳ quyết toán này.")


class PeriodNotOver(Refusal):
    """The month is not over. Facts: `period`, `from_on` (the first day on which it can be closed)."""

    code = "settlement.not_over"
    text = _l("Kỳ này chưa hết. Chốt được từ ngày đầu tháng sau.")


class PeriodPassed(Refusal):
    """A later period is closed already; what is missing falls into the next one. Fact: `closed` (the last one)."""

    code = "settlement.passed"
    text = _l("Đã chốt một kỳ sau kỳ này. Những gì còn thiếu vào kỳ tới.")


class EarlierUndecided(Refusal):
    """Settlements of an earlier period wait for their second person. Facts: `period`, `waiting` (how many)."""

    code = "settlement.earlier_undecided"
    text = _l("Kỳ trước còn bảng quyết toán chờ người thứ hai. Duyệt xong kỳ trước rồi mới chốt kỳ này.")


class SecondPersonNeeded(Refusal):
    """Whoever did the first half does not do the second."""

    code = "settlement.second_person"
    text = _l("Việc này phải do người thứ hai làm, không phải người đã lập.")


class SettlementStateRefused(Refusal):
    """The settlement's state does not allow this step. Fact: `state`."""

    code = "settlement.state"
    text = _l("Bảng quyết toán đang ở trạng thái không làm được việc này.")


class NothingApproved(Refusal):
    """No approved settlement of the period can go into a payout file now."""

    code = "settlement.nothing_to_pay"
    text = _l("Không có khoản nào đã duyệt và có tài khoản để lập bảng chi.")


class PeriodOpen(Refusal):
    """The period is not closed yet."""

    code = "settlement.open"
    text = _l("Kỳ này chưa chốt.")


class AdjustmentNotFound(NotFound):
    """No adjustment has this code."""

    code = "settlement.adjustment_not_found"
    text = _l("Không tìm thấy khoản điều chỉnh.")


class PayeeNotFound(NotFound):
    """No account waits for confirmation under this number."""

    code = "settlement.payee_not_found"
    text = _l("Không tìm thấy tài khoản nhận tiền này.")


class PayeeWaiting(Refusal):
    """A change of the producer's account waits for its second person already."""

    code = "settlement.payee_waiting"
    text = _l("Đã có một thay đổi tài khoản chờ người thứ hai xác nhận.")


class DecidedAlready(Refusal):
    """It was decided otherwise before. Fact: `state`."""

    code = "settlement.decided"
    text = _l("Khoản này đã được quyết định.")
