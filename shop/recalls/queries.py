"""Reads of recalls: what lies where, which orders were promised it, who bought it and how she stands."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import aliased, selectinload

from catalog.listings.models import Sku
from catalog.producers.models import Producer
from catalog.products.models import Product
from core.clock import now
from core.db import db, in_chunks
from core.messages.models import MessageSent
from shop.inventory.models import Lot, StockHold, StockLevel, StockMovement
from shop.orders.models import Order
from shop.recalls.models import Recall, RecallBuyer, RecallLot, RecallOrder, RecallTask
from shop.recalls.refusals import RecallNotFound
from shop.recalls.rules import Goods, Source, State, Told, key_of, standing
from shop.sales.queries import list_sold
from shop.sales.rules import RETURNS, Only, Sold
from shop.sales.rules import Source as From
from shop.stores.models import Place, Store
from shop.stores.rules import PLACES, SELLABLE_PLACES
from shop.tills.models import TillSale


@dataclass(frozen=True)
class Lying:
    """Recalled goods at a place of a store."""

    level_id: int
    store_id: int
    lot: str
    number: str
    place: str
    unit: str
    on_hand: int
    #: Not promised to any order.
    free: int


@dataclass(frozen=True)
class Contact:
    """How a buyer can be reached, as her sale says."""

    name: str = ""
    phone: str | None = None
    email: str | None = None
    locale: str = "vi"


@dataclass(frozen=True)
class Buyer:
    """One sale of recalled goods, and how its buyer stands."""

    row: RecallBuyer
    store: Store
    contact: Contact
    goods: tuple[Goods, ...]
    #: When the first of them went.
    sold_at: datetime | None
    told: Told

    @property
    def is_reachable(self) -> bool:
        """Whether anything but the number of a receipt is known."""
        return bool(self.contact.phone or self.contact.email)


@dataclass(frozen=True)
class Promised:
    """Units of a recalled lot that an order had been promised; ``is_stuck``: it still is, and nothing replaces them."""

    reference: str
    store: Store
    lot: str
    quantity: int
    is_moved: bool
    is_stuck: bool

    @property
    def number(self) -> str:
        """The order's number."""
        return self.reference.partition(":")[2]


def get_recall(code: str) -> Recall:
    """A recall. Raises RecallNotFound."""
    found = db.session.scalar(select(Recall).where(Recall.code == code).options(selectinload(Recall.product)))
    if found is None:
        raise RecallNotFound
    return found


def list_recalls(page: int, per_page: int, state: str | None = None) -> tuple[Sequence[Recall], int]:
    """Recalls, open ones first, then the newest; and how many there are."""
    query = select(Recall).options(selectinload(Recall.product))
    if state is not None:
        query = query.where(Recall.state == state)
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    shown = query.order_by(Recall.state.desc(), Recall.id.desc()).offset((page - 1) * per_page).limit(per_page)
    return db.session.scalars(shown).all(), total


def lots_of(called: Recall) -> list[Lot]:
    """The lots that a recall took."""
    query = select(Lot).join(RecallLot, RecallLot.lot_id == Lot.id).where(RecallLot.recall_id == called.id)
    return list(db.session.scalars(query.order_by(Lot.id).execution_options(populate_existing=True)))


def recalls_in(store_id: int) -> list[Recall]:
    """The recalls, closed ones too, of which goods lie in a store."""
    lying = _ids_with_goods().where(Place.store_id == store_id)
    query = select(Recall).where(Recall.id.in_(lying)).options(selectinload(Recall.product))
    return list(db.session.scalars(query.order_by(Recall.state.desc(), Recall.id.desc())))


def levels_in(
    called: Recall, store_ids: Collection[int] | None = None, places: Collection[str] = SELLABLE_PLACES
) -> list[Lying]:
    """Where goods of a recall lie, in these stores or in all."""
    promised = (
        select(StockHold.level_id, func.sum(StockHold.quantity).label("units"))
        .where(StockHold.state == "active", or_(StockHold.expires_at.is_(None), StockHold.expires_at > now()))
        .group_by(StockHold.level_id)
        .subquery()
    )
    query = (
        select(
            StockLevel.id, Place.store_id, Lot.code, Lot.number, Place.code, Sku.unit, StockLevel.on_hand,
            StockLevel.on_hand - func.coalesce(promised.c.units, 0),
        )
        .join(Lot, Lot.id == StockLevel.lot_id)
        .join(Sku, Sku.id == Lot.sku_id)
        .join(RecallLot, RecallLot.lot_id == Lot.id)
        .join(Place, Place.id == StockLevel.place_id)
        .outerjoin(promised, promised.c.level_id == StockLevel.id)
        .where(RecallLot.recall_id == called.id, StockLevel.on_hand > 0, Place.code.in_(places))
        .order_by(StockLevel.id)
    )  # fmt: skip
    if store_ids is not None:
        query = query.where(Place.store_id.in_(store_ids))
    return [Lying(*row) for row in db.session.execute(query)]


def closed_with_goods() -> list[Recall]:
    """Closed recalls of which goods lie in a store: a count found them, or a van came late."""
    query = select(Recall).where(Recall.state == State.CLOSED, Recall.id.in_(_ids_with_goods()))
    return list(db.session.scalars(query.order_by(Recall.id)))


def on_the_way(called: Recall, store_ids: Collection[int] | None = None) -> list[Lying]:
    """Goods of a recall between two stores; a level of the sender's."""
    return levels_in(called, store_ids, [place for place in PLACES if place not in SELLABLE_PLACES])


def stores_with_goods(called: Recall) -> list[int]:
    """Ids of the stores in which goods of a recall lie."""
    return sorted({one.store_id for one in levels_in(called)})


def tasks_of(called: Recall) -> list[RecallTask]:
    """What each store has to do, by store."""
    query = select(RecallTask).where(RecallTask.recall_id == called.id).options(selectinload(RecallTask.store))
    return list(db.session.scalars(query.order_by(RecallTask.id)))


def count_tasks(store_ids: Sequence[int], _at: datetime) -> Mapping[int, int]:
    """How many recalls have goods in a store, by store id; a closed one too, when goods of it turned up since."""
    query = (
        select(Place.store_id, func.count(func.distinct(RecallLot.recall_id)))
        .select_from(RecallLot)
        .join(StockLevel, StockLevel.lot_id == RecallLot.lot_id)
        .join(Place, Place.id == StockLevel.place_id)
        .where(StockLevel.on_hand > 0, Place.store_id.in_(store_ids))
        .where(Place.code.in_(SELLABLE_PLACES))
        .group_by(Place.store_id)
    )
    return {row[0]: int(row[1]) for row in db.session.execute(query)}


def taken_off(called: Recall, store_id: int | None = None) -> list[tuple[Lot, int, datetime, str, int]]:
    """What stores took off their shelves: lot, units, instant, who, and the store's id."""
    query = (
        select(Lot, -StockMovement.delta, StockMovement.at, StockMovement.actor, Place.store_id)
        .join(StockLevel, StockLevel.lot_id == Lot.id)
        .join(StockMovement, StockMovement.level_id == StockLevel.id)
        .join(Place, Place.id == StockLevel.place_id)
        .where(StockMovement.document_type == "recall", StockMovement.document_ref == called.code)
        .order_by(StockMovement.id)
    )
    if store_id is not None:
        query = query.where(Place.store_id == store_id)
    return [(row[0], row[1], row[2], row[3], row[4]) for row in db.session.execute(query)]


def promised_of(called: Recall) -> list[Promised]:
    """Orders that had been promised goods of a recall, those that a person must deal with first."""
    holding = (
        select(StockHold.reference, StockLevel.lot_id)
        .join(StockLevel, StockLevel.id == StockHold.level_id)
        .join(RecallLot, RecallLot.lot_id == StockLevel.lot_id)
        .where(RecallLot.recall_id == called.id, StockHold.state == "active")
    )
    live = {(row[0], row[1]) for row in db.session.execute(holding)}
    query = (
        select(RecallOrder, Store, Lot)
        .join(Store, Store.id == RecallOrder.store_id)
        .join(Lot, Lot.id == RecallOrder.lot_id)
        .where(RecallOrder.recall_id == called.id)
        .order_by(RecallOrder.id)
    )
    found = [
        Promised(one.reference, store, lot.code, one.quantity, one.is_moved, (one.reference, lot.id) in live)
        for one, store, lot in db.session.execute(query)
    ]
    return sorted(found, key=lambda one: not one.is_stuck)


def sold_of(called: Recall) -> dict[tuple[str, str], list[Sold]]:
    """Sold lots of a recall by (source, number of the sale); what came back stands with its own sale."""
    lots = [lot.id for lot in lots_of(called)]
    rows = list_sold(Only(lots=lots)) if lots else []
    of_sale = _sales_of_returns([row.source_ref for row in rows if row.source == From.TILL_RETURN])
    found: dict[tuple[str, str], list[Sold]] = {}
    for row in rows:
        is_till = row.source in (From.TILL, From.TILL_RETURN)
        ref = of_sale.get(row.source_ref, row.source_ref) if row.source == From.TILL_RETURN else row.source_ref
        found.setdefault((Source.TILL if is_till else Source.ORDER, ref), []).append(row)
    return found


def buyers_of(called: Recall, stores: Collection[int] | None = None) -> list[Buyer]:
    """Who bought goods of a recall, in these stores or anywhere; whom nobody has reached first."""
    query = select(RecallBuyer, Store).join(Store, Store.id == RecallBuyer.store_id)
    query = query.where(RecallBuyer.recall_id == called.id).order_by(RecallBuyer.id)
    if stores is not None:
        query = query.where(RecallBuyer.store_id.in_(stores))
    rows = [(row[0], row[1]) for row in db.session.execute(query)]
    sold, numbers = sold_of(called), {lot.id: lot for lot in lots_of(called)}
    contacts = _contacts([(row.source, row.ref) for row, _store in rows])
    outcomes = _outcomes([key_of(called.code, row.source, row.ref) for row, _store in rows])
    found = [
        _buyer(called, row, store, sold.get((row.source, row.ref), []), numbers, contacts, outcomes)
        for row, store in rows
    ]
    return sorted(found, key=lambda one: (_URGENT.index(one.told), one.row.id))


#: In which order buyers are shown.
_URGENT = (Told.UNREACHED, Told.WAITING, Told.UNKNOWN, Told.SENT, Told.CALLED, Told.BACK)


def find_contact(source: str, ref: str) -> Contact | None:
    """How the buyer of one sale can be reached; None when nothing is known of her."""
    contact = _contacts([(source, ref)]).get((source, ref), Contact())
    return contact if contact.phone or contact.email else None


def goods_of(sold: Sequence[Sold], lots: Mapping[int, Lot]) -> tuple[Goods, ...]:
    """What was bought and what came back, by lot and pack."""
    bought: dict[tuple[int, int], list[Sold]] = {}
    for row in sold:
        bought.setdefault((row.lot_id, row.sku_id), []).append(row)
    return tuple(
        Goods(
            rows[0].lot_code, lots[lot].number if lot in lots else "", rows[0].product_name, rows[0].label,
            rows[0].unit, sum(row.quantity for row in rows if row.source not in RETURNS),
            -sum(row.quantity for row in rows if row.source in RETURNS),
        )
        for (lot, _sku), rows in bought.items()
    )  # fmt: skip


def unfinished(called: Recall) -> tuple[list[str], int]:
    """What keeps a recall open: codes of the stores with goods (on a van: the sender) or an open task, and how many
    buyers are to be told.
    """
    busy = {*stores_with_goods(called), *(one.store_id for one in on_the_way(called))}
    busy |= {one.store_id for one in tasks_of(called) if one.confirmed_at is None}
    stores = db.session.scalars(select(Store.code).where(Store.id.in_(busy))).all() if busy else []
    buyers = sum(one.told in (Told.WAITING, Told.UNREACHED) for one in buyers_of(called))
    return sorted(stores), buyers


def find_recall_of_lot(lot_id: int) -> Recall | None:
    """The recall that took a lot."""
    query = select(Recall).join(RecallLot, RecallLot.recall_id == Recall.id).where(RecallLot.lot_id == lot_id)
    return db.session.scalar(query)


def products_with_lots() -> list[tuple[str, str]]:
    """Products of which there has been any lot, by name: (code, name and producer). Two may have one name."""
    query = (
        select(Product.code, Product.name, Producer.name)
        .join(Producer, Producer.id == Product.producer_id)
        .where(Product.id.in_(select(Lot.product_id)))
        .order_by(Product.name_folded, Producer.name)
    )
    return [(code, f"{name} · {producer}") for code, name, producer in db.session.execute(query)]


def _ids_with_goods() -> Select[int]:
    """Ids of recalls of which goods lie in stores."""
    return (
        select(RecallLot.recall_id)
        .join(StockLevel, StockLevel.lot_id == RecallLot.lot_id)
        .join(Place, Place.id == StockLevel.place_id)
        .where(StockLevel.on_hand > 0, Place.code.in_(SELLABLE_PLACES))
    )


def _buyer(
    called: Recall, row: RecallBuyer, store: Store, sold: list[Sold], lots: Mapping[int, Lot],
    contacts: Mapping[tuple[str, str], Contact], outcomes: Mapping[str, str],
) -> Buyer:  # fmt: skip
    contact, goods = contacts.get((row.source, row.ref), Contact()), goods_of(sold, lots)
    outcome = outcomes.get(key_of(called.code, row.source, row.ref))
    has_contact = bool(contact.phone or contact.email)
    told = standing(goods, has_contact=has_contact, outcome=outcome, is_called=row.called_at is not None)
    return Buyer(row, store, contact, goods, min((one.at for one in sold), default=None), told)


def _contacts(sales: Collection[tuple[str, str]]) -> dict[tuple[str, str], Contact]:
    """Contacts by sale, read from the sales themselves: none is copied, so none has to be erased twice."""
    found: dict[tuple[str, str], Contact] = {}
    for refs in in_chunks([ref for source, ref in sales if source == Source.ORDER]):
        columns = Order.number, Order.contact_name, Order.contact_phone, Order.contact_email, Order.locale
        for number, name, phone, email, locale in db.session.execute(select(*columns).where(Order.number.in_(refs))):
            found[Source.ORDER, number] = Contact(name, phone or None, email, locale)
    for refs in in_chunks([ref for source, ref in sales if source == Source.TILL]):
        query = select(TillSale.code, TillSale.customer_phone).where(TillSale.code.in_(refs))
        for code, phone in db.session.execute(query):
            found[Source.TILL, code] = Contact(phone=phone)
    return found


def _outcomes(keys: Collection[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for some in in_chunks(keys):
        query = select(MessageSent.key, MessageSent.outcome).where(MessageSent.key.in_(some))
        found |= {row[0]: row[1] for row in db.session.execute(query)}
    return found


def _sales_of_returns(codes: Collection[str]) -> dict[str, str]:
    """The receipt against which each till return was made, by the return's code."""
    sale, found = aliased(TillSale), dict[str, str]()
    for some in in_chunks(codes):
        query = select(TillSale.code, sale.code).join(sale, sale.id == TillSale.of_sale_id)
        found |= {row[0]: row[1] for row in db.session.execute(query.where(TillSale.code.in_(some)))}
    return found
