"""What the scan and the reports of labels take and answer."""

from typing import Any

from marshmallow import fields

from core.web.api import Schema
from core.web.fields import Choice, Day, Moment, Whole, Words
from shop.proof.models import STATES
from shop.proof.rules import LONGEST


class ScanQuery(Schema):
    """A text to look up."""

    text = Words(most=LONGEST, required=True, metadata={"description": "What the label's code says, or a number."})
    adult = fields.Boolean(metadata={"description": "The caller is 18 or older: where to buy alcohol is told too."})


class PhotoIn(Schema):
    """A photo of a label (multipart/form-data)."""

    photo = fields.Raw(
        required=True,
        metadata={"type": "string", "format": "binary", "description": "JPEG, PNG or WEBP, at most 8 MB and 24 Mpx."},
    )


class LabelReportIn(Schema):
    """What somebody saw on a label, and where."""

    text = Words(most=500, required=True)
    place = Words(most=200, required=True)
    note = Words(most=2000, lines=True)
    contact = Words(most=120, metadata={"description": "Telephone or e-mail, if an answer is wanted."})


class AnswerIn(Schema):
    """The certifier's answer."""

    answer = Words(most=2000, lines=True, required=True)


class ScanNameOut(Schema):
    """Something with a public code."""

    code = fields.String()
    name = fields.String()


class ScannedProductOut(ScanNameOut):
    """A product; its page only while it is for sale."""

    slug = fields.String()
    url = fields.String(allow_none=True)


class ScannedCertificateOut(Schema):
    """The certificate that the answer speaks of; stars only while it governs."""

    code = fields.String()
    decision_number = fields.String()
    issuer = fields.String()
    stars = Whole(allow_none=True)
    since = Day(allow_none=True)
    until = Day(allow_none=True)
    url = fields.String()


class AskedCertificateOut(Schema):
    """The certificate that was scanned, where another one speaks today."""

    code = fields.String()
    decision_number = fields.String()
    status = fields.String()
    url = fields.String()


class ScannedLotOut(Schema):
    """The lot that was scanned."""

    code = fields.String()
    number = fields.String()
    state = fields.String()
    is_on_sale = fields.Boolean()
    url = fields.String()


class MatchOut(Schema):
    """One product that the text may mean, as it stands today."""

    status = fields.String(metadata={"description": "Status today, as of GET /certificates/{code}."})
    product = fields.Nested(ScannedProductOut)
    producer = fields.Nested(ScanNameOut)
    certificate = fields.Nested(ScannedCertificateOut)
    asked = fields.Nested(AskedCertificateOut, allow_none=True)
    lot = fields.Nested(ScannedLotOut, allow_none=True)
    is_for_sale = fields.Boolean()
    stores = fields.List(fields.Nested(ScanNameOut), metadata={"description": "Stores that have some now."})
    is_demo = fields.Boolean()


class ScannedOut(Schema):
    """What one text means. No match: not found here, which says nothing about the label."""

    text = fields.String()
    foreign_host = fields.String(allow_none=True, metadata={"description": "Host of an address that is not ours."})
    trouble = fields.String(allow_none=True, metadata={"enum": ["in_store", "check_digit"]})
    matches = fields.List(fields.Nested(MatchOut))


class ScanOut(Schema):
    """An answer for each text: one for a typed text, one for each code in a photo."""

    items: Any = fields.List(fields.Nested(ScannedOut))


class LabelReportOut(Schema):
    """A report as whoever has its code sees it."""

    code = fields.String()
    state = Choice(*STATES)
    reported_at = Moment()
    answer = fields.String(allow_none=True)
    closed_at = Moment(allow_none=True)
    url = fields.String()
