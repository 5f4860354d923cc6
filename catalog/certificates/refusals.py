"""What certificates refuse: to sell without one, and to change them out of order."""

from typing import Any

from flask_babel import lazy_gettext as _l

from catalog.certificates.rules import Status
from catalog.stops.refusals import ProductIsStopped
from core.errors import Gone, Invalid, NotFound, Refusal


class NotSellable(Gone):
    """No certificate of the product governs today. Facts: product, certificate (codes), since, url."""

    code = "certificate.closed"
    text = _l("Sản phẩm không có công nhận OCOP còn hiệu lực.")


class CertificateLapsed(NotSellable):
    """The last day is past."""

    code = "certificate.lapsed"
    text = _l("Công nhận OCOP của sản phẩm đã hết hiệu lực.")


class CertificateRevoked(NotSellable):
    """The authority took it back."""

    code = "certificate.revoked"
    text = _l("Công nhận OCOP của sản phẩm đã bị thu hồi.")


class CertificateSuspended(NotSellable):
    """The authority stopped it for a time."""

    code = "certificate.suspended"
    text = _l("Công nhận OCOP của sản phẩm đang bị tạm dừng.")


class NotCertified(NotFound):
    """The product has no verified certificate that has begun: a candidate, unknown to shoppers."""

    code = "certificate.missing"
    text = _l("Sản phẩm chưa được công nhận OCOP.")


def closed(status: Status, **facts: Any) -> Refusal:
    """The refusal that says why a product with this status cannot be sold."""
    kinds: dict[Status, type[Refusal]] = {
        Status.LAPSED: CertificateLapsed,
        Status.SUPERSEDED: CertificateLapsed,
        Status.REVOKED: CertificateRevoked,
        Status.SUSPENDED: CertificateSuspended,
        Status.STOPPED: ProductIsStopped,
    }
    return kinds.get(status, NotCertified)(**facts)


class CertificateNotFound(NotFound):
    """No such certificate, or nobody has verified it yet."""

    code = "certificate.not_found"
    text = _l("Không tìm thấy giấy chứng nhận này ở đây.")


class DecisionTwice(Refusal):
    """The product already stands in that decision."""

    code = "certificate.duplicate"
    text = _l("Sản phẩm này đã có trong quyết định này.")


class ContradictsLaw(Invalid):
    """Level, stars, score or days contradict the rules of the decision's day.

    Facts: errors by field; faults with field, code, article, text; is_excusable: a reason could let it stand.
    """

    code = "law.contradicted"
    text = _l("Trái với quy định OCOP của ngày quyết định.")


class ExceptionNotAccepted(Refusal):
    """It was entered as an exception, which the second person must expressly accept. Facts: reason, faults."""

    code = "verification.exception"
    text = _l("Chứng nhận này trái quy định và được nhập theo ngoại lệ. Đọc lý do rồi chấp nhận, hoặc không xác nhận.")


class SamePerson(Refusal):
    """Who entered a certificate cannot verify it."""

    code = "verification.same_person"
    text = _l("Người nhập không được tự xác nhận; cần người thứ hai.")


class VerificationDiffers(Refusal):
    """The second reading of the decision differs from the first. Facts: fields."""

    code = "verification.differs"
    text = _l("Số sao hoặc ngày cuối khác với bản đã nhập. Hãy xem lại quyết định.")


class AlreadyVerified(Refusal):
    """It was verified before; verified facts do not change."""

    code = "verification.done"
    text = _l("Giấy chứng nhận này đã được xác nhận.")


class NotVerified(Refusal):
    """Only a verified certificate can be revoked, suspended or extended."""

    code = "verification.missing"
    text = _l("Giấy chứng nhận này chưa được xác nhận.")


class AlreadyRevoked(Refusal):
    """A revocation is final: a new recognition is a new certificate."""

    code = "certificate.already_revoked"
    text = _l("Giấy chứng nhận này đã bị thu hồi.")


class AlreadySuspended(Refusal):
    """An open suspension stands already."""

    code = "certificate.already_suspended"
    text = _l("Giấy chứng nhận này đang bị tạm dừng.")


class NotSuspended(Refusal):
    """There is no open suspension to lift."""

    code = "certificate.not_suspended"
    text = _l("Giấy chứng nhận này không bị tạm dừng.")


class AlreadyExtended(Refusal):
    """Article 12.3 extends once."""

    code = "certificate.already_extended"
    text = _l("Giấy chứng nhận này đã được kéo dài một lần.")


class ImportRefused(Refusal):
    """A file of certificates has faults; nothing was written. Facts: errors, a list of line, column, message."""

    code = "import.refused"
    status = 422
    text = _l("Tệp có lỗi, chưa ghi gì.")
