"""What the sender of a transfer is told: not everything arrived, and somebody has to decide."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core.messages import Context, Letter, kind
from core.messages.letter import button, facts, said

SAMPLE = {
    "code": "CK-7K3M9QXT", "receiver": "OCOP Mart Kiến Thụy", "by": "nhan@example.vn",
    "lines": [("Mật ong hoa vải", "1", "2")], "url": "https://ocopmart.example.vn/quan-ly/chuyen-kho/CK-7K3M9QXT",
}  # fmt: skip


@kind("transfer.differs", _l("Chuyển kho có chênh lệch"), sample=SAMPLE)
def differs(c: Context) -> Letter:
    """Each line that did not come whole; the way to the paper."""
    text = _(
        "%(receiver)s đã nhận phiếu chuyển kho %(code)s nhưng không đủ. Người khác người nhận cần xử lý; cho đến lúc "
        "ấy hàng còn nằm ở mục đang chuyển.", receiver=c["receiver"], code=c["code"],
    )  # fmt: skip
    lines = [
        (name, _("hỏng %(damaged)s, thiếu %(missing)s", damaged=damaged, missing=missing))
        for name, damaged, missing in c["lines"]
    ]
    body = [said(text), facts([*lines, (_("Người nhận"), c["by"])])]
    if c["url"]:
        body.append(button(_("Mở phiếu chuyển kho"), c["url"]))
    return Letter(_("Phiếu chuyển kho %(code)s có chênh lệch", code=c["code"]), tuple(body))
