"""How invoices say no."""

from flask_babel import lazy_gettext as _l

from core.errors import NotFound, Refusal


class InvoiceNotFound(NotFound):
    """No such invoice, or not this caller's."""

    code = "invoice.not_found"
    text = _l("Không tìm thấy hóa đơn.")


class InvoiceStateRefused(Refusal):
    """The invoice's state does not allow this step. Facts: `state`, `action`."""

    code = "invoice.state"
    text = _l("Hóa đơn đang ở trạng thái không làm được việc này.")


class SeriesMissing(Refusal):
    """The seller has no series of invoices, or one that the circular does not know."""

    code = "invoice.no_series"
    text = _l("Bên bán chưa có ký hiệu hóa đơn hợp lệ (như C26MKT).")


class AlreadyCorrected(Refusal):
    """The invoice was replaced, or was adjusted and so cannot be replaced. Facts: `by`, the correction's code."""

    code = "invoice.corrected"
    text = _l("Hóa đơn này đã được điều chỉnh hoặc thay thế. Hãy sửa trên hóa đơn mới nhất.")


class OriginalNotIssued(Refusal):
    """An adjustment or a replacement is issued after the invoice that it corrects."""

    code = "invoice.original_not_issued"
    text = _l("Hóa đơn gốc chưa phát hành. Hãy phát hành hóa đơn gốc trước.")


class TooMuchTakenBack(Refusal):
    """An adjustment takes back more than stands on the invoice. Facts: `left_vnd`."""

    code = "invoice.too_much"
    text = _l("Số tiền điều chỉnh lớn hơn số tiền còn lại trên hóa đơn.")


class OrderNotDelivered(Refusal):
    """The goods have not left yet: there is nothing to invoice."""

    code = "invoice.not_delivered"
    text = _l("Hàng chưa giao nên chưa lập hóa đơn.")
