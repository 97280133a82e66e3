"""What people do: finding, reading and completing their tasks."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import tables
from engine.actors import SYSTEM, Actor
from engine.commanding import Commanding, plain_actor
from engine.errors import TuidanError
from engine.failures import InstanceEnded, TaskEnded, TaskNotFound
from engine.forms import Form
from engine.values import Variables

_TASK = (
    sa.select(tables.UserTask, tables.ProcessInstance.definition_id)
    .join(tables.ProcessInstance, tables.ProcessInstance.id == tables.UserTask.instance_id)
    .where(tables.UserTask.id == sa.bindparam("task_id"))
    .execution_options(populate_existing=True)
)


class UserTaskCommands(Commanding):
    """The part of the engine that people's tasks go through."""

    def complete_task(self, session: Session, task_id: uuid.UUID, *, values: Variables, actor: Actor) -> None:
        """Complete a user task with the values of its form, and go on to the next wait state.

        Raises:
            TaskNotFound: If there is no such task, or the actor isn't in its candidate group.
            InstanceSuspended: If an operator has suspended the instance.
            TaskEnded: If somebody or something else has ended it; says who and when.
            FormInvalid: With the fields that are wrong.
            InstanceUnreadable: If this release can't read the instance's state; there is an incident.
            StepFailed: If what follows failed; nothing has changed, and there is an incident.
        """
        task, definition_id = self._open_task(session, task_id, actor)
        cleaned = self._checked(session, definition_id, task.form_key, values)
        key = f"{task.instance_id}:{task.element_instance}"
        command = {
            "do": "complete_task",
            "task_id": str(task_id),
            "values": cleaned,
            "actor": plain_actor(actor),
        }
        try:
            step = self.open_step(session, task.instance_id, actor, key, command)
        except InstanceEnded:
            raise self._ended(session, task_id, actor) from None
        if task.element_instance not in step.before.user_tasks:
            raise self._ended(session, task_id, actor)
        with self.guarded(step, key, command):
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
        return self._open_task(session, task_id, actor)[0]

    def task_variables(self, session: Session, task: tables.UserTask) -> Variables:
        """The process variables as a user task sees them.

        Raises:
            InstanceUnreadable: If this release can't read the instance's state; there is an incident.
        """
        return self.open_whole(session, task.instance_id, SYSTEM).instance.task_variables(
            task.element_instance
        )

    def task_form(self, session: Session, task: tables.UserTask) -> str | None:
        """The text of a user task's form, of the version that its instance runs on."""
        instance = session.get_one(tables.ProcessInstance, task.instance_id)
        return (
            self.definitions.form(session, instance.definition_id, task.form_key) if task.form_key else None
        )

    def _open_task(
        self, session: Session, task_id: uuid.UUID, actor: Actor
    ) -> tuple[tables.UserTask, uuid.UUID]:
        """An open user task, and the version that its instance runs on."""
        found = session.execute(_TASK, {"task_id": task_id}).one_or_none()
        if found is None:
            raise self._ended(session, task_id, actor)
        task, definition_id = found
        if not actor.may_act_for(task.candidate_group):
            raise TaskNotFound
        return task, definition_id

    def _checked(
        self, session: Session, definition_id: uuid.UUID, form_key: str | None, values: Variables
    ) -> Variables:
        if form_key is None:
            return dict(values)
        text = self.definitions.form(session, definition_id, form_key)
        return dict(values) if text is None else Form.parse(text).validate(values)

    def _ended(self, session: Session, task_id: uuid.UUID, actor: Actor) -> TuidanError:
        """How a task has ended, for those whose it was; for others it isn't there."""
        event = session.scalars(
            sa.select(tables.HistoryEvent)
            .where(tables.HistoryEvent.task_id == task_id)
            .order_by(tables.HistoryEvent.id.desc())
            .limit(1)
        ).one_or_none()
        if event is None:
            return TaskNotFound()
        group = (event.data or {}).get("group")  # which events of older releases don't have
        if group is not None and not actor.may_act_for(group):
            return TaskNotFound()
        return TaskEnded(name=event.element_name, by=event.actor_name, at=event.at, how=event.kind)
