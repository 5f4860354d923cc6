"""What every route uses: access, strict input, one form of errors, pages, languages, health."""

from flask import Flask

from core.web import (
    api,
    apidocs,
    assets,
    health,
    i18n,
    idempotency,
    pages,
    paths,
    preview,
    problems,
    querystring,
    ratelimit,
    security,
)

__all__ = ["idempotency", "init_app", "ratelimit"]


def init_app(app: Flask) -> None:
    """Join the web to the application."""
    paths.init_app(app)
    app.register_blueprint(
        assets.Assets("core", __name__, template_folder="templates", static_folder="static", static_url_path="/static")
    )
    problems.init_app(app)
    api.init_app(app)
    security.init_app(app)
    preview.init_app(app)
    health.init_app(app)
    i18n.init_app(app)
    pages.init_app(app)
    assets.init_app(app)
    querystring.init_app(app)
    apidocs.init_app(app)
