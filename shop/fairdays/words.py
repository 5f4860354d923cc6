"""Words for codes of the days of a fair, in the reader's language."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from shop.fairdays.rules import Direction, IncidentKind, IncidentState, Outcome, Trouble

OUTCOMES: dict[Outcome, LazyString] = {
    Outcome.ACCEPTED: _l("Mời vào"),
    Outcome.REPEATED: _l("Hôm nay đã vào"),
    Outcome.REFUSED: _l("Chưa được vào"),
    Outcome.CONFLICT: _l("Cần xem lại"),
}
TROUBLES: dict[Trouble, LazyString] = {
    Trouble.UNKNOWN: _l("Mã này không phải thẻ của hội chợ."),
    Trouble.OTHER_FAIR: _l("Thẻ của một hội chợ khác."),
    Trouble.REVOKED: _l("Thẻ đã bị thu lại."),
    Trouble.RELEASED: _l("Gian đã được trả, không còn của chủ thể này."),
    Trouble.NOT_TODAY: _l("Gian không thuộc chủ thể này trong ngày này."),
    Trouble.AT_RISK: _l("Không còn sản phẩm nào có công nhận hiệu lực trong ngày. Mời gặp ban tổ chức."),
    Trouble.UNPAID: _l("Chưa thu đủ phí gian. Mời gặp ban tổ chức."),
    Trouble.TURNED_AWAY: _l("Lúc mất mạng, máy đã không cho vào, nhưng thẻ hợp lệ."),
    Trouble.CLOCK: _l("Đồng hồ của điện thoại sai nhiều, hãy chỉnh lại rồi quét."),
}
INCIDENTS: dict[IncidentKind, LazyString] = {
    IncidentKind.LAPSE: _l("Công nhận hết hiệu lực"),
    IncidentKind.POWER: _l("Điện"),
    IncidentKind.WATER: _l("Nước, vệ sinh"),
    IncidentKind.SAFETY: _l("An toàn, y tế"),
    IncidentKind.ORDER: _l("Trật tự"),
    IncidentKind.COMPLAINT: _l("Khách phàn nàn"),
    IncidentKind.LOST: _l("Thất lạc"),
    IncidentKind.OTHER: _l("Việc khác"),
}
INCIDENT_STATES: dict[IncidentState, LazyString] = {
    IncidentState.OPEN: _l("Chờ người nhận"),
    IncidentState.WORKING: _l("Đang xử lý"),
    IncidentState.CLOSED: _l("Đã xong"),
}
DIRECTIONS: dict[Direction, LazyString] = {Direction.IN: _l("Chở hàng vào"), Direction.OUT: _l("Chở hàng ra")}
