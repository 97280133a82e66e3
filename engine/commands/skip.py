"""Skipping a failed operation: an operator gives its result, and the instance goes on from there.

An external call that has failed for good, or an operation inside a step. Of the latter the
command that failed is done again, with the given result in place of the one call that raised.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.calling import GivenResult
from engine.commands.record import checked_reason
from engine.commands.variables import check_variables
from engine.errors import Kind, TuidanError
from engine.incidents import do_again, open_incident, resolve
from engine.runtime import Engine
from engine.suspension import outcome_from
from engine.tables import Incident, ProcessInstance, ServiceJob
from engine.values import JSON, Variables


class NotSkippable(TuidanError):
    """Not an operation has failed here, so there is no result to give; mend the cause and retry."""

    code = "skip.not_skippable"
    kind = Kind.CONFLICT


class ResultInvalid(TuidanError):
    """The result of an operation is a JSON object, such as {{"ok": true}}; it lands in {variable}."""

    code = "skip.result_invalid"


class CallGone(TuidanError):
    """Nothing waits for this call any more."""

    code = "skip.call_gone"
    kind = Kind.CONFLICT


@dataclass(frozen=True, kw_only=True)
class Skippable:
    """A failed operation whose result can be given.

    Attributes:
        variable: Where the diagram puts the result; empty if that can't be found out.
    """

    element_id: str
    variable: str


def skippable(engine: Engine, session: Session, incident: Incident) -> Skippable | None:
    """What can be skipped to resolve an incident; None if nothing can."""
    element_id = _failed_element(incident)
    if element_id is None:
        return None
    return Skippable(element_id=element_id, variable=_variable(engine, session, incident, element_id))


def skip_failed(
    engine: Engine, session: Session, incident_id: uuid.UUID, *, result: JSON, reason: str, actor: Actor
) -> None:
    """Give the result of what failed and go on; the incident is resolved.

    In a suspended instance the result of an external call is kept, and taken after the resumption.

    Raises:
        CallGone: If the external call isn't waited for any more.
        IncidentNotFound: If there is no such open incident.
        NotSkippable: If it isn't an operation that has failed.
        ReasonMissing: If no reason is given.
        ResultInvalid: If the result is no JSON object.
        StepFailed: If what follows failed; the incident stays open and says what.
        VariableInvalid: If something in the result can't be kept.
        VariablesTooLarge: If the result is.
    """
    reason = checked_reason(reason)
    incident = open_incident(session, incident_id)
    element_id = _failed_element(incident)
    if element_id is None:
        raise NotSkippable
    variable = _variable(engine, session, incident, element_id)
    if not isinstance(result, dict):
        raise ResultInvalid(variable=variable)
    check_variables({variable or "result": result})
    command = incident.command
    if "call" not in command:
        _finish(engine, session, command, result, actor)
    else:
        given = GivenResult(element_id, command["call"]["number"], result)
        _do_again(engine.giving(given), session, command, actor)
    resolve(
        session,
        incident,
        "step_skipped",
        now=engine.clock.now(),
        actor=actor,
        data={"incident": str(incident_id), "reason": reason, "variable": variable, "result": result},
    )


def _failed_element(incident: Incident) -> str | None:
    call = incident.command.get("call")
    if call is not None:
        return str(call["element_id"])
    return incident.element_id if incident.kind == "service" else None


def _do_again(engine: Engine, session: Session, command: Variables, actor: Actor) -> None:
    """Do the step again in which the operation failed; a call's result was there already."""
    if command["do"] != "call_service":
        do_again(engine, session, command)
    else:
        _finish(engine, session, command, outcome_from(command["outcome"]), actor)


def _finish(engine: Engine, session: Session, command: Variables, outcome: JSON, actor: Actor) -> None:
    instance_id, element_instance = uuid.UUID(command["instance_id"]), command["element_instance"]
    taken = engine.finish_service(session, instance_id, element_instance, outcome, actor=actor)
    job = session.get(ServiceJob, (instance_id, element_instance), populate_existing=True)
    if not taken and (job is None or job.outcome is None):
        raise CallGone


def _variable(engine: Engine, session: Session, incident: Incident, element_id: str) -> str:
    if incident.instance_id is None:
        definition = engine.definitions.released(session, incident.process_id)
    else:
        record = session.get_one(ProcessInstance, incident.instance_id)
        definition = engine.definitions.get(session, record.definition_id)
    return definition.program.result_variable(element_id)
