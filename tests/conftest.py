"""Fixtures for every kind of test: databases, sessions, the composed product, a clock to move."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import SYSTEM
from engine.clock import FixedClock
from engine.database import create_database
from tests.databases import DatabaseServer, database_server
from tests.jobs import run_due_work
from webapp.bootstrap import Tuidan, build
from webapp.bundles import read_bundle
from webapp.settings import Settings

# Machines are shared and cores are busy: how long an example takes says nothing.
hypothesis.settings.register_profile(
    "tuidan", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile(
    "thorough", hypothesis.settings.get_profile("tuidan"), max_examples=1_000
)
hypothesis.settings.load_profile("tuidan")


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


@pytest.fixture(scope="session")
def deployed_url(postgres: DatabaseServer) -> str:
    """A migrated database with ``bpmn/`` deployed, to be copied: nobody may connect to it."""
    url = postgres.create()
    product = build(Settings(database_url=url, demo_clock=False))
    with product.transaction() as session:
        product.engine.deploy(session, read_bundle(product.settings.bpmn_dir), actor=SYSTEM, note="tests")
    product.close()
    return url


@pytest.fixture
def tuidan(
    postgres: DatabaseServer, deployed_url: str, clock: FixedClock, tmp_path: Path
) -> Iterator[Tuidan]:
    """The composed product on a database of its own, with ``bpmn/`` deployed and the test's clock."""
    url = postgres.create(template=deployed_url)
    settings = Settings(database_url=url, demo_data=False, public_https=False, data_dir=tmp_path / "data")
    product = build(settings, clock=clock)
    yield product
    product.close()
    postgres.drop(url)


@pytest.fixture
def work(tuidan: Tuidan) -> Callable[[], int]:
    """Does a worker's work until nothing is due, and returns how many jobs that were."""
    return lambda: run_due_work(tuidan.engine)
