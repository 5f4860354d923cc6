"""What decisions look like in the API."""

from marshmallow import fields

from catalog.certificates.models import LEVELS
from catalog.decisions.models import KINDS, STATES
from catalog.decisions.rules import ACTS
from core.web.api import PageQuery, Schema, listed
from core.web.fields import Choice, Day, DongField, Moment, Whole, Words

#: More products than any decision names.
_MOST = 100_000


class BatchFacts(Schema):
    """What the whole decision says."""

    kind = Choice(*KINDS, required=True)
    number = Words(most=60, required=True)
    decided_on = Day(required=True)
    issuer_level = Choice(*LEVELS, required=True)
    issuer = Words(most=160, required=True)
    ground = Words(most=300, metadata={"description": "Ground of Article 8 for a revocation; words for a suspension."})
    effective_on = Day(metadata={"description": "First day without; needed unless it recognises."})
    until_on = Day(metadata={"description": "Last day of a suspension; until it is lifted when left out."})
    revokes = Words(most=60, metadata={"description": "An earlier decision's number: all its governing certificates."})
    document = Words(most=300)


class BatchIn(BatchFacts):
    """A decision with its products."""

    lines = fields.List(
        fields.Dict(keys=fields.String()),
        metadata={
            "description": "For a recognition: product_code, product_name, producer_name, producer_tax_code, set,"
            " stars, score, valid_from, valid_until. Otherwise any of product_code, certificate_code, product_name,"
            " producer_name, producer_tax_code, and ground."
        },
    )


class TrialQuery(Schema):
    """Whether to write."""

    dry_run = fields.Boolean(load_default=False)


class StarTotals(Schema):
    """Products by star."""

    three = Whole(least=0, most=_MOST, data_key="3")
    four = Whole(least=0, most=_MOST, data_key="4")
    five = Whole(least=0, most=_MOST, data_key="5")


class BatchConfirmationIn(Schema):
    """What the second person counted on the paper; each that is given must agree."""

    products = Whole(least=0, most=_MOST)
    stars = fields.Nested(StarTotals)


class BatchesQuery(PageQuery):
    """Which decisions."""

    state = Choice(*STATES)
    q = Words(most=60, metadata={"description": "The beginning of the number, or the id."})


class BatchProductRef(Schema):
    """A product as far as it is known."""

    code = fields.String(allow_none=True, metadata={"description": "null: entered with the decision."})
    name = fields.String()


class BatchStepOut(Schema):
    """What one line does."""

    line = Whole()
    act = Choice(*ACTS)
    product = fields.Nested(BatchProductRef)
    producer = fields.String()
    is_new_producer = fields.Boolean()
    stars = Whole()
    stars_before = Whole(allow_none=True)
    certificate = fields.String(allow_none=True, metadata={"description": "The one that is followed or ended."})
    from_on = Day(allow_none=True)
    until_on = Day(allow_none=True)
    cut_on = Day(allow_none=True, metadata={"description": "New last day of the certificate that is followed."})
    ground = fields.String(allow_none=True)


class BatchFaultOut(Schema):
    """Something about a line."""

    line = Whole()
    column = fields.String(allow_none=True)
    message = fields.String()


class BatchEffectOut(Schema):
    """So many objects of one kind, and what becomes of them."""

    object = fields.String()
    act = fields.String()
    count = Whole()
    units = Whole()
    stores = Whole()
    money = DongField()
    text = fields.String()


class TrialTotals(Schema):
    """What the lines add up to."""

    products = Whole()
    stars = fields.Dict(keys=fields.String(), values=fields.Integer())
    new_products = Whole()
    new_producers = Whole()


class BatchTrialOut(Schema):
    """What a decision would do today; nothing was written."""

    same = fields.String(allow_none=True, metadata={"description": "Id of the same decision, entered before."})
    totals = fields.Nested(TrialTotals)
    lines = fields.List(fields.Nested(BatchStepOut))
    warnings = fields.List(fields.Nested(BatchFaultOut))
    consequences = fields.List(fields.Nested(BatchEffectOut))


class BatchLineOut(Schema):
    """A line as it was entered, and what it did."""

    line = Whole()
    cells = fields.Dict(metadata={"description": "What the line says, by column."})
    act = fields.String(allow_none=True, metadata={"description": "null until confirmed."})
    certificate = fields.String(allow_none=True, metadata={"description": "Made or ended; null until confirmed."})


class BatchBriefOut(BatchFacts):
    """A decision in a list."""

    id = fields.String()
    state = Choice(*STATES)
    products = Whole()
    entered_by = fields.String()
    entered_at = Moment()
    confirmed_by = fields.String(allow_none=True)
    confirmed_at = Moment(allow_none=True)
    is_demo = fields.Boolean()


class BatchOut(BatchBriefOut):
    """A decision whole."""

    lines = fields.List(fields.Nested(BatchLineOut))
    version = Whole()


BatchListOut = listed(BatchBriefOut)
