"""How stores say no."""

from flask_babel import lazy_gettext as _l

from core.errors import Refusal


class StoreBusy(Refusal):
    """The store holds goods, open parcels or an open shift. Facts: reasons [{key, count, text}]."""

    code = "store.busy"
    text = _l("Cửa hàng còn việc dở, chưa đóng được.")


class StoreTaken(Refusal):
    """Another store has this code."""

    code = "store.taken"
    text = _l("Mã này đã có cửa hàng khác dùng.")


class StoreClosed(Refusal):
    """The store was closed for good; it must be opened again first."""

    code = "store.closed"
    text = _l("Cửa hàng này đã đóng.")
