"""People who play cases, a small process to try pages on, and stand-ins of payment providers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from engine.clock import FixedClock
from tests.databases import DatabaseServer
from tests.integration.cases.play import Play
from tests.standins import serving
from tests.trials import Trial, prepared_database, trial_on
from webapp.bootstrap import Tuidan


@pytest.fixture
def play(tuidan: Tuidan, clock: FixedClock, work: Callable[[], int]) -> Play:
    """A marketplace on a database of the test's own, whose people ask, answer and wait."""
    return Play(tuidan, clock, work)


@pytest.fixture(scope="session")
def prepared_url(postgres: DatabaseServer) -> str:
    """A database with the drawn process of the trials deployed, to be copied."""
    return prepared_database(postgres)


@pytest.fixture
def trial(postgres: DatabaseServer, prepared_url: str) -> Iterator[Trial]:
    """The product with the drawn process deployed, on a database of its own."""
    url = postgres.create(template=prepared_url)
    with trial_on(url) as composed:
        yield composed
    postgres.drop(url)


@pytest.fixture(scope="session")
def stripe_mock_url() -> Iterator[str]:
    """Where stripe-stateful-mock listens."""
    with serving.stripe_mock() as url:
        yield url


@pytest.fixture(scope="session")
def localstripe_url() -> Iterator[str]:
    """Where localstripe listens."""
    with serving.localstripe() as url:
        yield url
