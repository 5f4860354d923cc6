"""Logs: structured, one line an event; JSON for machines, text for people. Phones and addresses stay out."""

import logging
import re
from collections.abc import MutableMapping
from typing import Any

import structlog
from flask import Flask

from core.config import Config

_PHONE = re.compile(r"(?<!\d)(\+84|0)(\d{2})\d{4,5}(\d{2})(?!\d)")
_EMAIL = re.compile(r"([\w.+-])[\w.+-]*@([\w-]+\.[\w.-]+)")


def init_app(app: Flask, config: Config) -> None:
    """Set structlog and the standard library's loggers up, once per process."""
    last: Any = structlog.dev.ConsoleRenderer(colors=False)
    if config.log == "json":
        last = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            mask_people,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if config.testing else logging.INFO),
        cache_logger_on_first_use=False,
    )
    app.logger.setLevel(logging.WARNING)


def mask_people(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Mask phone numbers and e-mail addresses wherever they stand (Law 91/2025/QH15)."""
    return {key: _mask(value) if isinstance(value, str) else value for key, value in event.items()}


def _mask(text: str) -> str:
    return _EMAIL.sub(r"\1…@\2", _PHONE.sub(r"\1\2••••\3", text))
