"""Reading mails as people do: the plain text, and the HTML beside it."""

from email.message import EmailMessage
from typing import Any


def text_of(mail: EmailMessage | Any) -> str:
    """The plain text of a mail."""
    return _body(mail, "plain")


def html_of(mail: EmailMessage | Any) -> str:
    """The HTML of a mail."""
    return _body(mail, "html")


def _body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None, f"a mail has a part of {kind}"
    return str(part.get_content())
