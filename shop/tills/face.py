"""The till's page: a shell without anything of anybody in it, its files, its manifest, its service worker.

What a till shows comes over REST (`api.py`) and is judged there. The shell is the same for everybody, so it can be
kept in the browser and opened while the network is away (docs/till.md).
"""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Response, current_app, json, jsonify, make_response, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from core.web.access import public
from core.web.api import PREFIX
from core.web.assets import KEEP, Assets, site_sheet, static_url
from core.web.links import address_of
from core.web.pages import Pages, render
from shop.stores.queries import get_store
from shop.tills.face_words import words

FOLDER = Path(__file__).parent / "static" / "till"
SCOPE = "/quan-ly/quay"
#: Sent with the shell besides the till's own files, so that the page is whole without the network.
FONTS = tuple(
    f"vendor/be-vietnam-pro-5.3.0/be-vietnam-pro-{letters}-{weight}-normal.woff2"
    for letters in ("latin", "vietnamese")
    for weight in ("400", "600")
)
DRAWER, DECODER = "vendor/qrcode-generator-2.0.4.js", "vendor/zxing-0.21.3.min.js"

pages = Pages("till_face", __name__)
#: Never registered: it only reads and compresses.
_files = Assets("till_files", __name__, static_folder="static/till")


@pages.get(SCOPE)
@public
def till() -> Response:
    """The till. Whether this browser is one, and who stands at it, the script asks over REST."""
    return _shell(None)


@pages.get(f"{SCOPE}/<code>")
@public
def till_of(code: str) -> Response:
    """The till of one store: warns when this browser is registered for another."""
    return _shell(get_store(code).code)


@pages.get(f"{SCOPE}/-/<version>/<path:name>")
@public
def file(version: str, name: str) -> Response:
    """A file of the till under the version of all of them, so that a module and what it imports fit together."""
    response = _files.send_static_file(name)
    if version == _version():
        cache = response.cache_control
        cache.public, cache.max_age, cache.immutable = True, KEEP, True
    return response


@pages.get(f"{SCOPE}/-/quay.webmanifest")
@public
def manifest() -> Response:
    """What a browser needs to install the till as an app."""
    shown = {
        "id": SCOPE, "name": _("Quầy thu ngân OCOP Mart"), "short_name": _("Quầy OCOP"), "lang": str(get_locale()),
        "start_url": SCOPE, "scope": SCOPE, "display": "standalone", "orientation": "any",
        "background_color": "#fbf9f4", "theme_color": "#14613f",
        "icons": [
            {"src": _file(f"icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
            for size in (192, 512)
            for purpose in ("any", "maskable")
        ],
    }  # fmt: skip
    response = jsonify(shown)
    response.mimetype = "application/manifest+json"
    return response


@pages.get(f"{SCOPE}/-/worker.js")
@public
def worker() -> Response:
    """The service worker, with the list of what it keeps written above it. Its scope is the till and nothing else."""
    kept = [_file(name) for name in _names() if name != "worker.js"] + _shared() + [url_for("till_face.manifest")]
    head = "".join(
        f"const {name} = {json.dumps(value)};\n"
        for name, value in (("VERSION", _whole_version()), ("SHELL", SCOPE), ("FILES", kept))
    )
    response = make_response(head + (FOLDER / "worker.js").read_text(encoding="utf-8"))
    response.content_type = "text/javascript; charset=utf-8"
    response.headers["Service-Worker-Allowed"] = SCOPE
    response.headers["Cache-Control"] = "no-cache"
    return response


def _shell(store: str | None) -> Response:
    """The page. Without cookies in its cache key: there is nothing of anybody in it."""
    return render("tills/till.html", config=_config(store), file=_file, drawer=DRAWER)


def _config(store: str | None) -> dict[str, Any]:
    """What the script must know before it has asked anything."""
    return {
        "api": PREFIX, "base": address_of("till_face.till"), "scope": SCOPE, "store": store,
        "language": str(get_locale()), "worker": url_for("till_face.worker"), "decoder": static_url(DECODER),
        "register": _path_or("desk.till_stores", "/quan-ly"), "pickup": _path_or("desk.collect", "/quan-ly"),
        "words": words(),
    }  # fmt: skip


def _path_or(endpoint: str, otherwise: str) -> str:
    """The desk stands above the shop: without it (a shop alone, in a test) its pages are named by their beginning."""
    return url_for(endpoint) if endpoint in current_app.view_functions else otherwise


def _file(name: str) -> str:
    return url_for("till_face.file", version=_version(), name=name)


def _shared() -> list[str]:
    """Files of the whole site that the shell uses."""
    return [site_sheet(), *(static_url(name) for name in (*FONTS, DRAWER, DECODER, "mark.svg"))]


def _names() -> list[str]:
    return sorted(path.name for path in FOLDER.iterdir() if path.is_file())


def _version() -> str:
    """The beginning of a hash over all files of the till."""
    return _hash(tuple((name, (FOLDER / name).stat().st_mtime_ns) for name in _names()))


def _whole_version() -> str:
    """As `_version`, with what the shell itself says in the reader's language."""
    said = json.dumps([_version(), _shared(), words()])
    return hashlib.sha256(said.encode()).hexdigest()[:12]


@lru_cache(maxsize=4)
def _hash(files: tuple[tuple[str, int], ...]) -> str:
    whole = hashlib.sha256()
    for name, _changed in files:
        whole.update((FOLDER / name).read_bytes())
    return whole.hexdigest()[:12]
