"""Vietnamese first, English beside it. Source texts are Vietnamese; each package brings its English."""

from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response, has_request_context, redirect, request, session
from flask_babel import Babel, get_locale
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from core.web.access import public
from core.web.pages import Pages

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
ROOT = Path(__file__).parents[2]

babel = Babel()
pages = Pages("web", __name__)


def init_app(app: Flask) -> None:
    """Load the catalogs of all packages and choose the caller's language."""
    folders = [str(ROOT / part / "translations") for part in ("core", "catalog", "shop", "admin")]
    babel.init_app(
        app, default_locale="vi", default_timezone="Asia/Ho_Chi_Minh",
        default_translation_directories=";".join(folders), locale_selector=choose,
    )  # fmt: skip
    app.add_template_global(LANGUAGES, "languages")  # pyright: ignore[reportArgumentType] any value will do
    app.add_template_global(lambda: str(get_locale()), "language")
    app.register_blueprint(pages)


def choose() -> str:
    """The language of this request: asked for, kept, or the browser's best. Vietnamese outside any request."""
    if not has_request_context():
        return "vi"
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        return asked
    kept = session.get("language") if not request.path.startswith("/api/") else None
    return kept or _best(request.headers.get("Accept-Language", ""))


@lru_cache(maxsize=256)
def _best(header: str) -> str:
    """The language of ours that a browser would like best; Vietnamese where it says nothing of any."""
    return parse_accept_header(header, LanguageAccept).best_match(list(LANGUAGES), "vi") or "vi" if header else "vi"


@pages.post("/ngon-ngu")
@public
def set_language() -> Response:
    """Keep a language and go back to where one was."""
    keep_language(request.form.get("language", ""))
    return redirect(safe_path(request.form.get("next")), 303)  # type: ignore[return-value]


def keep_language(chosen: str) -> None:
    """Speak it to this visitor from now on; one that we do not speak changes nothing."""
    if chosen in LANGUAGES:
        session["language"] = chosen


def safe_path(target: str | None, otherwise: str | None = None) -> str:
    """A path of this site, or the fallback: never another host (``//evil``, ``javascript:``)."""
    fallback = "/" if otherwise is None else otherwise
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return fallback
    if any(ord(sign) < 32 for sign in target) or "\\" in target:
        return fallback
    parts = urlsplit(target)
    return fallback if parts.scheme or parts.netloc else target
