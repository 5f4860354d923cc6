"""The single place where the parts are joined: ``gunicorn wsgi:app``, ``flask --app wsgi …``."""

import os
import sys

import admin
import catalog
import shop
from core.app import build_app
from core.config import Config, ConfigError

try:
    app = build_app(Config.from_env(os.environ), parts=(catalog, shop, admin))
except ConfigError as error:
    sys.exit(f"Cannot start: {error}")
