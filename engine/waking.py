"""A step in which an instance only looks at what it waits for itself: conditions, and merges.

A step looks at them by itself as it goes on. What is changed without one, such as the version that an
instance runs on, asks for it here, by a job.
"""

from __future__ import annotations

import contextlib
import uuid

from sqlalchemy.orm import Session

from engine.actors import SYSTEM
from engine.batches import ask_for_batch
from engine.failures import InstanceEnded, InstanceNotFound, StepFailed
from engine.runtime import Engine

WAKE = "wake_instance"


def ask_to_wake(session: Session, instance_id: uuid.UUID) -> None:
    """Let a worker wake an instance, once the caller's transaction is committed."""
    ask_for_batch(session, WAKE, instance_id)


def wake_instance(engine: Engine, instance_id: uuid.UUID) -> None:
    """Let an instance go on if something that it waits for is there; it may come any number of times.

    One that is suspended is woken when it is resumed. A step that fails leaves an incident.
    """
    with (
        contextlib.suppress(InstanceEnded, InstanceNotFound, StepFailed),
        engine.transaction() as session,
    ):
        wake(engine, session, instance_id)


def wake(engine: Engine, session: Session, instance_id: uuid.UUID) -> None:
    """The same in a transaction of the caller's.

    Raises:
        InstanceEnded: If it has ended.
        InstanceNotFound: If there is none of that id.
        StepFailed: If the step failed; there is an incident.
    """
    key, command = f"{instance_id}:wake", {"do": "wake", "instance_id": str(instance_id)}
    step = engine.open_step(session, instance_id, SYSTEM, key, command, even_suspended=True)
    if step.suspended:
        return
    with engine.guarded(step, key, command):
        step.instance.wake()
        step.finish()


def register_waking(engine: Engine) -> None:
    """Let the engine's workers wake instances."""

    def do(instance_id: uuid.UUID) -> bool:
        wake_instance(engine, instance_id)
        return False

    engine.batches[WAKE] = do
