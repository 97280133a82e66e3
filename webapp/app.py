"""The web application: one factory that puts the parts together.

No rule of the business is here, and no statement of SQL: a handler parses, calls a command
or a query of ``processes``, and renders.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from webapp import assets, formatting, i18n, navigation, security
from webapp.analyst import blueprint as analyst
from webapp.api import blueprint as api
from webapp.auth import sessions
from webapp.auth.views import blueprint as auth
from webapp.buyer import blueprint as buyer
from webapp.cases import inspection, interceptions, waiting
from webapp.context import EXTENSION
from webapp.conversation import blueprint as conversation
from webapp.conversation import messages
from webapp.dispatching import Web, watch_commits
from webapp.errors import handlers
from webapp.evidence import blueprint as evidence
from webapp.evidence import uploads
from webapp.health import blueprint as health
from webapp.migrating import blueprint as migrating
from webapp.operator import blueprint as operator
from webapp.people import blueprint as people
from webapp.platform import blueprint as platform
from webapp.ratings import blueprint as ratings
from webapp.record import blueprint as record
from webapp.seller import blueprint as seller
from webapp.tasks import blueprint as tasks
from webapp.tracking import wording as tracking_wording
from webapp.webhooks import blueprint as webhooks

if TYPE_CHECKING:
    from webapp.bootstrap import Tuidan

LARGEST_BODY = 1024 * 1024
SESSION_LIFETIME = dt.timedelta(hours=12)


def create_app(tuidan: Tuidan) -> Flask:
    """Make the web application on a composed product."""
    settings = tuidan.settings
    app = Web(__name__)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="tuidan",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_https,
        PERMANENT_SESSION_LIFETIME=SESSION_LIFETIME,
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY,
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.extensions[EXTENSION] = tuidan
    watch_commits(tuidan)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    # The order matters: the reader is known before CSRF is checked, so that its error
    # page is in his language.
    sessions.init_app(app)
    i18n.init_app(app)
    uploads.init_app(app)
    csrf = CSRFProtect(app)
    security.init_app(app, secure=settings.public_https)
    assets.init_app(app)
    formatting.init_app(app)
    navigation.init_app(app)
    waiting.init_app(app)
    inspection.init_app(app)
    interceptions.init_app(app)
    tracking_wording.init_app(app)
    app.jinja_env.globals.update(messages.new_message())
    handlers.init_app(app)
    for blueprint in (
        auth, health, api, buyer, seller, platform, tasks, people, evidence, conversation, ratings, record,
        operator, analyst,
        webhooks, migrating,
    ):  # fmt: skip
        app.register_blueprint(blueprint)
    # Shops' systems carry a token of their own with every request, and no cookie; providers sign.
    csrf.exempt(api)
    csrf.exempt(webhooks)
    return app
