"""What transfers take and answer."""

from marshmallow import fields, validate

from core.web.api import PageQuery, Schema, listed
from core.web.fields import Choice, Moment, Whole, Words
from shop.transfers.rules import MOST_LINES, Outcome, State

_CODE = r"[A-Za-z0-9._-]+"
#: Units in one line: 10 tonnes in grams.
_MOST = 10_000_000


class TransfersQuery(PageQuery):
    """Of one store, in one state."""

    store = Words(most=40, pattern=_CODE)
    state = Choice(*[state.value for state in State])


class SendingIn(Schema):
    """So much of a lot; quantities in pieces, or in grams of goods sold by weight."""

    lot = Words(most=20, required=True)
    quantity = Whole(least=1, most=_MOST, required=True)
    from_place = Choice("shelf", "back", load_default="back")
    to_place = Choice("shelf", "back", load_default="back")


class TransferChangeIn(Schema):
    """Other lines for a draft."""

    note = Words(most=300)
    lines = fields.List(fields.Nested(SendingIn), required=True, validate=validate.Length(min=1, max=MOST_LINES))


class StockTransferIn(TransferChangeIn):
    """A paper. The same store twice: its goods change their place, at once."""

    sender = Words(most=40, pattern=_CODE, required=True, data_key="from")
    receiver = Words(most=40, pattern=_CODE, required=True, data_key="to")


class CountedIn(Schema):
    """What came of one line; what is neither received nor damaged is missing."""

    line = Whole(least=1, most=MOST_LINES, required=True)
    received = Whole(least=0, most=_MOST, required=True)
    damaged = Whole(least=0, most=_MOST, load_default=0)
    note = Words(most=300)


class TransferReceiptIn(Schema):
    """What came; a line that is left out came whole."""

    lines = fields.List(fields.Nested(CountedIn), load_default=list, validate=validate.Length(max=MOST_LINES))


class SettledIn(Schema):
    """What became of a line's missing units."""

    line = Whole(least=1, most=MOST_LINES, required=True)
    outcome = Choice(*[outcome.value for outcome in Outcome], required=True)
    note = Words(most=300)


class TransferClosingIn(Schema):
    """What a second person decides; every line with missing units is named."""

    lines = fields.List(fields.Nested(SettledIn), load_default=list, validate=validate.Length(max=MOST_LINES))


class TransferLineOut(Schema):
    """A line; ``warnings`` at the receipt: certificate.lapsed, certificate.ends_soon, shelf_life.over."""

    line = Whole(required=True)
    lot = Words(required=True)
    sku = Words(required=True)
    name = Words(required=True)
    unit = Words(required=True)
    from_place = Words(required=True)
    to_place = Words(required=True)
    quantity = Whole(required=True)
    received = Whole(allow_none=True)
    damaged = Whole(allow_none=True)
    missing = Whole(allow_none=True)
    note = Words(allow_none=True)
    outcome = Words(allow_none=True)
    warnings = fields.List(Words(), required=True)


class TransferRowOut(Schema):
    """A paper in a list."""

    id = Words(required=True, attribute="code")
    state = Words(required=True, metadata={"enum": [state.value for state in State]})
    sender = Words(required=True, data_key="from")
    receiver = Words(required=True, data_key="to")
    differs = fields.Boolean(required=True)
    note = Words(allow_none=True)
    made_at = Moment(required=True)
    made_by = Words(required=True)
    dispatched_at = Moment(allow_none=True)
    dispatched_by = Words(allow_none=True)
    received_at = Moment(allow_none=True)
    received_by = Words(allow_none=True)
    closed_at = Moment(allow_none=True)
    closed_by = Words(allow_none=True)
    version = Whole(required=True)


class StockTransferOut(TransferRowOut):
    """A paper with its lines."""

    lines = fields.List(fields.Nested(TransferLineOut), required=True)


StockTransferListOut = listed(TransferRowOut)
