"""A seller, a producer, and what they sold, written row by row: orders, parcels that come back, returns, a till.

The verbs of orders and tills have tests of their own; here the rows are what counts, and a year of them must be quick.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from types import ModuleType

from sqlalchemy import select

from catalog.certificates.models import Certificate
from catalog.listings.models import Listing, Sku
from catalog.producers.models import Producer
from core.accounts.actor import SYSTEM, Actor
from core.clock import local_day, now
from core.db import db, transaction
from core.ids import secret_token, short_code
from shop.carts.models import Cart
from shop.inventory import ledger
from shop.inventory.models import Lot
from shop.orders.models import Order, OrderLine, Shipment, ShipmentLine, ShipmentLot
from shop.payments import refunds
from shop.payments import service as payments
from shop.payments.providers.port import Payee
from shop.returns.models import GoodsReturn, ReturnLine, ReturnLot
from shop.settlements import asking, service
from shop.settlements.models import Settlement, SettlementPeriod
from shop.stores.models import Store
from shop.stores.queries import get_place
from shop.tills.models import Till, TillLine, TillLineLot, TillSale, TillShift

BANK = ("970436", "0011000012345", "HTX THU NGHIEM")
#: So many units of a lot.
Lots = Sequence[tuple[Lot, int]]


@dataclass
class Stage:
    """One producer's goods in one store."""

    make: ModuleType
    producer: Producer = field(init=False)
    store: Store = field(init=False)
    maker: Actor = field(init=False)
    checker: Actor = field(init=False)
    _shift: TillShift | None = None

    def __post_init__(self) -> None:
        self.producer = self.make.producer()
        self.store = self.make.store()
        self.maker, self.checker = self.make.actor("admin"), self.make.actor("admin")

    @property
    def seller(self) -> str:
        return self.store.seller.code

    def sku(self, price_vnd: int = 100_000, producer: Producer | None = None, begins: date | None = None) -> Sku:
        """A pack of the producer's, certified for three years from a day."""
        product = self.make.product(producer=producer or self.producer)
        self.make.certificate(product, valid_from=begins)
        return self.make.pack_of(self.make.listing(product, price_vnd=price_vnd))

    def lot(self, sku: Sku, commission_bp: int = 2_000, *, is_consigned: bool = True) -> Lot:
        """A lot of it on the shelf."""
        one = self.make.lot(sku, self.store, on_shelf=0)
        with transaction():
            one.commission_bp, one.is_consigned = commission_bp, is_consigned
        return one

    def level(self, lot: Lot) -> int:
        return ledger.open_level(get_place(self.store.id, "shelf").id, lot.id)

    def order(self, lots: Lots, price_vnd: int = 100_000, discount_vnd: int = 0, *, state: str = "delivered") -> Order:
        """An order of one line that these lots served, in one parcel."""
        at = now()
        with transaction() as session:
            cart = Cart(token=secret_token(), created_at=at, updated_at=at, closed_at=at)
            session.add(cart)
            session.flush()
            units = sum(quantity for _lot, quantity in lots)
            sums = {"lines_total_vnd": units * price_vnd, "discount_total_vnd": discount_vnd, "charges_total_vnd": 0}
            order = Order(
                number=short_code("DH"), token=secret_token(), cart_id=cart.id, seller_id=self.store.seller_id,
                store_id=self.store.id, state="handed_over", contact_name="Người mua", contact_phone="+84912345678",
                method="pickup", coupon_code="THU" if discount_vnd else None, provider="at_store", placed_at=at,
                placed_on=local_day(at), decided_at=at, decided_on=local_day(at),
                total_vnd=units * price_vnd - discount_vnd, **sums,
            )  # fmt: skip
            session.add(order)
            session.flush()
            line = OrderLine(
                order_id=order.id, position=1, slug="thu", line_total_vnd=units * price_vnd, discount_vnd=discount_vnd,
                quantity=units, placed_on=local_day(at), decided_at=at, decided_on=local_day(at),
                **self._printed(lots[0][0], price_vnd),
            )  # fmt: skip
            parcel = Shipment(
                code=f"{order.number}-1", order_id=order.id, store_id=self.store.id, position=1, state=state,
                shipped_at=at,
            )  # fmt: skip
            session.add_all([line, parcel])
            session.flush()
            session.add(ShipmentLine(shipment_id=parcel.id, order_line_id=line.id, quantity=units))
            for lot, quantity in lots:
                session.add(
                    ShipmentLot(
                        shipment_id=parcel.id, order_line_id=line.id, level_id=self.level(lot), lot_id=lot.id,
                        quantity=quantity, left_at=at,
                    )
                )  # fmt: skip
                session.flush()
        return order

    def deliver(self, order: Order) -> None:
        """The carrier brought it."""
        with transaction():
            parcel = db.session.scalars(select(Shipment).where(Shipment.order_id == order.id)).one()
            parcel.state, parcel.delivered_at = "delivered", now()

    def come_back(self, order: Order) -> None:
        """The carrier could not deliver it."""
        with transaction():
            parcel = db.session.scalars(select(Shipment).where(Shipment.order_id == order.id)).one()
            parcel.state, parcel.returned_at = "returned", now()
            for one in parcel.lots:
                one.came_back_at = now()

    def give_back(self, order: Order, lots: Lots, worth_vnd: int) -> GoodsReturn:
        """The buyer brought some of it back, and her money is promised."""
        at, line = now(), db.session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).one()
        reference = f"ord:{order.number}"
        seller = self.store.seller
        payee = Payee(seller.id, seller.name, seller.bank_bin, seller.bank_account)
        payments.open_payment(
            payments.Asked(reference, "at_store", order.total_vnd, order.number, payee, None), SYSTEM, at
        )
        payments.take_cash(reference, SYSTEM)
        refund = refunds.promise(reference, worth_vnd, "broken", f"return:{order.number}", SYSTEM)
        with transaction() as session:
            row = GoodsReturn(
                code=short_code("TH"), order_id=order.id, kind="return", reason="broken", state="done", asked_at=at,
                asked_by="khách", decided_at=at, decided_by_id=self.maker.user_id, received_at=at, settled_at=at,
                settled_by_id=self.checker.user_id, refund_id=refund.id, given_vnd=worth_vnd,
            )  # fmt: skip
            session.add(row)
            session.flush()
            units = sum(quantity for _lot, quantity in lots)
            back = ReturnLine(return_id=row.id, order_line_id=line.id, quantity=units, worth_vnd=worth_vnd)
            session.add(back)
            session.flush()
            for lot, quantity in lots:
                session.add(ReturnLot(return_line_id=back.id, lot_id=lot.id, quantity=quantity, is_sellable=True))
                session.flush()
        return row

    def ring_up(
        self, lots: Lots, price_vnd: int = 100_000, discount_vnd: int = 0, *, decided_at: datetime | None = None,
        of: TillSale | None = None,
    ) -> TillSale:  # fmt: skip
        """A receipt of one line; ``of``: a return against that receipt."""
        at = decided_at or now()
        units = sum(quantity for _lot, quantity in lots)
        shift = self._shift or self._open_shift(at)
        with transaction() as session:
            sale = TillSale(
                code=short_code("TL" if of else "BL"), uuid=secret_token()[:36], token=secret_token(),
                kind="return" if of else "sale", of_sale_id=of.id if of else None, till_id=shift.till_id,
                shift_id=shift.id, store_id=self.store.id, seller_id=self.store.seller_id, cashier="Thu ngân",
                sold_at=at, received_at=now(), decided_at=at, decided_on=local_day(at),
                lines_total_vnd=units * price_vnd, discount_vnd=discount_vnd, rounding_vnd=0,
                total_vnd=units * price_vnd - discount_vnd,
            )  # fmt: skip
            session.add(sale)
            session.flush()
            sold = db.session.scalars(select(TillLine).where(TillLine.sale_id == of.id)).one() if of else None
            line = TillLine(
                sale_id=sale.id, position=1, of_line_id=sold.id if sold else None, quantity=units,
                line_total_vnd=units * price_vnd, discount_vnd=discount_vnd,
                decided_on=sold.decided_on if sold else local_day(at), taken_to="shelf" if of else None,
                **self._printed(lots[0][0], price_vnd) | ({"unit_price_vnd": sold.unit_price_vnd} if sold else {}),
            )  # fmt: skip
            session.add(line)
            session.flush()
            for lot, quantity in lots:
                session.add(TillLineLot(line_id=line.id, lot_id=lot.id, level_id=self.level(lot), quantity=quantity))
                session.flush()
        return sale

    def close(self, period: str, by: Actor | None = None) -> SettlementPeriod:
        return service.close(self.seller, period, by or self.maker)

    def approve(self, period: str) -> list[Settlement]:
        return service.approve_period(self.seller, period, self.checker)

    def settled(self, period: str, producer: Producer | None = None) -> Settlement:
        """The producer's settlement of a closed period."""
        query = select(Settlement).join(SettlementPeriod, SettlementPeriod.id == Settlement.period_id)
        query = query.where(SettlementPeriod.period == period, Settlement.producer_id == (producer or self.producer).id)
        return db.session.scalars(query).one()

    def name_account(self, vat_method: str = "credit") -> None:
        """The producer's account, noted and confirmed."""
        row = asking.name_payee(self.producer.code, vat_method, BANK, self.maker)
        asking.decide_payee(row.id, self.checker, agrees=True)

    def _open_shift(self, at: datetime) -> TillShift:
        opened = at - timedelta(hours=1)
        with transaction() as session:
            till = Till(
                code=short_code("QT")[:20], store_id=self.store.id, name="Quầy 1", registered_at=opened,
                registered_by="thử",
            )  # fmt: skip
            session.add(till)
            session.flush()
            self._shift = TillShift(
                code=short_code("CA"), till_id=till.id, store_id=self.store.id, number=1, opened_at=opened,
                opened_by="Thu ngân", float_vnd=0,
            )  # fmt: skip
            session.add(self._shift)
        return self._shift

    def _printed(self, lot: Lot, price_vnd: int) -> dict[str, object]:
        sku = db.session.get_one(Sku, lot.sku_id)
        listing = db.session.get_one(Listing, sku.listing_id)
        star = db.session.scalars(select(Certificate).where(Certificate.product_id == listing.product_id)).one()
        return {
            "sku_id": sku.id, "product_id": listing.product_id, "sku_code": sku.code, "product_name": "Mật ong thử",
            "producer_name": self.producer.name, "label": sku.label, "unit": "piece", "unit_price_vnd": price_vnd,
            "vat_bp": 800, "certificate_id": star.id, "certificate_code": star.code,
            "certificate_number": star.decision_number, "stars": star.stars,
        }  # fmt: skip


def at(day: date, hour: int = 10) -> datetime:
    """An instant on a day in Việt Nam."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC) - timedelta(hours=7)


__all__ = ["BANK", "Lots", "Stage", "at"]
