"""The engine: every command that starts, advances, retries or ends an instance.

Each takes the caller's session and never commits it: what the caller changes beside the
step is committed or rolled back with it. A step that fails raises, so that the caller's
transaction rolls back, and leaves an incident in a transaction of its own.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import suspension, tables
from engine.actors import SYSTEM, Actor
from engine.clock import Clock
from engine.definitions import Definitions, DeploymentResult
from engine.errors import TuidanError
from engine.failures import (
    InstanceEnded,
    LostRace,
    StepFailed,
    TaskEnded,
    TaskNotFound,
    cause_of,
    record_incident,
)
from engine.forms import Form
from engine.operations import BpmnError, OperationRegistry
from engine.stepping import Step, Stepper, Transaction
from engine.values import Variables


class Engine:
    """A BPMN engine on one database.

    Args:
        registry: The operations that service tasks can call.
        clock: What time it is; timers are armed and fired by it.
        transaction: Opens a session whose transaction commits on success.

    Attributes:
        batches: Long work by its kind, such as a migration: does the next part of its subject,
            and says whether there may be more.
    """

    def __init__(self, *, registry: OperationRegistry, clock: Clock, transaction: Transaction) -> None:
        self.registry = registry
        self.clock = clock
        self.transaction = transaction
        self.definitions = Definitions(registry)
        self.batches: dict[str, Callable[[uuid.UUID], bool]] = {}
        self._stepper = Stepper(self.definitions, registry)

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
        step = self._stepper.create(session, process_id, business_key, variables, actor, now)
        with self._guarded(
            step, f"start:{process_id}:{business_key}", command | {"actor": _plain_actor(actor)}
        ):
            step.finish()
        return step.instance_id

    def complete_task(self, session: Session, task_id: uuid.UUID, *, values: Variables, actor: Actor) -> None:
        """Complete a user task with the values of its form, and go on to the next wait state.

        Raises:
            TaskNotFound: If there is no such task, or the actor isn't in its candidate group.
            InstanceSuspended: If an operator has suspended the instance.
            TaskEnded: If somebody or something else has ended it; says who and when.
            FormInvalid: With the fields that are wrong.
            StepFailed: If what follows failed; nothing has changed, and there is an incident.
        """
        task = self.get_task(session, task_id, actor)
        definition_id = session.scalars(
            sa.select(tables.ProcessInstance.definition_id).where(
                tables.ProcessInstance.id == task.instance_id
            )
        ).one()
        cleaned = self._checked(session, definition_id, task.form_key, values)
        try:
            step = self._stepper.load(session, task.instance_id, actor, self.clock.now())
        except InstanceEnded:
            raise self._ended(session, task_id) from None
        if task.element_instance not in step.before.user_tasks:
            raise self._ended(session, task_id)
        command = {
            "do": "complete_task",
            "task_id": str(task_id),
            "values": cleaned,
            "actor": _plain_actor(actor),
        }
        with self._guarded(step, f"{step.instance_id}:{task.element_instance}", command):
            step.note(
                "submitted",
                process_id=task.process_id,
                element_id=task.element_id,
                element_name=task.name,
                element_instance=task.element_instance,
                data={"values": cleaned},
            )
            step.instance.complete_user_task(task.element_instance, cleaned)
            step.finish()

    def get_task(self, session: Session, task_id: uuid.UUID, actor: Actor) -> tables.UserTask:
        """Return an open user task of the actor's groups.

        Raises:
            TaskNotFound: If there is none, or it is for others.
            TaskEnded: If it was one of his and is done.
        """
        task = session.get(tables.UserTask, task_id, populate_existing=True)
        if task is None:
            raise self._ended(session, task_id)
        if not actor.may_act_for(task.candidate_group):
            raise TaskNotFound
        return task

    def task_variables(self, session: Session, task: tables.UserTask) -> Variables:
        """The process variables as a user task sees them."""
        now = self.clock.now()
        step = self._stepper.load(session, task.instance_id, SYSTEM, now, even_suspended=True)
        return step.instance.task_variables(task.element_instance)

    def task_form(self, session: Session, task: tables.UserTask) -> str | None:
        """The text of a user task's form, of the version that its instance runs on."""
        instance = session.get_one(tables.ProcessInstance, task.instance_id)
        return (
            self.definitions.form(session, instance.definition_id, task.form_key) if task.form_key else None
        )

    def correlate(
        self,
        session: Session,
        message: str,
        *,
        business_key: str,
        payload: Variables | None = None,
        actor: Actor,
    ) -> bool:
        """Deliver a message to the instance of that business key that waits for it.

        Returns:
            True if an instance took it, False if none was waiting.

        Raises:
            InstanceSuspended: If the one that waits is suspended: send it again later.
        """
        found = session.execute(
            sa.select(tables.MessageSubscription.instance_id)
            .where(
                tables.MessageSubscription.message == message,
                tables.MessageSubscription.business_key == business_key,
            )
            .distinct()
            .order_by(tables.MessageSubscription.instance_id)
        ).scalars()
        taken = False
        for instance_id in list(found):
            try:
                step = self._stepper.load(session, instance_id, actor, self.clock.now())
            except InstanceEnded:
                continue
            waiting = [m for m in step.before.messages.values() if m.message == message]
            if not waiting:
                continue
            command = {
                "do": "correlate",
                "message": message,
                "business_key": business_key,
                "payload": payload or {},
                "actor": _plain_actor(actor),
            }
            with self._guarded(step, f"{instance_id}:message:{message}", command):
                step.note(
                    "message", element_id=waiting[0].element_id, data={"message": message, "payload": payload}
                )
                for place in waiting:
                    step.instance.deliver(place.element_instance, message, payload or {})
                step.finish()
            taken = True
        return taken

    def fire_timer(self, session: Session, instance_id: uuid.UUID, element_instance: int) -> bool:
        """Fire a due timer; one that was cancelled, has fired or isn't due does nothing."""
        try:
            step = self._stepper.load(session, instance_id, SYSTEM, self.clock.now(), even_suspended=True)
        except InstanceEnded:
            return False
        timer = step.before.timers.get(element_instance)
        if timer is None:
            return False
        command = {"do": "fire_timer", "instance_id": str(instance_id), "element_instance": element_instance}
        with self._guarded(step, f"{instance_id}:{element_instance}", command):
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
        self, session: Session, instance_id: uuid.UUID, element_instance: int, outcome: Variables | BpmnError
    ) -> bool:
        """Take the result of an external operation; one that nobody waits for does nothing."""
        try:
            step = self._stepper.load(session, instance_id, SYSTEM, self.clock.now(), even_suspended=True)
        except InstanceEnded:
            return False
        service = step.before.services.get(element_instance)
        if service is None:
            return False
        if step.suspended:
            suspension.keep_outcome(session, instance_id, element_instance, outcome)
            return False
        command = {
            "do": "call_service",
            "instance_id": str(instance_id),
            "element_instance": element_instance,
        }
        with self._guarded(step, f"{instance_id}:{element_instance}", command):
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
        step = self._stepper.load(session, instance_id, actor, self.clock.now(), even_suspended=True)
        step.note("cancel_requested", data={"reason": reason})
        step.instance.cancel()
        step.save("cancelled", step.instance.waits())

    @contextmanager
    def _guarded(self, step: Step, key: str, command: Variables) -> Iterator[None]:
        """Turn an unexpected failure of a step into an incident and a typed error.

        A typed refusal is an answer to the person who asked, not a failure; when the system
        itself acts, nobody would hear it.
        """
        try:
            yield
        except LostRace:
            raise
        except sa.exc.OperationalError as error:
            raise LostRace from error
        except Exception as error:
            if isinstance(error, TuidanError) and step.actor is not SYSTEM:
                raise
            started = step.version > 0
            cause = cause_of(error)
            with self.transaction() as own:
                record_incident(
                    own,
                    now=step.now,
                    key=key,
                    kind="stalled" if type(cause).__name__ == "Stalled" else "step",
                    instance_id=step.instance_id if started else None,
                    business_key=step.business_key,
                    process_id=step.definition.process_id,
                    element=step.instance.current_element,
                    error=cause,
                    command=command,
                )
            raise StepFailed from error

    def _checked(
        self, session: Session, definition_id: uuid.UUID, form_key: str | None, values: Variables
    ) -> Variables:
        if form_key is None:
            return dict(values)
        text = self.definitions.form(session, definition_id, form_key)
        return dict(values) if text is None else Form.parse(text).validate(values)

    def _ended(self, session: Session, task_id: uuid.UUID) -> TuidanError:
        event = session.scalars(
            sa.select(tables.HistoryEvent)
            .where(tables.HistoryEvent.task_id == task_id)
            .order_by(tables.HistoryEvent.id.desc())
            .limit(1)
        ).one_or_none()
        if event is None:
            return TaskNotFound()
        return TaskEnded(name=event.element_name, by=event.actor_name, at=event.at, how=event.kind)


def _plain_actor(actor: Actor) -> Variables:
    return {"id": actor.id, "name": actor.name, "groups": sorted(actor.groups)}
