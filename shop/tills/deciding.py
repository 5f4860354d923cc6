"""What a person makes of a sale that waits: a sale after all, goods and money back, or a loss. Once, with her name.

It becomes a sale only where the law lets it: on the day on which the goods were handed over, which the person accepts
as the day of the sale, a certificate covered every line. It keeps that certificate; no report of a shift changes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from catalog.certificates.queries import Governing, governing
from catalog.listings.models import Listing, Sku
from catalog.listings.queries import Offer
from catalog.producers.models import Producer
from catalog.products.models import Product
from catalog.products.sets import ALCOHOL
from core.accounts.actor import Actor, Scope
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import local_day, now
from core.db import db, transaction
from core.events import publish
from core.ids import short_code
from shop.carts.rules import line_total
from shop.inventory.ledger import Document
from shop.inventory.refusals import OutOfStock
from shop.inventory.undelivered import Back, bring_back
from shop.stores.models import Store
from shop.tills import gate, money, shifts
from shop.tills.asked import AskedSale, read_again
from shop.tills.events import ReceiptAsked, SaleDecided
from shop.tills.exceptions import DOCUMENT, take_lines
from shop.tills.here import Here, here
from shop.tills.models import Till, TillException
from shop.tills.refusals import ExceptionDecided, ExceptionNotFound, NotLawful, TotalsDiffer
from shop.tills.rules import Decision, Sums, Way, add_up
from shop.tills.selling import Judged, draft_of
from shop.tills.writing import TakenLot, write


@dataclass(frozen=True)
class GoesBack:
    """How goods and money went back: ``to`` shelf or damage; cash out of this open shift, where it was cash."""

    to: str
    shift: str | None = None


def list_waiting(store_ids: Sequence[int], *, is_open: bool = True) -> list[TillException]:
    """Sales of some stores that wait for a decision, the oldest first; or those decided, the newest first."""
    query = select(TillException).where(TillException.store_id.in_(store_ids)).options(*_NAMES)
    if is_open:
        return list(db.session.scalars(query.where(TillException.state == Decision.WAITING).order_by(TillException.id)))
    decided = query.where(TillException.state != Decision.WAITING).order_by(TillException.id.desc())
    return list(db.session.scalars(decided.limit(100)))


def get_exception(code: str) -> TillException:
    """One of them. Raises ExceptionNotFound."""
    one = db.session.scalar(select(TillException).where(TillException.code == code).options(*_NAMES))
    if one is None:
        raise ExceptionNotFound
    return one


def accept(code: str, by: Actor, note: str | None = None) -> str:
    """Make it a sale of the day on which the goods left; answers the receipt's code.

    Refuses ExceptionDecided; NotLawful where no certificate covered a line on that day; OutOfStock while the ledger
    lacks what was sold (count the shelf first); TotalsDiffer where its own sums do not add up.
    """
    try:
        with transaction():
            one = _locked(code, by)
            asked, place = read_again(one.body), here(one.till)
            judged = _judge_then(place, one, asked, by)
            sale = short_code("BL")
            person = Actor(one.cashier_id, one.cashier)
            draft = draft_of(place, one.shift, asked, judged, person, sale)
            draft.sale |= {
                "received_at": one.received_at, "sold_at": one.sold_at, "is_offline": True, "exception_id": one.id
            }  # fmt: skip
            draft.tenders = money.tenders_of(place, one.shift, asked, judged.sums.total_vnd, by, now())
            write(draft)
            _decide(one, by, Decision.ACCEPTED, "sale", note, sale)
            if asked.customer_phone:
                publish(ReceiptAsked(sale, asked.customer_phone))
            return sale
    except IntegrityError as error:
        if gate.refusal_of(error) is None:
            raise
        raise NotLawful(lines=[]) from error


def give_back(code: str, by: Actor, back: GoesBack, note: str | None = None) -> None:
    """The goods are here again and the buyer has her money: the ledger takes them back, the drawer pays the cash.

    Refuses ExceptionDecided; with a shift what `shifts.move_cash` does.
    """
    with transaction():
        one = _locked(code, by)
        if back.shift is not None and one.cash_vnd:
            till = shifts.get_shift(back.shift).till
            shifts.move_cash(till, back.shift, "pay_out", one.cash_vnd, f"{one.code}", by)
        goods = [
            Back(lot["level"], lot["quantity"], back.to == "shelf") for item in _items(one) for lot in item["lots"]
        ]
        if goods:
            bring_back(goods, Document(DOCUMENT, one.code), by, now(), note)
        _decide(one, by, Decision.REFUSED, "back", note, None)


def write_off(code: str, by: Actor, note: str) -> None:
    """The goods are gone and it cannot be a sale: recorded as that, with a person's words. Refuses ExceptionDecided."""
    with transaction():
        one = _locked(code, by)
        _decide(one, by, Decision.REFUSED, "loss", note, None)


def _judge_then(place: Here, one: TillException, asked: AskedSale, by: Actor) -> Judged:
    """Every line by the certificate of the day on which it was sold; goods that were missing are taken now."""
    at = min(one.sold_at, one.received_at)
    packs = gate.find_packs({line.sku for line in asked.lines})
    products = [pack.product_id for pack in packs.values()]
    gate.lock_certificates(products)
    found = governing(products, local_day(at))
    uncovered = [code for code, pack in packs.items() if pack.product_id not in found]
    if uncovered:
        raise NotLawful(lines=[{"sku": sku} for sku in uncovered])
    offers = _offers_then([pack.sku_id for pack in packs.values()], found)
    return Judged(offers, _lots(place, one, asked, by), _sums_then(asked, offers), at)


def _offers_then(sku_ids: Sequence[int], found: Mapping[int, Governing]) -> dict[str, Offer]:
    """What each pack is, whether or not it is listed now, under the certificate of that day."""
    query = (
        select(Sku, Product, Producer)
        .join(Listing, Listing.id == Sku.listing_id)
        .join(Product, Product.id == Listing.product_id)
        .join(Producer, Producer.id == Product.producer_id)
        .where(Sku.id.in_(sku_ids))
    )
    return {
        sku.code: Offer(
            sku.id, sku.code, sku.listing_id, product.id, producer.id, product.slug, product.name, sku.label, sku.unit,
            sku.price_vnd, sku.vat_bp, product.set_no, product.set_no in ALCOHOL, found[product.id], sku.vat_class,
            producer.name, producer.tax_code, product.code,
        )
        for sku, product, producer in db.session.execute(query)
    }  # fmt: skip


def _sums_then(asked: AskedSale, offers: Mapping[str, Offer]) -> Sums:
    """The sums as printed: prices, discounts and rounding were agreed with the buyer. Raises TotalsDiffer."""
    totals = [line_total(line.unit_price, line.quantity, offers[line.sku].unit) for line in asked.lines]
    try:
        plain = add_up(totals, [line.discount for line in asked.lines], asked.discount, 0)
    except ValueError as error:
        raise TotalsDiffer(field="discount", expected=sum(totals), given=asked.discount) from error
    is_cash = all(one.way == Way.CASH for one in asked.tenders)
    sums = Sums(plain.lines_vnd, plain.discounts, asked.rounding if is_cash else 0)
    if sums.total_vnd != asked.total:
        raise TotalsDiffer(field="total", expected=sums.total_vnd, given=asked.total)
    return sums


def _lots(place: Here, one: TillException, asked: AskedSale, by: Actor) -> dict[int, list[TakenLot]]:
    """The lots that left for it, with what was missing then and lies here now. Raises OutOfStock."""
    had = {
        item["position"]: [TakenLot(lot["level"], lot["lot"], lot["code"], lot["quantity"]) for lot in item["lots"]]
        for item in _items(one)
    }
    short = [
        (position, line, line.quantity - sum(lot.quantity for lot in had.get(position, [])))
        for position, line in enumerate(asked.lines, start=1)
    ]
    short = [row for row in short if row[2] > 0]
    if not short:
        return had
    more = take_lines(place, short, Document(DOCUMENT, one.code), by)
    lacking = [(line, units, more[position]) for position, line, units in short]
    lines = [
        {"sku": line.sku, "wanted": units, "available": sum(lot.quantity for lot in some)}
        for line, units, some in lacking
        if sum(lot.quantity for lot in some) < units
    ]
    if lines:
        raise OutOfStock(lines=lines)
    return {position: [*had.get(position, []), *more.get(position, [])] for position in {*had, *more}}


def _locked(code: str, by: Actor) -> TillException:
    """The exception behind its lock, where the person decides. Raises ExceptionNotFound, ExceptionDecided."""
    mine = select(TillException).where(TillException.code == code).with_for_update(of=TillException)
    one = db.session.scalar(mine.execution_options(populate_existing=True))
    if one is None:
        raise ExceptionNotFound
    authorize(by, "till.decide", Scope("store", one.store.code))
    if one.state != Decision.WAITING:
        raise ExceptionDecided(state=one.state)
    return one


def _decide(
    one: TillException, by: Actor, state: Decision, outcome: str, note: str | None, sale: str | None
) -> None:  # fmt: skip
    one.state, one.outcome, one.decided_at, one.decided_by, one.note = state, outcome, now(), by.label, note
    db.session.flush()
    record("till.decided", f"till_exception:{one.code}", by, outcome=outcome, sale=sale, note=note)
    publish(SaleDecided(one.code, one.store_id, outcome, sale))


def _items(one: TillException) -> list[dict[str, Any]]:
    return list(one.lines.get("items", []))


_NAMES = (
    joinedload(TillException.store).joinedload(Store.seller),
    joinedload(TillException.till).joinedload(Till.store).joinedload(Store.seller),
    joinedload(TillException.shift),
)
