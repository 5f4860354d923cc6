"""What every route uses: access, strict input, one form of errors, pages, languages, health."""

from pathlib import Path

from flask import Blueprint, Flask

from core.web import api, health, i18n, pages, problems, security

HERE = Path(__file__).parent


def init_app(app: Flask) -> None:
    """Join the web to the application."""
    app.register_blueprint(
        Blueprint("core", __name__, template_folder="templates", static_folder="static", static_url_path="/static")
    )
    problems.init_app(app)
    api.init_app(app)
    security.init_app(app)
    health.init_app(app)
    i18n.init_app(app)
    pages.init_app(app)
