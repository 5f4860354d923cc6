"""Pages: Jinja over the same verbs as the API."""

from typing import Any

from flask import Blueprint, Flask, Response, make_response, render_template, request
from flask import flash as _flash
from flask_babel import LazyString, format_datetime
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from core.clock import local_day, now
from core.config import Config
from core.ids import secret_token
from core.masks import masked, spoken
from core.money import dong
from core.web.access import current_actor
from core.web.menu import menu

__all__ = ["Pages", "flash", "is_fragment", "render"]


class Pages(Blueprint):
    """A feature's pages; its templates stand in ``templates/<feature>/``."""

    def __init__(self, name: str, import_name: str, **kwargs: Any) -> None:
        kwargs.setdefault("template_folder", "templates")
        super().__init__(name, import_name, **kwargs)


def render(template: str, status: int = 200, **context: Any) -> Response:
    """Render a page."""
    return make_response(render_template(template, **context), status)


def flash(message: str | LazyString, kind: str = "success") -> None:
    """Say something once on the next page; kinds: success, notice, error."""
    _flash(str(message), kind)


def is_fragment() -> bool:
    """Whether the page's script asked for a piece of the page only."""
    return request.headers.get("HX-Request") == "true"


def init_app(app: Flask) -> None:
    """Give templates what each of them needs."""
    config: Config = app.extensions["config"]
    filters = {"dong": dong, "day": show_day, "moment": show_moment, "masked": masked, "phone": spoken}
    for name, function in filters.items():
        app.add_template_filter(function, name)
    for name, value in _globals(config).items():
        app.add_template_global(value, name)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(lambda: {"actor": current_actor()})


def _globals(config: Config) -> dict[str, Any]:
    return {
        "menu": menu,
        "site_name": config.site_name,
        "base_url": config.base_url,
        "csrf_field": csrf_field,
        "once_field": once_field,
        "today": lambda: local_day(now()),
    }


def csrf_field() -> Markup:
    """The hidden field that every form with an effect carries."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def once_field() -> Markup:
    """The hidden one-time key of a form that must not have its effect twice (``idempotency.only_once``)."""
    return Markup('<input type="hidden" name="once" value="{}">').format(secret_token())


def show_day(value: Any) -> str:
    """A day or an instant as ``22/11/2026``, the day being Việt Nam's."""
    if value is None:
        return ""
    day = local_day(value) if hasattr(value, "tzinfo") else value
    return f"{day:%d/%m/%Y}"


def show_moment(value: Any) -> str:
    """An instant as ``22/11/2026 14:05`` in Việt Nam."""
    return "" if value is None else format_datetime(value, "dd/MM/yyyy HH:mm")
