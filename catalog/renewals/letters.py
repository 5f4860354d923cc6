"""What is told of certificates that end soon. Its lines are put into words by whoever sends it (`reactions`)."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core.messages import Context, Letter, kind
from core.messages.letter import Block, button, said, small

_PAGE = "https://ocopmart.example.vn/quan-ly/gia-han/CN-7K3M9QXT"
SAMPLE = {
    "subject": "Mật ong hoa rừng Cát Bà: công nhận OCOP còn 30 ngày",
    "lines": [("Mật ong hoa rừng Cát Bà (CN-7K3M9QXT): ngày cuối 22/12/2026, còn 30 ngày.",
               "Hồ sơ đã nộp, đang chờ kết quả.", _PAGE)],
}  # fmt: skip


@kind("renewals.reminder", _l("Công nhận sắp hết hiệu lực"), sample=SAMPLE)
def reminder(c: Context) -> Letter:
    """Everything that one person was to be told of one evening: what ends when, what to do now, where."""
    body: list[Block] = [said(_("Các công nhận OCOP sau đây cần được để ý:"))]
    for head, advice, url in c["lines"]:
        body += [said(f"{head}\n{advice}"), button(_("Mở trang này"), url)]
    body.append(small(_("Ngày tính theo quyết định và những gì được ghi đến hôm nay.")))
    return Letter(c["subject"], tuple(body))
