"""Phone numbers and e-mail addresses in the one form in which they are stored and compared."""

import re
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from core.errors import Invalid
from core.text import compose
from core.web.fields import read_phone

_EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")


@dataclass(frozen=True)
class Contact:
    """One way to reach a person: exactly one of the two is set."""

    phone: str | None = None
    email: str | None = None

    @property
    def text(self) -> str:
        """The address itself."""
        return self.phone or self.email or ""


def find_email(text: str) -> str | None:
    """The e-mail lower-cased, or None when it is none (no spaces, no line breaks, at most 254 signs)."""
    lowered = compose(text).strip(" ").lower()
    return lowered if len(lowered) <= 254 and _EMAIL.fullmatch(lowered) else None


def find_contact(text: str) -> Contact | None:
    """What somebody typed into "phone or e-mail", or None when it is neither."""
    if email := find_email(text):
        return Contact(email=email)
    phone = read_phone(text.strip())
    return Contact(phone=phone) if phone else None


def get_contact(text: str) -> Contact:
    """As ``find_contact``; raises Invalid on the field ``contact``."""
    contact = find_contact(text)
    if contact is None:
        raise Invalid({"contact": [_l("Hãy nhập số điện thoại (như 0912 345 678) hoặc email.")]})
    return contact
