"""What the pages and the API of supply and demand take and answer."""

from typing import Any

from marshmallow import fields, validate

from catalog.products.sets import GROUPS, SETS
from core.web.api import PageQuery, Schema, listed
from core.web.fields import Choice, Day, DongField, EmailAddress, Moment, Phone, Whole, Words
from shop.meetings.rules import KINDS, LONGEST, MOST_NEEDS, MOST_TABLES, PERIODS, SHORTEST, Outcome

#: An hour of the clock: 8:30 or 08:30.
CLOCK = r"([01]?\d|2[0-3]):[0-5]\d"


class NeedIn(Schema):
    """A line of what is looked for: a product set (1 to 26) or a group (I to VI), or words, or both."""

    of = Choice(*map(str, sorted(SETS)), *GROUPS)
    wanted = Words(most=200)
    quantity = Whole(least=1, most=100_000_000)
    unit = Words(most=20)
    period = Choice(*PERIODS, load_default="once")
    price = DongField(least=1, most=10**10)
    stars = Whole(least=3, most=5, load_default=3)


class BuyerForm(Schema):
    """A company, its person; the lines of what it looks for stand in fields of their own."""

    company = Words(most=200, required=True)
    tax_code = Words(most=14, pattern=r"\d{10}(-\d{3})?")
    kind = Choice(*KINDS, required=True)
    place = Words(most=120, required=True)
    contact_name = Words(most=120, required=True)
    phone = Phone(required=True)
    email = EmailAddress(most=254)
    words = Words(most=1000, lines=True)
    consent = fields.Boolean(required=True, validate=validate.Equal(True), truthy={"true", "on", True}, falsy={False})


class BuyerIn(Schema):
    """The same for programs, its needs beside it."""

    company = Words(most=200, required=True)
    tax_code = Words(most=14, pattern=r"\d{10}(-\d{3})?")
    kind = Choice(*KINDS, required=True)
    place = Words(most=120, required=True)
    contact_name = Words(most=120, required=True)
    phone = Phone(required=True)
    email = EmailAddress(most=254)
    words = Words(most=1000, lines=True)
    needs = fields.List(fields.Nested(NeedIn), required=True, validate=validate.Length(1, MOST_NEEDS))


class SettingForm(Schema):
    """Hours, slots and tables of a fair's meetings; hours as HH:MM."""

    version = Whole(least=1)
    is_open = fields.Boolean(load_default=False, truthy={"true", "on", True}, falsy={"false", False})
    register_until = Day(required=True)
    place = Words(most=200, required=True)
    starts_time = Words(most=5, pattern=CLOCK, required=True)
    ends_time = Words(most=5, pattern=CLOCK, required=True)
    pause_from = Words(most=5, pattern=CLOCK)
    pause_until = Words(most=5, pattern=CLOCK)
    slot_minutes = Whole(least=SHORTEST, most=LONGEST, required=True)
    tables = Whole(least=1, most=MOST_TABLES, required=True)
    most_each = Whole(least=1, most=50, load_default=6)


class WishForm(Schema):
    """A meeting that is asked for."""

    buyer = Words(most=20)
    producer = Words(most=24)
    slot = Whole(least=1, most=2**31 - 1, required=True)


class MoveForm(Schema):
    """Another time for a meeting."""

    meeting = Words(most=20, required=True)
    version = Whole(least=1, required=True)
    slot = Whole(least=1, most=2**31 - 1, required=True)


class CancelForm(Schema):
    """Why a meeting is called off."""

    meeting = Words(most=20, required=True)
    reason = Words(most=300, required=True)


class ResultForm(Schema):
    """What came of a meeting."""

    meeting = Words(most=20, required=True)
    version = Whole(least=1, required=True)
    came = Choice("yes", "no", required=True)
    outcome = Choice(*(str(one) for one in Outcome), load_default="none")
    expected = DongField(most=10**13, load_default=0)
    words = Words(most=1000, lines=True)


class StateForm(Schema):
    """Admit a buyer, or refuse her."""

    state = Choice("admitted", "refused", required=True)


class BuyersQuery(PageQuery):
    """A page of buyers, by state if asked."""

    state = Choice("asked", "admitted", "refused", "withdrawn")


class MeetingsQuery(PageQuery):
    """A page of meetings."""

    per_page = Whole(least=1, most=100, load_default=100)


class MeetingIn(Schema):
    """A meeting that is asked for: the codes of buyer and producer, and when it starts."""

    buyer = Words(most=20, required=True)
    producer = Words(most=24, required=True)
    starts_at = Moment(required=True)


class CancellationIn(Schema):
    """Why."""

    reason = Words(most=300, required=True)


class ResultIn(Schema):
    """What came of it; `expected` in whole đồng a year."""

    came = fields.Boolean(required=True, truthy={True}, falsy={False})
    outcome = Choice(*(str(one) for one in Outcome), load_default="none")
    expected = DongField(most=10**13, load_default=0)
    words = Words(most=1000, lines=True)


class ArrangeIn(Schema):
    """Arrange meetings for everybody; a trial unless `dry_run` is false."""

    dry_run = fields.Boolean(load_default=True, truthy={True}, falsy={False})


class BuyerNeedOut(Schema):
    """A line of what is looked for."""

    set = Whole(attribute="set_no", allow_none=True)
    group = Words(attribute="group_no", allow_none=True)
    wanted = Words()
    quantity = Whole(allow_none=True)
    unit = Words()
    period = Words()
    price = DongField(attribute="price_vnd", allow_none=True)
    stars = Whole(attribute="stars_min")


class BuyerCompanyOut(Schema):
    """A buyer as staff sees her."""

    id = Words(attribute="code")
    company = Words()
    tax_code = Words(allow_none=True)
    kind = Words()
    place = Words()
    contact_name = Words(allow_none=True)
    phone = Words(allow_none=True)
    email = Words(allow_none=True)
    words = Words()
    state = Words()
    registered_at = Moment()
    needs = fields.List(fields.Nested(BuyerNeedOut))


class NeedMatchOut(Schema):
    """Why: which need, which product, and what it rests on."""

    need = Whole()
    product = Words()
    stars = Whole()
    points = Whole(least=-1_000)
    because = fields.List(Words())
    words = Words()


class MeetingProposalOut(Schema):
    """An exhibitor for a buyer."""

    producer = Words()
    name = Words()
    points = Whole(least=-1_000)
    matches = fields.List(fields.Nested(NeedMatchOut))


class MeetingProposalsOut(Schema):
    """All of them, the best first."""

    items = fields.List(fields.Nested(MeetingProposalOut))
    total = Whole()


class MeetingOut(Schema):
    """A meeting."""

    id = Words()
    state = Words()
    asked_by = Words()
    starts_at = Moment()
    ends_at = Moment()
    table = Whole()
    buyer: Any = fields.Dict()
    producer: Any = fields.Dict()
    reason = Words()
    outcome = Words(allow_none=True)
    expected = DongField()
    words = Words()
    version = Whole()


class PlannedOut(Schema):
    """A meeting of a trial."""

    buyer = Words()
    company = Words()
    producer = Words()
    name = Words()
    starts_at = Moment()
    table = Whole()


class ArrangedOut(Schema):
    """What arranging would make, or made."""

    dry_run = fields.Boolean()
    items = fields.List(fields.Nested(PlannedOut))
    total = Whole()


BuyerListOut = listed(BuyerCompanyOut)
MeetingListOut = listed(MeetingOut)
