"""Joins accounts to the application."""

from flask import Flask

from core.accounts import cli, factor_models, factor_pages, factors, pages, passwords, profile, reactions, sessions
from core.messages import setup as messages
from core.web.access import demand_also, load_actor_with

__all__ = ["factor_models", "factor_pages", "init_app", "profile", "reactions"]


def init_app(app: Flask) -> None:
    """Register pages and commands, and tell how the caller of a request is found."""
    config = app.extensions["config"]
    messages.init_app(app, config)
    passwords.init_app(app, config)
    app.config["PERMANENT_SESSION_LIFETIME"] = sessions.VISITOR[1]
    load_actor_with(sessions.load_actor)
    demand_also(factors.demand)
    pages.init_app(app)
    cli.init_app(app)
