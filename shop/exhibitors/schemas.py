"""What the API and the forms of exhibitors take and give."""

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, fields, validate, validates_schema

from catalog.certificates.models import LEVELS
from catalog.producers.models import KINDS as PRODUCER_KINDS
from core.web.api import Schema, listed
from core.web.fields import Choice, Day, EmailAddress, Moment, Phone, Whole, Words
from shop.exhibitors.models import MOST_POINTS
from shop.exhibitors.telling import BOOTHS
from shop.fairs.plans.plan import KINDS, SERVICES
from shop.fairs.rules import ApplicationState
from shop.fairs.schemas import MOST_BOOTHS, ApplicationOut, ExhibitorRef

_STATES = ("submitted", "accepted", "waitlisted", "rejected", "withdrawn")
CODES = validate.Length(1, 500)


class FileLine(Schema):
    """One line of a file of applications."""

    producer = Words(most=200, required=True)
    products = Words(most=2000, required=True)
    kind = Choice(*KINDS)
    services = fields.List(Choice(*SERVICES), load_default=list)
    booths = Whole(least=1, most=MOST_BOOTHS)
    near = Words(most=400)
    apart = Words(most=400)
    conditional = fields.Boolean(load_default=False)
    note = Words(most=1000, lines=True)


class InvitationIn(Schema):
    """Whom to invite: a producer by code, somebody by e-mail or telephone, or (with neither) whoever has the link."""

    producer = Words(most=200)
    name = Words(most=160, load_default="")
    contact = Words(most=254)
    uses = Whole(least=1, most=1000, load_default=1)
    until_on = Day(required=True)
    note = Words(most=500, lines=True, load_default="")
    delegation = Words(most=20)


class InvitationOut(Schema):
    """An invitation with its link, as its organizer sees it."""

    code = Words()
    name = Words()
    producer = fields.Nested(ExhibitorRef, allow_none=True)
    delegation = Words(allow_none=True)
    uses = Whole()
    uses_allowed = Whole()
    until_on = Day()
    over = Words(allow_none=True)
    link = Words()
    made_at = Moment()
    version = Whole()


class DelegationIn(Schema):
    """A delegation: ``area`` is the code of its province, ``due_on`` its last day to send applications."""

    name = Words(most=160, required=True)
    area = Words(most=5, pattern=r"\d{2,5}")
    due_on = Day()


class BlockIn(Schema):
    """The whole block: numbers of booths."""

    booths = fields.List(Words(most=20), required=True, validate=validate.Length(0, 500))


class DelegationOut(Schema):
    """A delegation with its block."""

    code = Words()
    name = Words()
    area = Words(allow_none=True)
    due_on = Day(allow_none=True)
    booths = fields.List(Words())
    version = Whole()


class PlaceIn(Schema):
    """A booth of the block for one of the delegation's applications."""

    application = Words(most=20, required=True)
    booth = Words(most=20, required=True)


class PartnerIn(Schema):
    """The household that is asked to share the booth."""

    producer = Words(most=24, required=True)
    words = Words(most=300, lines=True, load_default="")


class PartnerAnswer(Schema):
    """Yes with products, or no."""

    agrees = fields.Boolean(required=True)
    products = fields.List(Words(most=96), load_default=list, validate=validate.Length(0, 50))

    @validates_schema
    def check(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """Who agrees shows something."""
        if data.get("agrees") and not data.get("products"):
            raise ValidationError(str(_l("Hãy chọn ít nhất một sản phẩm sẽ bày.")), "products")


class ScoreLine(Schema):
    """Points for one criterion."""

    criterion = Whole(least=1, required=True)
    points = Whole(least=0, most=MOST_POINTS, required=True)


class ScoresIn(Schema):
    """What one reviewer thinks."""

    scores = fields.List(fields.Nested(ScoreLine), required=True, validate=validate.Length(1, 8))
    note = Words(most=1000, lines=True, load_default="")


class CriterionSchema(Schema):
    """A criterion; ``id`` of one that stands, to keep its points."""

    id = Whole(least=1)
    name = Words(most=120, required=True)
    weight = Whole(least=1, most=100, required=True)


class CriteriaIn(Schema):
    """All of them, in their order."""

    criteria = fields.List(fields.Nested(CriterionSchema), required=True, validate=validate.Length(1, 8))


class CriteriaOut(Schema):
    """The criteria of a fair."""

    criteria = fields.List(fields.Nested(CriterionSchema))


class DecisionsIn(Schema):
    """One decision over many applications."""

    applications = fields.List(Words(most=20), required=True, validate=CODES)
    decision = Choice("accepted", "waitlisted", "rejected", required=True)
    note = Words(most=500, lines=True)
    renew_by = Day()


class DecisionsOut(Schema):
    """The applications as they stand now."""

    items = fields.List(fields.Nested(ApplicationOut))


class AudienceSchema(Schema):
    """Whom a message is meant for; what is left out asks nothing."""

    states = fields.List(Choice(*_STATES), load_default=list)
    booth = Choice(*BOOTHS, load_default="any")
    conditional = fields.Boolean(load_default=False)
    delegation = Words(most=20)
    province = Words(most=5, pattern=r"\d{2}")


class MessageIn(AudienceSchema):
    """A message to many; with ``dry_run`` it only says who would get it. ``seal``: of the readers that were shown."""

    subject = Words(most=160, required=True)
    body = Words(most=4000, lines=True, required=True)
    advertising = fields.Boolean(load_default=False)
    dry_run = fields.Boolean(load_default=False)
    seal = Words(most=20)


class ReaderOut(Schema):
    """Somebody the filter means."""

    application = Words()
    producer = fields.Nested(ExhibitorRef)
    reach = Words()
    refuses = fields.Boolean()


class MessageOut(Schema):
    """What would be, or was, sent."""

    code = Words(allow_none=True)
    seal = Words()
    readers = Whole()
    items = fields.List(fields.Nested(ReaderOut))


class ImportQuery(Schema):
    """``dry_run``: judge the file and write nothing."""

    dry_run = fields.Boolean(load_default=False)


class ImportOut(Schema):
    """What a file brought."""

    entries = Whole()
    producers = fields.List(Words())
    is_repeat = fields.Boolean()


class ApplicationStepOut(Schema):
    """One thing that happened to an application."""

    act = Words()
    detail = Words()
    at = Moment()


class ApplicationHistoryOut(Schema):
    """What happened, oldest first."""

    items = fields.List(fields.Nested(ApplicationStepOut))


class OutsiderForm(Schema):
    """An exhibitor from outside: who it is and whom to call."""

    name = Words(most=200, required=True)
    kind = Choice(*PRODUCER_KINDS, required=True)
    tax_code = Words(most=14, pattern=r"\d{10}(-\d{3})?")
    area = Words(most=5, pattern=r"\d{2,5}")
    address = Words(most=200, load_default="")
    contact_name = Words(most=120, required=True)
    phone = Phone()
    email = EmailAddress(most=254)
    wish_kind = Choice(*KINDS)
    services = fields.List(Choice(*SERVICES), load_default=list)
    note = Words(most=1000, lines=True)
    conditional = fields.Boolean(load_default=False)

    @validates_schema
    def check(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """Somebody must be reachable."""
        if not data.get("phone") and not data.get("email"):
            raise ValidationError(str(_l("Cần số điện thoại hoặc e-mail.")), "phone")


class OutsiderLine(Schema):
    """A product with its decision."""

    name = Words(most=200, required=True)
    set_no = Whole(least=1, most=26, required=True)
    stars = Whole(least=3, most=5, required=True)
    decision_number = Words(most=60, required=True)
    decided_on = Day(required=True)
    issuer_level = Choice(*LEVELS, required=True)
    issuer = Words(most=160, required=True)
    valid_from = Day(required=True)
    valid_until = Day(required=True)

    @validates_schema
    def check(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """Days in order."""
        if data["valid_from"] < data["decided_on"]:
            raise ValidationError(str(_l("Không thể trước ngày quyết định.")), "valid_from")
        if data["valid_until"] < data["valid_from"]:
            raise ValidationError(str(_l("Không thể trước ngày đầu hiệu lực.")), "valid_until")


class RefusalForm(Schema):
    """Why papers are refused."""

    reason = Words(least=10, most=500, lines=True, required=True)


class AskForm(Schema):
    """Whom to ask to share a booth, by name or code."""

    household = Words(most=200, required=True)
    words = Words(most=300, lines=True, load_default="")


class PersonForm(Schema):
    """Somebody to invite to a role."""

    name = Words(most=120, required=True)
    contact = Words(most=254, required=True)


class BlockForm(Schema):
    """Numbers of booths, apart by commas, spaces or lines; ``A01-A10`` stands for ten."""

    booths = Words(most=4000, lines=True, load_default="")


class BoardQuery(Schema):
    """What the review board shows."""

    state = Choice(*(str(one) for one in ApplicationState))
    group = Choice("I", "II", "III", "IV", "V", "VI")
    province = Words(most=5, pattern=r"\d{2}")
    delegation = Words(most=20)
    mine = Choice("waiting", "done")
    conditional = Choice("1")
    q = Words(most=80)
    sort = Choice("sent", "score", "name", load_default="sent")


InvitationListOut = listed(InvitationOut)
DelegationListOut = listed(DelegationOut)
