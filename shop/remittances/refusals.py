"""How remittances say no."""

from flask_babel import lazy_gettext as _l

from core.errors import NotFound, Refusal


class RemittanceNotFound(NotFound):
    """No such remittance, parcel or line of the caller's sellers."""

    code = "remittance.not_found"
    text = _l("Không tìm thấy khoản thu hộ này.")


class RemittanceKnown(Refusal):
    """The courier's payment was written down before. Facts: `remittance`."""

    code = "remittance.known"
    text = _l("Đợt tiền này của đơn vị vận chuyển đã được ghi.")


class NothingDiffers(Refusal):
    """The parcel's cash came whole, or its difference is settled already."""

    code = "remittance.nothing_differs"
    text = _l("Kiện này không còn gì phải xử lý.")


class ParcelUnknown(Refusal):
    """No parcel of this seller that is paid in cash at the door goes by that name."""

    code = "remittance.parcel_unknown"
    status = 422
    text = _l("Không có kiện hàng thu hộ nào với mã đó.")
