"""Changes and prices in the API of the desks."""

from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError, fields, pre_load, validate

from catalog.changes.models import APPROVED, OPEN, PARTLY, REJECTED, WITHDRAWN
from catalog.listings.schemas import LARGEST_PRICE, ListingPatch, SkuPatch
from core.web.api import PageQuery, Schema, listed
from core.web.fields import Choice, Day, DongField, Moment, Whole, Words

#: What a decision of recognition says, or a verb of its own: no body sets it, and its name is told.
LOCKED = frozenset(
    {
        "name", "slug", "code", "product", "product_id", "producer", "producer_id", "set", "set_no", "group", "stars",
        "score", "certificate", "certificate_id", "decision_number", "decided_on", "issuer", "valid_from",
        "valid_until", "verified_at", "revoked_on", "state", "published_at", "sequence", "version", "id", "is_demo",
        "unit", "listing_id", "revoked_certificate_id",
    }
)  # fmt: skip
_REASON = {"description": "Read by the producer."}


class _Guarded(Schema):
    """Tells of a locked field why it cannot be set."""

    @pre_load
    def _no_locked(self, data: Any, **kwargs: Any) -> Any:
        if isinstance(data, dict):
            locked = sorted(LOCKED & set(map(str, data)))  # pyright: ignore[reportUnknownArgumentType]
            if locked:
                raise ValidationError({name: [_("Mục này không sửa được ở đây.")] for name in locked})
        return data  # pyright: ignore[reportUnknownVariableType]


class ListingEdit(_Guarded, ListingPatch):
    """Changed words of a listing; what is left out stays."""


class SkuEdit(_Guarded, SkuPatch):
    """Changed facts of a pack; the price acts at once."""

    is_price_confirmed = fields.Boolean(metadata={"description": "Says that a change by more than half is meant."})


class ApprovalIn(Schema):
    """What is approved: every open field, or these."""

    fields_ = fields.List(
        Words(most=120), data_key="fields", attribute="fields", validate=validate.Length(max=500),
        metadata={"description": "Names of fields; all that are open when left out."},
    )  # fmt: skip
    seen = fields.Dict(
        keys=Words(most=120), values=Words(most=20),
        metadata={"description": "Marks (`seen`) of live values that differ from what the proposer saw."},
    )  # fmt: skip
    reason = Words(least=0, most=1000, lines=True, metadata={"description": "With it the other fields are rejected."})


class RejectionIn(Schema):
    """Why it is rejected."""

    reason = Words(least=5, most=1000, lines=True, required=True, metadata=_REASON)
    fields_ = fields.List(Words(most=120), data_key="fields", attribute="fields", validate=validate.Length(max=500))


class PastFieldOut(Schema):
    """One field that was asked for, and what became of it."""

    field = fields.String()
    label = fields.String()
    state = fields.String()
    was = fields.Raw(allow_none=True, metadata={"description": "The live value when it was proposed."})
    wanted = fields.Raw(allow_none=True)
    proposed_at = Moment()
    proposed_by = fields.String()
    decided_at = Moment(allow_none=True)
    decided_by = fields.String()
    reason = fields.String()


class FieldOut(PastFieldOut):
    """One field of a request beside what is on sale now."""

    now = fields.Raw(allow_none=True, metadata={"description": "The live value now."})
    is_moved = fields.Boolean(metadata={"description": "Whether the live value is no longer what the proposer saw."})
    seen = fields.String(metadata={"description": "Mark of the live value, for `approval`."})


class ChangeOut(Schema):
    """A request to change a listing; its version is the ETag."""

    id = Whole()
    listing = Whole()
    product = fields.String(metadata={"description": "Slug."})
    kind = Choice("edit", "listing")
    state = Choice(OPEN, APPROVED, PARTLY, REJECTED, WITHDRAWN)
    proposed_at = Moment()
    proposed_by = fields.String()
    on_behalf_of = fields.String(allow_none=True)
    touched_at = Moment()
    decided_at = Moment(allow_none=True)
    decided_by = fields.String()
    reason = fields.String()
    fields_ = fields.List(fields.Nested(FieldOut), data_key="fields", attribute="fields")
    version = Whole()


class QueueQuery(PageQuery):
    """Which requests: the open ones unless told."""

    state = Choice(OPEN, APPROVED, PARTLY, REJECTED, WITHDRAWN, load_default=OPEN)


class QueuedOut(Schema):
    """One request in the queue."""

    id = Whole()
    kind = Choice("edit", "listing")
    state = Choice(OPEN, APPROVED, PARTLY, REJECTED, WITHDRAWN)
    listing = Whole()
    product = fields.String()
    name = fields.String()
    producer = fields.String()
    proposed_at = Moment()
    proposed_by = fields.String()
    days = Whole(metadata={"description": "Whole days for which it has waited."})
    fields_ = fields.List(fields.String(), data_key="fields", attribute="fields")


class ChangeHistoryQuery(Schema):
    """Which field's history; every field's when left out."""

    field = Words(most=120)


class ChangeHistoryOut(Schema):
    """What was asked of a listing and what became of it, the newest first."""

    items = fields.List(fields.Nested(PastFieldOut))


class PriceIn(Schema):
    """A price: at once, or from 00:00 of a day (Việt Nam)."""

    price = DongField(least=1, most=LARGEST_PRICE, required=True)
    starts_on = Day(metadata={"description": "The first day; at once when left out."})
    reason = Words(least=0, most=300)
    is_confirmed = fields.Boolean(metadata={"description": "Says that a change by more than half is meant."})


class PriceNoteOut(Schema):
    """One change of a pack's price."""

    id = Whole()
    before = DongField(attribute="from_vnd", allow_none=True)
    price = DongField(attribute="to_vnd")
    currency = fields.Constant("VND")
    starts_on = Day()
    reason = fields.String()
    noted_at = Moment()
    by = fields.String(attribute="by_label")
    on_behalf_of = fields.String(allow_none=True)
    cancelled_at = Moment(allow_none=True)


class PriceChangeOut(PriceNoteOut):
    """The same with its pack."""

    sku = fields.String()


class PricesOut(Schema):
    """What a pack costs today, what is planned (first day first), and what it cost (oldest first)."""

    sku = fields.String()
    price = DongField(attribute="price_vnd")
    currency = fields.Constant("VND")
    planned = fields.List(fields.Nested(PriceNoteOut))
    history = fields.List(fields.Nested(PriceNoteOut), attribute="past")
    version = Whole(metadata={"description": "Of the pack."})


QueueOut = listed(QueuedOut)
