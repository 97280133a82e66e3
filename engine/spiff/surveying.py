"""Looking at an instance's tokens before a move: what each becomes, and what stands in the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent

from engine.spiff.gateways import EngineEventBasedGateway
from engine.spiff.joins import EngineInclusiveGateway, EngineParallelGateway
from engine.spiff.kinds import child_scope_of, instances_shape, kind_of, place_of
from engine.spiff.parser import Program
from engine.spiff.services import EngineServiceTask
from engine.spiff.task import FINISHED, FUTURE, READY, STARTED, WAITING, EngineTask


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to say about an element of an instance that is to be moved.

    Attributes:
        code: Which, such as ``unmapped``; the web has its words.
        scope: The process or subprocess that draws the element.
        detail: What else there is to know, such as a target element or an error's text.
    """

    code: str
    scope: str
    element_id: str
    name: str = ""
    detail: str = ""


@dataclass
class Survey:
    """What a move makes of each task.

    Attributes:
        names: The target's spec for each task that stays.
        gone: Tasks that have nothing to stand on in the target, and needn't.
        scopes: The target's process for the instance (0) and for each task that runs another.
    """

    names: dict[int, str] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    scopes: dict[int, str] = field(default_factory=dict)
    obstacles: list[Remark] = field(default_factory=list)
    changes: list[Remark] = field(default_factory=list)


def survey(
    workflow: Any, target: Program, scopes: Mapping[str, str], elements: Mapping[str, Mapping[str, str]]
) -> Survey:
    """Look at every task of an instance.

    Args:
        workflow: As it was loaded with its own program.
        scopes: Source scope to target scope.
        elements: For each source scope, element id to element id.
    """
    found = Survey()
    parts = [part for part in workflow.subprocesses.values() if not part.completed]
    for part in (workflow, *parts):
        scope = part.spec.name
        goal = scopes.get(scope)
        if goal is None or goal not in target.specs:
            found.obstacles.append(Remark("scope_unmapped", scope, ""))
            continue
        found.scopes[getattr(part, "parent_task_id", None) or 0] = goal
        _Part(part, target.specs[goal], scopes, elements.get(scope, {}), found).look()
    return found


def armed_events(split_spec: Any) -> Iterator[Any]:
    """The events that wait beside an activity, or behind an event-based gateway."""
    for spec in split_spec.outputs:
        if isinstance(split_spec, EngineEventBasedGateway) or isinstance(spec, BoundaryEvent):
            yield spec


class _Part:
    """The survey of one process or subprocess of an instance."""

    def __init__(
        self,
        part: Any,
        target: Any,
        scopes: Mapping[str, str],
        elements: Mapping[str, str],
        found: Survey,
    ) -> None:
        self.part, self.target = part, target
        self.scopes, self.elements, self.found = scopes, elements, found
        self.scope: str = part.spec.name

    def look(self) -> None:
        self._look_for_news()
        for task in self.part.tasks.values():
            if task.state & FINISHED:
                # Nothing depends on a finished element but its data: a nameless one takes its place.
                goal = self._goal(task.task_spec) or self._namesake(task.task_spec)
                self.found.names[task.id] = (goal or self.target.start).name
        for task in list(self.part.unfinished.values()):
            self._look_at(task)

    def _look_for_news(self) -> None:
        """An unknown element that only the target has may have to wait from the scope's start on."""
        for name, spec in self.target.task_specs.items():
            place = place_of(spec)
            unknown = place.role == "other" and name != "End"
            if place.role == "itself":
                unknown = kind_of(spec) is None
            if unknown and name not in self.part.spec.task_specs:
                self._refuse("unknown_in_target", spec)

    def _goal(self, task_spec: Any) -> Any | None:
        """The target's spec that takes a spec's place, if it has one of the same kind."""
        if task_spec.name == "End":
            return self.target.task_specs["End"]
        place = place_of(task_spec)
        if place.element_id is not None:
            mapped = self.elements.get(place.element_id)
            if mapped is None:
                return None
            place = type(place)(mapped, place.role)
        goal = place.within(self.target)
        return goal if goal is not None and self._same_kind(task_spec, goal, place.role) else None

    def _namesake(self, task_spec: Any) -> Any | None:
        """For an element that is over, of a kind that can't be moved: the same one in the target."""
        goal = self.target.task_specs.get(task_spec.name)
        unknown = place_of(task_spec).role in ("itself", "child") and kind_of(task_spec) is None
        return goal if unknown and type(goal) is type(task_spec) else None

    def _same_kind(self, task_spec: Any, goal: Any, role: str) -> bool:
        if type(task_spec) is not type(goal) and role != "itself":
            return False
        return role not in ("itself", "child") or (
            kind_of(task_spec) is not None and kind_of(task_spec) == kind_of(goal)
        )

    def _look_at(self, task: EngineTask) -> None:
        spec, place = task.task_spec, place_of(task.task_spec)
        if place.role == "join" or isinstance(spec, BoundaryEvent):
            self._look_beside(task, place.role)
            return
        if task.state == FUTURE and isinstance(task.parent.task_spec, EngineServiceTask):
            self.found.gone.add(task.id)  # made anew, as the target has it, when the call's result comes
            return
        if place.role == "other" or (place.role in ("itself", "child") and kind_of(spec) is None):
            self._refuse("kind_unknown", spec, type(spec).__name__)
            return
        if not task.state & (READY | WAITING | STARTED):
            self._refuse("state_unknown", spec)
            return
        goal = self._goal(spec)
        if goal is None:
            self._look_at_rival_or_refuse(task)
            return
        self.found.names[task.id] = goal.name
        if goal.name != spec.name:
            self.found.changes.append(self._remark("moved", spec, goal.bpmn_id or ""))
        self._check_work(task, goal)
        self._check_surroundings(task, goal, place.role)

    def _look_beside(self, task: EngineTask, role: str) -> None:
        """A boundary event or its join: without its place in the target it is simply gone."""
        goal = self._goal(task.task_spec)
        split = task.find_ancestor(f"{self._activity_of(task)}.BoundaryEventSplit")
        target_split = None if split is None else self._goal(split.task_spec)
        beside = target_split is not None and (role == "join" or goal in target_split.outputs)
        if goal is not None and beside:
            self.found.names[task.id] = goal.name
            return
        self.found.gone.add(task.id)
        if role != "join":
            self.found.changes.append(self._remark("event_removed", task.task_spec))

    def _activity_of(self, task: EngineTask) -> str:
        """The activity that a boundary event, or the join of its events, belongs to."""
        spec = task.task_spec
        if isinstance(spec, BoundaryEvent):
            return str(spec.inputs[0].name).removesuffix(".BoundaryEventSplit")
        return str(place_of(spec).element_id)

    def _look_at_rival_or_refuse(self, task: EngineTask) -> None:
        """An event behind a gateway may go if one is enough and another of them stays or comes."""
        spec, parent = task.task_spec, task.parent
        mapped = self.elements.get(str(place_of(spec).element_id))
        gateway = None if parent is None else parent.task_spec
        if mapped is None and isinstance(gateway, EngineEventBasedGateway) and gateway.exclusive:
            self.found.gone.add(task.id)
            self.found.changes.append(self._remark("event_removed", spec))
            return
        self._refuse("unmapped" if mapped is None else "kind_differs", spec, mapped or "")

    def _check_work(self, task: EngineTask, goal: Any) -> None:
        """What is under way at an element must mean the same at the target."""
        spec = task.task_spec
        if isinstance(spec, EngineServiceTask) and spec.operation_name != goal.operation_name:
            self._refuse("operation_differs", spec, goal.operation_name)
        if instances_shape(spec) != instances_shape(goal):
            self._refuse("instances_differ", spec)
        child = child_scope_of(spec)
        if child is not None and self.scopes.get(child) != child_scope_of(goal):
            self._refuse("scope_unmapped", spec, child)

    def _check_surroundings(self, task: EngineTask, goal: Any, role: str) -> None:
        spec, parent = task.task_spec, task.parent
        split = self.target.task_specs.get(f"{goal.name}.BoundaryEventSplit") if role == "itself" else None
        if parent is not None and isinstance(parent.task_spec, EngineEventBasedGateway):
            gateway = self._goal(parent.task_spec)
            if gateway is None or goal not in gateway.outputs or split is not None:
                self._refuse("gateway_differs", spec)
                return
            self._check_events(spec, gateway)
        elif split is not None:
            self._check_events(spec, split)
        if isinstance(spec, (EngineParallelGateway, EngineInclusiveGateway)):
            self._check_merge(task, goal)

    def _check_events(self, spec: Any, split: Any) -> None:
        for event in armed_events(split):
            if kind_of(event) is None:
                self._refuse("unknown_in_target", spec, event.name)

    def _check_merge(self, task: EngineTask, goal: Any) -> None:
        """A token that waits at a merge counts for the flow it came by, so the flows must be the same."""
        sources = {self.elements.get(place_of(source).element_id or "") for source in task.task_spec.inputs}
        if sources != {place_of(source).element_id for source in goal.inputs}:
            self._refuse("merge_differs", task.task_spec)
        elif task.parent is not None and task.parent.task_spec in task.task_spec.inputs:
            came_by = self._goal(task.parent.task_spec) or self._namesake(task.parent.task_spec)
            if came_by is None or came_by not in goal.inputs:
                self._refuse("merge_differs", task.task_spec)

    def _remark(self, code: str, spec: Any, detail: str = "") -> Remark:
        element_id = place_of(spec).element_id or spec.name
        return Remark(code, self.scope, element_id, spec.bpmn_name or "", detail)

    def _refuse(self, code: str, spec: Any, detail: str = "") -> None:
        self.found.obstacles.append(self._remark(code, spec, detail))
