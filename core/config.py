"""Configuration: ``OCOP_…`` environment variables, each also as ``OCOP_…_FILE`` for secrets.

Read once at start into a frozen dataclass; a malformed value refuses to start and names itself.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class ConfigError(Exception):
    """A setting is missing or malformed; the message names it and says what is expected."""


@dataclass(frozen=True)
class Config:
    """All settings. Field ``x_y`` is read from ``OCOP_X_Y``; ``doc`` is what docs/settings.md says."""

    instance: Path = field(default=Path("instance"), metadata={"doc": "Folder of database, index and files."})
    database_url: str = field(default="", metadata={"doc": "SQLAlchemy URL; default SQLite in the instance folder."})
    secret_key: str = field(
        default="",
        metadata={"doc": "Signs cookies and links; required unless the address is loopback.", "secret": True},
    )
    base_url: str = field(default="http://127.0.0.1:8000", metadata={"doc": "The public address of this shop."})
    site_name: str = field(default="OCOP Mart", metadata={"doc": "The name in the page header."})
    search: str = field(default="whoosh", metadata={"doc": "Search engine: whoosh or postgresql."})
    redis_url: str = field(default="", metadata={"doc": "Shared limits and cache across machines (optional)."})
    stripe_api_key: str = field(
        default="", metadata={"doc": "Stripe secret key (cards are off without it).", "secret": True}
    )
    stripe_api_base: str = field(default="", metadata={"doc": "Another address that speaks Stripe's API."})
    stripe_webhook_secret: str = field(default="", metadata={"doc": "Signs Stripe's webhooks.", "secret": True})
    mail_url: str = field(
        default="console:", metadata={"doc": "Where mail goes: console:, file:FOLDER or smtp://…", "secret": True}
    )
    sms_url: str = field(
        default="",
        metadata={"doc": "SMS gateway: https://…, console: or file:FOLDER (none without it).", "secret": True},
    )
    sms_token: str = field(default="", metadata={"doc": "Bearer token of the SMS gateway.", "secret": True})
    sms_sender: str = field(default="", metadata={"doc": "Brand name registered with the SMS gateway."})
    sms_text: str = field(
        default="plain", metadata={"doc": "SMS letters: plain (no marks, 160 signs a message) or unicode (70)."}
    )
    totp: str = field(
        default="auto",
        metadata={"doc": "Second factor of staff: required, offered, or auto (required unless loopback)."},
    )
    log: str = field(default="text", metadata={"doc": "Log format: json or text."})
    threads: int = field(default=8, metadata={"doc": "Threads per web process; sizes the database pool."})
    testing: bool = field(default=False, metadata={"doc": "Set by the tests only."})

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Config":
        """Read and check every setting. Raises ConfigError."""
        raw = {f.name: value for f in fields(cls) if (value := _read(environ, f.name)) is not None}
        unknown = {k for k in environ if k.startswith("OCOP_PROVE_")}
        if unknown:
            raise ConfigError(f"{', '.join(sorted(unknown))}: guards can only be switched off inside the tests")
        return cls(**{name: _convert(name, text) for name, text in raw.items()}).checked()

    def checked(self) -> "Config":
        """Fill what is derived and refuse what cannot be right."""
        _one_of("search", self.search, ("whoosh", "postgresql"))
        _one_of("log", self.log, ("json", "text"))
        _url("base_url", self.base_url, ("http", "https"))
        _scheme("mail_url", self.mail_url, ("console", "file", "smtp", "smtps"))
        _one_of("totp", self.totp, ("auto", "required", "offered"))
        _one_of("sms_text", self.sms_text, ("plain", "unicode"))
        _sms(self.sms_url)
        url = self.database_url or f"sqlite:///{(self.instance / 'ocop.db').resolve()}"
        url = _psycopg(url)
        _scheme("database_url", url, ("sqlite", "postgresql+psycopg"))
        if self.search == "postgresql" and url.startswith("sqlite"):
            raise ConfigError("OCOP_SEARCH=postgresql needs a PostgreSQL OCOP_DATABASE_URL")
        if self.stripe_api_base and self.stripe_api_key.startswith("sk_live"):
            raise ConfigError("OCOP_STRIPE_API_BASE must not be set beside a live OCOP_STRIPE_API_KEY")
        return replace(self, database_url=url, secret_key=self.secret_key or self._local_secret())

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the shop (demonstration, tests)."""
        return urlsplit(self.base_url).hostname in LOOPBACK

    def _local_secret(self) -> str:
        if not self.is_loopback:
            raise ConfigError("OCOP_SECRET_KEY is required unless OCOP_BASE_URL is loopback")
        path = self.instance / "secret_key"
        if not path.exists():
            self.instance.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(secrets.token_hex(32))
        return path.read_text()


def _read(environ: Mapping[str, str], name: str) -> str | None:
    key = f"OCOP_{name.upper()}"
    if file := environ.get(f"{key}_FILE"):
        try:
            return Path(file).read_text().strip()
        except OSError as error:
            raise ConfigError(f"{key}_FILE: cannot read {file}") from error
    return environ.get(key) or None


def _convert(name: str, text: str) -> Any:
    if name == "instance":
        return Path(text)
    if name == "testing":
        return text == "1"
    if name == "threads":
        if not text.isdecimal() or not 1 <= int(text) <= 64:
            raise ConfigError("OCOP_THREADS must be a number from 1 to 64")
        return int(text)
    return text


def _psycopg(url: str) -> str:
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    return url


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ConfigError(f"OCOP_{name.upper()} must be one of {', '.join(allowed)}")


def _scheme(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value.split(":", 1)[0] not in allowed:
        raise ConfigError(f"OCOP_{name.upper()} must begin with one of {', '.join(allowed)}")


def _sms(value: str) -> None:
    """A token must not travel in clear text: plain HTTP only to this machine."""
    if not value:
        return
    _scheme("sms_url", value, ("console", "file", "https", "http"))
    parts = urlsplit(value)
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ConfigError("OCOP_SMS_URL must be https unless the gateway is on this machine")


def _url(name: str, value: str, schemes: tuple[str, ...]) -> None:
    parts = urlsplit(value)
    if parts.scheme not in schemes or not parts.hostname:
        raise ConfigError(f"OCOP_{name.upper()} must be an address such as https://example.vn")
