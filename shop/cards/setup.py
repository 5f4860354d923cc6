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
    config: Config = app.extensions["config"]
    if config.stripe_api_key:
        base = urlsplit(config.stripe_api_base)
        # The checkout's form leads over our start page to the provider's.
        allow_form_target(app, f"{base.scheme}://{base.netloc}" if base.netloc else HOSTED)
