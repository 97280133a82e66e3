"""An engine on a database of the test's own, without the business."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import Actor, Engine
from engine.clock import FixedClock
from engine.migration.jobs import register_migrations
from engine.operations import OperationRegistry
from engine.retries.running import register_retries
from engine.stepping import Transaction
from engine.waking import register_waking
from tests.jobs import run_due_work

SELLER = Actor(id="7", name="李店长", groups=frozenset({"shop:1"}))
STRANGER = Actor(id="8", name="王店长", groups=frozenset({"shop:2"}))


@pytest.fixture
def transaction(database: sa.Engine) -> Transaction:
    """Opens a session that commits on success."""

    @contextmanager
    def begin() -> Iterator[Session]:
        with Session(database, expire_on_commit=False) as session, session.begin():
            yield session

    return begin


@pytest.fixture
def registry() -> OperationRegistry:
    """Operations that the test registers."""
    return OperationRegistry()


@pytest.fixture
def engine(transaction: Transaction, registry: OperationRegistry, clock: FixedClock) -> Engine:
    """An engine with the test's operations and clock."""
    made = Engine(registry=registry, clock=clock, transaction=transaction)
    register_migrations(made)
    register_waking(made)
    register_retries(made)
    return made


@pytest.fixture
def work(engine: Engine) -> Callable[[], int]:
    """Do what a worker would, until nothing is due; returns how many jobs it did."""
    return functools.partial(run_due_work, engine)
