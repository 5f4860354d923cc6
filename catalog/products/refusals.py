"""What products refuse."""

from flask_babel import lazy_gettext as _l

from core.errors import NotFound, Refusal


class ProductNotFound(NotFound):
    """No such product."""

    code = "product.not_found"
    text = _l("Không tìm thấy sản phẩm này.")


class ProductUnknown(Refusal):
    """The input names a product that does not exist."""

    code = "product.unknown"
    status = 422
    text = _l("Không có sản phẩm mang mã này.")
