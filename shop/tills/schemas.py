"""What the till takes and answers. Money is whole đồng, quantities pieces or grams, instants RFC 3339."""

from typing import Any

from marshmallow import fields, validate

from core.web.api import PageQuery, Schema, listed
from core.web.fields import Choice, Day, DongField, Moment, Phone, Whole, Words
from shop.tills.rules import DENOMINATIONS, MOST_LINES, Act, Way

_CODE = r"[A-Za-z0-9._-]+"
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_PIN = r"[0-9]{6}"
_TOKEN = r"[A-Za-z0-9._~=-]+"  # noqa: S105 a pattern
#: Units in one line: a tonne in grams.
_MOST = 1_000_000
_YES: dict[str, Any] = {"truthy": {True, "1", "true", "on"}, "falsy": {False, "0", "false"}}


def _described(text: str) -> dict[str, str]:
    return {"description": text}


class PersonOut(Schema):
    """Somebody who can stand at this till."""

    id = Whole(required=True)
    name = Words(required=True)
    is_manager = fields.Boolean(required=True, metadata=_described("May approve acts with her PIN."))


class TillNameOut(Schema):
    """A till."""

    code = Words(required=True)
    name = Words(required=True)


class TillStoreOut(Schema):
    """The store of a till, and who sells there: the head of its receipts."""

    code = Words(required=True)
    name = Words(required=True)
    address = Words(required=True)
    phone = Words(allow_none=True)
    seller = Words(required=True)
    tax_code = Words(required=True)


class ShiftOut(Schema):
    """An open or closed shift."""

    code = Words(required=True)
    number = Whole(required=True, metadata=_described("Of its Z report: 1, 2, 3 … for each till."))
    opened_at = Moment(required=True)
    opened_by = Words(required=True)
    float = DongField(required=True, metadata=_described("Cash laid in at the opening."))
    is_closed = fields.Boolean(required=True)


class LimitsOut(Schema):
    """What may be done at this till, and from where on a manager must approve."""

    cash_step = DongField(required=True, metadata=_described("Cash totals are rounded to it; 0: never."))
    discount_bp = Whole(required=True, metadata=_described("Of a sale's lines, by a cashier alone."))
    manager_discount_bp = Whole(required=True, metadata=_described("With a manager's approval."))
    return_limit = DongField(required=True)
    pay_out_limit = DongField(required=True)
    can_transfer = fields.Boolean(required=True, metadata=_described("Whether the seller can be paid by VietQR."))
    denominations = fields.List(Whole(), required=True)
    ways = fields.List(Words(), required=True)


class TillOut(Schema):
    """The till of this browser. Without `cashier` nobody has signed in; without `shift` none is open."""

    till = fields.Nested(TillNameOut, required=True)
    store = fields.Nested(TillStoreOut, required=True)
    cashier = fields.Nested(PersonOut, allow_none=True)
    cashiers = fields.List(fields.Nested(PersonOut), required=True, metadata=_described("Who has a PIN and may sell."))
    shift = fields.Nested(ShiftOut, allow_none=True)
    limits = fields.Nested(LimitsOut, required=True)
    favourites = fields.List(Words(), required=True, metadata=_described("SKU codes for the picture keys."))
    csrf = Words(required=True, metadata=_described("Goes into X-CSRFToken of every write; changes at sign-in."))
    now = Moment(required=True, metadata=_described("The server's clock."))


class CashierIn(Schema):
    """Who signs in with six digits."""

    user = Whole(least=1, required=True)
    pin = Words(most=6, pattern=_PIN, required=True)


class ItemOut(Schema):
    """A pack as it may be sold at this store."""

    sku = Words(required=True)
    name = Words(required=True)
    label = Words(required=True)
    unit = Words(required=True, metadata={"enum": ["piece", "gram"]})
    price = DongField(required=True, metadata=_described("Of a piece, or of a kilogram. VAT included."))
    vat_bp = Whole(required=True)
    barcodes = fields.List(Words(), required=True)
    lots = fields.List(Words(), required=True, metadata=_described("Codes of lots that can be sold, oldest HSD first."))
    lots_until = fields.Dict(required=True, metadata=_described("Last day of sale by lot code, where it has one."))
    lots_off = fields.Dict(required=True, metadata=_described("Lower price by lot code, where there is one."))
    sellable_until = Day(required=True, metadata=_described("Last day that its certificate covers."))
    stars = Whole(required=True)
    available = Whole(required=True, metadata=_described("Units free when the list was made."))
    is_alcohol = fields.Boolean(required=True)
    image = Words(allow_none=True)
    is_favourite = fields.Boolean(required=True)


class ListQuery(Schema):
    """``since``: the token of the list that the till has; the answer then holds only what changed."""

    since = Words(most=4000, pattern=_TOKEN)


class ListOut(Schema):
    """The signed list. ``is_delta``: `items` replace those of the same SKU, `gone` are no longer sold."""

    issued_at = Moment(required=True)
    good_until = Moment(required=True, metadata=_described("Offline sales stop after it."))
    token = Words(required=True, metadata=_described("Goes into `list` of a sale."))
    is_delta = fields.Boolean(required=True)
    items = fields.List(fields.Nested(ItemOut), required=True)
    gone = fields.List(Words(), required=True)


class SaleLineIn(Schema):
    """One line as rung up."""

    sku = Words(most=40, pattern=_CODE, required=True)
    quantity = Whole(least=1, most=_MOST, required=True)
    unit_price = DongField(least=1, required=True)
    discount = DongField(least=0, load_default=0, metadata=_described("On this line alone."))
    lot = Words(most=20, pattern=_CODE, allow_none=True, load_default=None, metadata=_described("Scanned lot label."))


class TenderIn(Schema):
    """Money of one way. Cash: what stays in the drawer after change."""

    way = Choice(*[way.value for way in Way], required=True)
    amount = DongField(least=1, required=True)
    reference = Words(
        most=60, allow_none=True, load_default=None,
        metadata=_described("Card: the terminal's number (required). VietQR: `reference` of POST /till/qr."),
    )  # fmt: skip


class InvoiceWishIn(Schema):
    """What the electronic invoice is to say."""

    company = Words(most=200, allow_none=True, load_default=None)
    tax_code = Words(most=20, allow_none=True, load_default=None)
    address = Words(most=300, allow_none=True, load_default=None)
    email = Words(most=254, allow_none=True, load_default=None)


class SaleIn(Schema):
    """A sale. The same `uuid` again answers the same bytes."""

    uuid = Words(most=36, pattern=_UUID, required=True)
    shift = Words(most=20, pattern=_CODE, required=True)
    sold_at = Moment(required=True, metadata=_described("By the till's clock: evidence."))
    is_offline = fields.Boolean(load_default=False, **_YES)
    list = Words(most=4000, pattern=_TOKEN, allow_none=True, load_default=None)
    cashier = Whole(
        least=1, allow_none=True, load_default=None,
        metadata=_described("Who sold it, when another is signed in by the time it is sent."),
    )  # fmt: skip
    lines = fields.List(fields.Nested(SaleLineIn), required=True, validate=validate.Length(min=1, max=MOST_LINES))
    discount = DongField(least=0, load_default=0, metadata=_described("On the whole sale, beside those of its lines."))
    rounding = Whole(least=-999, most=999, load_default=0)
    total = DongField(required=True)
    tenders = fields.List(fields.Nested(TenderIn), required=True, validate=validate.Length(max=10))
    cash_given = DongField(allow_none=True, load_default=None, metadata=_described("Cash handed over, before change."))
    customer_phone = Phone(allow_none=True, load_default=None)
    is_adult = fields.Boolean(load_default=False, **_YES)
    invoice = fields.Nested(InvoiceWishIn, allow_none=True, load_default=None)
    approvals = fields.List(Words(most=100, pattern=_TOKEN), load_default=tuple, validate=validate.Length(max=5))


class SaleLineOut(Schema):
    """One line of a receipt."""

    position = Whole(required=True)
    sku = Words(required=True)
    name = Words(required=True)
    label = Words(required=True)
    unit = Words(required=True)
    quantity = Whole(required=True)
    unit_price = DongField(required=True)
    line_total = DongField(required=True, metadata=_described("Before discount."))
    discount = DongField(required=True)
    total = DongField(required=True)
    vat_bp = Whole(required=True)
    vat_kind = Words(allow_none=True)
    stars = Whole(required=True)
    certificate = Words(required=True)
    certificate_number = Words(required=True)
    producer = Words(required=True)
    lots = fields.List(Words(), required=True)
    returned = Whole(metadata=_described("Units that came back since; only when a receipt is read."))


class TenderOut(Schema):
    """Money of one way on a receipt."""

    way = Words(required=True)
    amount = DongField(required=True)
    reference = Words(allow_none=True)


class WaitingOut(Schema):
    """Why a person must decide."""

    code = Words(required=True)
    kind = Words(required=True)
    why = fields.Dict(required=True)


class SaleOut(Schema):
    """A receipt (201), or a sale that waits for a decision (202: `state` waiting, `exception`, no `code`)."""

    state = Words(required=True, metadata={"enum": ["sold", "waiting"]})
    uuid = Words(required=True)
    code = Words(allow_none=True)
    kind = Words(required=True, metadata={"enum": ["sale", "return"]})
    of_sale = Words(allow_none=True)
    exception = fields.Nested(WaitingOut, allow_none=True)
    receipt_path = Words(allow_none=True, metadata=_described("The receipt's page for its buyer."))
    till = Words(required=True)
    shift = Words(required=True)
    store = fields.Nested(TillStoreOut, required=True)
    cashier = Words(required=True)
    sold_at = Moment(required=True)
    received_at = Moment(required=True)
    decided_at = Moment(allow_none=True)
    is_offline = fields.Boolean(required=True)
    lines = fields.List(fields.Nested(SaleLineOut), required=True)
    lines_total = DongField(required=True)
    discount = DongField(required=True)
    rounding = Whole(least=-999, most=999, required=True)
    total = DongField(required=True)
    tenders = fields.List(fields.Nested(TenderOut), required=True)
    cash_given = DongField(allow_none=True)
    change = DongField(allow_none=True)
    customer_phone = Words(allow_none=True)
    returns = fields.List(Words(), metadata=_described("Receipts of what came back; only when a receipt is read."))


class SaleRowOut(Schema):
    """A receipt in a list."""

    code = Words(required=True)
    kind = Words(required=True)
    decided_at = Moment(required=True)
    cashier = Words(required=True)
    total = DongField(required=True)
    till = Words(required=True)


class SalesQuery(PageQuery):
    """Newest first; ``shift``: of one shift, ``phone``: of one customer, ``q``: a part of the code."""

    shift = Words(most=20, pattern=_CODE)
    phone = Phone()
    q = Words(most=20)


class TillReturnLineIn(Schema):
    """So much of a sold line that comes back: to the shelf, or away as damage."""

    position = Whole(least=1, most=MOST_LINES, required=True)
    quantity = Whole(least=1, most=_MOST, required=True)
    to = Choice("shelf", "damage", load_default="shelf")


class TillReturnQuoteIn(Schema):
    """What would come back of a sale."""

    sale = Words(most=20, pattern=_CODE, required=True)
    lines = fields.List(fields.Nested(TillReturnLineIn), required=True, validate=validate.Length(min=1, max=MOST_LINES))
    is_cash = fields.Boolean(load_default=True, metadata=_described("Given back in cash alone."), **_YES)


class TillReturnQuoteLineOut(Schema):
    """What a line gives back."""

    position = Whole(required=True)
    amount = DongField(required=True)


class TillReturnQuoteOut(Schema):
    """What has to be given back, and whether a manager must approve it."""

    lines = fields.List(fields.Nested(TillReturnQuoteLineOut), required=True)
    rounding = Whole(least=-999, most=999, required=True)
    total = DongField(required=True)
    needs_approval = fields.Boolean(required=True)


class TillReturnIn(Schema):
    """Goods that come back against their receipt; `tenders`: how the money is given back, summing to the quote."""

    uuid = Words(most=36, pattern=_UUID, required=True)
    sale = Words(most=20, pattern=_CODE, required=True)
    lines = fields.List(fields.Nested(TillReturnLineIn), required=True, validate=validate.Length(min=1, max=MOST_LINES))
    tenders = fields.List(fields.Nested(TenderIn), required=True, validate=validate.Length(max=10))
    approvals = fields.List(Words(most=100, pattern=_TOKEN), load_default=tuple, validate=validate.Length(max=5))


class ShiftIn(Schema):
    """The cash laid into the drawer."""

    float = DongField(least=0, most=1_000_000_000, required=True)


class ShiftClosingIn(Schema):
    """Pieces by denomination, as text keys: ``{"500000": 3}``; what is left out is none."""

    counted = fields.Dict(
        keys=Choice(*[str(one) for one in DENOMINATIONS]), values=Whole(least=0, most=100_000), required=True
    )
    note = Words(most=300, allow_none=True, load_default=None)


class CashIn(Schema):
    """Cash laid in or taken out beside sales."""

    kind = Choice("pay_in", "pay_out", required=True)
    amount = DongField(least=1, most=1_000_000_000, required=True)
    reason = Words(most=200, required=True)
    approvals = fields.List(Words(most=100, pattern=_TOKEN), load_default=tuple, validate=validate.Length(max=5))


class CashOut(Schema):
    """An entry of the drawer."""

    code = Words(required=True)
    kind = Words(required=True)
    amount = DongField(required=True)
    reason = Words(required=True)
    actor = Words(required=True)
    at = Moment(required=True)


class TillApprovalIn(Schema):
    """A manager's yes to one act up to an amount, by her PIN at this till."""

    act = Choice(*[act.value for act in Act], required=True)
    manager = Whole(least=1, required=True)
    pin = Words(most=6, pattern=_PIN, required=True)
    amount = DongField(least=1, required=True, metadata=_described("The discount, return or pay-out meant."))


class TillApprovalOut(Schema):
    """Goes into `approvals` of the act; works once, for some minutes, at this till."""

    token = Words(required=True)
    act = Words(required=True)
    amount = DongField(required=True)
    manager = Words(required=True)
    expires_at = Moment(required=True)


class QrIn(Schema):
    """What is to be paid by transfer."""

    amount = DongField(least=1, most=1_000_000_000, required=True)


class QrOut(Schema):
    """A VietQR for the screen; `reference` goes into the tender that it pays."""

    reference = Words(required=True)
    memo = Words(required=True)
    amount = DongField(required=True)
    payee = Words(required=True)
    account = Words(allow_none=True)
    qr_text = Words(required=True)
    svg = Words(required=True)


SaleListOut = listed(SaleRowOut)
