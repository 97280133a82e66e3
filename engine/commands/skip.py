"""Skipping what failed: an operator gives an answer in its place, and the instance goes on from there.

An external call that has failed for good gets its result. Of what failed inside a step, the command that
failed is done again, with the answer in place of the one element that raised: the result of an operation,
the variables that a script, a table or a whole activity would have written, the ways behind a gateway, the
instant of a timer, whether a condition holds that a loop or a complex gateway decides by.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.commands.answers import checked_answer
from engine.commands.fencing import tried, would_fail
from engine.commands.outcome import Outcome, outcome_of
from engine.commands.record import checked_reason
from engine.errors import Kind, TuidanError
from engine.failures import InstanceSuspended, StepFailed
from engine.incidents import do_again, open_incident, resolve
from engine.runtime import Engine
from engine.spiff.skipping import Question, Spot, StandIn
from engine.suspension import outcome_from
from engine.tables import Incident, ProcessInstance, ServiceJob
from engine.values import JSON, Variables
from engine.waking import wake


class NotSkippable(TuidanError):
    """Nothing can be given in place of what failed here; mend the cause and retry."""

    code = "skip.not_skippable"
    kind = Kind.CONFLICT


class NothingFailed(NotSkippable):
    """No element has failed: it would wait for nothing. Change its tokens, or cancel and restart it."""

    code = "skip.nothing_failed"


class StateNotRead(NotSkippable):
    """The instance can't be read. Deploy the release that wrote it and retry, or cancel and restart it."""

    code = "skip.state_not_read"


class LookedAtAgain(NotSkippable):
    """What an event waits for is computed again at each step; change the variables that it reads; retry."""

    code = "skip.looked_at_again"


class EventNotArmed(NotSkippable):
    """What the event is given can't be computed; change the variables that it reads, or its tokens."""

    code = "skip.event_not_armed"


class CallGone(TuidanError):
    """Nothing waits for this call any more."""

    code = "skip.call_gone"
    kind = Kind.CONFLICT


class NotReached(TuidanError):
    """The instance goes another way now and doesn't come to what had failed; retry it instead."""

    code = "skip.not_reached"
    kind = Kind.CONFLICT


_WHY: dict[str, type[NotSkippable]] = {"looked_at_again": LookedAtAgain, "event_not_armed": EventNotArmed}
_SERVICE = Question("result")


@dataclass(frozen=True, kw_only=True)
class Skippable:
    """What can be given to resolve an incident.

    Attributes:
        question: What is asked for.
        refusal: Why nothing can be given; None if something can.
    """

    element_id: str
    question: Question
    refusal: NotSkippable | None = None

    @property
    def variable(self) -> str:
        """Where the diagram puts a result; empty if it is none, or that can't be found out."""
        return self.question.variable


def skippable(engine: Engine, session: Session, incident: Incident) -> Skippable:
    """What can be given to resolve an open incident, or why nothing can."""
    spot, question = _spot(incident), _SERVICE
    try:
        question = _question(engine, session, incident, spot)
        refusal = None
    except NotSkippable as error:
        refusal = error
    element_id = incident.element_id or (spot.spec if spot else "")
    return Skippable(element_id=element_id, question=question, refusal=refusal)


def preview_skip(engine: Engine, incident_id: uuid.UUID, *, given: JSON, actor: Actor) -> Outcome | None:
    """Find out what would follow, without doing it; None if it only follows after a resumption.

    Raises:
        TuidanError: What :func:`skip_failed` would raise, but for the reason.
        WouldFail: If what follows would fail: the incident would then ask for an answer to that, too.
        WouldStall: If the instance would wait for nothing.
    """

    def attempt(session: Session) -> Outcome | None:
        incident = open_incident(session, incident_id)
        trial = engine.answering([], leaves_incidents=False)
        return _skip(trial, session, incident, given, actor)[1]

    return tried(engine, attempt)


def skip_failed(
    engine: Engine, session: Session, incident_id: uuid.UUID, *, given: JSON, reason: str, actor: Actor
) -> None:
    """Take an answer in place of what failed and go on; the incident is resolved.

    A step that fails at several places takes an answer for each; those that were given before are kept by
    the incident. In a suspended instance the result of an external call is kept, and taken after the
    resumption.

    Args:
        given: As :class:`Question` says: an object, a list of ids of flows (or of the elements that they
            lead to), an instant, or true or false.

    Raises:
        AnswerInvalid: If it isn't what is asked for; each of its kinds says why.
        CallGone: If the external call isn't waited for any more.
        IncidentNotFound: If there is no such open incident.
        InstanceSuspended: If the step can't be done before a resumption.
        NotReached: If the instance doesn't come to what had failed any more.
        NotSkippable: If nothing can be given; each of its kinds says why.
        ReasonMissing: If no reason is given.
        ResultInvalid: If the result is no JSON object.
        StepFailed: If what follows failed; the incident stays open and says what.
        VariableInvalid: If something in the result can't be kept.
        VariablesTooLarge: If the result is.
    """
    reason = checked_reason(reason)
    incident = open_incident(session, incident_id)
    question, outcome = _skip(engine, session, incident, given, actor)
    passed = [] if outcome is None else [entry.element_id for entry in outcome.passed]
    resolve(
        session,
        incident,
        "step_skipped",
        now=engine.clock.now(),
        actor=actor,
        data={
            "incident": str(incident_id),
            "reason": reason,
            "asked": question.kind,
            "variable": question.variable,
            "result": given,
            "passed": passed,
            **({"before": incident.command["answers"]} if "answers" in incident.command else {}),
        },
    )


def _skip(
    engine: Engine, session: Session, incident: Incident, given: JSON, actor: Actor
) -> tuple[Question, Outcome | None]:
    spot = _spot(incident)
    question = _question(engine, session, incident, spot)
    value = checked_answer(question, given)
    command = incident.command
    before = [StandIn.of(plain) for plain in command.get("answers", ())]
    answers = [] if spot is None else [*before, StandIn(spot, value)]
    answering = engine.answering(answers, leaves_incidents=engine.leaves_incidents)
    try:
        if spot is None:
            _finish(answering, session, command, value, actor)
        else:
            _do_again(answering, session, command, actor)
    except StepFailed as failed:
        if engine.leaves_incidents or not answering.stepper.opened or failed.__cause__ is None:
            raise
        raise would_fail(answering.stepper.opened[-1], failed.__cause__) from failed
    opened = answering.stepper.opened
    taken = [answer.spot for step in opened for answer in step.instance.answered]
    if spot is not None and spot not in taken:
        raise InstanceSuspended if any(step.suspended for step in opened) else NotReached
    if not opened or opened[-1].suspended:
        return question, None
    step = opened[-1]
    return question, outcome_of(step, step.instance.waits(), step.instance.tokens())


def _spot(incident: Incident) -> Spot | None:
    """What failed inside a step; None for an external call, and for what isn't an element."""
    command = incident.command
    if "failed" in command:
        return Spot.of(command["failed"])
    if "call" in command:  # the older form, in which only an operation's call could be skipped
        return Spot("", command["call"]["element_id"], "run", command["call"]["number"])
    return None


def _question(engine: Engine, session: Session, incident: Incident, spot: Spot | None) -> Question:
    if incident.command["do"] == "load":
        raise StateNotRead
    if incident.kind == "stalled":
        raise NothingFailed
    if incident.instance_id is None:
        program = engine.definitions.released(session, incident.process_id).program
    else:
        record = session.get_one(ProcessInstance, incident.instance_id)
        program = engine.definitions.get(session, record.definition_id).program
    if spot is None:
        if incident.kind != "service" or incident.element_id is None:
            raise NotSkippable
        spot = Spot("", incident.element_id, "run", 0)
    found = program.question_about(spot)
    if isinstance(found, str):
        raise _WHY.get(found, NotSkippable)
    return found


def _do_again(engine: Engine, session: Session, command: Variables, actor: Actor) -> None:
    """Do the step again in which something failed, here and now and not by a job."""
    match command["do"]:
        case "call_service":
            _finish(engine, session, command, outcome_from(command["outcome"]), actor)
        case "deliver_messages":
            engine.deliver_message(session, command["message"], command["business_key"])
            do_again(engine, session, command)  # what else is kept
        case "deliver_signals":
            engine.deliver_signal(session, uuid.UUID(command["instance_id"]))
            do_again(engine, session, command)
        case "wake":
            wake(engine, session, uuid.UUID(command["instance_id"]))
        case _:
            do_again(engine, session, command)


def _finish(engine: Engine, session: Session, command: Variables, outcome: Any, actor: Actor) -> None:
    instance_id, element_instance = uuid.UUID(command["instance_id"]), command["element_instance"]
    taken = engine.finish_service(session, instance_id, element_instance, outcome, actor=actor)
    job = session.get(ServiceJob, (instance_id, element_instance), populate_existing=True)
    if not taken and (job is None or job.outcome is None):
        raise CallGone
