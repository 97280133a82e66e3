"""Fixtures for every kind of test: databases, sessions, the composed product, a clock to move."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.clock import FixedClock
from engine.database import create_database
from tests.databases import DatabaseServer, database_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[DatabaseServer]:
    """A real PostgreSQL, with a migrated template."""
    with database_server() as server:
        yield server


@pytest.fixture
def database_url(postgres: DatabaseServer) -> Iterator[str]:
    """A migrated, empty database of its own for each test."""
    url = postgres.create()
    yield url
    postgres.drop(url)


@pytest.fixture(scope="module")
def module_database_url(postgres: DatabaseServer) -> Iterator[str]:
    """A migrated, empty database that the tests of a module share."""
    url = postgres.create()
    yield url
    postgres.drop(url)


@pytest.fixture
def database(database_url: str) -> Iterator[sa.Engine]:
    """Connections to the test's own database."""
    engine = create_database(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(database: sa.Engine) -> Iterator[Session]:
    """A session on the test's own database, rolled back at the end unless the test commits."""
    with Session(database, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands at noon in Shanghai on a working day until the test moves it."""
    return FixedClock(dt.datetime(2026, 3, 10, 4, 0, tzinfo=dt.UTC))
