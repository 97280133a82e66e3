"""What a WSGI server loads: ``webapp.wsgi:create()``."""

from __future__ import annotations

from flask import Flask

from webapp.app import create_app
from webapp.bootstrap import build
from webapp.settings import Settings


def create() -> Flask:
    """Compose the product from the environment and return its web application."""
    return create_app(build(Settings.from_environment()))
