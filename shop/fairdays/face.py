"""The gate's page: a shell without anything of anybody in it, its files, its manifest, its service worker.

What the gate shows comes over REST (`api.py`) and is judged there. The shell is the same for everybody and every fair,
so a phone can keep it and open it while the network is away (docs/fair-days.md).
"""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Response, json, jsonify, make_response, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from core.accounts.permissions import is_allowed
from core.clock import today
from core.web.access import current_actor, needs, public
from core.web.api import PREFIX
from core.web.assets import KEEP, Assets, site_sheet, static_url
from core.web.pages import Pages, render
from shop.fairdays.words import OUTCOMES, TROUBLES
from shop.fairs import permissions
from shop.fairs.queries import list_all
from shop.fairs.rules import FairState
from shop.tills.face import DECODER, FONTS

FOLDER = Path(__file__).parent / "static" / "gate"
SCOPE = "/quan-ly/soat-the"
#: The page that a phone keeps: no fair has this name.
SHELL = f"{SCOPE}/-/khung"
_PUBLIC = (FairState.OPEN, FairState.RUNNING)

pages = Pages("fairday_gate", __name__)
#: Never registered: it only reads and compresses.
_files = Assets("fairday_gate_files", __name__, static_folder="static/gate")


@pages.get("/quan-ly/don-khach")
@needs("fairdays.check_in")
def index() -> Response:
    """The fairs at whose gate the caller may stand: those under way and to come."""
    by, on = current_actor(), today()
    coming = [one for one in list_all() if one.closes_on >= on and one.state in _PUBLIC]
    mine = [one for one in coming if is_allowed(by, "fairdays.check_in", permissions.scope_of(one))]
    return render("fairdays/gates.html", fairs=sorted(mine, key=lambda one: (one.opens_on, one.id)), today=on)


@pages.get(f"{SCOPE}/<slug>")
@public
def gate(slug: str) -> Response:
    """The gate of a fair. Who may stand there, and whether there is such a fair, the script asks over REST."""
    return _shell()


@pages.get(SHELL)
@public
def shell() -> Response:
    """The same page, as a phone keeps it."""
    return _shell()


@pages.get(f"{SCOPE}/-/<version>/<path:name>")
@public
def file(version: str, name: str) -> Response:
    """A file of the gate under the version of all of them, so that a module and what it imports fit together."""
    response = _files.send_static_file(name)
    if version == _version():
        cache = response.cache_control
        cache.public, cache.max_age, cache.immutable = True, KEEP, True
    return response


@pages.get(f"{SCOPE}/-/soat-the.webmanifest")
@public
def manifest() -> Response:
    """What a browser needs to install the gate as an app."""
    shown = {
        "id": SCOPE, "name": _("Soát thẻ hội chợ OCOP"), "short_name": _("Soát thẻ"), "lang": str(get_locale()),
        "start_url": SHELL, "scope": SCOPE, "display": "standalone", "orientation": "portrait",
        "background_color": "#fbf9f4", "theme_color": "#14613f",
        "icons": [
            {"src": _file(f"icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"} for size in (192, 512)
        ],
    }  # fmt: skip
    response = jsonify(shown)
    response.mimetype = "application/manifest+json"
    return response


@pages.get(f"{SCOPE}/-/worker.js")
@public
def worker() -> Response:
    """The service worker, with the list of what it keeps written above it. Its scope is the gate and nothing else."""
    kept = [_file(name) for name in _names() if name != "worker.js"] + _shared() + [url_for("fairday_gate.manifest")]
    told = (("VERSION", _whole_version()), ("SHELL", SHELL), ("SCOPE", SCOPE), ("FILES", kept))
    head = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in told)
    response = make_response(head + (FOLDER / "worker.js").read_text(encoding="utf-8"))
    response.content_type = "text/javascript; charset=utf-8"
    response.headers["Service-Worker-Allowed"] = SCOPE
    response.headers["Cache-Control"] = "no-cache"
    return response


def _shell() -> Response:
    return render("fairdays/gate.html", config=_config(), file=_file)


def _config() -> dict[str, Any]:
    """What the script must know before it has asked anything. Which fair it is stands in the address."""
    return {
        "api": PREFIX, "scope": SCOPE, "language": str(get_locale()), "worker": url_for("fairday_gate.worker"),
        "decoder": static_url(DECODER), "choose": url_for("fairday_gate.index"), "words": _words(),
        "outcomes": {one.value: str(text) for one, text in OUTCOMES.items()},
        "troubles": {one.value: str(text) for one, text in TROUBLES.items()},
    }  # fmt: skip


def _words() -> dict[str, str]:
    """Texts of the script; what stands in braces it fills in itself."""
    return {
        "gate": _("Soát thẻ hội chợ"),
        "online": _("Có mạng"),
        "offline": _("Mất mạng"),
        "counts": _("{here}/{all} gian đã đến"),
        "waiting": _("{count} lượt quét chờ gửi khi có mạng."),
        "here": _("đã đến"),
        "judged_here": _("quét lúc mất mạng"),
        "roster_old": _("Mất mạng và danh sách trong máy không phải của hôm nay. Mời gặp ban tổ chức."),
        "not_kept": _("Máy không ghi được lượt quét này. Hãy quét lại."),
        "not_installed": _("Máy này không mở được trang khi mất mạng."),
        "camera": _("Quét bằng camera"),
        "camera_stop": _("Tắt camera"),
        "camera_starting": _("Đang mở camera…"),
        "camera_seeking": _("Đưa mã QR vào giữa khung."),
        "camera_denied": _("Không mở được camera. Gõ mã dưới QR, hoặc dùng máy quét."),
    }


def _file(name: str) -> str:
    return url_for("fairday_gate.file", version=_version(), name=name)


def _shared() -> list[str]:
    """Files of the whole site that the shell uses."""
    return [site_sheet(), *(static_url(name) for name in (*FONTS, DECODER, "mark.svg"))]


def _names() -> list[str]:
    return sorted(path.name for path in FOLDER.iterdir() if path.is_file())


def _version() -> str:
    """The beginning of a hash over all files of the gate."""
    return _hash(tuple((name, (FOLDER / name).stat().st_mtime_ns) for name in _names()))


def _whole_version() -> str:
    """As `_version`, with what the shell itself says in the reader's language."""
    said = json.dumps([_version(), _shared(), _config()])
    return hashlib.sha256(said.encode()).hexdigest()[:12]


@lru_cache(maxsize=4)
def _hash(files: tuple[tuple[str, int], ...]) -> str:
    whole = hashlib.sha256()
    for name, _changed in files:
        whole.update((FOLDER / name).read_bytes())
    return whole.hexdigest()[:12]
