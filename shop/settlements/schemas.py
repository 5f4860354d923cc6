"""What settlements take and answer."""

from marshmallow import fields

from core.web.api import Schema
from core.web.fields import Choice, Day, DongField, Moment, Whole, Words
from shop.payouts.schemas import Account, BankBin, Holder
from shop.sales.rules import Source
from shop.settlements.rules import Extra, State
from shop.stores.rules import VAT_METHODS

_PERIOD = r"20[0-9]{2}-(0[1-9]|1[0-2])"
_STATES = [one.value for one in State]


class SettlementQuery(Schema):
    """Which settlements."""

    period = Words(most=7, pattern=_PERIOD, metadata={"description": "YYYY-MM"})
    seller = Words(most=40)
    producer = Words(most=24)
    state = Choice(*_STATES)
    page = Whole(least=1, most=100_000, load_default=1)
    per_page = Whole(least=1, most=200, load_default=50)


class SellerIn(Schema):
    """Whose period."""

    seller = Words(most=40, required=True, metadata={"description": "The seller's code."})


class SettlementOut(Schema):
    """What one producer gets from one seller for one month. Money is whole đồng."""

    code = Words(required=True)
    period = Words(required=True)
    seller = Words(required=True)
    producer = Words(required=True)
    producer_name = Words(most=200, required=True)
    state = Words(required=True, metadata={"enum": _STATES})
    sales = DongField(required=True)
    returns = DongField(required=True)
    commission = Whole(required=True)
    adjustments = Whole(required=True, metadata={"description": "Signed."})
    carried_in = Whole(required=True, metadata={"description": "Balance of earlier periods, signed."})
    total = Whole(required=True, metadata={"description": "To be paid; below nothing: carried into the next period."})
    vat_method = Words(required=True, metadata={"enum": list(VAT_METHODS)})
    approved_at = Moment(allow_none=True)
    paid_at = Moment(allow_none=True)
    reference = Words(most=80, allow_none=True)
    version = Whole(required=True)


class SettlementLineOut(Schema):
    """One sold row; negative when it came back."""

    source = Words(required=True, metadata={"enum": [one.value for one in Source]})
    reference = Words(required=True)
    sold_on = Day(required=True)
    product = Words(most=200, required=True)
    label = Words(required=True)
    lot = Words(required=True)
    quantity = Whole(required=True)
    unit = Words(required=True)
    unit_price = DongField(required=True)
    revenue = Whole(required=True)
    commission_bp = Whole(required=True)
    commission = Whole(required=True)
    due = Whole(required=True)


class BesideOut(Schema):
    """A sum beside the sales: an adjustment, or a balance that was carried over."""

    code = Words(required=True)
    kind = Words(required=True)
    words = Words(most=300, required=True)
    amount = Whole(required=True)


class StatementOut(SettlementOut):
    """A settlement with everything that it consists of."""

    lines = fields.List(fields.Nested(SettlementLineOut), required=True)
    beside = fields.List(fields.Nested(BesideOut), required=True)


class ClosingOut(Schema):
    """A closed period."""

    period = Words(required=True)
    seller = Words(required=True)
    closed_at = Moment(required=True)
    settlements = fields.List(fields.Nested(SettlementOut), required=True)


class PayoutOut(Schema):
    """A payout file with settlements, which a second person approves at the desk."""

    code = Words(required=True)
    state = Words(required=True)
    count = Whole(required=True)
    total = DongField(required=True)
    settlements = fields.List(Words(), required=True)


class CarryForm(Schema):
    """Why nothing is paid now."""

    note = Words(least=5, most=300, required=True)


class PaidForm(Schema):
    """Under which number the money went out."""

    reference = Words(most=80, required=True)


class AdjustForm(Schema):
    """A sum beside the sales; `sign` says who bears it."""

    seller = Words(most=40, required=True)
    producer = Words(most=24, required=True)
    kind = Choice(*(one.value for one in Extra), required=True)
    sign = Choice("for", "against", required=True)
    amount = DongField(least=1, required=True)
    words = Words(least=5, most=300, required=True)


class CashForm(Schema):
    """A producer who is paid in cash, and how she accounts for VAT."""

    producer = Words(most=24, required=True)
    vat_method = Choice(*VAT_METHODS, required=True)


class PayeeForm(CashForm):
    """Where a producer's money goes besides."""

    bank = BankBin(most=6, required=True)
    account = Account(most=40, required=True)
    holder = Holder(most=70, required=True)
