"""Where an order stands, as its buyer asks it: who has my goods, what happens next, by when, and what I do now."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from core.money import dong
from core.web.pages import show_day, show_moment
from shop.delivery.carriers.known import tracking_link
from shop.orders.goods import due_for
from shop.orders.models import Order, Shipment
from shop.orders.rules import HELD_WORKING_DAYS, Parcel, State, working_days_after
from shop.orders.words import FAILURES, PARCELS
from shop.payments.models import Payment
from shop.payments.providers.port import is_cash


@dataclass(frozen=True)
class ParcelView:
    """A parcel for the buyer's eyes."""

    position: int
    state: str
    words: str
    store: str
    courier: str | None
    tracking: str | None
    link: str | None
    lines: list[tuple[str, int, str]]
    failure: str | None


def what_next(order: Order, payment: Payment, *, is_service: bool = False) -> list[str]:
    """Sentences for the buyer, the most urgent first; empty when there is nothing more to do or to wait for.

    An order of services has its vouchers further down, and they say how they stand.
    """
    if is_service and order.state in (State.HANDED_OVER, State.COMPLETED):
        return [_("Phiếu dịch vụ ở ngay bên dưới.")]
    told = _STANDINGS.get(State(order.state))
    return [one for one in (told(order, payment) if told else ()) if one]


def view_parcels(order: Order) -> list[ParcelView]:
    """The parcels that count, with where to follow them."""
    name_of = {line.id: (line.product_name, line.unit) for line in order.lines}
    return [
        ParcelView(
            one.position, one.state, str(PARCELS[one.state]), one.store.name, one.courier, one.tracking,
            tracking_link(one.carrier, one.tracking),
            [(name_of[part.order_line_id][0], part.quantity, name_of[part.order_line_id][1]) for part in one.lines],
            str(FAILURES.get(one.failure or "", "")) or None if one.state == Parcel.FAILED else None,
        )
        for one in order.shipments
        if one.state != Parcel.CANCELLED or len(order.shipments) > 1
    ]  # fmt: skip


def _placed(order: Order, payment: Payment) -> list[str]:
    if order.decided_at is None:
        until = payment.expires_at
        return [_("Hàng được giữ cho bạn đến %(moment)s.", moment=show_moment(until))] if until else []
    return [_promise(order), _collect_day(order), _cash_words(order, payment)]


def _promise(order: Order) -> str:
    """Who has it now, and by when it moves."""
    if order.promised_at is None:
        return _("%(store)s đang chuẩn bị hàng.", store=order.store.name)
    facts = {"store": order.store.name, "moment": show_moment(order.promised_at)}
    if order.method == "pickup":
        return _("%(store)s đang chuẩn bị hàng, dự kiến xong trước %(moment)s.", **facts)
    return _("%(store)s đang chuẩn bị hàng, dự kiến giao cho đơn vị vận chuyển trước %(moment)s.", **facts)


def _collect_day(order: Order) -> str:
    if order.method != "pickup":
        return ""
    return _("Cửa hàng giữ hàng đến hết ngày %(day)s.", day=show_day(order.collect_by))


def _cash_words(order: Order, payment: Payment) -> str:
    """What to have at hand, while it is still to be paid in person."""
    if not is_cash(payment.provider) or payment.captured_vnd:
        return ""
    money = dong(sum(due_for(order, one) for one in order.shipments if _awaits(one)))
    if order.method == "pickup":
        return _("Bạn trả %(money)s tại quầy.", money=money)
    return _("Bạn trả %(money)s tiền mặt khi nhận hàng.", money=money)


def _awaits(parcel: Shipment) -> bool:
    return parcel.state not in (Parcel.CANCELLED, Parcel.DELIVERED)


def _packing(order: Order, payment: Payment) -> list[str]:
    if all(one.state != Parcel.WAITING for one in order.shipments) and order.method == "delivery":
        return [_("Hàng đã đóng gói, chờ đơn vị vận chuyển đến lấy."), _cash_words(order, payment)]
    return [_promise(order), _cash_words(order, payment)]


def _ready(order: Order, payment: Payment) -> list[str]:
    facts = {"store": order.store.name, "address": order.store.address, "day": show_day(order.collect_by)}
    return [
        _("Hàng đợi bạn ở %(store)s, %(address)s, đến hết ngày %(day)s.", **facts),
        _("Đọc mã nhận hàng hoặc đưa mã QR này ở quầy."),
        _cash_words(order, payment),
    ]


def _shipped(order: Order, payment: Payment) -> list[str]:
    couriers = {one.courier for one in order.shipments if one.state == Parcel.SHIPPED and one.courier}
    carrier = ", ".join(sorted(couriers)) or _("Đơn vị vận chuyển")
    facts = {"carrier": carrier, "name": order.contact_name}
    return [_("%(carrier)s đang giữ hàng và giao đến %(name)s.", **facts), _cash_words(order, payment)]


def _failed(order: Order, payment: Payment) -> list[str]:
    failed = next(one for one in order.shipments if one.state == Parcel.FAILED)
    facts = {
        "carrier": failed.courier or _("Đơn vị vận chuyển"), "reason": str(FAILURES.get(failed.failure or "other", "")),
    }  # fmt: skip
    return [
        _("%(carrier)s chưa giao được: %(reason)s.", **facts),
        _("Họ thường giao lại vào ngày hôm sau. Hãy để ý điện thoại, hoặc gọi cửa hàng nếu cần đổi địa chỉ."),
    ]


def _returned(order: Order, payment: Payment) -> list[str]:
    return [_("Hàng chưa giao được đã về %(store)s. Cửa hàng sẽ gọi cho bạn để gửi lại hoặc hủy đơn.",
              store=order.store.name)]  # fmt: skip


def _handed_over(order: Order, payment: Payment) -> list[str]:
    arrived = [one.delivered_at for one in order.shipments if one.delivered_at is not None]
    return [_("Bạn đã nhận ngày %(day)s.", day=show_day(max(arrived)))] if arrived else []


def _held(order: Order, payment: Payment) -> list[str]:
    if order.held_on is None:
        return []
    day = working_days_after(order.held_on, HELD_WORKING_DAYS)
    return [
        _("Công nhận OCOP của một sản phẩm vừa bị thu hồi hoặc tạm dừng, nên cửa hàng chưa giao."),
        _("Sau ngày %(day)s cửa hàng chưa quyết định thì đơn tự hủy và tiền đã trả được hoàn.", day=show_day(day)),
    ]


_STANDINGS: dict[State, Any] = {
    State.PLACED: _placed, State.PAID: _placed, State.PACKING: _packing, State.READY: _ready, State.SHIPPED: _shipped,
    State.DELIVERY_FAILED: _failed, State.RETURNED: _returned, State.HANDED_OVER: _handed_over,
    State.COMPLETED: _handed_over, State.HELD: _held,
}  # fmt: skip
