"""What people may start in an open ad-hoc subprocess, and who may start it."""

from __future__ import annotations

from dataclasses import dataclass

from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask

from engine.spiff.ad_hoc import desk_of
from engine.spiff.groups import lane_of, own_group, people_in
from engine.spiff.task import EngineTask


@dataclass(frozen=True, slots=True)
class Startable:
    """An activity that people start.

    Attributes:
        candidate_group: Who may start it; empty if only operators may.
        begun: How often it has been started while the subprocess is open.
    """

    element_id: str
    name: str
    candidate_group: str
    begun: int


@dataclass(frozen=True, slots=True)
class WaitingAdHoc:
    """An ad-hoc subprocess that is open.

    Attributes:
        activities: What people start in it.
        enabled: Whether they can now: not while one of a sequential subprocess runs, nor once the
            completion condition has held.
    """

    element_instance: int
    process_id: str
    element_id: str
    name: str
    activities: tuple[Startable, ...]
    enabled: bool


def ad_hoc_at(task: EngineTask) -> WaitingAdHoc | None:
    """What is offered at an activity that is an ad-hoc subprocess; None if it isn't open."""
    part = task.workflow.top_workflow.subprocesses[task.id]
    desk = desk_of(part)
    if desk is None:
        return None
    spec = task.task_spec
    chooser = own_group(task, spec)
    return WaitingAdHoc(
        element_instance=task.id,
        process_id=part.spec.name,
        element_id=spec.bpmn_id.removesuffix(" [child]"),
        name=spec.bpmn_name or spec.bpmn_id,
        activities=tuple(
            _startable(desk, element_id, chooser or lane_of(spec), bool(chooser))
            for element_id in desk.task_spec.startable
        ),
        enabled=desk.task_spec.enables(desk),
    )


def _startable(desk: EngineTask, element_id: str, around: str, is_chosen: bool) -> Startable:
    """One of them; ``around`` is the subprocess's group, which ``is_chosen`` if it is its own property.

    Who is to choose may be said for the subprocess as a whole. Otherwise whoever does an activity
    starts it; what nobody does in person is started by those in whose lane it is.
    """
    spec = desk.workflow.spec.task_specs[element_id]
    group = around
    if not is_chosen:
        # The property of what is repeated may depend on its item, and there is none yet.
        own = "" if isinstance(spec, LoopTask) else own_group(desk, spec)
        group = own or lane_of(spec) or around
    begun = desk.task_spec.begun(desk, element_id)
    return Startable(element_id, spec.bpmn_name or element_id, people_in(desk, group), begun)
