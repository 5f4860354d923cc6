"""One sale is one transaction: shift, certificates, stock, receipt, answer; all of it or nothing.

Locks in the order of the whole shop: shift, certificates (shared), levels by id. The instant that decides the sale is
read behind them (decision 4). A sale made without the network is tried in the same way; what then stands in its way
does not refuse it but keeps it for a person (exceptions.py), since the goods are with the buyer already.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Response
from sqlalchemy.exc import IntegrityError

from catalog.listings.queries import Offer
from core.accounts.actor import Actor
from core.audit import record
from core.clock import local_day, now
from core.db import transaction
from core.errors import Refusal
from core.events import publish
from core.ids import secret_token, short_code
from shop.carts.rules import line_total
from shop.inventory import ledger, taking
from shop.inventory.ledger import Document, Posting
from shop.inventory.queries import name_short
from shop.inventory.refusals import OutOfStock
from shop.inventory.rules import Reason
from shop.taxes.rules import class_of, vat_of
from shop.tills import gate, lists, money
from shop.tills.asked import AskedSale, read_sale
from shop.tills.events import ReceiptAsked, TillSold
from shop.tills.exceptions import keep_for_decision, trouble_of
from shop.tills.here import Here, here
from shop.tills.locking import lock_for_sale, seller_at
from shop.tills.models import Till, TillShift
from shop.tills.picking import choose
from shop.tills.receipts import shown_of
from shop.tills.refusals import ClockApart, ShiftClosed
from shop.tills.rules import Kind, Sums
from shop.tills.writing import Answer, Draft, Row, TakenLot, find_answer, is_twin, keep_answer, write

DOCUMENT = "till_sale"


@dataclass(frozen=True)
class Judged:
    """A sale behind the locks: what each line is, where it comes from, what it costs, at which instant."""

    offers: Mapping[str, Offer]
    lots: Mapping[int, Sequence[TakenLot]]
    sums: Sums
    at: datetime

    @property
    def day(self) -> date:
        """The local day of the decision."""
        return local_day(self.at)


def answer(till: Till, body: Mapping[str, Any], by: Actor) -> Response:
    """Sell what a till sent; the same id again answers the same bytes.

    Refuses UuidUsed, ShiftNotFound; with the network also what the gate, stock, prices, limits and sums say. Without
    it these become a sale that waits for a decision (202).
    """
    told = _told(here(till), read_sale(body), by)
    return Response(told.body, told.status, content_type="application/json")


def _told(place: Here, asked: AskedSale, by: Actor) -> Answer:
    try:
        return sell(place, asked, by)
    except Refusal as refusal:
        if not asked.is_offline or trouble_of(refusal) is None:
            raise
        return keep_for_decision(place, asked, by, refusal)
    except IntegrityError as error:
        twin = find_answer(asked.uuid, asked.body_hash) if is_twin(error) else None
        if twin is None:
            raise
        return twin


def sell(place: Here, asked: AskedSale, by: Actor) -> Answer:
    """Sell, or answer what this id was answered before. Refuses as `answer` says; nothing is written then."""
    try:
        with transaction():
            shift = lock_for_sale(place, asked.shift)
            told = find_answer(asked.uuid, asked.body_hash)
            if told is not None:
                return told
            if shift.closed_at is not None:
                raise ShiftClosed(shift=shift.code)
            _check_clock(shift, asked)
            return _sell(place, shift, asked, seller_at(place, asked, by))
    except IntegrityError as error:
        refusal = gate.refusal_of(error)
        if refusal is None:
            raise
        raise refusal from error


def _sell(place: Here, shift: TillShift, asked: AskedSale, by: Actor) -> Answer:
    code = short_code("BL")
    judged = _judge(place, asked, code, by)
    draft = draft_of(place, shift, asked, judged, by, code)
    draft.tenders = money.tenders_of(place, shift, asked, judged.sums.total_vnd, by, judged.at)
    taken: dict[int, int] = {}
    for some in judged.lots.values():
        for one in some:
            taken[one.level_id] = taken.get(one.level_id, 0) + one.quantity
    write(draft)
    if not ledger.take_all(taken, Posting(Reason.SALE, Document(DOCUMENT, code), by, judged.at)):
        raise OutOfStock(lines=[])
    record("till.sold", f"till_sale:{code}", by, total_vnd=judged.sums.total_vnd, uuid=asked.uuid)
    publish(TillSold(code, place.store_id))
    if asked.customer_phone:
        publish(ReceiptAsked(code, asked.customer_phone))
    return keep_answer(asked.uuid, asked.body_hash, 201, shown_of(draft, place, shift.code), judged.at)


def _check_clock(shift: TillShift, asked: AskedSale) -> None:
    """A sale without the network happened within its shift, by clocks that are at most minutes apart."""
    early, late = shift.opened_at - lists.CLOCKS_APART, now() + lists.CLOCKS_APART
    if asked.is_offline and not early <= asked.sold_at <= late:
        raise ClockApart(sold_at=asked.sold_at.isoformat())


def _judge(place: Here, asked: AskedSale, code: str, by: Actor) -> Judged:
    """Every line judged, picked and priced behind the locks. Refuses with the gravest reason."""
    packs = gate.find_packs({line.sku for line in asked.lines})
    gate.lock_certificates([pack.product_id for pack in packs.values()])
    sku_ids = [pack.sku_id for pack in packs.values()]
    levels = taking.lock_sellable(place.store_id, sku_ids)
    at = now()
    found = gate.judge(sku_ids, local_day(at), is_adult=asked.is_adult)
    offers = {offer.sku_code: offer for offer in found.values()}
    lots, missing = choose(asked.lines, offers, taking.view_levels(levels, at), local_day(at))
    if missing:
        wanted = {offers[sku].sku_id: units for sku, (units, _found) in missing.items()}
        raise OutOfStock(lines=name_short(wanted, {offers[sku].sku_id: n for sku, (_units, n) in missing.items()}))
    money.check_prices(place, asked, offers, at)
    return Judged(offers, lots, money.sums_of(place, asked, offers, code, by, at), at)


def draft_of(place: Here, shift: TillShift, asked: AskedSale, judged: Judged, by: Actor, code: str) -> Draft:
    """The receipt as it will be stored, still without its tenders."""
    sums, cash = judged.sums, asked.cash_vnd
    sale: Row = {
        "code": code, "uuid": asked.uuid, "token": secret_token(), "kind": Kind.SALE.value, "of_sale_id": None,
        "till_id": place.till_id, "shift_id": shift.id, "store_id": place.store_id, "seller_id": place.seller_id,
        "cashier": by.label, "cashier_id": by.user_id, "sold_at": asked.sold_at, "received_at": judged.at,
        "decided_at": judged.at, "decided_on": judged.day, "is_offline": asked.is_offline,
        "lines_total_vnd": sums.lines_vnd, "discount_vnd": sums.discount_vnd, "rounding_vnd": sums.rounding_vnd,
        "total_vnd": sums.total_vnd, "cash_given_vnd": asked.cash_given if cash else None,
        "change_vnd": asked.cash_given - cash if cash and asked.cash_given is not None else None,
        "customer_phone": asked.customer_phone, "invoice_wish": dict(asked.invoice), "is_adult": asked.is_adult,
        "exception_id": None,
    }  # fmt: skip
    lines = [_line(place, asked, judged, position) for position in range(1, len(asked.lines) + 1)]
    return Draft(sale, lines, [], judged.lots)


def _line(place: Here, asked: AskedSale, judged: Judged, position: int) -> Row:
    line = asked.lines[position - 1]
    offer = judged.offers[line.sku]
    vat = vat_of(
        class_of(offer.vat_class, offer.set_no), offer.vat_bp, judged.day, place.vat_method,
        is_own_produce=bool(place.tax_code) and offer.producer_tax_code == place.tax_code,
        to_business=bool(asked.invoice.get("tax_code")),
    )  # fmt: skip
    return {
        "position": position, "of_line_id": None, "sku_id": offer.sku_id, "product_id": offer.product_id,
        "sku_code": offer.sku_code, "product_name": offer.name, "producer_name": offer.producer_name,
        "label": offer.label, "unit": offer.unit, "quantity": line.quantity, "unit_price_vnd": line.unit_price,
        "line_total_vnd": line_total(line.unit_price, line.quantity, offer.unit),
        "discount_vnd": judged.sums.discounts[position - 1], "vat_bp": vat.stored_bp, "vat_kind": vat.kind,
        "certificate_id": offer.governing.certificate_id, "certificate_code": offer.governing.code,
        "certificate_number": offer.governing.decision_number, "stars": offer.governing.stars,
        "decided_on": judged.day, "taken_to": None,
    }  # fmt: skip
