"""Addresses of our own pages for mails and printed codes: built on ``OCOP_BASE_URL``, never on a Host header."""

from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from werkzeug.routing import MapAdapter

from core.config import Config


def address_of(endpoint: str, **values: Any) -> str:
    """The whole address of a page, also outside a request (the worker, the command line)."""
    adapter = current_app.extensions.get("addresses") or _adapter()
    return adapter.build(endpoint, values, force_external=True)


def path_of(endpoint: str, **values: Any) -> str:
    """The path of a page within this shop, also outside a request: for what is stored and outlives a move."""
    adapter = current_app.extensions.get("addresses") or _adapter()
    return adapter.build(endpoint, values)


def _adapter() -> MapAdapter:
    """Builds addresses; made once for an application."""
    config: Config = current_app.extensions["config"]
    parts = urlsplit(config.base_url)
    made = current_app.url_map.bind(parts.netloc, script_name=parts.path or "/", url_scheme=parts.scheme)
    return current_app.extensions.setdefault("addresses", made)
