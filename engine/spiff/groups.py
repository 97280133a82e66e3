"""Candidate groups: who an element is offered to, by its own property or by its lane.

SpiffWorkflow gives everything in a subprocess the subprocess's lane, whatever lane of its own it is
drawn in. Here the nearest lane counts: its own, or else that of the subprocess around it.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask

from engine.spiff.task import EngineTask


def own_group(task: EngineTask, spec: Any) -> str:
    """What an element's property ``candidateGroup`` comes to with a task's variables; empty without one."""
    group = (spec.extensions or {}).get("properties", {}).get("candidateGroup")
    return str(task.workflow.script_engine.evaluate(task, group)) if group else ""


def people_in(task: EngineTask, group: str) -> str:
    """Who is meant by a group or a lane with a task's variables, as the business knows them."""
    people: str = task.workflow.top_workflow.context.group(group, task.data)
    return people


def lane_of(spec: Any) -> str:
    """The name of an element's lane; empty without one."""
    if isinstance(spec, LoopTask):
        # The library hands the lane to what is repeated.
        spec = spec._wf_spec.task_specs[spec.task_spec]
    return spec.lane or ""


class LaneParsing:
    """The part of each element's parser that finds its lane."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.lane: str | None = self.process_parser.get_lane_name(self.bpmn_id) or self.lane  # type: ignore[attr-defined]
