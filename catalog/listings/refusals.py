"""What listings refuse."""

from flask_babel import lazy_gettext as _l

from core.errors import Gone, NotFound, Refusal


class ListingNotFound(NotFound):
    """No such listing, or it never was published."""

    code = "listing.not_found"
    text = _l("Không tìm thấy sản phẩm này.")


class ListingExists(Refusal):
    """The product has its listing already (decision 11: one each). Facts: listing."""

    code = "listing.exists"
    text = _l("Sản phẩm này đã có trang bán.")


class ListingClosed(Gone):
    """Its producer or a moderator took it out of the shop; its certificate may still govern."""

    code = "listing.withdrawn"
    text = _l("Sản phẩm này đã ngừng bán.")


class ListingState(Refusal):
    """The step does not follow from the state the listing is in. Facts: state."""

    code = "listing.state"
    text = _l("Trang bán đang ở trạng thái khác, không làm được bước này.")


class ListingRevoked(Refusal):
    """A revocation withdrew it, and no new certificate governs yet."""

    code = "listing.revoked"
    text = _l("Công nhận của sản phẩm đã bị thu hồi; chỉ mở bán lại khi có công nhận mới đang hiệu lực.")


class ListingIncomplete(Refusal):
    """A listing needs a summary and at least one active pack before it can be published. Facts: missing."""

    code = "listing.incomplete"
    status = 422
    text = _l("Trang bán còn thiếu phần giới thiệu hoặc quy cách đóng gói.")


class LabelIncomplete(Refusal):
    """The law asks the goods' label for more than the listing says. Facts: label [{field, text, article}]."""

    code = "listing.label"
    status = 422
    text = _l("Nhãn hàng hóa còn thiếu nội dung mà luật bắt buộc.")


class SkuNotFound(NotFound):
    """No such pack."""

    code = "sku.not_found"
    text = _l("Không tìm thấy quy cách này.")


class SkuClosed(Gone):
    """The pack is not offered any more, others of the product may be."""

    code = "sku.closed"
    text = _l("Quy cách này đã ngừng bán.")


class SkuTaken(Refusal):
    """The code or the GTIN belongs to another pack. Facts: field."""

    code = "sku.taken"
    text = _l("Mã này đã dùng cho quy cách khác.")
