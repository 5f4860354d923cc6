"""How cases say no."""

from flask_babel import lazy_gettext as _l

from core.errors import Refusal


class CaseStateRefused(Refusal):
    """The case does not stand where this may be done. Facts: state, wanted."""

    code = "case.state"
    text = _l("Vụ việc không ở bước làm được việc này.")


class RefundOutOfRange(Refusal):
    """More than was paid for the line, or nothing. Facts: most."""

    code = "case.refund_range"
    status = 422
    text = _l("Số tiền hoàn phải từ 1 ₫ đến số tiền của dòng hàng.")
