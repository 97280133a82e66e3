"""Deciding several user tasks alike: each in a transaction of its own, each with its result."""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.deadlocks import again
from engine.errors import TuidanError
from engine.values import JSON
from processes.ports import ProcessEngine

BATCH_MAXIMUM = 100


class BatchTooLarge(TuidanError):
    """{given} tasks were chosen; {maximum} can be decided at once."""

    code = "case.batch_too_large"


@dataclass(frozen=True, kw_only=True)
class BatchResult:
    """What became of one task; ``error`` says why it was not completed."""

    task_id: uuid.UUID
    error: TuidanError | None = None

    @property
    def ok(self) -> bool:
        """Whether it was completed."""
        return self.error is None


def decide_batch(
    transaction: Callable[[], AbstractContextManager[Session]],
    engine: ProcessEngine,
    task_ids: Sequence[uuid.UUID],
    values: Mapping[str, JSON],
    actor: Actor,
) -> list[BatchResult]:
    """Complete several tasks with the same values; one that is refused leaves the others alone.

    Args:
        transaction: Opens a transaction that commits unless it fails.
        engine: Completes the tasks, and checks that they are the actor's.
        task_ids: At most ``BATCH_MAXIMUM``; one named twice is completed once.
        values: What the form says, for each of them.
        actor: Who decides.

    Raises:
        BatchTooLarge: Too many at once; none was touched.
    """
    chosen = list(dict.fromkeys(task_ids))
    if len(chosen) > BATCH_MAXIMUM:
        raise BatchTooLarge(given=len(chosen), maximum=BATCH_MAXIMUM)

    def complete(task_id: uuid.UUID) -> None:
        with transaction() as session:
            engine.complete_task(session, task_id, values=dict(values), actor=actor)

    results = []
    for task_id in chosen:
        try:
            again(functools.partial(complete, task_id))
        except TuidanError as refusal:
            results.append(BatchResult(task_id=task_id, error=refusal))
        else:
            results.append(BatchResult(task_id=task_id))
    return results
