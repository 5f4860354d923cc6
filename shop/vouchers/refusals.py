"""How vouchers say no."""

from flask_babel import lazy_gettext as _l

from core.errors import NotFound, Refusal


class VoucherNotFound(NotFound):
    """No such voucher, or not this caller's."""

    code = "voucher.not_found"
    text = _l("Không có phiếu mang mã này.")


class VoucherUsed(Refusal):
    """It was used before. Facts: `at`, `by`."""

    code = "voucher.used"
    text = _l("Phiếu này đã dùng.")


class VoucherEnded(Refusal):
    """Its money went back, so it is worth nothing any more. Facts: `state`."""

    code = "voucher.ended"
    text = _l("Phiếu này đã trả lại và không còn dùng được.")


class VoucherNotNow(Refusal):
    """The day lies before or after its days. Facts: `valid_from`, `valid_until`."""

    code = "voucher.not_now"
    text = _l("Hôm nay không nằm trong thời gian dùng phiếu.")


class VoucherNotOffered(Refusal):
    """The buyer herself may give a voucher back only when its star was taken away; else the store decides."""

    code = "voucher.not_offered"
    text = _l("Muốn trả phiếu này, hãy gọi cửa hàng đã bán.")


class VouchersUsed(Refusal):
    """So many of a line's vouchers were used that this much cannot be paid back. Facts: `live`, `wanted`."""

    code = "voucher.line_used"
    text = _l("Có phiếu đã dùng nên không hoàn được số này.")
