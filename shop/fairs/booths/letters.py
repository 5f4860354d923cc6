"""What exhibitors are told of their booths. Each says what is to be done, until when, and where."""

from datetime import UTC, date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core.messages import Context, Letter, kind
from core.messages.letter import button, cut, facts, said, small
from core.money import dong
from core.web.pages import show_day, show_moment

_URL = "https://ocopmart.example.vn/hoi-cho/gian/BK-7K3M9QXT"
SAMPLE: dict[str, Any] = {
    "fair": "Hội chợ OCOP Hải Phòng cuối năm", "booth": "A05", "producer": "Hợp tác xã Mật ong Cát Bà",
    "first_on": date(2026, 12, 1), "last_on": date(2026, 12, 5), "due_vnd": 2_450_000, "subsidy_vnd": 1_050_000,
    "until": datetime(2026, 11, 27, 9, 30, tzinfo=UTC), "renew_by": None, "is_promoted": True, "reason": "expired",
    "before": "B02", "back_vnd": 0, "url": _URL, "other": "Cơ sở Chả mực Hạ Long", "note": None, "outcome": "done",
    "stays": False,
}  # fmt: skip


def _facts(c: Context) -> Any:
    """The booth, its days and its fee."""
    days = show_day(c["first_on"])
    if c["first_on"] != c["last_on"]:
        days = f"{days} – {show_day(c['last_on'])}"
    return facts([
        (_("Hội chợ"), c["fair"]), (_("Gian hàng"), c["booth"]), (_("Chủ thể"), c["producer"]), (_("Ngày"), days),
        (_("Phí phải trả"), dong(c["due_vnd"])),
        (_("Được hỗ trợ"), dong(c["subsidy_vnd"]) if c["subsidy_vnd"] else None),
    ])  # fmt: skip


def _renewal(c: Context) -> tuple[Any, ...]:
    if not c["renew_by"]:
        return ()
    day = show_day(c["renew_by"])
    return (said(_("Có ngày chưa sản phẩm nào được công nhận. Công nhận mới phải có đến hết ngày %(day)s.", day=day)),)


@kind("booth.offered", _l("Mời nhận gian hàng"), sample=SAMPLE, by_sms=True)
def offered(c: Context) -> Letter:
    """A booth, until when to say yes, and what it costs."""
    until = show_moment(c["until"])
    news = _("Một gian vừa trống và đến lượt bạn trong danh sách chờ.") if c["is_promoted"] else _(
        "Ban tổ chức mời bạn nhận gian hàng sau."
    )  # fmt: skip
    body = (
        said(news), _facts(c), *_renewal(c),
        said(_("Hãy trả lời trước %(until)s. Quá giờ, gian được mời cho người tiếp theo.", until=until)),
        button(_("Xem và trả lời"), c["url"]),
    )  # fmt: skip
    subject = _("Mời nhận gian %(booth)s, %(fair)s", booth=c["booth"], fair=c["fair"])
    sms = _("Mời nhận gian %(booth)s, %(fair)s, trả lời trước %(until)s", booth=c["booth"], fair=cut(c["fair"], 40),
            until=until)  # fmt: skip
    return Letter(subject, body, f"{sms}: {c['url']}")


@kind("booth.reminder", _l("Sắp hết hạn của gian hàng"), sample=SAMPLE, by_sms=True)
def reminder(c: Context) -> Letter:
    """A day before the booth is lost."""
    until = show_moment(c["until"])
    body = (
        said(_("Gian %(booth)s chờ bạn đến %(until)s. Sau đó gian được mời cho người khác.", booth=c["booth"],
               until=until)),
        _facts(c), button(_("Mở trang gian hàng"), c["url"]),
    )  # fmt: skip
    subject = _("Gian %(booth)s: còn đến %(until)s", booth=c["booth"], until=until)
    return Letter(subject, body, f"{cut(c['fair'], 40)}, {subject}: {c['url']}")


@kind("booth.accepted", _l("Đã nhận lời gian hàng"), sample=SAMPLE)
def accepted(c: Context) -> Letter:
    """What comes after the yes: the fee, or the certificate."""
    pay = said(_("Hãy thanh toán trước %(until)s.", until=show_moment(c["until"]))) if c["until"] else said(
        _("Chưa phải thanh toán bây giờ.")
    )  # fmt: skip
    body = (
        said(_("Bạn đã nhận gian %(booth)s.", booth=c["booth"])), _facts(c), *_renewal(c), pay,
        button(_("Mở trang gian hàng"), c["url"]),
    )  # fmt: skip
    return Letter(_("Đã nhận gian %(booth)s, %(fair)s", booth=c["booth"], fair=c["fair"]), body)


@kind("booth.offer_ended", _l("Gian hàng không còn chờ"), sample=SAMPLE)
def offer_ended(c: Context) -> Letter:
    """The booth is gone; how to wait for another."""
    if c["reason"] == "declined":
        news = _("Bạn đã từ chối gian %(booth)s.", booth=c["booth"])
        then = _("Hồ sơ của bạn vẫn ở cuối danh sách chờ.") if c["stays"] else _("Hồ sơ của bạn đã được rút.")
    else:
        news = _("Đã hết hạn của gian %(booth)s, nên gian được mời cho người khác.", booth=c["booth"])
        then = _("Hồ sơ của bạn ở danh sách chờ. Nếu vẫn muốn dự, hãy mở trang dưới đây và bấm “Chờ gian khác”.")
    body = (said(news), said(then), button(_("Mở trang gian hàng"), c["url"]))
    return Letter(_("Gian %(booth)s không còn chờ bạn", booth=c["booth"]), body)


@kind("booth.paid", _l("Gian hàng đã thanh toán"), sample=SAMPLE)
def paid(c: Context) -> Letter:
    """The booth is hers."""
    body = (
        said(_("Gian %(booth)s là của bạn trong những ngày sau.", booth=c["booth"])), _facts(c),
        small(_("Trang gian hàng có danh sách sản phẩm được bày theo từng ngày; hãy mở lại trước khai mạc.")),
        button(_("Mở trang gian hàng"), c["url"]),
    )  # fmt: skip
    return Letter(_("Gian %(booth)s đã thanh toán, %(fair)s", booth=c["booth"], fair=c["fair"]), body)


@kind("booth.at_risk", _l("Gian hàng chờ công nhận mới"), sample=SAMPLE | {"renew_by": date(2026, 11, 25)}, by_sms=True)
def at_risk(c: Context) -> Letter:
    """Days that nothing covers any more, and until when that can be mended."""
    day = show_day(c["renew_by"])
    body = (
        said(_("Có ngày hội chợ không còn sản phẩm nào của bạn được công nhận. Nếu đến hết ngày %(day)s chưa có công "
               "nhận mới, những ngày ấy của gian %(booth)s được trả lại.", day=day, booth=c["booth"])),
        _facts(c), button(_("Xem từng ngày"), c["url"]),
    )  # fmt: skip
    subject = _("Gian %(booth)s cần công nhận mới đến %(day)s", booth=c["booth"], day=day)
    return Letter(subject, body, f"{cut(c['fair'], 40)}: {subject}. {c['url']}")


@kind("booth.released", _l("Gian hàng đã trả lại"), sample=SAMPLE | {"reason": "withdrawn", "back_vnd": 700_000})
def released(c: Context) -> Letter:
    """Days or the whole booth are gone, and what comes back."""
    why = {
        "lapsed": _("Không còn sản phẩm nào được công nhận cho những ngày này."),
        "withdrawn": _("Gian đã được trả lại cho ban tổ chức."),
        "kept": _("Ban tổ chức đã lấy lại gian."),
    }.get(c["reason"], _("Ban tổ chức đã lấy lại gian."))
    rows = [said(_("Gian %(booth)s không còn của bạn trong những ngày sau.", booth=c["booth"])), said(why), _facts(c)]
    if c["back_vnd"]:
        rows.append(said(_("Bạn được trả lại %(sum)s.", sum=dong(c["back_vnd"]))))
    subject = _("Gian %(booth)s đã trả lại, %(fair)s", booth=c["booth"], fair=c["fair"])
    return Letter(subject, (*rows, button(_("Mở trang gian hàng"), c["url"])))


@kind("booth.moved", _l("Đổi sang gian khác"), sample=SAMPLE)
def moved(c: Context) -> Letter:
    """Where she stands from now on."""
    body = (
        said(_("Bạn chuyển từ gian %(before)s sang gian %(booth)s. Mã lượt giữ và những gì đã trả vẫn nguyên.",
               before=c["before"], booth=c["booth"])),
        _facts(c), button(_("Xem gian mới"), c["url"]),
    )  # fmt: skip
    return Letter(_("Gian của bạn nay là %(booth)s, %(fair)s", booth=c["booth"], fair=c["fair"]), body)


@kind("booth.swap_asked", _l("Đề nghị đổi gian"), sample=SAMPLE)
def swap_asked(c: Context) -> Letter:
    """Would she change? Nothing happens without her yes."""
    body = (
        said(_("%(other)s (gian %(before)s) muốn đổi chỗ với gian %(booth)s của bạn. Không có lời đồng ý của bạn thì "
               "không có gì thay đổi.", other=c["other"], before=c["before"], booth=c["booth"])),
        *((said(c["note"]),) if c["note"] else ()),
        said(_("Hãy trả lời trước %(until)s.", until=show_moment(c["until"]))),
        button(_("Xem và trả lời"), c["url"]),
    )  # fmt: skip
    return Letter(_("Đề nghị đổi gian %(booth)s, %(fair)s", booth=c["booth"], fair=c["fair"]), body)


@kind("booth.swap_ended", _l("Kết quả đề nghị đổi gian"), sample=SAMPLE | {"outcome": "refused"})
def swap_ended(c: Context) -> Letter:
    """No change."""
    news = {
        "refused": _("Lời đề nghị đổi gian với %(other)s không được nhận lời.", other=c["other"]),
    }.get(c["outcome"], _("Lời đề nghị đổi gian với %(other)s đã hết hạn.", other=c["other"]))
    body = (said(news), said(_("Gian của bạn vẫn là %(booth)s.", booth=c["booth"])), button(_("Mở trang"), c["url"]))
    return Letter(_("Không đổi gian %(booth)s, %(fair)s", booth=c["booth"], fair=c["fair"]), body)
