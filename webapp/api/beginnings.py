"""What operators' programs send by hand, messages and signals, and the instances that they start."""

from __future__ import annotations

from werkzeug.wrappers import Response

from engine.commands.send import broadcast_signal, send_message
from engine.commands.start import start_instance
from processes.integration.requests import Answer
from webapp.api.operations import Operator, command
from webapp.api.schemas_operations import SendIn, SignalIn, StartIn
from webapp.context import tuidan


def post_sending() -> Response:
    """Give a message to who waits for it, or start an instance by it, or keep it for who begins to wait."""

    def perform(who: Operator, body: SendIn) -> Answer:
        taken = send_message(
            tuidan().engine,
            who.session,
            body.name,
            business_key=body.business_key,
            payload=body.payload,
            keep_for=body.keep_for,
            reason=body.reason,
            actor=who.actor,
        )
        return Answer(status=200, body={"taken": taken, "kept": not taken})

    return command(SendIn, perform)


def post_signal() -> Response:
    """Send a signal to everything that waits for it, and to what it starts."""

    def perform(who: Operator, body: SignalIn) -> Answer:
        reached = broadcast_signal(
            tuidan().engine,
            who.session,
            body.name,
            payload=body.payload,
            reason=body.reason,
            actor=who.actor,
        )
        return Answer(status=200, body={"reached": reached})

    return command(SignalIn, perform)


def post_instance() -> Response:
    """Start an instance of a process by its id; 201 with the instance's."""

    def perform(who: Operator, body: StartIn) -> Answer:
        instance_id = start_instance(
            tuidan().engine,
            who.session,
            body.process_id,
            business_key=body.business_key,
            variables=body.variables,
            reason=body.reason,
            actor=who.actor,
        )
        return Answer(status=201, body={"instance_id": str(instance_id)})

    return command(StartIn, perform)
