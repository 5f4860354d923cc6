"""How replenishment says no."""

from flask_babel import lazy_gettext as _l

from core.errors import Gone, NotFound, Refusal


class RequestNotFound(NotFound):
    """No request to a producer has this code, or it is another store's."""

    code = "supply.not_found"
    text = _l("Không tìm thấy phiếu đặt hàng này.")


class RequestState(Refusal):
    """The request's state does not allow this step. Fact: `state`."""

    code = "supply.state"
    text = _l("Phiếu đặt hàng đang ở trạng thái không làm được việc này.")


class NothingToOrder(Refusal):
    """A request without a line."""

    code = "supply.empty"
    status = 422
    text = _l("Chưa có dòng nào để đặt. Hãy ghi số lượng cho ít nhất một mặt hàng.")


class LineUnfit(Refusal):
    """Products that may not be sold on the day they would come. ``lines`` names each with its last day."""

    code = "supply.unfit"
    text = _l("Có mặt hàng không còn công nhận OCOP vào ngày giao. Hãy bỏ dòng đó.")


class LinkUnknown(NotFound):
    """No request has this address."""

    code = "supply.link_unknown"
    text = _l("Không tìm thấy phiếu đặt hàng này. Hãy mở lại từ tin nhắn mới nhất của cửa hàng.")


class LinkOver(Gone):
    """A newer link was sent."""

    code = "supply.link_over"
    text = _l("Liên kết này đã được thay bằng liên kết mới hơn. Hãy mở tin nhắn mới nhất, hoặc gọi cửa hàng.")


class ReceiptUnknown(Refusal):
    """The store has no goods receipt of this number."""

    code = "supply.receipt_unknown"
    status = 422
    text = _l("Cửa hàng không có phiếu nhập mang số này.")


class MarkdownRefused(Refusal):
    """The lot cannot be marked down: not here, past its day, already marked down, or not for less."""

    code = "markdown.refused"
    text = _l("Không giảm giá được lô này. Hãy tải lại trang.")


class AgreementNeeded(Refusal):
    """Consigned goods: the producer's share falls with the price, so she is asked first."""

    code = "markdown.agreement"
    status = 422
    text = _l("Hàng ký gửi: hãy hỏi chủ thể trước, rồi ghi tên người đã đồng ý.")
