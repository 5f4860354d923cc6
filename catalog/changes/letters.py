"""What producers are told of their edits."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from catalog.changes.words import field_label
from core.messages import Context, Letter, kind
from core.messages.letter import Block, button, listed, said

SAMPLE = {
    "product": "Mật ong hoa rừng Cát Bà", "approved": ("summary",), "rejected": ("story",),
    "reason": "Câu chuyện nhắc đến công dụng chữa bệnh.", "url": "https://ocopmart.example.vn/quan-ly/sua-doi/12",
}  # fmt: skip


@kind("changes.decided", _l("Sửa đổi đã được xem"), sample=SAMPLE)
def decided(c: Context) -> Letter:
    """What a moderator decided, with the reason of what was not approved."""
    lines = [_("Đã duyệt: %(what)s.", what=field_label(one)) for one in c["approved"]]
    lines += [_("Chưa duyệt: %(what)s.", what=field_label(one)) for one in c["rejected"]]
    body: list[Block] = [said(_("Về trang bán %(product)s:", product=c["product"])), listed(lines)]
    body += [said(_("Lý do: %(reason)s", reason=c["reason"]))] if c["reason"] else []
    body += [button(_("Xem và sửa lại"), c["url"])] if c["url"] else []
    return Letter(_subject(c), tuple(body))


def _subject(c: Context) -> str:
    product = " ".join(c["product"].split())  # a head of a mail has one line, whatever an old name holds
    if c["rejected"] and c["approved"]:
        return _("%(product)s: một phần sửa đổi đã được duyệt", product=product)
    if c["rejected"]:
        return _("%(product)s: cần sửa lại trước khi duyệt", product=product)
    return _("%(product)s: đã được duyệt", product=product)
