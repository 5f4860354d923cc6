"""What stops do when a producer becomes another legal subject: its products wait until a certifier has confirmed it."""

from sqlalchemy import exists, select

from catalog.producers.events import SubjectChanged
from catalog.producers.models import Producer
from catalog.products.models import Product
from catalog.stops.models import ProductStop
from catalog.stops.queries import holding
from catalog.stops.service import Target, has_certificates, place
from core.accounts.actor import SYSTEM
from core.clock import today
from core.db import db
from core.events import on

#: Who stands behind such a stop: the rule itself.
_AUTHORITY = "OCOP Mart"
_GROUND = "Chủ thể thay đổi tư cách pháp lý; chờ cán bộ chứng nhận xác nhận."


@on(SubjectChanged)
def stop_other_subject(event: SubjectChanged) -> None:
    """A certificate belongs to subject and product (case G3). Nothing for a maker of candidates, or stopped already."""
    producer = db.session.get_one(Producer, event.producer_id)
    mine = ProductStop.producer_id == producer.id, ProductStop.authority == _AUTHORITY
    is_stopped = exists().where(*mine, holding(today()))
    products = list(db.session.scalars(select(Product.id).where(Product.producer_id == producer.id)))
    if db.session.scalar(select(is_stopped)) or not has_certificates(products):
        return
    number = ", ".join(event.fields)
    place(SYSTEM, Target(producer=producer), kind="subject", number=number, authority=_AUTHORITY, ground=_GROUND)
