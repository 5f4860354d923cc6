"""Forms about personal data."""

from marshmallow import fields

from core.web.api import Schema
from core.web.fields import Choice, Phone, Words
from shop.orders.rules import CONSENTS


class LinkForm(Schema):
    """A guest's order, or a till's receipt, and the telephone number that goes with it."""

    number = Words(most=20, required=True)
    phone = Phone(most=30, required=True)


class ConsentForm(Schema):
    """Which consent is taken back."""

    purpose = Choice(*CONSENTS, required=True)


class CorrectForm(Schema):
    """What is wrong, and how it should read."""

    words = Words(most=2000, lines=True, required=True)


class EraseForm(Schema):
    """The word that shows that it is meant, and whether what is still needed may stay."""

    confirm = Words(most=20, required=True)
    partial = fields.Boolean()
