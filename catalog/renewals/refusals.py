"""What renewals refuse."""

from flask_babel import lazy_gettext as _l

from core.errors import NotFound, Refusal


class DossierNotFound(NotFound):
    """No such dossier."""

    code = "renewal.not_found"
    text = _l("Không tìm thấy hồ sơ này.")


class ReceiptTwice(Refusal):
    """The receipt is recorded for this certificate already. Facts: dossier."""

    code = "renewal.duplicate"
    text = _l("Số phiếu tiếp nhận này đã được ghi cho chứng nhận này.")


class ReceiptUnknown(Refusal):
    """An extension names a receipt that nobody has recorded for this certificate."""

    code = "renewal.receipt_unknown"
    text = _l("Chưa có hồ sơ nào mang số phiếu tiếp nhận này. Hãy ghi hồ sơ trước khi kéo dài.")


class ReceiptUnconfirmed(Refusal):
    """The receipt is so far only the producer's word."""

    code = "renewal.unconfirmed"
    text = _l("Hồ sơ này mới do chủ thể báo, cán bộ chứng nhận chưa xác nhận phiếu tiếp nhận.")


class ReceivedAfterEnd(Refusal):
    """A dossier received after the last day has no valid certificate to carry on."""

    code = "renewal.after_end"
    text = _l("Hồ sơ được nhận sau ngày cuối của chứng nhận nên không kéo dài được.")


class ReceivedTooEarly(Refusal):
    """A dossier received before the window opens asks for no re-evaluation of this term (Art. 7.6)."""

    code = "renewal.too_early"
    text = _l("Hồ sơ được nhận sớm hơn 180 ngày trước ngày cuối nên không phải hồ sơ đánh giá lại của kỳ này.")


class DossierClosed(Refusal):
    """The dossier has its result, or was confirmed before."""

    code = "renewal.closed"
    text = _l("Hồ sơ này đã có kết quả.")


class AlreadyConfirmed(Refusal):
    """A confirmed receipt cannot be confirmed again or taken back."""

    code = "renewal.confirmed"
    text = _l("Phiếu tiếp nhận này đã được xác nhận.")


class NotSuccessor(Refusal):
    """The certificate named as the result is not a newer, verified one of the same product."""

    code = "renewal.not_successor"
    text = _l("Chứng nhận nêu ra không phải chứng nhận mới hơn, đã xác nhận, của cùng sản phẩm.")
