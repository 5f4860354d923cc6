"""What the API and the forms of offers, the waiting list and swaps take and give."""

from marshmallow import fields, validate

from core.web.api import Schema
from core.web.fields import Choice, Day, Moment, Whole, Words
from shop.fairs.booths.paying import WAYS
from shop.fairs.schemas import BookingOut, ExhibitorRef


class GivenIn(Schema):
    """A booth for an application: all days left, or these; ``conditional`` for days that wait for a certificate."""

    application = Words(most=20, required=True)
    booth = Words(most=20, required=True)
    days = fields.List(Day(), validate=validate.Length(1, 60))
    conditional = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class OffersIn(Schema):
    """Offers, all of them or none."""

    offers = fields.List(fields.Nested(GivenIn), required=True, validate=validate.Length(1, 500))


class OffersOut(Schema):
    """The bookings, in the order of the offers."""

    items = fields.List(fields.Nested(BookingOut))


class OfferForm(Schema):
    """The desk's offer."""

    application = Words(most=20, required=True)
    booth = Words(most=20, required=True)
    conditional = fields.Boolean(load_default=False)


class OfferDeclineIn(Schema):
    """A no; ``stays``: put me at the end of the waiting list."""

    stays = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class BoothCheckoutIn(Schema):
    """How the exhibitor pays."""

    provider = Choice(*WAYS, required=True)


class BoothMoveIn(Schema):
    """The booth to move to."""

    booth = Words(most=20, required=True)


class SwapIn(Schema):
    """Change booths with that booking."""

    booking = Words(most=20, required=True)
    note = Words(most=300)


class SwapAnswerIn(Schema):
    """Yes or no."""

    agrees = fields.Boolean(required=True, truthy={True}, falsy={False})


class SwapOut(Schema):
    """A proposal to change booths."""

    id = Words()
    fair = Words()
    first = Words()
    second = Words()
    state = Words()
    note = Words(allow_none=True)
    asked_at = Moment()
    expires_at = Moment()
    first_agreed_at = Moment(allow_none=True)
    second_agreed_at = Moment(allow_none=True)
    ended_at = Moment(allow_none=True)


class QueueLineOut(Schema):
    """A line of the waiting list; ``number`` is empty for who is not offered booths at present."""

    number = Whole(allow_none=True)
    application = Words()
    producer = fields.Nested(ExhibitorRef)
    state = Words()
    place = Whole(allow_none=True)
    reason = Words(allow_none=True)
    since = Moment(allow_none=True)


class QueueOut(Schema):
    """The waiting list in its order."""

    items = fields.List(fields.Nested(QueueLineOut))
    last_promotion_on = Day()


class QueueIn(Schema):
    """The first of the list, in this order; who is not named comes after them."""

    applications = fields.List(Words(most=20), required=True, validate=validate.Length(1, 1000))


class OnShowOut(Schema):
    """A product on a day."""

    slug = Words()
    name = Words()
    certificate = Words()
    stars = Whole()
    ends_on = Day()


class ShownDayOut(Schema):
    """What may be shown on a day, and what may not."""

    day = Day()
    state = Words()
    products = fields.List(fields.Nested(OnShowOut))
    missing = fields.List(Words())


class ShownDaysOut(Schema):
    """The product list of a booth, day by day."""

    items = fields.List(fields.Nested(ShownDayOut))
