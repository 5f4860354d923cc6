"""What documents look like in the API."""

from typing import Any

from flask import url_for
from marshmallow import fields

from catalog.documents.models import KINDS, Document
from core.web.api import Schema, listed
from core.web.fields import Choice, Moment, Whole, Words


def address_of(document: Any) -> str:
    """Where its bytes are."""
    one: Document = document
    return url_for("documents.show", code=one.code)


class DocumentOut(Schema):
    """A document, without its bytes: `url` serves them."""

    code = Words()
    subject = Words()
    kind = Choice(*KINDS)
    file_name = Words()
    media_type = Words()
    size = Whole()
    sha256 = Words(attribute="sent_sha256", metadata={"description": "Of the file as it was sent."})
    is_public = fields.Boolean()
    uploaded_at = Moment()
    withdrawn_at = Moment(allow_none=True)
    withdrawn_reason = Words(allow_none=True)
    url = fields.Function(address_of)


class DocumentFile(Schema):
    """The file of a multipart body."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class DocumentForm(Schema):
    """What goes beside the file."""

    kind = Choice(*KINDS, load_default="decision")


class DocumentWithdrawalIn(Schema):
    """Why it was wrong."""

    reason = Words(most=300, required=True)


DocumentListOut = listed(DocumentOut)
