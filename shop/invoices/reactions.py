"""What invoices do when goods change hands, come back, or money goes back; at a till too.

Each runs in the worker's transaction.
"""

from core.events import later
from shop.invoices import corrections, service
from shop.orders.events import OrderEnded, OrderHandedOver, OrderReturned, OrderShipped, ParcelDropped
from shop.orders.queries import get_order
from shop.orders.rules import Parcel
from shop.payments.events import RefundFailed, RefundPromised
from shop.tills.events import SaleDecided, TillReturned, TillSold

#: Parcels that the buyer has, or may still get.
_OUT = frozenset({Parcel.SHIPPED, Parcel.FAILED, Parcel.DELIVERED, Parcel.WAITING, Parcel.PACKED})


@later(OrderShipped)
def draft_when_shipped(event: OrderShipped) -> None:
    """A carrier has the goods: the invoice is drafted (Decree 123/2020, Article 9: when goods are handed over)."""
    service.draft_for(event.number)


@later(OrderHandedOver)
def draft_when_handed_over(event: OrderHandedOver) -> None:
    """The buyer has the goods."""
    service.draft_for(event.number)


@later(RefundPromised)
def correct_for_refund(event: RefundPromised) -> None:
    """Money goes back: what was invoiced is adjusted."""
    corrections.take_back_refund(event.code)


@later(RefundFailed)
def undo_for_refund(event: RefundFailed) -> None:
    """It did not go back after all."""
    corrections.refund_failed(event.code)


@later(OrderReturned)
def correct_for_return(event: OrderReturned) -> None:
    """The last parcel came back undelivered: it is sent again, or the order ends."""
    order = get_order(event.number)
    if not any(one.state in _OUT for one in order.shipments):
        corrections.discard_returned(event.number)


@later(OrderEnded)
def correct_for_end(event: OrderEnded) -> None:
    """The order was called off: nothing was sold."""
    corrections.take_back_order(event.number)


@later(ParcelDropped)
def correct_for_drop(event: ParcelDropped) -> None:
    """One of several parcels is not sent after all."""
    corrections.take_back_parcel(event.number, event.parcel, is_paid=event.owed_vnd > 0)


@later(TillSold)
def draft_when_sold_at_till(event: TillSold) -> None:
    """The buyer left with the goods and a receipt."""
    service.draft_for_sale(event.code)


@later(SaleDecided)
def draft_when_accepted(event: SaleDecided) -> None:
    """A sale made without the network became one by a person's decision."""
    if event.sale is not None:
        service.draft_for_sale(event.sale)


@later(TillReturned)
def correct_for_return_at_till(event: TillReturned) -> None:
    """Goods came back to a till."""
    corrections.take_back_at_till(event.code, event.of)
