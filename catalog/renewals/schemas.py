"""What renewals look like in the API."""

from marshmallow import fields

from catalog.certificates.schemas import ExtensionIn
from catalog.renewals.rules import Outcome, Stage, Timing
from core.web.api import Schema
from core.web.fields import Choice, Day, Moment, Whole, Words


class DossierIn(Schema):
    """A dossier that the authority gave a receipt for."""

    receipt_number = Words(most=60, required=True)
    received_on = Day(required=True)
    authority = Words(least=0, most=160)
    complete_on = Day(allow_none=True, metadata={"description": "Day on which the dossier was held complete."})
    note = Words(least=0, most=500, lines=True)


class ConfirmationIn(Schema):
    """A certifier holds the receipt for true."""

    complete_on = Day(allow_none=True, metadata={"description": "Day on which the dossier was held complete."})


class OutcomeIn(Schema):
    """The result of a dossier."""

    outcome = Choice(*Outcome, required=True)
    decided_on = Day(required=True)
    successor = Words(most=24, metadata={"description": "Code of the new certificate, when renewed."})


class ExtensionOnReceiptIn(ExtensionIn):
    """An extension; with `received_on` the receipt is recorded in the same call when it is not known yet."""

    received_on = Day(metadata={"description": "Day of receipt of a dossier that is not recorded yet."})


class DossierOut(Schema):
    """A recorded dossier."""

    code = fields.String()
    receipt_number = fields.String()
    received_on = Day()
    authority = fields.String()
    timing = Choice(*Timing, metadata={"description": "Where the day lies to the filing window."})
    is_confirmed = fields.Boolean()
    complete_on = Day(allow_none=True)
    evaluation_due = Day(allow_none=True, metadata={"description": "45 days from the complete dossier."})
    outcome = Choice(*Outcome, allow_none=True)
    decided_on = Day(allow_none=True)
    successor = fields.String(allow_none=True)
    extends_until = Day(allow_none=True)
    filed_at = Moment()
    note = fields.String()


class WindowOut(Schema):
    """Days of filing."""

    opens_on = Day()
    closes_on = Day()


class ReminderOut(Schema):
    """A step that was told, or skipped for a later one."""

    step = fields.Integer()
    place = fields.String()
    to = fields.String()
    ends_on = Day()
    state = Choice("sent", "skipped")
    made_at = Moment()
    mailed_at = Moment(allow_none=True)


class RenewalOut(Schema):
    """Where a renewal stands today."""

    certificate = fields.String()
    stage = Choice(*Stage)
    valid_until = Day()
    ends_on = Day()
    days_left = fields.Integer()
    window = fields.Nested(WindowOut)
    successor_stars = Whole(allow_none=True)
    dossiers = fields.List(fields.Nested(DossierOut))
    reminders = fields.List(fields.Nested(ReminderOut))
