"""The verbs of remittances: a courier's payment with its list, and what a person settles. Each is one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from core.accounts.actor import Actor
from core.audit import record
from core.clock import now
from core.db import db, transaction
from core.ids import short_code
from shop.bank import service as bank
from shop.bank.models import Credit
from shop.bank.permissions import authorize_seller, sellers_of
from shop.bank.rules import State, plain_ref
from shop.orders.models import Order, Shipment
from shop.remittances import queries
from shop.remittances.models import Remittance, RemittanceLine, RemittanceMark
from shop.remittances.refusals import NothingDiffers, ParcelUnknown, RemittanceKnown, RemittanceNotFound
from shop.remittances.rules import Standing, Told, plain_code
from shop.stores.models import Seller


@dataclass(frozen=True)
class Paid:
    """What a courier paid: its name, the payment's reference, the day, the sum in đồng, and its list of parcels."""

    carrier: str
    reference: str
    received_on: date
    paid_vnd: int
    lines: Sequence[Told]


def record_remittance(seller: Seller, paid: Paid, by: Actor) -> Remittance:
    """Write down a courier's payment; its parcels are found by tracking number, code or order.

    The bank line of that reference, if one waits, is set aside: it is no order's transfer. Refuses RemittanceKnown.
    """
    authorize_seller(by, "remittances.keep", seller.id)
    with transaction() as session:
        _lock(seller)
        known = select(Remittance).where(
            Remittance.seller_id == seller.id, Remittance.carrier == paid.carrier,
            Remittance.reference == paid.reference,
        )  # fmt: skip
        if (before := session.scalar(known)) is not None:
            raise RemittanceKnown(remittance=before.code)
        one = Remittance(
            code=short_code("TH"), seller_id=seller.id, carrier=paid.carrier, reference=paid.reference,
            received_on=paid.received_on, paid_vnd=paid.paid_vnd, actor=by.label, recorded_at=now(),
        )  # fmt: skip
        parcels = queries.find_parcels(seller.id, [line.told for line in paid.lines])
        one.lines = [
            RemittanceLine(
                position=place, told=line.told, shipment_id=parcels.get(plain_code(line.told)),
                collected_vnd=line.collected_vnd, fee_vnd=line.fee_vnd,
            )
            for place, line in enumerate(paid.lines, 1)
        ]  # fmt: skip
        session.add(one)
        session.flush()
        record("remittance.recorded", f"remittance:{one.code}", by, paid_vnd=paid.paid_vnd, parcels=len(paid.lines))
        _set_bank_line_aside(one, by)
        return one


def attach(line_id: int, name: str, by: Actor) -> RemittanceLine:
    """Say which parcel a courier's line means. Refuses RemittanceNotFound, ParcelUnknown, NothingDiffers."""
    with transaction() as session:
        line = session.scalar(select(RemittanceLine).where(RemittanceLine.id == line_id).with_for_update())
        if line is None:
            raise RemittanceNotFound
        authorize_seller(by, "remittances.keep", line.remittance.seller_id)
        if line.shipment_id is not None:
            raise NothingDiffers
        parcel = queries.find_parcels(line.remittance.seller_id, [name]).get(plain_code(name))
        if parcel is None:
            raise ParcelUnknown
        line.shipment_id = parcel
        record("remittance.attached", f"remittance:{line.remittance.code}", by, told=line.told, parcel=name)
        return line


def mark(code: str, kind: str, reference: str, note: str, by: Actor) -> RemittanceMark:
    """A person settled a parcel's difference: ``settled`` (it came another way) or ``written_off``.

    Refuses RemittanceNotFound, and NothingDiffers when the cash came whole or was settled before.
    """
    with transaction() as session:
        ids = [one.id for one in sellers_of(by, "remittances.keep")]
        query = select(Shipment).join(Order).where(Shipment.code == code, Order.seller_id.in_(ids))
        shipment = session.scalar(query.with_for_update(of=Shipment))
        if shipment is None:
            raise RemittanceNotFound
        cash = queries.get_cash(ids, code)
        if cash.standing in (Standing.WHOLE, Standing.MARKED):
            raise NothingDiffers
        one = RemittanceMark(
            shipment_id=shipment.id, kind=kind, reference=reference, note=note, actor=by.label, at=now()
        )
        session.add(one)
        session.flush()
        told = {"kind": kind, "reference": reference, "difference_vnd": cash.difference_vnd}
        record("remittance.marked", f"shipment:{code}", by, **told)
        return one


def _set_bank_line_aside(one: Remittance, by: Actor) -> None:
    query = select(Credit).where(
        Credit.seller_id == one.seller_id, Credit.bank_ref == plain_ref(one.reference), Credit.state == State.WAITING,
        Credit.amount_vnd == one.paid_vnd, Credit.payment_id.is_(None),
    )  # fmt: skip
    line = db.session.scalar(query.with_for_update(of=Credit).limit(1))
    if line is not None:
        line.state = State.ASIDE
        bank.step(line, "aside", by, _("Tiền thu hộ của %(carrier)s, đợt %(code)s", carrier=one.carrier, code=one.code))


def _lock(seller: Seller) -> None:
    """One at a time for a seller: the same list sent twice at once is one."""
    db.session.scalar(select(Seller.id).where(Seller.id == seller.id).with_for_update(key_share=True))
