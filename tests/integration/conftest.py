"""Stand-ins of payment providers, started once for a test session, when a test asks for them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.standins import serving


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
