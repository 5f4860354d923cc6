"""What exhibitors are told of a fair that is postponed or called off."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core.messages import Context, Letter, kind
from core.messages.letter import Block, button, cut, facts, said, small
from core.money import dong
from core.web.pages import show_day

_URL = "https://ocopmart.example.vn/hoi-cho/hoi-cho-mien-duyen-hai"
MOVED = {
    "fair": "Hội chợ OCOP miền Duyên hải", "was_from": date(2026, 12, 4), "was_until": date(2026, 12, 8),
    "opens_on": date(2026, 12, 18), "closes_on": date(2026, 12, 22), "because": "Bão số 9 vào đúng những ngày này.",
    "booth": "A05", "choose_by": date(2026, 12, 1), "days_waiting": 1, "days_dropped": 0, "url": _URL,
}  # fmt: skip
CANCELLED = {
    "fair": "Hội chợ OCOP miền Duyên hải", "opens_on": date(2026, 12, 4), "closes_on": date(2026, 12, 8),
    "because": "Nhà thi đấu phải sửa mái.", "back_vnd": 3_000_000, "url": _URL,
}  # fmt: skip


@kind("fair.moved", _l("Hội chợ dời ngày"), sample=MOVED, by_sms=True)
def moved(c: Context) -> Letter:
    """New days; a holder of a booth chooses until a day."""
    fair = " ".join(c["fair"].split())
    subject = _("%(fair)s dời sang ngày %(day)s", fair=cut(fair, 80), day=show_day(c["opens_on"]))
    rows = [
        (_("Ngày cũ"), _span(c["was_from"], c["was_until"])), (_("Ngày mới"), _span(c["opens_on"], c["closes_on"])),
        (_("Lý do"), c["because"]), (_("Gian hàng"), c["booth"]),
    ]  # fmt: skip
    body: list[Block] = [said(_("%(fair)s có ngày mới.", fair=fair)), facts([row for row in rows if row[1]])]
    if not c["booth"]:
        return Letter(subject, (*body, said(_("Hồ sơ của bạn vẫn còn nguyên.")), button(_("Xem hội chợ"), c["url"])))
    body += _of_days(c)
    until = show_day(c["choose_by"])
    choice = _("Bạn chọn ở lại hoặc nhận lại toàn bộ phí đã nộp, đến hết %(day)s. Không trả lời là ở lại.", day=until)
    sms = _("%(fair)s dời sang %(day)s. Ở lại hay nhận lại phí, báo đến %(until)s: %(url)s",
            fair=cut(fair, 22), day=show_day(c["opens_on"]), until=until, url=c["url"])  # fmt: skip
    return Letter(subject, (*body, said(choice), button(_("Chọn"), c["url"])), sms)


@kind("fair.cancelled", _l("Hội chợ bị hủy"), sample=CANCELLED, by_sms=True)
def cancelled(c: Context) -> Letter:
    """It does not take place; what comes back."""
    fair = " ".join(c["fair"].split())
    subject = _("%(fair)s đã hủy", fair=cut(fair, 80))
    back = dong(c["back_vnd"]) if c["back_vnd"] else None
    rows = [
        (_("Ngày"), _span(c["opens_on"], c["closes_on"])), (_("Lý do"), c["because"]), (_("Trả lại bạn"), back),
    ]  # fmt: skip
    body: list[Block] = [said(_("%(fair)s không diễn ra nữa.", fair=fair)), facts([row for row in rows if row[1]])]
    if back:
        body.append(said(_("Bạn không phải làm gì: tiền về theo đúng cách bạn đã trả.")))
    body.append(small(_("Hồ sơ đăng ký của bạn đã được đóng lại.")))
    sms = _("%(fair)s đã hủy. Trả lại bạn: %(amount)s.", fair=cut(fair, 60), amount=back) if back else ""
    return Letter(subject, (*body, button(_("Xem hội chợ"), c["url"])), sms)


def _of_days(c: Context) -> list[Block]:
    """What the new days mean for the booth."""
    lines: list[Block] = []
    if c["days_waiting"]:
        lines.append(said(_("%(count)d ngày mới chưa có công nhận còn hiệu lực: cần nộp công nhận mới đúng hạn.",
                            count=c["days_waiting"])))  # fmt: skip
    if c["days_dropped"]:
        lines.append(said(_("%(count)d ngày không còn nữa, phí của những ngày ấy được trả lại.",
                            count=c["days_dropped"])))  # fmt: skip
    return lines


def _span(first: date, last: date) -> str:
    return show_day(first) if first == last else f"{show_day(first)} – {show_day(last)}"
