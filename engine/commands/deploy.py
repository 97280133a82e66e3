"""Deploying a bundle as a person does, so that it stands in the record of commands beside its deployment."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.commands.record import NO_PROCESS, record
from engine.definitions import DeploymentResult
from engine.runtime import Engine
from engine.values import Variables


def deploy_bundle(
    engine: Engine, session: Session, files: Mapping[str, str], *, note: str, actor: Actor
) -> DeploymentResult:
    """Lint and deploy a bundle of files, and let new instances start on it.

    Args:
        files: Names to their text.
        note: Why; it may be empty.

    Raises:
        DeploymentEmpty: If there is no diagram among them.
        DeploymentRefused: With every finding, if any is an error.
    """
    result = engine.deploy(session, files, actor=actor, note=note)
    changes: Variables = {
        "deployment": str(result.id),
        "known": not result.created,
        "new_versions": {p.process_id: p.version for p in result.processes if p.created},
        "as_before": {p.process_id: p.version for p in result.processes if not p.created},
    }
    now = engine.clock.now()
    record(session, "deploy", NO_PROCESS, now=now, actor=actor, reason=note, changes=changes)
    return result
