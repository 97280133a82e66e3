"""Retrying what failed: the command of an incident is done again, as it was."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import sql, tables
from engine.actors import SYSTEM, Actor
from engine.commanding import LOAD
from engine.commands.record import record
from engine.errors import TuidanError
from engine.failures import IncidentNotFound, InstanceSuspended, LostRace
from engine.runtime import Engine
from engine.values import Variables
from engine.waking import WAKE


def retry_incident(
    engine: Engine, session: Session, incident_id: uuid.UUID, *, actor: Actor, reason: str = ""
) -> None:
    """Do again what failed; the incident is resolved if it now succeeds.

    An external operation is put back into the queue with its attempts forgotten. Of an instance whose state
    couldn't be read, everything is done that was wanted of it meanwhile.

    Args:
        reason: Why it is tried again, for the record.

    Raises:
        IncidentNotFound: If there is no such open incident.
        InstanceSuspended: If it can't be done before a resumption.
        StepFailed: If it failed again; the incident stays open and counts up.
    """
    incident = open_incident(session, incident_id)
    refused: Variables = {}
    if incident.command["do"] == LOAD:
        refused = _do_owed(engine, session, incident)
    else:
        do_again(engine, session, incident.command)
    resolve(
        session,
        incident,
        "incident_retried",
        now=engine.clock.now(),
        actor=actor,
        data={"incident": str(incident_id), "reason": reason, **({"refused": refused} if refused else {})},
    )


def _do_owed(engine: Engine, session: Session, incident: tables.Incident) -> Variables:
    """Read an instance's state again, and do what was wanted of it while that couldn't be read.

    Returns:
        The codes of what was refused now, such as a decision that somebody else's has overtaken, and of what
        failed and has left an incident of its own.
    """
    engine.open_whole(session, uuid.UUID(incident.command["instance_id"]), SYSTEM)
    session.refresh(incident)  # whoever met the state wrote down what he wanted while he held the instance
    owed = incident.command.get("owed", {})
    refused: Variables = {}
    for key, command in sorted(owed.items(), key=lambda item: item[1]["at"]):
        try:
            with session.begin_nested():
                do_again(engine, session, command)
        except (LostRace, InstanceSuspended):
            raise
        except TuidanError as refusal:
            refused[key] = refusal.code
    return refused


def open_incident(session: Session, incident_id: uuid.UUID) -> tables.Incident:
    """Return an open incident; nobody else handles it until the transaction ends.

    Raises:
        IncidentNotFound: If there is no such open incident.
    """
    # Not a row lock: if it fails again, the row is counted up by a transaction of its own.
    session.execute(
        sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": str(incident_id)}
    )
    incident = session.scalars(
        sa.select(tables.Incident).where(
            tables.Incident.id == incident_id, tables.Incident.resolved_at.is_(None)
        )
    ).one_or_none()
    if incident is None:
        raise IncidentNotFound
    return incident


def resolve(
    session: Session,
    incident: tables.Incident,
    kind: str,
    *,
    now: dt.datetime,
    actor: Actor,
    data: Variables,
) -> None:
    """Close an incident and write down by what: in its instance's history, or beside it where none was begun.

    Args:
        kind: Of the history event, and of the command.
        data: What it changed, and in ``reason`` why.
    """
    session.execute(
        sa.update(tables.Incident)
        .where(tables.Incident.id == incident.id)
        .values(resolved_at=now, resolved_by=actor.id)
    )
    if incident.instance_id is not None:
        session.add(
            tables.HistoryEvent(
                instance_id=incident.instance_id,
                at=now,
                kind=kind,
                process_id=incident.process_id,
                element_id=incident.element_id,
                element_name=incident.element_name,
                actor_id=actor.id,
                actor_name=actor.name,
                data=data,
            )
        )
        return
    # What failed was to have begun an instance, whose own history says nothing of that.
    changes = data | {"business_key": incident.business_key, "element": incident.element_name}
    reason = changes.pop("reason")
    record(session, kind, incident.process_id, now=now, actor=actor, reason=reason, changes=changes)


def resolve_incidents(
    session: Session,
    instance_id: uuid.UUID,
    *,
    now: dt.datetime,
    actor: Actor,
    element_instances: Collection[int] | None = None,
) -> None:
    """Close the open incidents of an instance whose cause an operator has taken away.

    Args:
        element_instances: Only those of these; None means all of the instance.
    """
    query = sa.update(tables.Incident).where(
        tables.Incident.instance_id == instance_id, tables.Incident.resolved_at.is_(None)
    )
    if element_instances is not None:
        query = query.where(tables.Incident.key.in_([f"{instance_id}:{key}" for key in element_instances]))
    session.execute(query.values(resolved_at=now, resolved_by=actor.id))


def do_again(engine: Engine, session: Session, command: Variables) -> None:
    """Do the command of an incident again.

    Raises:
        StepFailed: If it failed again.
    """
    match command["do"]:
        case "start":
            engine.start(
                session,
                command["process_id"],
                business_key=command["business_key"],
                variables=command["variables"],
                actor=_actor(command),
            )
        case "complete_task":
            engine.complete_task(
                session, uuid.UUID(command["task_id"]), values=command["values"], actor=_actor(command)
            )
        case "correlate":
            engine.correlate(
                session,
                command["message"],
                business_key=command["business_key"],
                payload=command["payload"],
                actor=_actor(command),
            )
        case "fire_timer":
            engine.fire_timer(session, uuid.UUID(command["instance_id"]), command["element_instance"])
        case "call_service":
            where = {"instance_id": command["instance_id"], "element_instance": command["element_instance"]}
            session.execute(
                sa.update(tables.ServiceJob)
                .where(
                    tables.ServiceJob.instance_id == uuid.UUID(where["instance_id"]),
                    tables.ServiceJob.element_instance == where["element_instance"],
                )
                .values(attempts=0)
            )
            session.execute(sa.text(sql.DEFER_SERVICE), where)
        case "start_activity":
            engine.start_activity(
                session,
                uuid.UUID(command["instance_id"]),
                command["element_instance"],
                command["activity"],
                actor=_actor(command),
                reason=command["reason"],
                for_any_group=command["for_any_group"],
            )
        case "deliver_messages":
            arguments = {"message": command["message"], "business_key": command["business_key"]}
            _defer(session, "engine.deliver_messages", arguments)
        case "deliver_signals":
            _defer(session, "engine.deliver_signals", {"instances": [command["instance_id"]]})
        case "start_by_timer":
            due = dt.datetime.fromisoformat(command["due"])
            engine.start_by_timer(
                session, command["process_id"], command["element_id"], command["place"], due
            )
        case "wake":
            arguments = {"kind": WAKE, "subject": command["instance_id"]}
            _defer(session, "engine.run_batch", arguments)
        case other:
            raise ValueError(f"an incident holds an unknown command {other!r}")


def _defer(session: Session, task: str, arguments: Variables) -> None:
    session.execute(sa.text(sql.DEFER_DELIVERY), {"task": task, "arguments": json.dumps(arguments)})


def _actor(command: Variables) -> Actor:
    actor = command["actor"]
    return Actor(id=actor["id"], name=actor["name"], groups=frozenset(actor["groups"]))
