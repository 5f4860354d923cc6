"""What those who wait are told: is it you, and: it is here again."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core.messages import Context, Letter, kind
from core.messages.letter import button, cut, said, small
from core.web.pages import show_day

_STOP = "https://ocopmart.example.vn/bao-toi/BT-7K3M9QXT.0f1e2d3c4b5a69788796a5b4c3d2e1f0"
ASKED = {"product": "Mật ong hoa rừng Cát Bà", "url": _STOP}
DUE = {
    "product": "Mật ong hoa rừng Cát Bà", "is_free": True, "stars": 4, "ends_on": date(2027, 6, 30),
    "url": "https://ocopmart.example.vn/san-pham/mat-ong-hoa-rung-cat-ba", "stop": _STOP,
}  # fmt: skip


@kind("waiting.asked", _l("Xác nhận nhờ báo khi có hàng"), sample=ASKED)
def asked(c: Context) -> Letter:
    """Was it she who asked? Without an answer her address is forgotten."""
    body = (
        said(_(
            "Ai đó, có lẽ là bạn, nhờ báo khi mua lại được %(product)s. Nếu đúng là bạn, hãy mở liên kết này và bấm "
            "xác nhận (trong 3 ngày):", product=c["product"],
        )),
        button(_("Xác nhận"), c["url"]),
        small(_("Nếu không phải, hãy bỏ qua thư này: chúng tôi tự xóa địa chỉ của bạn và không gửi gì nữa.")),
    )  # fmt: skip
    return Letter(_("Xác nhận nhờ báo khi có hàng"), body)


@kind("waiting.due", _l("Có hàng lại"), sample=DUE, by_sms=True)
def due(c: Context) -> Letter:
    """Once, when it can be bought again (``is_free``), or is certified again while no store has any yet."""
    product = " ".join(c["product"].split())
    if c["is_free"]:
        subject = _("%(product)s đã có hàng lại", product=product)
        news = _("%(product)s đã có hàng lại. Hàng không giữ riêng cho ai; ai đặt trước được trước.", product=product)
    else:
        subject = _("%(product)s được công nhận lại", product=product)
        news = _(
            "%(product)s lại có công nhận OCOP còn hiệu lực, nhưng cửa hàng chưa có hàng. Muốn được báo khi hàng "
            "về, hãy nhờ báo lần nữa trên trang sản phẩm.", product=product,
        )  # fmt: skip
    body = (
        said(news),
        said(_("%(stars)s sao OCOP, công nhận đến hết ngày %(day)s.", stars=c["stars"], day=show_day(c["ends_on"]))),
        button(_("Xem sản phẩm"), c["url"]),
        small(_(
            "Đây là thư duy nhất theo lời nhờ của bạn. Địa chỉ của bạn được xóa khỏi danh sách chờ ngay sau thư này; "
            "muốn kiểm lại hoặc xóa ngay:"
        ), c["stop"]),
    )  # fmt: skip
    short = _("%(product)s đã có hàng lại", product=cut(product, 40)) if c["is_free"] else cut(subject, 60)
    return Letter(subject, body, f"{short}: {c['url']}")
