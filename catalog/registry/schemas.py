"""What the registry's files look like in the API."""

from marshmallow import fields

from catalog.registry.files import FORMS
from catalog.registry.models import STATES
from core.web.api import PageQuery, Schema, listed
from core.web.fields import Choice, Moment, Whole, Words


class ExportQuery(Schema):
    """Which form."""

    format = Choice(*FORMS, load_default="json")


class SummaryOut(Schema):
    """How many of each a file brought."""

    new_producers = Whole()
    changed_producers = Whole()
    new_products = Whole()
    changed_products = Whole()
    certificates = Whole()
    acts = Whole(metadata={"description": "Later decisions on certificates that stand here."})
    warnings = fields.List(fields.String(), metadata={"description": "What a person should look at."})


class RegistryImportOut(Schema):
    """A file that was brought in."""

    code = fields.String()
    state = Choice(*STATES)
    file_name = fields.String()
    summary = fields.Nested(SummaryOut)
    imported_at = Moment()
    settled_at = Moment(allow_none=True)


class OutcomeOut(SummaryOut):
    """What a file did, or with dry_run would do."""

    is_repeat = fields.Boolean(metadata={"description": "All of it was known already."})
    code = fields.String(allow_none=True, metadata={"description": "The file that waits for a second person."})


class ImportQuery(Schema):
    """Whether only to try."""

    dry_run = Whole(least=0, most=1, load_default=0)
    file_name = Words(most=200, load_default="registry.json")


class RegistryConfirmationIn(Schema):
    """That the second person has the same file."""

    fingerprint = Words(most=64, required=True, metadata={"description": "First 8 signs or more of its SHA-256."})


class RegistryImportsQuery(PageQuery):
    """Which page of the files."""


RegistryImportListOut = listed(RegistryImportOut)
