"""What buyers and exhibitors are told of registration and appointments."""

from datetime import UTC, datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core.messages import Context, Letter, kind
from core.messages.letter import button, cut, facts, said, small
from core.web.pages import show_moment

_PAGE = "https://ocopmart.example.vn/ket-noi/NM-7K3M9QXT.0f1e2d3c4b5a69788796a5b4c3d2e1f0"
REGISTERED = {"company": "Siêu thị Đồng Xanh", "fair": "Hội chợ OCOP Hải Phòng", "url": _PAGE}
DECIDED = {**REGISTERED, "is_admitted": True}
MEETING = {
    "fair": "Hội chợ OCOP Hải Phòng", "other": "HTX Nuôi ong Cát Bà", "starts_at": datetime(2026, 12, 2, 2, tzinfo=UTC),
    "table": 4, "place": "Sảnh B, tầng 1", "url": _PAGE, "reason": "",
}  # fmt: skip
OFF = {**MEETING, "reason": "Bên mua không đến hội chợ."}


@kind("buyer.registered", _l("Đã đăng ký tìm nguồn hàng"), sample=REGISTERED)
def registered(c: Context) -> Letter:
    """The address of the buyer's own page."""
    body = (
        said(_(
            "%(company)s đã đăng ký tìm nguồn hàng tại %(fair)s. Ban tổ chức xem đăng ký rồi báo lại; từ đó có thể hẹn "
            "gặp chủ thể.", company=c["company"], fair=c["fair"],
        )),
        button(_("Trang của bạn"), c["url"]),
        small(_("Ai có liên kết này thì xem và đổi được lịch hẹn của bạn: xin đừng chuyển cho người ngoài.")),
    )  # fmt: skip
    return Letter(_("Đã đăng ký tìm nguồn hàng tại %(fair)s", fair=c["fair"]), body)


@kind("buyer.decided", _l("Ban tổ chức đã xem đăng ký tìm nguồn hàng"), sample=DECIDED, by_sms=True)
def decided(c: Context) -> Letter:
    """Admitted, or not."""
    if not c["is_admitted"]:
        text = _("%(fair)s không nhận đăng ký tìm nguồn hàng của %(company)s.", fair=c["fair"], company=c["company"])
        return Letter(cut(text, 80), (said(text), button(_("Xem đăng ký"), c["url"])), cut(text, 140))
    text = _(
        "%(fair)s đã nhận đăng ký của %(company)s. Trang của bạn có các chủ thể hợp với hàng đang tìm, kèm lý do; "
        "hãy chọn người muốn gặp và giờ hẹn.", fair=c["fair"], company=c["company"],
    )  # fmt: skip
    short = _("%(fair)s: đăng ký đã được nhận, mời hẹn gặp chủ thể:", fair=cut(c["fair"], 40))
    subject = _("Mời hẹn gặp chủ thể tại %(fair)s", fair=c["fair"])
    return Letter(subject, (said(text), button(_("Chọn người gặp"), c["url"])), f"{short} {c['url']}")


@kind("meeting.booked", _l("Lịch hẹn kết nối cung cầu"), sample=MEETING, by_sms=True)
def booked(c: Context) -> Letter:
    """An appointment, new or at another time."""
    at = show_moment(c["starts_at"])
    body = (
        said(_("Bạn có hẹn với %(other)s tại %(fair)s.", other=c["other"], fair=c["fair"])),
        facts([(_("Giờ"), at), (_("Bàn"), str(c["table"])), (_("Nơi"), c["place"])]),
        button(_("Lịch hẹn của bạn"), c["url"]),
        small(_("Không đến được? Hãy đổi giờ hoặc hủy trên trang ấy, để bên kia biết.")),
    )  # fmt: skip
    subject = _("Hẹn %(other)s lúc %(at)s", other=cut(c["other"], 50), at=at)
    return Letter(subject, body, _("Hẹn %(other)s %(at)s, bàn %(table)s", other=cut(c["other"], 40), at=at,
                                   table=c["table"]))  # fmt: skip


@kind("meeting.cancelled", _l("Hủy lịch hẹn kết nối cung cầu"), sample=OFF, by_sms=True)
def cancelled(c: Context) -> Letter:
    """Called off, and why."""
    at = show_moment(c["starts_at"])
    body = (
        said(_("Cuộc hẹn với %(other)s lúc %(at)s tại %(fair)s đã hủy.", other=c["other"], at=at, fair=c["fair"])),
        facts([(_("Lý do"), c["reason"])]),
        button(_("Lịch hẹn của bạn"), c["url"]),
    )  # fmt: skip
    text = _("Đã hủy hẹn %(other)s lúc %(at)s", other=cut(c["other"], 50), at=at)
    return Letter(text, body, text)
