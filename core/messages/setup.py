"""Joins messages to the application."""

from flask import Flask

from core.config import Config
from core.messages import jobs, reactions
from core.messages.mail import mailer_for
from core.messages.sms import texter_for

__all__ = ["init_app", "jobs", "reactions"]


def init_app(app: Flask, config: Config) -> None:
    """Choose the ways out once, at start."""
    app.extensions["mailer"] = mailer_for(config.mail_url)
    app.extensions["texter"] = texter_for(config)
