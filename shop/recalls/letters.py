"""What buyers of recalled goods are told."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core.messages import Context, Letter, kind
from core.messages.letter import button, cut, facts, listed, said, small

NOTICE = {
    "product": "Mật ong hoa rừng Cát Bà", "lots": ["Hũ 500 g, lô MR-2611, 2 sản phẩm"], "ref": "DH-7K3M9QXT",
    "reason": "Kiểm nghiệm phát hiện hàm lượng nước vượt mức công bố", "advice": None,
    "store": "OCOP Mart Kiến Thụy", "store_phone": "0225 388 1234",
    "url": "https://ocopmart.example.vn/truy-xuat/LO-7K3M9QXT",
}  # fmt: skip


@kind("recall.notice", _l("Thu hồi sản phẩm đã mua"), sample=NOTICE, by_sms=True)
def notice(c: Context) -> Letter:
    """Stop using it, and bring it back: why, which lots, where to."""
    product = " ".join(c["product"].split())
    body = (
        said(_("Chúng tôi đang thu hồi %(product)s mà bạn đã mua. Xin đừng dùng sản phẩm của các lô sau:",
               product=product)),
        listed(c["lots"]),
        facts([(_("Lý do"), c["reason"]), (_("Nơi mua"), c["store"]), (_("Điện thoại"), c["store_phone"]),
               (_("Số đơn hoặc hóa đơn"), c["ref"])]),
        said(c["advice"] or _("Hãy mang lại cửa hàng nơi đã mua để được hoàn tiền, không cần bao bì còn nguyên.")),
        button(_("Xem lô hàng này"), c["url"]),
        small(_("Chúng tôi xin lỗi vì sự bất tiện này. Thư này gửi vì an toàn của bạn, không phải quảng cáo.")),
    )  # fmt: skip
    short = _("Thu hồi %(product)s (%(ref)s): đừng dùng, mang lại để hoàn tiền", product=cut(product, 30), ref=c["ref"])
    return Letter(_("Thu hồi: %(product)s", product=product), body, f"{short}. {c['url']}")
