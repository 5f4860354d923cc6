"""Static files: addresses that change with the content, so that browsers may keep a file for a year.

The style sheets of all parts are joined into one file, and texts are sent compressed: a page needs few and
short answers. Pages themselves are not compressed, since they carry secrets beside what visitors typed (BREACH).
"""

import gzip
import hashlib
from collections.abc import Iterable
from functools import lru_cache
from mimetypes import guess_type
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, make_response, request, url_for
from werkzeug.security import safe_join

from core.web.access import PUBLIC, declare

#: A year: an address with ``?v=`` or under ``vendor/`` never changes its content.
KEEP = 31_536_000
#: Kinds of files worth compressing; fonts already are.
TEXTS = frozenset({".css", ".js", ".svg"})
#: The style sheets of every page, in the order of their layers; parts add theirs before the last.
OWN_SHEETS = ("css/tokens.css", "css/base.css", "css/layout.css", "css/forms.css", "css/pieces.css", "css/print.css")

_sheets: list[tuple[str, str]] = [(name, "core") for name in OWN_SHEETS]


class Assets(Blueprint):
    """A package's folder of static files (and templates)."""

    def get_send_file_max_age(self, filename: str | None) -> int | None:
        """Seconds a browser may keep a file: a year when its address names its content, else ask each time."""
        named = "v" in request.args or (filename or "").startswith("vendor/")
        return KEEP if named else None

    def send_static_file(self, filename: str) -> Response:
        """A file of the folder; texts compressed for those who can read it."""
        path = Path(safe_join(str(self.static_folder), filename) or "")
        if path.suffix not in TEXTS or not path.is_file():
            return super().send_static_file(filename)
        kind = guess_type(path.name)[0] or "text/plain"
        return _send(path.read_bytes(), kind, self.get_send_file_max_age(filename))


def init_app(app: Flask) -> None:
    """Serve the joined style sheet; give templates ``static_url`` and ``site_sheet``."""
    app.add_url_rule("/static/css/site.css", "site_css", send_site_css)
    declare("site_css", PUBLIC)
    app.add_template_global(static_url, "static_url")
    app.add_template_global(site_sheet, "site_sheet")


def add_stylesheet(filename: str, blueprint: str) -> None:
    """Join a part's own style sheet to that of every page; the same twice is one."""
    if (filename, blueprint) not in _sheets:
        _sheets.append((filename, blueprint))


def site_sheet() -> str:
    """The address of the joined style sheet."""
    return url_for("site_css", v=_hash(_joined()))


def send_site_css() -> Response:
    """The style sheets of all parts that this app has, as one."""
    return _send(_joined(), "text/css", KEEP if "v" in request.args else None)


def static_url(filename: str, blueprint: str = "core") -> str:
    """The address of a static file, with the beginning of its SHA-256: ``/static/js/site.js?v=1f3a…``."""
    folder = current_app.blueprints[blueprint].static_folder
    if folder is None or filename.startswith("vendor/"):
        return url_for(f"{blueprint}.static", filename=filename)
    return url_for(f"{blueprint}.static", filename=filename, v=_hash(_read((Path(folder) / filename,))))


def _joined() -> bytes:
    folders = {name: blueprint.static_folder for name, blueprint in current_app.blueprints.items()}
    return _read(tuple(Path(folder) / name for name, part in _sheets if (folder := folders.get(part))))


def _read(paths: Iterable[Path]) -> bytes:
    return _contents(tuple((path, path.stat().st_mtime_ns) for path in paths))


@lru_cache(maxsize=64)
def _contents(paths: tuple[tuple[Path, int], ...]) -> bytes:
    return b"\n".join(path.read_bytes() for path, _changed in paths)


@lru_cache(maxsize=64)
def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


@lru_cache(maxsize=64)
def _compressed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def _send(content: bytes, kind: str, keep: int | None) -> Response:
    packed = "gzip" in request.accept_encodings
    response = make_response(_compressed(content) if packed else content)
    response.content_type = f"{kind}; charset=utf-8"
    response.vary.add("Accept-Encoding")
    if packed:
        response.content_encoding = "gzip"
    if keep is not None:
        response.cache_control.public, response.cache_control.max_age, response.cache_control.immutable = (
            True,
            keep,
            True,
        )
    return response
