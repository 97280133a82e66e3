"""The product with a small drawn process deployed, and somebody signed in to these pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from processes.people.roles import Role
from tests.databases import DatabaseServer
from tests.trials import Trial, prepared_database, trial_on


@pytest.fixture(scope="package")
def prepared_url(postgres: DatabaseServer) -> str:
    """A database with the drawn process deployed, to be copied."""
    return prepared_database(postgres)


@pytest.fixture
def trial(postgres: DatabaseServer, prepared_url: str) -> Iterator[Trial]:
    """The product with the drawn process deployed, on a database of its own."""
    url = postgres.create(template=prepared_url)
    with trial_on(url) as composed:
        yield composed
    postgres.drop(url)


@pytest.fixture
def client(trial: Trial) -> FlaskClient:
    """A browser in which an operator is signed in."""
    return trial.client(Role.OPERATOR)
