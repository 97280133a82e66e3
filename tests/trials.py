"""The product with a small drawn process deployed, and an operation that can be made to fail."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from flask.testing import FlaskClient

from engine.actors import SYSTEM, Actor
from engine.operations import OperationContext, Unrecoverable
from engine.values import Variables
from processes.people.accounts import create_account
from processes.people.roles import Role
from tests.drawn import trial_bundle
from webapp.app import create_app
from webapp.bootstrap import Tuidan

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

    def client(self, role: Role) -> FlaskClient:
        """A browser in which somebody of a role is signed in."""
        if role not in self.clients:
            app = create_app(self.tuidan)
            app.config.update(WTF_CSRF_ENABLED=False)
            client = app.test_client()
            client.post("/sign-in", data={"login": f"{role}-1", "password": PASSWORD})
            self.clients[role] = client
        return self.clients[role]


def prepare(tuidan: Tuidan) -> Trial:
    """Deploy the drawn process and open an account for each role that the pages have."""
    trial = Trial(tuidan)

    @tuidan.registry.operation("test.pay", external=True)
    def pay(ctx: OperationContext) -> Variables:
        if trial.broken:
            raise Unrecoverable("收款账户已注销")
        return {"paid": True, "by": ctx.business_key}

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
    return trial
