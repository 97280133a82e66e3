"""What waits while an instance or a job is suspended, so that it is done once after the resumption.

The commands are in :mod:`engine.commands.suspend`; this is what a step and a worker ask.
"""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.operations import BpmnError
from engine.tables import Execution, ServiceJob
from engine.values import Variables

_SUSPENDED = sa.or_(Execution.suspended, Execution.version_suspended)


def holds_back(session: Session, job: ServiceJob) -> bool:
    """Whether a job may not be done now; it is then marked, and done after the resumption.

    Only a job that seems suspended costs a lock, which a resumption waits for: it either has
    already happened, or will find the mark.
    """
    seems = sa.select(_SUSPENDED).where(Execution.instance_id == job.instance_id)
    if not (job.suspended or session.scalar(seems)):
        return False
    suspended = session.scalar(seems.with_for_update())
    key = (job.instance_id, job.element_instance)
    current = session.get(ServiceJob, key, populate_existing=True, with_for_update=True)
    if current is not None and (suspended or current.suspended):
        job.held = True
        session.flush()
        return True
    return False


def keep_outcome(
    session: Session, instance_id: uuid.UUID, element_instance: int, outcome: Variables | BpmnError
) -> None:
    """Keep what an operation answered while its instance was suspended, so that it isn't called twice."""
    session.execute(
        sa.update(ServiceJob)
        .where(ServiceJob.instance_id == instance_id, ServiceJob.element_instance == element_instance)
        .values(held=True, outcome=plain_outcome(outcome))
    )


def kept_outcome(job: ServiceJob) -> Variables | BpmnError | None:
    """The answer that came while the instance was suspended, if one did."""
    return None if job.outcome is None else outcome_from(job.outcome)


def plain_outcome(outcome: Variables | BpmnError) -> Variables:
    """What an operation answered, as JSON."""
    if isinstance(outcome, BpmnError):
        return {"error": [outcome.code, outcome.message]}
    return {"result": outcome}


def outcome_from(plain: Variables) -> Variables | BpmnError:
    """What :func:`plain_outcome` has written down."""
    if "error" in plain:
        return BpmnError(*plain["error"])
    result: Variables = plain["result"]
    return result
