"""Renewals on their way: some dossiers filed, one only the producer's word, so that the desks show each stage."""

from datetime import date

from sqlalchemy import select

from admin.demo.goods import at
from admin.demo.people import People
from admin.demo.plan import DAY
from catalog.certificates.models import SPAN, Certificate
from catalog.producers.models import Producer
from catalog.renewals.service import file_dossier
from core.accounts.actor import Actor, Scope
from core.clock import travel
from core.db import db

#: How many receipts certifiers have recorded, and among how many of the coming ends: the others are still to be filed.
RECORDED, EVERY = 6, 3


def file_renewals(people: People, producer: Producer, today: date) -> int:
    """Receipts for some of the certificates that end within 178 days; answers how many."""
    ending = (
        select(Certificate)
        .join(SPAN, SPAN.c.certificate_id == Certificate.id)
        .where(SPAN.c.ends_on.between(today + 5 * DAY, today + 178 * DAY), SPAN.c.starts_on <= today - 60 * DAY)
        .order_by(SPAN.c.ends_on, Certificate.id)
    )
    found = db.session.scalars(ending).all()
    own = [one for one in found if one.product.producer_id == producer.id][:1]
    others = [one for one in found if one.product.producer_id != producer.id][::EVERY][:RECORDED]
    certifier = people.acting("certifier", "certifier")
    for number, one in enumerate(others, 1):
        received = max(today - 40 * DAY + number * DAY, one.valid_until - 178 * DAY)
        if received < today:
            with travel(at(received + DAY, 6)):
                _file(certifier, one, number, received)
    for one in own:
        with travel(at(today - DAY, 6)):
            _file(people.acting("producer", "producer", Scope("producer", producer.code)), one, 99, today - 2 * DAY)
    return len(others) + len(own)


def _file(by: Actor, one: Certificate, number: int, received: date) -> None:
    receipt = f"MH-{number:02}/PTN-OCOP (minh hoạ)"
    file_dossier(by, one.code, receipt_number=receipt, received_on=received, authority="UBND cấp xã (minh hoạ)")
