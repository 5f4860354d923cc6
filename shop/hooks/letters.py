"""What the owner of an endpoint is told."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core.messages import Context, Letter, kind
from core.messages.letter import Block, button, facts, said

SAMPLE = {
    "name": "Phần mềm bán hàng", "host": "pos.example.vn", "reason": "failing",
    "url": "https://ocopmart.example.vn/quan-ly/webhook/WH-7K3M9QXT",
}  # fmt: skip


@kind("hook.disabled", _l("Webhook đã tắt"), sample=SAMPLE)
def disabled(c: Context) -> Letter:
    """It took nothing for three days, or said that it is gone."""
    why = _("Địa chỉ nhận báo rằng nó không còn nữa (410).") if c["reason"] == "gone" else _(
        "Địa chỉ nhận không nhận được tin nào trong 3 ngày."
    )  # fmt: skip
    body: list[Block] = [
        said(_("Chúng tôi đã ngừng gửi webhook tới địa chỉ này.")),
        facts([(_("Tên"), c["name"]), (_("Máy nhận"), c["host"]), (_("Lý do"), why)]),
        said(_("Sửa xong, hãy bật lại; những tin của 3 ngày gần nhất gửi lại được từng cái.")),
    ]
    body += [button(_("Mở webhook"), c["url"])] if c["url"] else []
    return Letter(_("Webhook đã tắt: %(name)s", name=" ".join(c["name"].split())), tuple(body))
