"""What the API takes and gives of the fair itself: its facts, deadlines and rules; postponement, cancelling, copy."""

from marshmallow import fields, validate

from catalog.products.sets import GROUPS
from core.web.api import PageQuery, Schema, listed
from core.web.fields import Choice, Day, DongField, EmailAddress, Moment, Phone, Whole, Words
from shop.fairs.rulebook import WHOLE_BP, Priority
from shop.fairs.rules import HOLD_HOURS

SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
AREA = r"\d{2,5}"
HOUR = r"([01]\d|2[0-3]):[0-5]\d"
#: The longest deadline that a rule may set.
MOST_HOURS = 24 * 60
_GROUPS = tuple(GROUPS)


class SubsidySchema(Schema):
    """The part of a fee that public money pays: a share in basis points, at most so many đồng, for whom."""

    share_bp = Whole(least=1, most=WHOLE_BP, required=True)
    most_vnd = DongField(least=1, most=1_000_000_000, allow_none=True)
    areas = fields.List(Words(most=5, pattern=AREA), load_default=list, validate=validate.Length(0, 100))
    stars_min = Whole(least=3, most=5, load_default=3)


class RulesSchema(Schema):
    """What a fair admits, asks and grants; what is left out follows the house."""

    stars_min = Whole(least=3, most=5, load_default=3)
    groups = fields.List(Choice(*_GROUPS), load_default=list, validate=validate.Length(0, 6))
    hold_hours = Whole(least=1, most=24 * 30, load_default=HOLD_HOURS)
    offer_hours = Whole(least=1, most=MOST_HOURS)
    pay_hours = Whole(least=1, most=MOST_HOURS)
    renewal_lead_days = Whole(least=1, most=90)
    cut_off_days = Whole(least=0, most=30)
    badges_per_booth = Whole(least=1, most=20)
    refund_all_days = Whole(least=0, most=365)
    refund_half_days = Whole(least=0, most=365)
    quota = fields.Dict(keys=Words(most=5, pattern=AREA), values=Whole(least=0, most=2000))
    priority = fields.List(Choice(*Priority), validate=validate.Length(1, len(Priority)))
    subsidy = fields.Nested(SubsidySchema, allow_none=True)
    zones = fields.Dict(
        keys=Words(most=40), values=fields.List(Choice(*_GROUPS), validate=validate.Length(1, 6))
    )  # fmt: skip


class FactsSchema(Schema):
    """What may be said of a fair at any time: hours, contact, deadlines."""

    registration_number = Words(most=80)
    registered_on = Day()
    area = Words(most=5, pattern=AREA)
    applications_from = Day()
    applications_until = Day()
    hours_from = Words(most=5, pattern=HOUR)
    hours_until = Words(most=5, pattern=HOUR)
    about = Words(most=4000, lines=True)
    contact_phone = Phone()
    contact_email = EmailAddress(most=254)
    decide_by = Day()
    pay_by = Day()
    renew_by = Day()


class FairIn(FactsSchema):
    """A fair to make; ``state`` open needs a registration number."""

    name = Words(most=200, required=True)
    slug = Words(most=80, pattern=SLUG)
    seller = Words(most=40)
    venue = Words(most=300, required=True)
    opens_on = Day(required=True)
    closes_on = Day(required=True)
    rules = fields.Nested(RulesSchema, load_default=lambda: {"stars_min": 3, "groups": [], "hold_hours": HOLD_HOURS})
    state = Choice("draft", "open")


class FairEdit(Schema):
    """What changes of a fair: only what is sent; null takes a fact away."""

    name = Words(most=200)
    seller = Words(most=40)
    venue = Words(most=300)
    opens_on = Day()
    closes_on = Day()
    applications_from = Day()
    applications_until = Day()
    registration_number = Words(most=80, allow_none=True)
    registered_on = Day(allow_none=True)
    area = Words(most=5, pattern=AREA, allow_none=True)
    hours_from = Words(most=5, pattern=HOUR, allow_none=True)
    hours_until = Words(most=5, pattern=HOUR, allow_none=True)
    about = Words(most=4000, lines=True, allow_none=True)
    contact_phone = Phone(allow_none=True)
    contact_email = EmailAddress(most=254, allow_none=True)
    decide_by = Day(allow_none=True)
    pay_by = Day(allow_none=True)
    renew_by = Day(allow_none=True)
    rules = fields.Nested(RulesSchema)


class AreaRef(Schema):
    """An area by code and name."""

    code = Words()
    name = Words()


class FairOut(Schema):
    """A fair as everybody may see it."""

    slug = Words()
    name = Words()
    state = Words()
    organizer = Words()
    seller = Words()
    registration_number = Words(allow_none=True)
    registered_on = Day(allow_none=True)
    venue = Words()
    area = fields.Nested(AreaRef, allow_none=True)
    opens_on = Day()
    closes_on = Day()
    hours_from = Words(allow_none=True)
    hours_until = Words(allow_none=True)
    about = Words(allow_none=True)
    contact_phone = Words(allow_none=True)
    contact_email = Words(allow_none=True)
    applications_from = Day()
    applications_until = Day()
    decide_by = Day(allow_none=True)
    pay_by = Day(allow_none=True)
    renew_by = Day(allow_none=True)
    cancelled_at = Moment(allow_none=True)
    cancelled_because = Words(allow_none=True)
    rules = fields.Nested(RulesSchema)
    booths = Whole()
    version = Whole()


class FairsQuery(PageQuery):
    """A page of fairs."""


class MoveIn(Schema):
    """A postponement: the new days, why, and until when holders may leave with everything back."""

    opens_on = Day(required=True)
    closes_on = Day(required=True)
    because = Words(most=500, lines=True, required=True)
    choose_by = Day(required=True)
    applications_until = Day()
    dry_run = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class MovedBookingOut(Schema):
    """What becomes of one booking when the fair is moved."""

    booking = Words()
    booth = Words()
    producer = Words()
    days_kept = Whole()
    days_waiting = Whole()
    days_dropped = Whole()
    back = Whole()


class MoveOut(Schema):
    """What a postponement does, or would do."""

    opens_on = Day()
    closes_on = Day()
    choose_by = Day()
    applications = Whole()
    applications_waiting = Whole()
    bookings = fields.List(fields.Nested(MovedBookingOut))
    is_done = fields.Boolean()


class CancelIn(Schema):
    """Calling a fair off."""

    because = Words(most=500, lines=True, required=True)


class CopyIn(Schema):
    """Another fair with the plan and the rules of this one."""

    name = Words(most=200, required=True)
    slug = Words(most=80, pattern=SLUG)
    opens_on = Day(required=True)


class ChoiceIn(Schema):
    """What a holder makes of a postponement."""

    choice = Choice("stays", "leaves", required=True)


FairListOut = listed(FairOut)
