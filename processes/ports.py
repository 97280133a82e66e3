"""What the business needs of a process engine."""

from __future__ import annotations

import uuid
from typing import Protocol

from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.values import JSON


class ProcessEngine(Protocol):
    """Runs the diagrams and asks the decision tables; the product's is ``engine.Engine``."""

    def start(
        self,
        session: Session,
        process_id: str,
        *,
        business_key: str,
        variables: dict[str, JSON],
        actor: Actor,
    ) -> uuid.UUID:
        """Start an instance of the process' latest version and return its id."""
        ...

    def complete_task(
        self, session: Session, task_id: uuid.UUID, *, values: dict[str, JSON], actor: Actor
    ) -> None:
        """Complete a user task with what its form says."""
        ...

    def start_choice(
        self, session: Session, offered: uuid.UUID, *, begun: int | None, actor: Actor
    ) -> tuple[uuid.UUID, ...]:
        """Start an activity that is offered, and return the actor's tasks that wait since then."""
        ...

    def correlate(
        self,
        session: Session,
        message: str,
        *,
        business_key: str,
        payload: dict[str, JSON] | None = None,
        actor: Actor,
    ) -> int:
        """Take a message to the instances that wait for it; 0 if none does."""
        ...

    def decide(self, session: Session, decision_id: str, variables: dict[str, JSON]) -> dict[str, JSON]:
        """Return what a decision table answers."""
        ...
