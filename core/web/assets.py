"""Static files: addresses that change with the content, so that browsers may keep a file for a year."""

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Flask, current_app, request, url_for

#: A year: an address with ``?v=`` or under ``vendor/`` never changes its content.
KEEP = 31_536_000

_sheets: list[tuple[str, str]] = []


class Assets(Blueprint):
    """A package's folder of static files (and templates)."""

    def get_send_file_max_age(self, filename: str | None) -> int | None:
        """Seconds a browser may keep a file: a year when its address names its content, else ask each time."""
        named = "v" in request.args or (filename or "").startswith("vendor/")
        return KEEP if named else None


def init_app(app: Flask) -> None:
    """Give templates ``static_url`` and the list of style sheets that parts added."""
    app.add_template_global(static_url, "static_url")
    app.add_template_global(stylesheets, "stylesheets")


def add_stylesheet(filename: str, blueprint: str) -> None:
    """Link a part's own style sheet on every page; the same twice is one."""
    if (filename, blueprint) not in _sheets:
        _sheets.append((filename, blueprint))


def stylesheets() -> list[str]:
    """The addresses of the parts' style sheets that this app has."""
    return [static_url(name, blueprint) for name, blueprint in _sheets if blueprint in current_app.blueprints]


def static_url(filename: str, blueprint: str = "core") -> str:
    """The address of a static file, with the beginning of its SHA-256: ``/static/css/base.css?v=1f3a…``."""
    folder = current_app.blueprints[blueprint].static_folder
    if folder is None or filename.startswith("vendor/"):
        return url_for(f"{blueprint}.static", filename=filename)
    return url_for(f"{blueprint}.static", filename=filename, v=_fingerprint(Path(folder) / filename))


@lru_cache(maxsize=256)
def _fingerprint_at(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _fingerprint(path: Path) -> str:
    return _fingerprint_at(path, path.stat().st_mtime_ns)
