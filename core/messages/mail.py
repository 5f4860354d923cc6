"""The way out by e-mail, by ``OCOP_MAIL_URL``: ``console:``, ``file:FOLDER``, ``smtp://user:password@host:port``,
``smtps://…``. One mail has plain text and HTML; ``key`` makes its Message-ID, so that a mail sent twice is one mail
to the reader's program.
"""

import smtplib
import ssl
import sys
from collections.abc import Callable
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from pathlib import Path
from urllib.parse import unquote, urlsplit

from core.clock import now
from core.config import Config
from core.ids import digest
from core.messages.rendering import Rendered

TIMEOUT_SECONDS = 5

Mailer = Callable[[EmailMessage], None]


class _WholeWords(EmailPolicy):
    """Folds names and subjects with marks by `Header`: Python's own folding loses a space between two encoded words,
    or puts one into a word (cpython#92081), so that a subject reads "cần sốtài khoản".
    """

    def fold(self, name: str, value: str) -> str:
        """A header as it leaves, with its name and line end."""
        return self._encoded(name, value) or super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        """The same as bytes."""
        encoded = self._encoded(name, value)
        return encoded.encode("ascii") if encoded else super().fold_binary(name, value)

    def _encoded(self, name: str, value: str) -> str | None:
        """What has marks and is a subject or a sender; None for all other headers."""
        key, ends = name.lower(), self.linesep
        words, address = (str(value), "") if key == "subject" else parseaddr(value) if key == "from" else ("", "")
        if words.isascii():
            return None
        header = Header(words, "utf-8", header_name=name)
        if address:
            header.append(f"<{address}>", "us-ascii")
        return f"{name}: {header.encode(linesep=ends)}{ends}"


def compose(to: str, written: Rendered, key: str, config: Config) -> EmailMessage:
    """The message as it leaves. Raises ValueError for a line break in an address or a subject."""
    host = urlsplit(config.base_url).hostname or "localhost"
    message = EmailMessage(_WholeWords())
    message["From"] = Address(config.site_name, "no-reply", host)
    message["To"] = to
    message["Subject"] = written.subject
    message["Date"] = format_datetime(now())
    message["Message-ID"] = f"<{digest(key)[:40]}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(written.text)
    message.add_alternative(written.html, subtype="html")
    return message


def mailer_for(url: str) -> Mailer:
    """The way out that a URL names; its scheme was checked at start."""
    scheme, _colon, rest = url.partition(":")
    if scheme == "file":
        return _to_folder(Path(rest.removeprefix("//")))
    return _by_smtp(url) if scheme in ("smtp", "smtps") else _to_console


def is_refused(error: Exception) -> bool:
    """Whether trying again is useless: the other side will never take it, or it is no mail at all."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _text in error.recipients.values())
    return isinstance(error, ValueError)


def _to_console(message: EmailMessage) -> None:
    body = message.get_body(("plain",))
    text = body.get_content() if body else ""
    sys.stdout.write(f"--- mail to {message['To']}: {message['Subject']}\n{text}---\n")
    sys.stdout.flush()


def _to_folder(folder: Path) -> Mailer:
    def write(message: EmailMessage) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{now():%Y%m%dT%H%M%S%f}-{digest(str(message['Message-ID']))[:8]}.eml"
        (folder / name).write_bytes(message.as_bytes())

    return write


def _by_smtp(url: str) -> Mailer:
    parts = urlsplit(url)
    secure = parts.scheme == "smtps"

    def deliver(message: EmailMessage) -> None:
        with _connect(parts.hostname or "localhost", parts.port, secure) as server:
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(message)

    return deliver


def _connect(host: str, port: int | None, secure: bool) -> smtplib.SMTP:
    """TLS from the start (smtps), or as soon as the server offers it (smtp)."""
    context = ssl.create_default_context()
    if secure:
        return smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT_SECONDS, context=context)
    server = smtplib.SMTP(host, port or 587, timeout=TIMEOUT_SECONDS)
    server.ehlo()
    if server.has_extn("starttls"):
        server.starttls(context=context)
        server.ehlo()
    return server
