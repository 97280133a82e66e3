"""A process engine that only remembers what it was asked, for tests of what asks it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.ids import new_id
from engine.values import JSON


@dataclass
class FakeProcessEngine:
    """Keeps the starts and the messages it is given; every message is taken.

    Attributes:
        started: ``(process id, business key, variables)`` in order.
        messages: ``(message, business key, payload)`` in order.
    """

    started: list[tuple[str, str, dict[str, JSON]]] = field(default_factory=list)
    messages: list[tuple[str, str, dict[str, JSON]]] = field(default_factory=list)

    def start(
        self,
        session: Session,
        process_id: str,
        *,
        business_key: str,
        variables: dict[str, JSON],
        actor: Actor,
    ) -> uuid.UUID:
        """Remember a start."""
        self.started.append((process_id, business_key, variables))
        return new_id()

    def correlate(
        self,
        session: Session,
        message: str,
        *,
        business_key: str,
        payload: dict[str, JSON] | None = None,
        actor: Actor,
    ) -> bool:
        """Remember a message, and say that it was taken."""
        self.messages.append((message, business_key, payload or {}))
        return True
