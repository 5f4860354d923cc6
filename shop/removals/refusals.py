"""How removals say no."""

from flask_babel import lazy_gettext as _l

from core.errors import NotFound, Refusal


class RemovalNotFound(NotFound):
    """No paper has this number, or it is another store's."""

    code = "removal.not_found"
    text = _l("Không tìm thấy phiếu xuất.")


class RemovalStateRefused(Refusal):
    """The paper's state does not allow this step. Fact: `state`."""

    code = "removal.state"
    text = _l("Phiếu xuất đang ở trạng thái không làm được việc này.")


class SecondPersonNeeded(Refusal):
    """Whoever made the paper does not approve it."""

    code = "removal.second_person"
    text = _l("Phiếu trên mức phải do người thứ hai duyệt, không phải người lập.")


class OverLimit(Refusal):
    """An adjustment would take more than one person may take alone in a day. Facts: `value`, `limit`, `alone_today`.

    The goods can still be written off: by a paper that a second person approves.
    """

    code = "removal.over_limit"
    text = _l(
        "Giá trị vượt mức một người được tự ghi giảm trong ngày. Hãy lập phiếu xuất hủy (hàng hỏng) hoặc kiểm kê"
        " (sổ lệch) để người thứ hai duyệt."
    )


class OtherProducer(Refusal):
    """A note of goods given back names lots of another producer. `lots` names them."""

    code = "removal.other_producer"
    status = 422
    text = _l("Có lô của chủ thể khác. Mỗi biên bản trả hàng chỉ cho một chủ thể.")
