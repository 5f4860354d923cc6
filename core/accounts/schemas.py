"""What the forms of accounts take. Passwords are taken as typed: no trimming, no composing."""

from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError, fields, validates_schema
from marshmallow.validate import Length

from core.accounts.contacts import find_contact
from core.accounts.passwords import MAX_LENGTH
from core.web.fields import Choice, Schema, Whole, Words

LOCALES = ("vi", "en")
#: The stretch in which tries at one's own password are counted.
TRIES_PER = timedelta(minutes=10)


def password_field() -> fields.String:
    """A password as typed; its strength is the verb's matter."""
    return fields.String(required=True, validate=Length(1, MAX_LENGTH))


class ContactField(Words):
    """A phone number or an e-mail, as people write them; kept as typed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(most=254, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if find_contact(text) is None:
            raise ValidationError(_("Hãy nhập số điện thoại (như 0912 345 678) hoặc email."))
        return text


class SignInIn(Schema):
    """Phone or e-mail, and the password."""

    contact = Words(required=True, most=254)
    password = password_field()
    next = fields.String()


class RegisterIn(Schema):
    """A new account."""

    name = Words(required=True, most=120)
    contact = ContactField(required=True)
    password = password_field()
    next = fields.String()


class ForgottenIn(Schema):
    """Whose password is forgotten."""

    contact = ContactField(required=True)


class NewPasswordIn(Schema):
    """A password, twice."""

    password = password_field()
    again = password_field()

    @validates_schema(skip_on_field_errors=True)
    def same(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """Both must be the same."""
        if data["password"] != data["again"]:
            raise ValidationError({"again": [_("Hai mật khẩu không giống nhau.")]})


class ChangePasswordIn(NewPasswordIn):
    """The present password beside the new one."""

    old = password_field()


class InvitationIn(Schema):
    """Taking an invitation up."""

    name = Words(required=True, most=120)
    password = password_field()


class ProfileIn(Schema):
    """Name and language, with the version they were read at."""

    version = Whole(required=True, least=1)
    name = Words(required=True, most=120)
    locale = Choice(*LOCALES, required=True)


class TokenIn(Schema):
    """A new API token."""

    token_name = Words(required=True, most=80)
    scope = Words(most=400, pattern=r"[a-z_.* ]+")
    days = Whole(least=1, most=3650)
