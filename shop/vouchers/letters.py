"""What is told about vouchers: that the money is offered when a star was taken back. The rest: orders' letters."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core.messages import Context, Letter, kind
from core.messages.letter import button, facts, said, small

_URL = "https://ocopmart.example.vn/don-hang/DH-7K3M9QXT?token=mQ9yV3cX7kT2pL5rW8sN4bH6jF1gD0aZxCvBnMqWeRt"
OFFER = {"service": "Trải nghiệm làm gốm nửa ngày", "until": date(2027, 5, 22), "url": _URL}


@kind("voucher.offer", _l("Phiếu dịch vụ: mời nhận lại tiền"), sample=OFFER)
def offer(c: Context) -> Letter:
    """The star was taken back before the voucher was used: use it, or have the money."""
    body = (
        said(_("Công nhận OCOP của dịch vụ bạn đã mua vừa bị thu hồi.")),
        facts([(_("Dịch vụ"), c["service"])]),
        said(_("Bạn có thể vẫn dùng phiếu, hoặc trả phiếu và nhận lại đủ tiền. Chọn ở trang đơn hàng.")),
        button(_("Mở đơn hàng"), c["url"]),
        small(_("Phiếu đã dùng thì không đổi lại được.")),
    )  # fmt: skip
    return Letter(_("Bạn có thể trả phiếu và nhận lại tiền"), body)
