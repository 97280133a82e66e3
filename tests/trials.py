"""The product with a small drawn process deployed, and an operation that can be made to fail."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import sqlalchemy as sa
from flask.testing import FlaskClient

from engine.actors import SYSTEM, Actor
from engine.operations import OperationContext, Unrecoverable
from engine.tables import Incident, UserTask
from engine.values import Variables
from processes.people.accounts import create_account
from processes.people.roles import Role
from tests.databases import DatabaseServer
from tests.drawn import trial_bundle
from tests.jobs import run_due_work
from webapp.app import create_app
from webapp.bootstrap import Tuidan, build
from webapp.settings import Settings

PASSWORD = "a-password-for-trials"
REVIEWER = Actor(id="reviewer", name="审核员", groups=frozenset({"reviewers"}))


@dataclass
class Trial:
    """What a test of the operator's or the analyst's pages works on.

    Attributes:
        broken: Whether the payment fails for good.
    """

    tuidan: Tuidan
    broken: bool = False
    clients: dict[str, FlaskClient] = field(default_factory=dict)

    def start(self, key: str, **variables: object) -> uuid.UUID:
        """Start a review; it waits for the reviewer."""
        with self.tuidan.transaction() as session:
            return self.tuidan.engine.start(
                session,
                "trial_review",
                business_key=key,
                variables={"amount": 800, **variables},
                actor=SYSTEM,
            )

    def agree(self, instance_id: uuid.UUID) -> None:
        """Let the reviewer agree, and the payment be tried."""
        with self.tuidan.transaction() as session:
            task = session.scalars(sa.select(UserTask).where(UserTask.instance_id == instance_id)).one()
            values = {"decision": "agree", "explanation": "可以"}
            self.tuidan.engine.complete_task(session, task.id, values=values, actor=REVIEWER)
        run_due_work(self.tuidan.engine)

    def fail(self, key: str) -> uuid.UUID:
        """Start a review whose payment fails for good."""
        instance_id = self.start(key)
        self.broken = True
        self.agree(instance_id)
        self.broken = False
        return instance_id

    def open_incidents(self) -> list[Incident]:
        """The incidents that are open."""
        with self.tuidan.transaction() as session:
            return list(session.scalars(sa.select(Incident).where(Incident.resolved_at.is_(None))))

    def client(self, role: Role) -> FlaskClient:
        """A browser in which somebody of a role is signed in."""
        if role not in self.clients:
            app = create_app(self.tuidan)
            app.config.update(WTF_CSRF_ENABLED=False)
            client = app.test_client()
            client.post("/sign-in", data={"login": f"{role}-1", "password": PASSWORD})
            self.clients[role] = client
        return self.clients[role]


def prepare(tuidan: Tuidan) -> None:
    """Deploy the drawn process and open an account for each role that the pages have."""
    compose(tuidan)
    with tuidan.transaction() as session:
        tuidan.engine.deploy(session, trial_bundle(), actor=SYSTEM, note="for trials")
        for role in (Role.OPERATOR, Role.ANALYST, Role.BUYER):
            create_account(
                session,
                login=f"{role}-1",
                display_name=f"{role} one",
                role=role,
                password=PASSWORD,
                now=tuidan.clock.now(),
            )


def compose(tuidan: Tuidan) -> Trial:
    """Register the operation that the drawn process calls."""
    trial = Trial(tuidan)

    @tuidan.registry.operation("test.pay", external=True)
    def pay(ctx: OperationContext) -> Variables:
        if trial.broken:
            raise Unrecoverable("收款账户已注销")
        return {"paid": True, "by": ctx.business_key}

    return trial


def prepared_database(server: DatabaseServer) -> str:
    """Make a database with the drawn process and the accounts, to be copied for each test."""
    url = server.create()
    product = build(Settings(database_url=url, demo_data=False))
    prepare(product)
    product.close()
    return url


@contextmanager
def trial_on(database_url: str) -> Iterator[Trial]:
    """Compose the product on a prepared database, with a demo clock."""
    product = build(Settings(database_url=database_url, demo_data=False))
    try:
        yield compose(product)
    finally:
        product.close()
