"""Joins cards to the application."""

from urllib.parse import urlsplit

from flask import Flask

from core.config import Config
from core.web.security import allow_form_target
from shop.cards import doctor, jobs, reactions, roles
from shop.cards.pages import pages

__all__ = ["doctor", "init_app", "jobs", "reactions", "roles"]

#: Where the provider's own pages stand.
HOSTED = "https://checkout.stripe.com"


def init_app(app: Flask) -> None:
    """Register the pages; reactions, jobs, invariants and permissions are registered by import."""
    app.register_blueprint(pages)
    # The checkout's form leads over our start page to the provider's.
    allow_form_target(app, lambda: origin_of(app.extensions["config"]))


def origin_of(config: Config) -> str | None:
    """Where the provider's own pages stand; None while no card is taken."""
    if not config.stripe_api_key:
        return None
    base = urlsplit(config.stripe_api_base)
    return f"{base.scheme}://{base.netloc}" if base.netloc else HOSTED
