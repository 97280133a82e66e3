"""People who play cases, and stand-ins of payment providers, started once for a test session."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from engine.clock import FixedClock
from tests.integration.cases.play import Play
from tests.standins import serving
from webapp.bootstrap import Tuidan


@pytest.fixture
def play(tuidan: Tuidan, clock: FixedClock, work: Callable[[], int]) -> Play:
    """A marketplace on a database of the test's own, whose people ask, answer and wait."""
    return Play(tuidan, clock, work)


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
