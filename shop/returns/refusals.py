"""How returns say no."""

from flask_babel import lazy_gettext as _l

from core.errors import NotFound, Refusal


class ReturnNotFound(NotFound):
    """No return has this code, or it is not this caller's."""

    code = "return.not_found"
    text = _l("Không tìm thấy yêu cầu trả hàng.")


class ReturnLinesRefused(Refusal):
    """Lines that cannot be asked for; `lines` names each with its problem: too_many, fresh, late."""

    code = "return.lines"
    text = _l("Có mặt hàng không trả được như vậy. Hãy xem lại số lượng, lý do và thời hạn.")


class ReturnOpen(Refusal):
    """Another return of this order waits still. Fact: `open`, its code."""

    code = "return.open"
    text = _l("Đơn này đang có một yêu cầu chưa xử lý xong.")


class ReturnStateRefused(Refusal):
    """The return's state does not allow this step. Fact: `state`."""

    code = "return.state"
    text = _l("Yêu cầu đang ở trạng thái không làm được việc này.")


class NotYetReceived(Refusal):
    """The buyer does not have the goods, or no money of hers is here. Fact: `state`."""

    code = "return.too_early"
    text = _l("Chỉ trả được hàng của đơn đã nhận và đã trả tiền.")


class SecondPerson(Refusal):
    """Above two million đồng another person settles it. Facts: `limit_vnd`, `amount_vnd`."""

    code = "return.second_person"
    text = _l("Hoàn trên 2.000.000 ₫ cần người thứ hai duyệt.")


class NothingLeft(Refusal):
    """Everything was given back already."""

    code = "return.nothing_left"
    text = _l("Tiền của đơn này đã được hoàn hết.")


class WholeInHouse(Refusal):
    """All the money of an order that has not left: it is called off instead."""

    code = "return.call_off_instead"
    text = _l("Đơn chưa giao mà hoàn hết tiền thì hãy hủy đơn.")
