"""The engine: every command that starts, advances, retries or ends an instance.

Each takes the caller's session and never commits it: what the caller changes beside the
step is committed or rolled back with it. A step that fails raises, so that the caller's
transaction rolls back, and leaves an incident in a transaction of its own.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from sqlalchemy.orm import Session

from engine import suspension, tables
from engine.actors import SYSTEM, Actor
from engine.ad_hoc import AdHocCommands
from engine.commanding import plain_actor
from engine.definitions import DeploymentResult
from engine.failures import InstanceEnded, InstanceUnreadable
from engine.messages import MessageCommands
from engine.operations import BpmnError
from engine.signals import SignalCommands
from engine.user_tasks import UserTaskCommands
from engine.values import Variables


class Engine(UserTaskCommands, AdHocCommands, MessageCommands, SignalCommands):
    """A BPMN engine on one database.

    Args:
        registry: The operations that service tasks can call.
        clock: What time it is; timers are armed and fired by it.
        transaction: Opens a session whose transaction commits on success.

    Attributes:
        batches: Long work by its kind, such as a migration: does the next part of its subject,
            and says whether there may be more.
    """

    def deploy(
        self, session: Session, files: Mapping[str, str], *, actor: Actor, note: str = ""
    ) -> DeploymentResult:
        """Lint and deploy a bundle of files; see :meth:`Definitions.deploy`."""
        return self.definitions.deploy(session, files, actor=actor, now=self.clock.now(), note=note)

    def decide(self, session: Session, decision_id: str, variables: Variables) -> Variables:
        """Ask a decision table; empty if no rule matches."""
        return self.definitions.decide(session, decision_id, variables)

    def start(
        self, session: Session, process_id: str, *, business_key: str, variables: Variables, actor: Actor
    ) -> uuid.UUID:
        """Start an instance of the released version and run it to its first wait state."""
        now = self.clock.now()
        command = {
            "do": "start",
            "process_id": process_id,
            "business_key": business_key,
            "variables": variables,
        }
        step = self.stepper.create(session, process_id, business_key, variables, actor, now)
        with self.guarded(
            step, f"start:{process_id}:{business_key}", command | {"actor": plain_actor(actor)}
        ):
            step.finish()
        return step.instance_id

    def fire_timer(self, session: Session, instance_id: uuid.UUID, element_instance: int) -> bool:
        """Fire a due timer; one that was cancelled, has fired or isn't due does nothing."""
        key = f"{instance_id}:{element_instance}"
        command = {"do": "fire_timer", "instance_id": str(instance_id), "element_instance": element_instance}
        try:
            step = self.open_step(session, instance_id, SYSTEM, key, command, even_suspended=True)
        except InstanceEnded:
            return False
        timer = step.before.timers.get(element_instance)
        if timer is None:
            return False
        with self.guarded(step, key, command):
            fired = not step.suspended and step.instance.fire_timer(element_instance)
            if not fired:  # it is suspended, or the clock was set back: it has to wait again
                session.merge(
                    tables.Timer(
                        instance_id=instance_id,
                        element_instance=element_instance,
                        kind="event",
                        element_id=timer.element_id,
                        name=timer.name,
                        due_at=timer.due_at,
                        held=step.suspended,
                    )
                )
                return False
            step.note(
                "timer", element_id=timer.element_id, element_name=timer.name, data={"due_at": timer.due_at}
            )
            step.finish()
        return True

    def finish_service(
        self,
        session: Session,
        instance_id: uuid.UUID,
        element_instance: int,
        outcome: Variables | BpmnError,
        *,
        actor: Actor = SYSTEM,
    ) -> bool:
        """Take the result of an external operation; one that nobody waits for does nothing.

        Args:
            actor: Who brings it; an operator, if he gives it by hand.
        """
        key = f"{instance_id}:{element_instance}"
        command = {
            "do": "call_service",
            "instance_id": str(instance_id),
            "element_instance": element_instance,
            "outcome": suspension.plain_outcome(outcome),
        }
        try:
            step = self.open_step(session, instance_id, actor, key, command, even_suspended=True)
        except InstanceEnded:
            return False
        except InstanceUnreadable:
            if actor is SYSTEM:  # it has been called, and isn't called again for that
                with self.transaction() as own:
                    suspension.keep_outcome(own, instance_id, element_instance, outcome)
            raise
        service = step.before.services.get(element_instance)
        if service is None:
            return False
        if step.suspended:
            suspension.keep_outcome(session, instance_id, element_instance, outcome)
            return False
        with self.guarded(step, key, command):
            if isinstance(outcome, BpmnError):
                step.note("error", element_id=service.element_id, data={"code": outcome.code})
                step.instance.fail_service(element_instance, outcome)
            else:
                step.note(
                    "result",
                    element_id=service.element_id,
                    element_name=service.name,
                    data={"result": outcome},
                )
                step.instance.finish_service(element_instance, outcome)
            step.finish()
        return True

    def cancel_instance(self, session: Session, instance_id: uuid.UUID, *, reason: str, actor: Actor) -> None:
        """End a running instance where it stands, with a reason for the record."""
        step = self.open_whole(session, instance_id, actor)
        step.note("cancel_requested", data={"reason": reason})
        step.instance.cancel()
        step.save("cancelled", step.instance.waits())
