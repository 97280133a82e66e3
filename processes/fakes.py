"""A process engine that only remembers, for tests of what asks it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.ids import new_id
from engine.values import JSON

ELIGIBLE: dict[str, JSON] = {
    "eligible": True,
    "ineligible_code": "",
    "ineligible_text": "",
    "seller_decides": "PT48H",
    "first_reminder": "PT24H",
    "second_reminder": "PT42H",
    "buyer_escalates": "P7D",
    "send_back": "P7D",
    "confirm_return": "P10D",
    "evidence_window": "PT48H",
    "ruling_window": "PT72H",
}


@dataclass
class FakeProcessEngine:
    """Keeps what it is asked; answers decisions by a function.

    Attributes:
        started: ``(process id, business key, variables)`` in order.
        messages: ``(message, business key, payload)`` in order.
        completed: ``(task id, values)`` in order.
        chosen: The activities that were started, by what they were offered as.
        takes_messages: What it answers to a message.
        answer: What the decision tables answer to their variables.
    """

    started: list[tuple[str, str, dict[str, JSON]]] = field(default_factory=list)
    messages: list[tuple[str, str, dict[str, JSON]]] = field(default_factory=list)
    completed: list[tuple[uuid.UUID, dict[str, JSON]]] = field(default_factory=list)
    chosen: list[uuid.UUID] = field(default_factory=list)
    takes_messages: bool = True
    answer: Callable[[dict[str, JSON]], dict[str, JSON]] = lambda _variables: dict(ELIGIBLE)

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

    def complete_task(
        self,
        session: Session,
        task_id: uuid.UUID,
        *,
        values: dict[str, JSON],
        actor: Actor,
    ) -> None:
        """Remember a completion."""
        self.completed.append((task_id, values))

    def start_choice(
        self, session: Session, offered: uuid.UUID, *, begun: int | None, actor: Actor
    ) -> tuple[uuid.UUID, ...]:
        """Remember what was chosen."""
        self.chosen.append(offered)
        return ()

    def correlate(
        self,
        session: Session,
        message: str,
        *,
        business_key: str,
        payload: dict[str, JSON] | None = None,
        actor: Actor,
    ) -> bool:
        """Remember a message."""
        self.messages.append((message, business_key, payload or {}))
        return self.takes_messages

    def decide(
        self,
        session: Session,
        decision_id: str,
        variables: dict[str, JSON],
    ) -> dict[str, JSON]:
        """Answer as told."""
        return self.answer(variables)
