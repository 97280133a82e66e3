"""Somebody signed in to these pages, on the product with a small drawn process deployed."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from processes.people.roles import Role
from tests.trials import Trial


@pytest.fixture
def client(trial: Trial) -> FlaskClient:
    """A browser in which an analyst is signed in."""
    return trial.client(Role.ANALYST)
