"""How a stocktake says no."""

from flask_babel import lazy_gettext as _l

from core.errors import NotFound, Refusal


class StocktakeNotFound(NotFound):
    """No stocktake has this code in this store."""

    code = "stocktake.not_found"
    text = _l("Không tìm thấy phiếu kiểm kê.")


class NothingToCount(Refusal):
    """Nothing lies there, or all of it stands in another open stocktake. Fact: `stocktakes`."""

    code = "stocktake.nothing"
    text = _l("Không có gì để đếm: phần này đang trống, hoặc đã nằm trong phiếu kiểm kê khác đang mở.")


class StocktakeStateRefused(Refusal):
    """The stocktake's state does not allow this. Fact: `state`."""

    code = "stocktake.state"
    text = _l("Phiếu kiểm kê không còn ở bước này. Hãy tải lại trang.")


class LotUnknown(NotFound):
    """No lot, pack or barcode is known by this code."""

    code = "stocktake.lot_unknown"
    text = _l("Không có lô hàng nào mang mã này. Hàng chưa từng nhập kho thì lập phiếu nhập hàng trước.")


class OutsidePart(Refusal):
    """The lot is not of the part that is counted."""

    code = "stocktake.outside"
    text = _l("Lô này không thuộc phần đang kiểm kê.")


class CountedElsewhere(Refusal):
    """The lot stands in another open stocktake. Fact: `stocktake`."""

    code = "stocktake.elsewhere"
    text = _l("Lô này đang được đếm ở một phiếu kiểm kê khác.")


class AlreadyCounted(Refusal):
    """Somebody has counted this line in this round: add to it, or replace it. Facts: `by`, `at`."""

    code = "stocktake.counted"
    text = _l("Lô này vừa có người đếm. Hãy chọn cộng thêm hoặc đếm lại từ đầu.")


class NotAsked(Refusal):
    """Only what differed is counted again."""

    code = "stocktake.not_asked"
    text = _l("Lô này không nằm trong danh sách đếm lại.")


class EntryTooOld(Refusal):
    """It says that it was counted before the stocktake was opened, or more than a day ago."""

    code = "stocktake.too_old"
    status = 422
    text = _l("Lượt đếm này cũ hơn phiếu kiểm kê. Hãy đếm lại.")


class EntryMismatch(Refusal):
    """The same entry came before with other contents."""

    code = "stocktake.entry_mismatch"
    status = 422
    text = _l("Lượt đếm này đã được gửi với nội dung khác.")


class Uncounted(Refusal):
    """Lines that nobody has counted: say what becomes of them. Facts: `count`, `lines`."""

    code = "stocktake.uncounted"
    text = _l("Còn lô chưa ai đếm. Hãy đếm nốt, hoặc nói rõ: không còn hàng, hay để lần sau.")


class MovedMeanwhile(Refusal):
    """Goods moved while these lines were counted piece by piece: count them again, or leave them. Fact: `lines`."""

    code = "stocktake.moved"
    text = _l("Có lô vừa đếm từng phần vừa bán hoặc nhập. Hãy đếm lại các lô này, hoặc để lần sau.")


class SecondPersonNeeded(Refusal):
    """Whoever opened it or counted does not approve differences above the limit. Facts: `value`, `limit`."""

    code = "stocktake.second_person"
    text = _l("Chênh lệch vượt hạn mức: cần một người khác duyệt, không mở phiếu và không đếm.")


class OrdersTouched(Refusal):
    """Less was found than is promised to orders. Fact: `lines`, each with its orders."""

    code = "stocktake.held"
    text = _l("Số đếm được ít hơn số đã hứa cho đơn đặt. Hãy xử lý các đơn này, hoặc để lô này lần sau.")
