"""Starting the activities of ad-hoc subprocesses, which wait for somebody to choose them."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.commanding import Commanding, plain_actor
from engine.errors import Kind, NotFound, TuidanError


class AdHocNotFound(NotFound):
    """There is no such open ad-hoc subprocess for you."""

    code = "ad_hoc.not_found"


class ActivityNotEnabled(TuidanError):
    """{activity} can't be started now."""

    code = "ad_hoc.not_enabled"
    kind = Kind.CONFLICT


class AdHocCommands(Commanding):
    """The part of the engine by which activities are started."""

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
    ) -> None:
        """Start an activity of an ad-hoc subprocess, and go on to the next wait state.

        Args:
            element_instance: The ad-hoc subprocess, as its wait names it.
            activity: The id of the activity in the diagram.
            reason: Why, for the record; operators give one.
            for_any_group: Whether the actor may start it though he isn't in the subprocess's
                candidate group; an operator may.

        Raises:
            AdHocNotFound: If no such subprocess is open, or the actor isn't in its candidate group.
            ActivityNotEnabled: If the activity isn't one that can be started now.
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
        place = step.before.ad_hoc.get(element_instance)
        if place is None or not (for_any_group or actor.may_act_for(place.candidate_group)):
            raise AdHocNotFound
        chosen = next((found for found in place.activities if found.element_id == activity), None)
        if chosen is None:
            raise ActivityNotEnabled(activity=activity)
        with self.guarded(step, key, command):
            step.note(
                "activity_started",
                process_id=place.process_id,
                element_id=activity,
                element_name=chosen.name,
                element_instance=element_instance,
                data={"reason": reason} if reason else None,
            )
            step.instance.start_activity(element_instance, activity)
            step.finish()
