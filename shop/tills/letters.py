"""What buyers at the till are told."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core.messages import Context, Letter, kind
from core.messages.letter import button, facts, said
from core.money import dong

RECEIPT = {
    "code": "BL-7K3M9QXT", "store": "OCOP Mart Kiến Thụy", "total_vnd": 415_000,
    "url": "https://example.vn/bien-lai/abc",
}  # fmt: skip


@kind("till.receipt", _l("Hóa đơn tại quầy"), sample=RECEIPT, by_sms=True)
def receipt(c: Context) -> Letter:
    """The link to a receipt."""
    body = (
        said(_("Cảm ơn bạn đã mua hàng tại %(store)s.", store=c["store"])),
        facts([(_("Số phiếu"), c["code"]), (_("Tổng tiền"), dong(c["total_vnd"]))]),
        button(_("Xem hóa đơn và chứng nhận OCOP"), c["url"]),
    )
    short = _("OCOP Mart: hóa đơn %(code)s, %(total)s", code=c["code"], total=dong(c["total_vnd"]))
    return Letter(_("Hóa đơn %(code)s", code=c["code"]), body, f"{short}: {c['url']}")
