"""Joins reviews to the application."""

from flask import Flask

from core.web.api import register_api
from core.web.assets import add_stylesheet
from shop.reviews import api, doctor, jobs, pages, permissions, reactions, words
from shop.reviews.queries import panel
from shop.reviews.rules import month_of

__all__ = ["doctor", "init_app", "jobs", "permissions", "reactions"]


def init_app(app: Flask) -> None:
    """Register routes, and give pages what `reviews/_panel.html` asks."""
    register_api(app, api.blp)
    app.register_blueprint(pages.pages)
    add_stylesheet("css/trust.css", "shop")
    app.add_template_global(panel, "reviews_panel")
    app.jinja_env.globals |= {  # type: ignore[assignment]
        "marks_words": words.MARKS, "review_sorts": words.SORTS, "review_grounds": words.GROUNDS,
    }  # fmt: skip
    app.add_template_filter(words.average_words, "marks_average")
    app.add_template_filter(words.waits_words, "waits_words")
    app.add_template_filter(month_of, "month")
