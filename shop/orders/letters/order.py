"""Letters about an order's way: placed, paid, ready, under way, in trouble, over."""

from itertools import groupby

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core.masks import spoken
from core.messages import Context, Letter, kind
from core.messages.letter import Block, button, code, cut, facts, listed, said, small
from core.money import dong
from core.web.pages import show_day, show_moment
from shop.inventory.words import amount
from shop.orders.letters import samples
from shop.orders.words import CHARGES, FAILURES, PROVIDERS, reason_to_buyer


@kind("order.placed", _l("Xác nhận đơn hàng"), sample=samples.PLACED, by_sms=True)
def placed(c: Context) -> Letter:
    """The order with its lines, what it costs, where it is handed over and how it is paid, what to do next."""
    total = dong(c["total_vnd"])
    sums = [(_("Giảm giá"), f"−{dong(c['discount_vnd'])}" if c["discount_vnd"] else None)]
    sums += [(str(CHARGES[one]), dong(vnd) if vnd else _("miễn phí")) for one, vnd in c["charges"]]
    sums += [(_("Tổng cộng"), _("%(total)s (đã gồm thuế)", total=total)), (_("Bên bán"), c["seller"])]
    sums += [(_("Thanh toán trước"), show_moment(c["pays_until"]) if c["pays_until"] else None)]
    at_store = c["method"] == "pickup"
    sums += [(_("Cách nhận"), _("Đến cửa hàng lấy") if at_store else _("Giao tận nơi"))]
    sums += [(_("Cửa hàng"), c["store"] if at_store else None), (_("Địa chỉ"), c["address"])]
    sums += [(_("Lấy hàng chậm nhất"), show_day(c["collect_by"]) if c["collect_by"] else None)]
    sums += [(_("Thanh toán"), str(PROVIDERS.get(c["provider"], c["provider"]))), (_("Xuất hóa đơn cho"), c["invoice"])]
    may = _("Bạn có thể hủy đơn ở trang đơn cho đến khi cửa hàng đóng gói.")
    if c["pays_until"]:
        may = _("Bạn có thể thanh toán hoặc hủy đơn ở trang đơn cho đến khi cửa hàng đóng gói.")
    body = (
        said(_("Cảm ơn bạn đã đặt hàng. Đơn %(number)s gồm:", number=c["number"])),
        listed([_line(*line) for line in c["lines"]]), facts(sums), button(_("Xem đơn"), c["url"]),
        small(may),
    )  # fmt: skip
    sms = _("Đã nhận đơn %(number)s, %(total)s. Xem: %(url)s", number=c["number"], total=total, url=c["url"])
    return Letter(_("Đơn hàng %(number)s", number=c["number"]), body, sms)


@kind("order.paid", _l("Đã nhận tiền"), sample=samples.PAID)
def paid(c: Context) -> Letter:
    """The money is here."""
    total = dong(c["total_vnd"])
    follows = _("Cửa hàng bắt đầu chuẩn bị hàng. Bạn không phải làm gì thêm.")
    if c["is_service"]:
        follows = _("Phiếu dịch vụ đến với bạn ngay sau tin này. Bạn không phải làm gì thêm.")
    body = (
        said(_("Chúng tôi đã nhận đủ %(total)s cho đơn %(number)s.", total=total, number=c["number"])),
        said(follows), button(_("Xem đơn"), c["url"]),
    )  # fmt: skip
    return Letter(_("Đã nhận tiền đơn %(number)s", number=c["number"]), body)


@kind("order.ready", _l("Sẵn sàng để lấy"), sample=samples.READY, by_sms=True)
def ready(c: Context) -> Letter:
    """Come and fetch it: where, when, with which code, until which day."""
    until = show_day(c["collect_by"])
    body: list[Block] = [said(_("Đơn %(number)s đã gói xong và chờ bạn tại quầy.", number=c["number"]))]
    if c["code"]:
        body.append(code(_("Đọc hoặc đưa mã này cho cửa hàng"), c["code"]))
    due = dong(c["due_vnd"]) if c["due_vnd"] else None
    body += [
        facts([(_("Cửa hàng"), c["store"]), (_("Địa chỉ"), c["address"]), (_("Giờ mở cửa"), _hours(c["hours"])),
               (_("Lấy hàng chậm nhất"), until), (_("Trả tại quầy"), due)]),
        button(_("Xem đơn"), c["url"]),
        small(_("Người khác lấy giúp cũng được: chỉ cần đọc số đơn và mã.")),
    ]  # fmt: skip
    where = cut(c["store"], 40)
    sms = _("Đơn %(number)s chờ bạn tại %(store)s đến hết %(day)s.", number=c["number"], store=where, day=until)
    sms += " " + _("Mã lấy hàng: %(code)s.", code=c["code"]) if c["code"] else ""
    return Letter(_("Đơn %(number)s đã sẵn sàng để lấy", number=c["number"]), tuple(body), sms)


@kind("order.shipped", _l("Đã giao cho vận chuyển"), sample=samples.SHIPPED, by_sms=True)
def shipped(c: Context) -> Letter:
    """The carrier has it: who, under which number, what to have ready."""
    of = _("kiện %(n)d trên %(all)d", n=c["position"], all=c["parcels"]) if c["parcels"] > 1 else None
    due = _("Khi nhận hàng, bạn trả %(sum)s.", sum=dong(c["due_vnd"])) if c["due_vnd"] else ""
    body: list[Block] = [
        said(_("Đơn %(number)s đã rời cửa hàng.", number=c["number"])),
        facts([(_("Kiện hàng"), f"{c['parcel']} ({of})" if of else c["parcel"]),
               (_("Đơn vị vận chuyển"), c["courier"]), (_("Mã vận đơn"), c["tracking"])]),
    ]  # fmt: skip
    body += [said(due)] if due else []
    body.append(button(_("Theo dõi kiện hàng"), c["tracking_url"] or c["url"]))
    sms = _("Đơn %(number)s đã rời cửa hàng.", number=c["number"])
    sms += f" {cut(c['courier'], 30)} {cut(c['tracking'] or '', 24)}".rstrip() + "." if c["courier"] else ""
    sms += f" {due}" if due else ""
    return Letter(_("Đơn %(number)s đang trên đường", number=c["number"]), tuple(body), sms)


@kind("order.delivery_failed", _l("Giao chưa được"), sample=samples.FAILED, by_sms=True)
def delivery_failed(c: Context) -> Letter:
    """The carrier stood before a closed door: what to do so that it comes again."""
    phone = spoken(c["store_phone"]) if c["store_phone"] else None
    reason = str(FAILURES.get(c["reason"], c["reason"]))
    body = (
        said(_("Bưu tá chưa giao được kiện %(parcel)s của đơn %(number)s.", parcel=c["parcel"], number=c["number"])),
        facts([(_("Lý do"), reason), (_("Đơn vị vận chuyển"), c["courier"]), (_("Gọi cửa hàng"), phone)]),
        said(_("Hãy giữ điện thoại bên mình hoặc gọi cửa hàng để hẹn giao lại.")), button(_("Xem đơn"), c["url"]),
    )  # fmt: skip
    sms = _("Chưa giao được đơn %(number)s.", number=c["number"])
    sms += " " + (_("Gọi %(phone)s để hẹn giao lại.", phone=phone) if phone else _("Xem: %(url)s", url=c["url"]))
    return Letter(_("Chưa giao được đơn %(number)s", number=c["number"]), body, sms)


@kind("order.returned", _l("Hàng đã về lại cửa hàng"), sample=samples.RETURNED)
def returned(c: Context) -> Letter:
    """It came back undelivered: what happens to goods and money."""
    money = _("Cửa hàng sẽ liên hệ để hẹn giao lại hoặc hoàn tiền.")
    if not c["has_money"]:
        money = _("Bạn chưa trả khoản nào. Cửa hàng sẽ liên hệ để hẹn giao lại hoặc hủy đơn.")
    said_so = _(
        "Không giao được, nên kiện %(parcel)s của đơn %(number)s đã về lại %(store)s.",
        parcel=c["parcel"], number=c["number"], store=c["store"],
    )  # fmt: skip
    body = (said(said_so), said(money), button(_("Xem đơn"), c["url"]))
    return Letter(_("Đơn %(number)s đã về lại cửa hàng", number=c["number"]), body)


@kind("order.completed", _l("Đơn hoàn tất, mời đánh giá"), sample=samples.COMPLETED, is_advertising=True)
def completed(c: Context) -> Letter:
    """All is done; would she say how it was? Only to whoever agreed to such letters."""
    body = (
        said(_("Đơn %(number)s đã hoàn tất. Cảm ơn bạn đã mua hàng OCOP.", number=c["number"])),
        said(_("Vài lời của bạn giúp người mua sau và người làm ra món hàng.")),
        button(_("Viết đánh giá"), c["review_url"]),
        small(_("Bạn nhận thư này vì đã đồng ý nhận tin. Rút lại đồng ý bất cứ lúc nào ở trang đơn:"), c["url"]),
    )  # fmt: skip
    return Letter(_("Đơn %(number)s đã hoàn tất", number=c["number"]), body)


@kind("order.ended", _l("Đơn đã hủy"), sample=samples.ENDED, by_sms=True)
def ended(c: Context) -> Letter:
    """It is over, why, and what happens to the money."""
    money = _("Số tiền bạn đã trả sẽ được hoàn lại.") if c["owes_money"] else _("Bạn chưa trả khoản nào.")
    reason = reason_to_buyer(c["reason"])
    body = (
        said(_("Đơn %(number)s đã hủy: %(reason)s.", number=c["number"], reason=reason)), said(money),
        button(_("Xem đơn"), c["url"]),
    )  # fmt: skip
    sms = _("Đơn %(number)s đã hủy: %(reason)s.", number=c["number"], reason=cut(reason, 60)) + " " + money
    return Letter(_("Đơn hàng %(number)s đã hủy", number=c["number"]), body, sms)


@kind("order.held", _l("Đơn tạm dừng"), sample=samples.HELD)
def held(c: Context) -> Letter:
    """It waits for the store's decision, and she may refuse it now."""
    body = (
        said(_(
            "Công nhận OCOP của một sản phẩm trong đơn %(number)s vừa bị thu hồi hoặc tạm dừng. Đơn dừng lại chờ cửa "
            "hàng quyết định; sau 3 ngày làm việc không quyết định thì đơn bị hủy và tiền đã trả được hoàn lại.",
            number=c["number"],
        )),
        said(_("Bạn có thể hủy đơn ngay.")), button(_("Xem đơn"), c["url"]),
    )  # fmt: skip
    return Letter(_("Đơn hàng %(number)s tạm dừng", number=c["number"]), body)


def _hours(days: list[tuple[str, str]]) -> str:
    """``T2–T7 07:30–19:00; CN nghỉ``: days in a row with the same hours together."""
    names = {
        "mon": _("T2"), "tue": _("T3"), "wed": _("T4"), "thu": _("T5"), "fri": _("T6"), "sat": _("T7"), "sun": _("CN"),
    }  # fmt: skip
    told: list[str] = []
    for text, group in groupby(days, key=lambda one: one[1]):
        row = [names[day] for day, _text in group]
        told.append(f"{row[0]}–{row[-1]} {text or _('nghỉ')}" if len(row) > 1 else f"{row[0]} {text or _('nghỉ')}")
    return "; ".join(told)


def _line(name: str, label: str, quantity: int, unit: str, total_vnd: int) -> str:
    much = f" × {amount(quantity, unit)}" if unit == "piece" else f", {amount(quantity, unit)}"
    return f"{name}, {label}{much}: {dong(total_vnd)}"
