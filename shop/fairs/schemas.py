"""What the API of fairs takes and gives."""

from marshmallow import fields, validate

from catalog.products.sets import GROUPS
from core.web.api import PageQuery, Schema, listed
from core.web.fields import Choice, Day, DongField, Moment, Whole, Words
from shop.fairs.plans.plan import FEATURES, KINDS, SERVICES
from shop.fairs.plans.schemas import HallSchema, polygon

#: Booths that one application may ask for, and neighbours that it may name.
MOST_BOOTHS, MOST_NAMED = 10, 10
_PAY = ("at_store", "vietqr")
_GROUPS = tuple(GROUPS)


class ExhibitorRef(Schema):
    """A producer by code and name."""

    code = Words()
    name = Words()


class BoothOut(Schema):
    """A booth with what visitors may know."""

    code = Words()
    uid = Words()
    hall = Words()
    polygon = polygon()
    kind = Words()
    use = Words()
    zone = Words(allow_none=True)
    open_sides = fields.List(Whole())
    services = fields.List(Words())
    price = Whole()
    currency = Words()
    status = Words()
    free_days = fields.List(Day())
    exhibitors = fields.List(fields.Nested(ExhibitorRef))


class ShownOut(Schema):
    """A product on a booth."""

    slug = Words()
    name = Words()
    set = Whole()
    group = Words()
    stars = Whole()
    days = fields.List(Day())


class ExhibitorOut(Schema):
    """A producer on a booth, with the products it may show."""

    producer = fields.Nested(ExhibitorRef)
    place = Words(allow_none=True)
    booth = Words()
    hall = Words()
    days = fields.List(Day())
    confirmed = fields.Boolean()
    products = fields.List(fields.Nested(ShownOut))


class BoothsQuery(PageQuery):
    """A page of booths, of one hall if asked."""

    per_page = Whole(least=1, most=100, load_default=100)
    hall = Words(most=20)


class ExhibitorsQuery(PageQuery):
    """A page of exhibitors: by words (marks do not count), hall, group, place, stars at least, day."""

    per_page = Whole(least=1, most=100, load_default=100)
    q = Words(most=100)
    hall = Words(most=20)
    group = Choice(*_GROUPS)
    area = Words(most=5, metadata={"description": "Code of a province or of a unit within one."})
    stars = Whole(least=3, most=5)
    day = Day()
    adult = Whole(most=1, load_default=0, metadata={"description": "1: the asker is 18; shows alcohol."})


class WishesSchema(Schema):
    """What the producer would like."""

    kind = Choice(*KINDS)
    services = fields.List(Choice(*SERVICES), validate=validate.Length(0, len(SERVICES)))
    booths = Whole(least=1, most=MOST_BOOTHS)
    near = fields.List(Words(most=24), validate=validate.Length(0, MOST_NAMED))
    apart = fields.List(Words(most=24), validate=validate.Length(0, MOST_NAMED))
    note = Words(most=1000, lines=True)


class ApplicationIn(Schema):
    """An application: product slugs; ``producer`` when the account speaks for several."""

    producer = Words(most=24)
    products = fields.List(Words(most=96), required=True, validate=validate.Length(1, 50))
    wishes = fields.Nested(WishesSchema, load_default=dict)
    conditional = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class ApplicationEdit(Schema):
    """What may be changed of an application until it is decided; all of it is sent."""

    products = fields.List(Words(most=96), required=True, validate=validate.Length(1, 50))
    wishes = fields.Nested(WishesSchema, load_default=dict)
    conditional = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class ApplicationOut(Schema):
    """An application."""

    id = Words()
    fair = Words()
    producer = fields.Nested(ExhibitorRef)
    state = Words()
    submitted_at = Moment(allow_none=True)
    products = fields.List(Words())
    wishes = fields.Nested(WishesSchema)
    renew_by = Day(allow_none=True)
    decided_at = Moment(allow_none=True)
    note = Words(allow_none=True)
    source = Words()
    delegation = Words(allow_none=True)
    partner = fields.Nested(ExhibitorRef, allow_none=True)
    version = Whole()


class ApplicationsQuery(PageQuery):
    """A page of applications, of one state if asked."""

    per_page = Whole(least=1, most=100, load_default=100)
    state = Words(most=12)


class DecisionIn(Schema):
    """What the organizer decides."""

    decision = Choice("accepted", "waitlisted", "rejected", required=True)
    note = Words(most=500, lines=True)
    renew_by = Day()


class BookingIn(Schema):
    """A claim on a booth: all days left, or these; ``conditional`` for days that wait for a renewed certificate."""

    application = Words(most=20, required=True)
    days = fields.List(Day(), validate=validate.Length(1, 60))
    conditional = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class ReleaseQuery(Schema):
    """Whose booking, when several exhibitors share a booth by days."""

    application = Words(most=20)


class TransferIn(Schema):
    """The bank's line: amount in đồng, the bank's reference, when it was booked."""

    amount = DongField(least=1, required=True)
    reference = Words(most=80, required=True)
    booked_at = Moment(required=True)


class PaymentIn(Schema):
    """How the fee is paid; ``transfer`` once the bank's line is seen."""

    provider = Choice(*_PAY, required=True)
    transfer = fields.Nested(TransferIn)


class BookingDayOut(Schema):
    """One day of a booking with the certificate that covers it."""

    day = Day()
    state = Words()
    price = Whole()
    certificate = Words(allow_none=True)
    stars = Whole(allow_none=True)


class BookingPaymentOut(Schema):
    """The fee as it stands."""

    reference = Words()
    provider = Words()
    status = Words()
    amount = Whole()
    qr_text = Words(allow_none=True)
    expires_at = Moment(allow_none=True)
    redirect_url = Words(allow_none=True, most=500)


class BookingOut(Schema):
    """A booking."""

    id = Words()
    fair = Words()
    booth = Words()
    application = Words()
    producer = fields.Nested(ExhibitorRef)
    state = Words()
    price = Whole()
    due = Whole()
    refund_due = Whole()
    subsidy = Whole()
    ended_because = Words(allow_none=True)
    currency = Words()
    days = fields.List(fields.Nested(BookingDayOut))
    products = fields.List(Words())
    expires_at = Moment(allow_none=True)
    renew_by = Day(allow_none=True)
    checked_in_on = Day(allow_none=True)
    payment = fields.Nested(BookingPaymentOut, allow_none=True)
    version = Whole()


class ApplicationForm(Schema):
    """The form of a producer: ticked products, wishes, and whether uncovered days may be conditional."""

    producer = Words(most=24)
    products = fields.List(Words(most=96), required=True, validate=validate.Length(1, 50))
    kind = Choice(*KINDS)
    services = fields.List(Choice(*SERVICES), load_default=list)
    booths = Whole(least=1, most=MOST_BOOTHS)
    near = Words(most=400, lines=True)
    apart = Words(most=400, lines=True)
    near_features = fields.List(Choice(*FEATURES), load_default=list)
    apart_features = fields.List(Choice(*FEATURES), load_default=list)
    note = Words(most=1000, lines=True)
    conditional = fields.Boolean(load_default=False)
    news = fields.Boolean(load_default=False)


class DecisionForm(DecisionIn):
    """The decision with the organizer's words."""


class BookingForm(Schema):
    """The desk's claim on a booth; empty days mean from the first, to the last that is left."""

    application = Words(most=20, required=True)
    booth = Words(most=20, required=True)
    first_on = Day()
    last_on = Day()
    conditional = fields.Boolean(load_default=False)


class PaymentForm(Schema):
    """The fee at the desk: in cash, or the bank's line as read."""

    provider = Choice(*_PAY, required=True)
    amount = DongField(least=1)
    reference = Words(most=80)
    booked_on = Day()
    booked_time = Words(most=5, pattern=r"([01]\d|2[0-3]):[0-5]\d")


BoothListOut = listed(BoothOut, halls=fields.List(fields.Nested(HallSchema)))
ExhibitorListOut = listed(ExhibitorOut)
ApplicationListOut = listed(ApplicationOut)
