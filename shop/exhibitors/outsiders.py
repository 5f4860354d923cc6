"""Verbs on exhibitors from outside: their papers come, a certifier enters them, a second verifies, then they apply.

Nothing of theirs counts before: the certificates go the way of every other (entered by one certifier, verified by
another who reads the decision anew), and only when each of them was verified is there an application at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from catalog.areas.models import Area
from catalog.areas.queries import get_area
from catalog.certificates.models import Certificate
from catalog.certificates.service import enter as enter_certificate
from catalog.documents.models import Document
from catalog.documents.rules import Sound
from catalog.documents.service import keep_sound
from catalog.documents.subjects import Owner, subject_kind
from catalog.producers.models import Producer
from catalog.producers.queries import get_producer
from catalog.producers.service import create_producer
from catalog.products.models import Product
from catalog.products.service import create_product
from core.accounts.actor import SYSTEM, Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import local_day, now
from core.db import db, transaction
from core.errors import Invalid, Refusal
from core.events import publish
from core.ids import short_code
from shop.exhibitors.events import OutsiderDecided, OutsiderSent
from shop.exhibitors.invitations import use
from shop.exhibitors.links import About, read_key
from shop.exhibitors.models import FairInvitation, FairOutsider, FairOutsiderProduct
from shop.exhibitors.refusals import LinkUnknown, OutsiderNotFound, OutsiderNotReady
from shop.exhibitors.rules import OPEN_OUTSIDER, OutsiderState
from shop.fairs.applying.applications import Wanted, Way, check_open, put
from shop.fairs.models import Fair

#: Products of one exhibitor's papers.
MOST_PRODUCTS = 12


@dataclass(frozen=True)
class Paper:
    """A product with its decision, and the decision's scan, judged before any transaction."""

    facts: dict[str, Any]
    file_name: str
    scan: Sound


@dataclass(frozen=True)
class Papers:
    """What an exhibitor from outside says of itself (as the columns of ``FairOutsider``) and of its products."""

    facts: dict[str, Any]
    products: Sequence[Paper]
    area: str | None = None
    wishes: dict[str, Any] = field(default_factory=dict[str, Any])
    is_conditional: bool = False


def send(fair: Fair, papers: Papers, way: Way, by: Actor, invitation: FairInvitation | None = None) -> FairOutsider:
    """Take in the papers of an exhibitor from outside; whoever may send them was judged by the caller.

    An invitation's use is counted. Raises ApplicationsClosed, InvitationOver, AreaUnknown, Invalid.
    """
    if not 1 <= len(papers.products) <= MOST_PRODUCTS:
        raise Invalid({"products": [_("Cần từ 1 đến %(most)d sản phẩm có quyết định công nhận.", most=MOST_PRODUCTS)]})
    with transaction() as session:
        at = now()
        on = local_day(at)
        check_open(fair, way, on)
        if invitation is not None:
            use(invitation, on)
        one = FairOutsider(
            code=short_code("KN"), fair_id=fair.id, invitation_id=way.invitation_id, delegation_id=way.delegation_id,
            state=OutsiderState.SENT, area_id=get_area(papers.area, on).id if papers.area else None,
            wishes=papers.wishes, is_conditional=papers.is_conditional, sent_at=at, serial=1, **papers.facts,
        )  # fmt: skip
        session.add(one)
        session.flush()
        for position, paper in enumerate(papers.products, 1):
            document = keep_sound(SYSTEM, paper.scan, paper.file_name, f"outsider:{one.code}")
            one.products.append(FairOutsiderProduct(position=position, document_id=document.id, **paper.facts))
        session.flush()
        record("outsider.sent", f"outsider:{one.code}", by, fair=fair.slug, products=len(papers.products))
        publish(OutsiderSent(one.code))
        return one


def enter(code: str, scans: dict[int, Sound], by: Actor, producer: str | None = None) -> FairOutsider:
    """A certifier has read the papers: producer (or the one of that code, when it is known), products and certificates
    are entered under her name, each with its decision. A second certifier verifies each of them.

    ``scans``: the decisions by document id, judged anew (`read_scans`). Raises OutsiderNotFound, OutsiderNotReady,
    ProducerNotFound, DecisionTwice, ContradictsLaw.
    """
    authorize(by, "outsiders.enter")
    with transaction() as session:
        one = _locked(code)
        if one.state != OutsiderState.SENT:
            raise OutsiderNotReady(state=one.state)
        maker = get_producer(producer) if producer else _create_producer(one, by)
        for row in one.products:
            _enter_product(row, maker, scans[row.document_id], by)
        one.state, one.producer_id, one.decided_at = OutsiderState.ENTERED, maker.id, now()
        session.flush()
        record("outsider.entered", f"outsider:{code}", by, producer=maker.code)
        return one


def refuse(code: str, reason: str, by: Actor) -> FairOutsider:
    """The papers are not what they should be; the exhibitor is told why. Raises OutsiderNotFound, OutsiderNotReady."""
    authorize(by, "outsiders.enter")
    with transaction():
        one = _locked(code)
        if one.state not in OPEN_OUTSIDER:
            raise OutsiderNotReady(state=one.state)
        _settle(one, OutsiderState.REFUSED, reason)
        record("outsider.refused", f"outsider:{code}", by, reason=reason)
        return one


def withdraw(key: str, by: Actor) -> FairOutsider:
    """The exhibitor takes its papers back, by its own link; twice has the effect of once.

    Raises LinkUnknown, OutsiderNotReady once they were entered.
    """
    with transaction():
        one = _locked(find_by_key(key).code)
        if one.state == OutsiderState.WITHDRAWN:
            return one
        if one.state != OutsiderState.SENT:
            raise OutsiderNotReady(state=one.state)
        _settle(one, OutsiderState.WITHDRAWN, "")
        record("outsider.withdrawn", f"outsider:{one.code}", by)
        return one


def apply_verified(certificate_id: int) -> FairOutsider | None:
    """When the last certificate of entered papers was verified they become an application, dated when they were sent.

    What cannot become one (not enough stars, uncovered days) is refused with that reason. Safe to repeat.
    """
    with transaction() as session:
        query = select(FairOutsider.code).join(FairOutsiderProduct, FairOutsiderProduct.outsider_id == FairOutsider.id)
        code = session.scalar(query.where(FairOutsiderProduct.certificate_id == certificate_id))
        one = _locked(code) if code else None
        if one is None or one.state != OutsiderState.ENTERED or not _is_verified(one):
            return None
        fair, producer = session.get_one(Fair, one.fair_id), session.get_one(Producer, one.producer_id or 0)
        shown = [session.get_one(Product, row.product_id or 0) for row in one.products]
        wanted = Wanted([product.slug for product in shown], producer.code, one.wishes, one.is_conditional)
        last = date.fromordinal(fair.opens_on.toordinal() - 1)
        way = Way("outside", one.invitation_id, one.delegation_id, last, one.sent_at)
        try:
            with session.begin_nested():
                one.application_id = put(fair, producer, wanted, way, SYSTEM).id
        except Refusal as refusal:
            session.refresh(one)
            _settle(one, OutsiderState.REFUSED, str(refusal))
            record("outsider.refused", f"outsider:{one.code}", SYSTEM, reason=refusal.code)
            return one
        _settle(one, OutsiderState.APPLIED, "")
        return one


def find_by_key(key: str) -> FairOutsider:
    """The papers behind a link. Raises LinkUnknown."""
    code, serial = read_key(About.OUTSIDER, key)
    one = db.session.scalar(select(FairOutsider).where(FairOutsider.code == code))
    if one is None or one.serial != serial:
        raise LinkUnknown
    return one


def get_outsider(code: str) -> FairOutsider:
    """Papers by their code. Raises OutsiderNotFound."""
    one = db.session.scalar(select(FairOutsider).where(FairOutsider.code == code))
    if one is None:
        raise OutsiderNotFound
    return one


def list_outsiders(*, fair_id: int | None = None, delegation_id: int | None = None) -> Sequence[FairOutsider]:
    """Papers, those that wait first, then the newest; of one fair or delegation, or of all."""
    query = select(FairOutsider)
    if fair_id is not None:
        query = query.where(FairOutsider.fair_id == fair_id)
    if delegation_id is not None:
        query = query.where(FairOutsider.delegation_id == delegation_id)
    waits = FairOutsider.state.in_(OPEN_OUTSIDER)
    return db.session.scalars(query.order_by(waits.desc(), FairOutsider.id.desc())).all()


def register() -> None:
    """Make papers from outside a subject of documents: the desks' alone."""
    subject_kind("outsider", _owner)


def _owner(code: str) -> Owner | None:
    known = db.session.scalar(select(FairOutsider.id).where(FairOutsider.code == code))
    return Owner(None) if known else None


def scan_bytes(one: FairOutsider) -> dict[int, bytes]:
    """The decisions as they were kept, by document id, to be judged again before they are entered."""
    ids = [row.document_id for row in one.products]
    query = select(Document.id, Document.data).where(Document.id.in_(ids))
    return {row[0]: row[1] for row in db.session.execute(query)}


def certificates_by_id(ids: Sequence[int]) -> dict[int, Certificate]:
    """Certificates that were entered from papers."""
    return {one.id: one for one in db.session.scalars(select(Certificate).where(Certificate.id.in_(ids)))}


def _create_producer(one: FairOutsider, by: Actor) -> Producer:
    area = db.session.get(Area, one.area_id) if one.area_id else None
    return create_producer(
        by, name=one.name, kind=one.kind, tax_code=one.tax_code, area=area.code if area else None,
        address=one.address, phone=one.phone,
    )  # fmt: skip


def _enter_product(row: FairOutsiderProduct, maker: Producer, scan: Sound, by: Actor) -> None:
    product = create_product(by, name=row.name, producer=maker.code, set_no=row.set_no)
    certificate = enter_certificate(
        by, product=product.code, decision_number=row.decision_number, decided_on=row.decided_on,
        issuer_level=row.issuer_level, issuer=row.issuer, stars=row.stars, valid_from=row.valid_from,
        valid_until=row.valid_until,
    )  # fmt: skip
    keep_sound(by, scan, f"{row.decision_number}", f"certificate:{certificate.code}", "decision")
    row.product_id, row.certificate_id = product.id, certificate.id


def _is_verified(one: FairOutsider) -> bool:
    ids = [row.certificate_id for row in one.products]
    query = select(Certificate.id).where(Certificate.id.in_(ids), Certificate.verified_at.is_(None))
    return db.session.scalar(query) is None


def _settle(one: FairOutsider, state: OutsiderState, reason: str) -> None:
    one.state, one.reason, one.decided_at = state, reason[:500], now()
    db.session.flush()
    publish(OutsiderDecided(one.code, state))


def _locked(code: str) -> FairOutsider:
    get_outsider(code)
    query = select(FairOutsider).where(FairOutsider.code == code).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()
