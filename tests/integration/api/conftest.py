"""A marketplace's HTTP API over a real database and an engine that only remembers."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import sessionmaker

from engine.clock import FixedClock
from processes.catalog.shops import create_shop, issue_api_token
from processes.fakes import FakeProcessEngine
from tests.integration.api.callers import Caller
from webapp import i18n
from webapp.api import blueprint
from webapp.app import LARGEST_BODY
from webapp.context import EXTENSION
from webapp.errors import handlers
from webapp.settings import Settings


@pytest.fixture
def shops(database: sa.Engine, clock: FixedClock) -> tuple[Caller, Caller]:
    """Two shops' systems."""
    sessions = sessionmaker(database, expire_on_commit=False)
    engine = FakeProcessEngine()
    app = Flask("webapp")
    app.config.update(SECRET_KEY="test", TESTING=False, MAX_CONTENT_LENGTH=LARGEST_BODY)
    app.extensions[EXTENSION] = SimpleNamespace(
        engine=engine, clock=clock, transaction=sessions.begin, settings=Settings()
    )
    i18n.init_app(app)
    handlers.init_app(app)
    app.register_blueprint(blueprint)
    with sessions.begin() as session:
        made = [
            create_shop(session, slug=slug, name=slug, return_address={}, now=clock.now())
            for slug in ("one", "two")
        ]
        tokens = [issue_api_token(session, shop) for shop in made]
        ids = [shop.id for shop in made]
    first, second = (
        Caller(app.test_client(), token, id_, engine, sessions.begin)
        for token, id_ in zip(tokens, ids, strict=True)
    )
    return first, second


@pytest.fixture
def api(shops: tuple[Caller, Caller]) -> Caller:
    """One shop's system."""
    return shops[0]
