"""Starting the activities of ad-hoc subprocesses, which wait for somebody to choose them."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import tables
from engine.actors import Actor
from engine.commanding import Commanding, plain_actor
from engine.errors import Kind, NotFound, TuidanError
from engine.ids import choice_id, user_task_id
from engine.spiff.choices import Startable, WaitingAdHoc
from engine.stepping import Step

STARTED = "activity_started"
"""The kind of a history event that says that somebody has started an activity."""

COMMANDED = "activity_commanded"
"""The same by an operator, for whomever it is meant, with a reason: the record of commands lists it."""


class AdHocNotFound(NotFound):
    """There is no such open ad-hoc subprocess for you."""

    code = "ad_hoc.not_found"


class ChoiceNotFound(NotFound):
    """There is no such activity for you to start."""

    code = "ad_hoc.choice_not_found"


class ActivityNotEnabled(TuidanError):
    """{activity} can't be started now."""

    code = "ad_hoc.not_enabled"
    kind = Kind.CONFLICT


class BegunMeanwhile(TuidanError):
    """{name} was started meanwhile, by {by} at {at}."""

    code = "ad_hoc.begun_meanwhile"
    kind = Kind.CONFLICT


class AdHocCommands(Commanding):
    """The part of the engine by which activities are started."""

    def start_choice(
        self, session: Session, offered: uuid.UUID, *, begun: int | None, actor: Actor
    ) -> tuple[uuid.UUID, ...]:
        """Start an activity that is offered to the actor, as he sees it in his list.

        Args:
            offered: The id of its :class:`engine.tables.ActivityChoice`.
            begun: How often it had been started when he saw it, so that a click that comes twice, or
                from two people at once, starts it once; None starts it in any case.

        Returns:
            The user tasks that wait since then for one of the actor's groups, the oldest first.

        Raises:
            ChoiceNotFound: If nothing of that id is offered, or it is for others.
            BegunMeanwhile: If somebody was faster; says who and when.
            TuidanError: What :meth:`start_activity` raises.
        """
        choice = session.get(tables.ActivityChoice, offered, populate_existing=True)
        if choice is None:
            raise self._started(session, tables.HistoryEvent.task_id == offered, actor) or ChoiceNotFound
        if not actor.may_act_for(choice.candidate_group):
            raise ChoiceNotFound
        return self.start_activity(
            session, choice.instance_id, choice.element_instance, choice.element_id, actor=actor, begun=begun
        )

    def start_activity(
        self,
        session: Session,
        instance_id: uuid.UUID,
        element_instance: int,
        activity: str,
        *,
        actor: Actor,
        reason: str = "",
        for_any_group: bool = False,
        begun: int | None = None,
    ) -> tuple[uuid.UUID, ...]:
        """Start an activity of an ad-hoc subprocess, and go on to the next wait state.

        Args:
            element_instance: The ad-hoc subprocess, as its wait names it.
            activity: The id of the activity in the diagram.
            reason: Why, for the record; operators give one.
            for_any_group: Whether the actor may start it though it isn't offered to a group of his;
                an operator may.
            begun: How often it had been started when the actor looked, if that matters.

        Returns:
            The user tasks that wait since then for one of the actor's groups, the oldest first.

        Raises:
            AdHocNotFound: If no such subprocess is open, or nothing in it is for the actor.
            ActivityNotEnabled: If the activity isn't one that can be started now.
            BegunMeanwhile: If somebody else has started it, or another where one at a time is done.
            InstanceEnded: If the instance has ended.
            InstanceNotFound: If there is none of that id.
            InstanceSuspended: If an operator has suspended it.
            InstanceUnreadable: If this release can't read its state; there is an incident.
            StepFailed: If what follows failed; nothing has changed, and there is an incident.
        """
        key = f"{instance_id}:{element_instance}:{activity}"
        command = {
            "do": "start_activity",
            "instance_id": str(instance_id),
            "element_instance": element_instance,
            "activity": activity,
            "actor": plain_actor(actor),
            "reason": reason,
            "for_any_group": for_any_group,
        }
        step = self.open_step(session, instance_id, actor, key, command)
        place, chosen = self._chosen(step, element_instance, activity, for_any_group, begun)
        with self.guarded(step, key, command):
            step.note(
                COMMANDED if for_any_group else STARTED,
                process_id=place.process_id,
                element_id=activity,
                element_name=chosen.name,
                element_instance=element_instance,
                task_id=choice_id(instance_id, element_instance, activity),
                data={"group": chosen.candidate_group} | ({"reason": reason} if reason else {}),
            )
            step.instance.start_activity(element_instance, activity)
            after = step.finish()
        return tuple(
            user_task_id(instance_id, number)
            for number, task in sorted(after.user_tasks.items())
            if number not in step.before.user_tasks and actor.may_act_for(task.candidate_group)
        )

    def _chosen(
        self, step: Step, element_instance: int, activity: str, for_any_group: bool, begun: int | None
    ) -> tuple[WaitingAdHoc, Startable]:
        """The subprocess and the activity that is to be started in it, or a refusal."""
        place = step.before.ad_hoc.get(element_instance)
        if place is None:
            raise AdHocNotFound
        own = [
            found
            for found in place.activities
            if for_any_group or step.actor.may_act_for(found.candidate_group)
        ]
        if not own:
            raise AdHocNotFound
        chosen = next((found for found in own if found.element_id == activity), None)
        if chosen is None:
            raise ActivityNotEnabled(activity=activity)
        if place.enabled and begun in (None, chosen.begun):
            return place, chosen
        history = tables.HistoryEvent
        where = sa.and_(history.instance_id == step.instance_id, history.element_instance == element_instance)
        if place.enabled:
            where = sa.and_(where, history.element_id == activity)
        seen = step.actor if not for_any_group else None
        raise self._started(step.session, where, seen) or ActivityNotEnabled(activity=chosen.name)

    def _started(
        self, session: Session, where: sa.ColumnElement[bool], actor: Actor | None
    ) -> BegunMeanwhile | None:
        """Who has started last what an actor might have started himself; None if nobody has."""
        event = session.scalars(
            sa.select(tables.HistoryEvent)
            .where(where, tables.HistoryEvent.kind.in_((STARTED, COMMANDED)))
            .order_by(tables.HistoryEvent.id.desc())
            .limit(1)
        ).one_or_none()
        if event is None or (
            actor is not None and not actor.may_act_for((event.data or {}).get("group", ""))
        ):
            return None
        return BegunMeanwhile(name=event.element_name, by=event.actor_name, at=event.at)
