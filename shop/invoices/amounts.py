"""What stands on an invoice: the order's lines and charges, less what was called off or given back."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select

from core.db import db
from shop.carts.rules import line_total
from shop.invoices.models import Invoice, InvoiceLine
from shop.invoices.rules import LineKind, Owed, excess, remaining, tax_left, within
from shop.orders.given_back import GivenBack, find_given_back
from shop.orders.models import Order, OrderCharge, OrderEvent, OrderLine
from shop.orders.rules import reference_of
from shop.orders.words import CHARGES
from shop.payments.models import Payment, Refund
from shop.payments.rules import RefundState
from shop.taxes.rules import Part, split
from shop.tills.models import TillLine


def whole(order: Order) -> dict[str, Owed]:
    """Everything that was bought, after the discount, by ``l:ID`` of a line or ``c:ID`` of a charge."""
    lines = {f"l:{one.id}": Owed(one.quantity, one.line_total_vnd - one.discount_vnd) for one in order.lines}
    return lines | {f"c:{one.id}": Owed(1, one.amount_vnd) for one in order.charges if one.amount_vnd}


def kept(order: Order, *, but: str | None = None) -> dict[str, Owed]:
    """What the buyer keeps: parcels that were called off and refunds (without the one of code `but`) taken away."""
    left = whole(order)
    for owed, wanted in _taken(order, but):
        amount = min(owed, sum(one.gross_vnd for one in left.values()))
        left = remaining(left, [within(amount, wanted, left)])
    return left


def refunded(order: Order, refund: Refund, left: Mapping[str, Owed]) -> dict[str, Owed]:
    """What one refund takes from each line of what is left."""
    amount = min(refund.amount_vnd, sum(one.gross_vnd for one in left.values()))
    return within(amount, _told(refund.key), left)


def called_off(order: Order, parcel: str, left: Mapping[str, Owed]) -> dict[str, Owed]:
    """What a parcel (its code) that nobody paid takes from each line of what is left, as far as that says more than
    the buyer keeps: what was drafted when the parcel was off already knows of it.
    """
    over = excess(left, kept(order))
    both = {key: (one, over[key]) for key, one in _told(_key_of(parcel)).items() if key in over}
    return {
        key: Owed(min(one.quantity, more.quantity), min(one.gross_vnd, more.gross_vnd))
        for key, (one, more) in both.items()
    }


def standing(invoice: Invoice, corrections: Iterable[Invoice]) -> dict[str, Owed]:
    """What an invoice and its adjustments together say of each line."""
    left = _owed(invoice.lines)
    return remaining(left, [_negated(_owed(one.lines)) for one in corrections])


def printed(order: Order, left: Mapping[str, Owed]) -> list[InvoiceLine]:
    """The lines of a new invoice: net and tax by rate, so that they agree with the totals to the đồng."""
    goods = [(one, left[f"l:{one.id}"]) for one in order.lines]
    lines = [goods_line(one, owed, order_line_id=one.id) for one, owed in goods if owed.gross_vnd > 0]
    lines += [
        _charge(one, left[f"c:{one.id}"])
        for one in order.charges
        if one.amount_vnd and left[f"c:{one.id}"].gross_vnd > 0
    ]
    return with_tax(lines)


def with_tax(lines: list[InvoiceLine]) -> list[InvoiceLine]:
    """Number the lines and share the tax of each rate out over them."""
    pieces = split([Part(one.gross_vnd, one.vat_bp, one.vat_kind) for one in lines])
    for position, (line, piece) in enumerate(zip(lines, pieces, strict=True), start=1):
        line.position, line.net_vnd, line.tax_vnd = position, piece.net_vnd, piece.tax_vnd
    return lines


def taken_back(invoice: Invoice, left: Mapping[str, Owed], taken: Mapping[str, Owed]) -> list[InvoiceLine]:
    """The lines of an adjustment: what was printed, with the sign turned, and the tax that belongs to it."""
    lines: list[InvoiceLine] = []
    for one in invoice.lines:
        owed = taken.get(key_of(one))
        if owed is None:
            continue
        before, after = left[key_of(one)].gross_vnd, left[key_of(one)].gross_vnd - owed.gross_vnd
        tax = tax_left(one.tax_vnd, one.gross_vnd, after) - tax_left(one.tax_vnd, one.gross_vnd, before)
        lines.append(_copy(one, len(lines) + 1, -owed.quantity, -owed.gross_vnd, tax))
    return lines


def copied(invoice: Invoice) -> list[InvoiceLine]:
    """The same lines for a replacement."""
    return [_copy(one, one.position, one.quantity, one.gross_vnd, one.tax_vnd) for one in invoice.lines]


def key_of(line: InvoiceLine) -> str:
    """``l:ID`` of an order's line, ``t:ID`` of a till's, ``c:ID`` of a charge."""
    if line.till_line_id:
        return f"t:{line.till_line_id}"
    return f"l:{line.order_line_id}" if line.order_line_id else f"c:{line.order_charge_id}"


def goods_line(line: OrderLine | TillLine, owed: Owed, **source: int) -> InvoiceLine:
    """Goods as printed: what is kept of them, and the discount that makes their price come to it."""
    quantity = owed.quantity or line.quantity
    full = line_total(line.unit_price_vnd, quantity, line.unit)
    return InvoiceLine(
        kind=LineKind.GOODS, name=f"{line.product_name}, {line.label}", unit=line.unit, quantity=quantity,
        unit_price_vnd=line.unit_price_vnd, discount_vnd=max(0, full - owed.gross_vnd), gross_vnd=owed.gross_vnd,
        vat_bp=line.vat_bp, vat_kind=line.vat_kind, **source,
    )  # fmt: skip


def _owed(lines: Sequence[InvoiceLine]) -> dict[str, Owed]:
    return {key_of(one): Owed(one.quantity, one.gross_vnd) for one in lines}


def _negated(owed: Mapping[str, Owed]) -> dict[str, Owed]:
    return {key: Owed(-one.quantity, -one.gross_vnd) for key, one in owed.items()}


def _taken(order: Order, but: str | None) -> list[tuple[int, dict[str, Owed]]]:
    """(đồng, lines where they are known) of everything that was called off or promised back, oldest first."""
    query = select(Refund).join(Payment, Payment.id == Refund.payment_id).order_by(Refund.id)
    query = query.where(Payment.reference == reference_of(order.number), Refund.state != RefundState.FAILED)
    refunds = [one for one in db.session.scalars(query) if one.code != but]
    paid_back = {one.key for one in refunds}
    dropped = [
        (int(step.data["owed_vnd"]), _told(key))
        for step in order.events
        if step.data.get("owed_vnd") and (key := _key_of(_parcel_code(order, step))) not in paid_back
    ]
    return dropped + [(one.amount_vnd, _told(one.key)) for one in refunds]


def _told(key: str) -> dict[str, Owed]:
    """The lines that a refund's key is for, as far as anybody knows."""
    return {_key(one): Owed(one.quantity, one.amount_vnd) for one in find_given_back(key) or ()}


def _key_of(parcel: str) -> str:
    """The key of the refund of a parcel that the store called off, whether or not there was money to give back."""
    return f"parcel:{parcel}"


def _key(one: GivenBack) -> str:
    return f"l:{one.line_id}" if one.line_id else f"c:{one.charge_id}"


def _parcel_code(order: Order, step: OrderEvent) -> str:
    """The parcel of which a step of the timeline speaks."""
    return f"{order.number}-{step.data.get('parcel', 1)}"


def _charge(charge: OrderCharge, owed: Owed) -> InvoiceLine:
    return InvoiceLine(
        kind=LineKind.CHARGE, order_charge_id=charge.id, name=str(CHARGES[charge.kind]), unit="piece", quantity=1,
        unit_price_vnd=charge.amount_vnd, discount_vnd=max(0, charge.amount_vnd - owed.gross_vnd),
        gross_vnd=owed.gross_vnd, vat_bp=charge.vat_bp, vat_kind=charge.vat_kind,
    )  # fmt: skip


def _copy(line: InvoiceLine, position: int, quantity: int, gross_vnd: int, tax_vnd: int) -> InvoiceLine:
    is_whole = gross_vnd == line.gross_vnd
    return InvoiceLine(
        position=position, kind=line.kind, order_line_id=line.order_line_id, order_charge_id=line.order_charge_id,
        till_line_id=line.till_line_id, name=line.name, unit=line.unit, quantity=quantity,
        unit_price_vnd=line.unit_price_vnd,
        discount_vnd=line.discount_vnd if is_whole else 0, gross_vnd=gross_vnd, net_vnd=gross_vnd - tax_vnd,
        tax_vnd=tax_vnd, vat_bp=line.vat_bp, vat_kind=line.vat_kind,
    )  # fmt: skip
