"""Looking at an instance's tokens before a move: what each becomes, and what stands in the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent

from engine.spiff.complex_gateway import ComplexGatewayReset
from engine.spiff.gateways import EngineEventBasedGateway
from engine.spiff.joins import EngineInclusiveGateway, EngineParallelGateway
from engine.spiff.kinds import child_scope_of, instances_shape, kind_of
from engine.spiff.listening import new_listeners
from engine.spiff.matching import Match
from engine.spiff.objects import OBJECTS
from engine.spiff.parser import Program
from engine.spiff.recalling import Recall, conditions_kept
from engine.spiff.remarks import Remark
from engine.spiff.roles import place_of
from engine.spiff.services import EngineServiceTask
from engine.spiff.starting import Listener
from engine.spiff.task import FINISHED, FUTURE, READY, STARTED, WAITING, EngineTask


@dataclass
class Survey:
    """What a move makes of each task.

    Attributes:
        names: The target's spec for each task that stays.
        gone: Tasks that have nothing to stand on in the target, and needn't.
        scopes: The target's process for the instance (0) and for each task that runs another.
        memories: What a task remembers by names of elements, in those of the target.
        done: What each of those processes remembers for its compensation.
        listeners: Of each, the target's listeners that are to be armed.
        wakes: Whether something has to look at the target's conditions once it has moved.
    """

    names: dict[int, str] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    scopes: dict[int, str] = field(default_factory=dict)
    memories: dict[int, dict[str, Any]] = field(default_factory=dict)
    done: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    listeners: dict[int, list[str]] = field(default_factory=dict)
    wakes: bool = False
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
    recall = Recall(workflow.subprocess_specs, target.specs, scopes, elements)
    parts = [part for part in workflow.subprocesses.values() if not part.completed]
    for part in (workflow, *parts):
        scope = part.spec.name
        goal = scopes.get(scope)
        if goal is None or goal not in target.specs:
            found.obstacles.append(Remark("scope_unmapped", scope, ""))
            continue
        key = part.parent_task_id or 0
        found.scopes[key] = goal
        found.done[key] = recall.done(scope, part.done)
        _Part(part, target.specs[goal], recall, found).look()
    found.obstacles += dict.fromkeys(recall.lost)
    return found


def armed_events(split_spec: Any) -> Iterator[Any]:
    """The events that wait beside an activity, or behind an event-based gateway, and can be armed later.

    Of those behind a gateway that waits for all, nothing says any more which of them have come.
    """
    for spec in split_spec.outputs:
        if isinstance(spec, BoundaryEvent) or getattr(split_spec, "exclusive", False):
            yield spec


class _Part:
    """The survey of one process or subprocess of an instance."""

    def __init__(self, part: Any, target: Any, recall: Recall, found: Survey) -> None:
        self.part, self.target, self.recall, self.found = part, target, recall, found
        self.scope: str = part.spec.name
        self.match = Match(part.spec, target, recall.elements.get(self.scope, {}))

    def look(self) -> None:
        self._look_for_news()
        for task in self.part.tasks.values():
            if task.state & FINISHED:
                # Nothing depends on a finished element but its data: a nameless one takes its place.
                goal = self.match.goal(task.task_spec) or self.match.namesake(task.task_spec)
                self.found.names[task.id] = (goal or self.target.start).name
        for task in list(self.part.unfinished.values()):
            self._look_at(task)
        listening = self._listening()
        self.found.listeners[self.part.parent_task_id or 0] = new_listeners(self.part, self.target, listening)
        for object_id, value in self.part.data.get(OBJECTS, {}).items():
            if value is not None and object_id not in self.target.data_objects:
                self.found.changes.append(Remark("data_hidden", self.scope, object_id))

    def _look_for_news(self) -> None:
        """An unknown element that only the target has may have to wait from the scope's start on."""
        for name, spec in self.target.task_specs.items():
            place = place_of(spec)
            unknown = place.role == "other" and name != "End"
            if place.role == "itself":
                unknown = kind_of(spec) is None
            if unknown and name not in self.part.spec.task_specs:
                self._refuse("unknown_in_target", spec)

    def _look_at(self, task: EngineTask) -> None:
        spec, place = task.task_spec, place_of(task.task_spec)
        if place.role == "join" or isinstance(spec, BoundaryEvent):
            self._look_beside(task, place.role)
            return
        if place.role == "listener":
            self._look_at_listener(task)
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
        goal = self.match.goal(spec)
        if goal is None:
            self._look_at_rival_or_refuse(task)
            return
        self._place(task, goal)
        if place.role == "itself" and goal.name != spec.name:
            name = f"{goal.bpmn_name} ({goal.name})" if goal.bpmn_name else goal.name
            self.found.changes.append(self.match.remark("moved", spec, name))
        self._check_work(task, goal)
        self._check_surroundings(task, goal, place.role)

    def _place(self, task: EngineTask, goal: Any) -> None:
        """Let a task stand at the target's spec, with what it remembers in the target's names."""
        self.found.names[task.id] = goal.name
        memory = task.internal_data
        renamed: dict[str, Any] = {}
        if "undoing" in memory:
            renamed["undoing"] = self.recall.done(self.scope, memory["undoing"])
        if "taken" in memory:
            sources = (self.match.goal(self.part.spec.task_specs[name]) for name in memory["taken"])
            renamed["taken"] = [source.name for source in sources if source is not None]
        if "held" in memory:
            renamed["held"] = conditions_kept(task, goal)
            self.found.wakes |= renamed["held"] != memory["held"]
        if "begun" in memory:
            renamed["begun"] = {
                goal.bpmn_id: number
                for element_id, number in memory["begun"].items()
                if (goal := self.match.goal(self.part.spec.task_specs[element_id])) is not None
            }
        if renamed:
            self.found.memories[task.id] = renamed

    def _look_beside(self, task: EngineTask, role: str) -> None:
        """A boundary event or its join: without its place in the target it is simply gone."""
        goal = self.match.goal(task.task_spec)
        split = task.find_ancestor(f"{self._activity_of(task)}.BoundaryEventSplit")
        target_split = None if split is None else self.match.goal(split.task_spec)
        beside = target_split is not None and (role == "join" or goal in target_split.outputs)
        if goal is not None and beside:
            self._place(task, goal)
            return
        self.found.gone.add(task.id)
        if role != "join":
            self.found.changes.append(self.match.remark("event_removed", task.task_spec))

    def _look_at_listener(self, task: EngineTask) -> None:
        """An event subprocess that waits for its start, unless the target's waits for something else."""
        goal = self.match.goal(task.task_spec)
        if goal is not None:
            self._place(task, goal)
            return
        self.found.gone.add(task.id)
        self.found.changes.append(self.match.remark("event_removed", task.task_spec))

    def _listening(self) -> set[str]:
        """The target's listeners that are there already, or were before they had been triggered."""
        listeners = (spec for spec in self.part.spec.start.outputs if isinstance(spec, Listener))
        return {goal.name for goal in map(self.match.goal, listeners) if goal is not None}

    def _activity_of(self, task: EngineTask) -> str:
        """The activity that a boundary event, or the join of its events, belongs to."""
        spec = task.task_spec
        if isinstance(spec, BoundaryEvent):
            return str(spec.inputs[0].name).removesuffix(".BoundaryEventSplit")
        return str(place_of(spec).element_id)

    def _look_at_rival_or_refuse(self, task: EngineTask) -> None:
        """An event behind a gateway may go if one is enough and another of them stays or comes."""
        spec, parent = task.task_spec, task.parent
        mapped = self.match.elements.get(str(place_of(spec).element_id))
        gateway = None if parent is None else parent.task_spec
        if mapped is None and isinstance(gateway, EngineEventBasedGateway) and gateway.exclusive:
            self.found.gone.add(task.id)
            self.found.changes.append(self.match.remark("event_removed", spec))
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
        if child is not None and self.recall.scopes.get(child) != child_scope_of(goal):
            self._refuse("scope_unmapped", spec, child)

    def _check_surroundings(self, task: EngineTask, goal: Any, role: str) -> None:
        spec, parent = task.task_spec, task.parent
        split = self.target.task_specs.get(f"{goal.name}.BoundaryEventSplit") if role == "itself" else None
        if parent is not None and isinstance(parent.task_spec, EngineEventBasedGateway):
            gateway = self.match.goal(parent.task_spec)
            if gateway is None or goal not in gateway.outputs or split is not None:
                self._refuse("gateway_differs", spec)
                return
            self._check_events(spec, gateway)
        elif split is not None:
            self._check_events(spec, split)
        if isinstance(spec, ComplexGatewayReset):
            self._check_merge(task, spec.gateway, goal.gateway)
        elif isinstance(spec, (EngineParallelGateway, EngineInclusiveGateway)):
            self._check_merge(task, spec, goal)

    def _check_events(self, spec: Any, split: Any) -> None:
        for event in armed_events(split):
            if kind_of(event) is None:
                self._refuse("unknown_in_target", spec, event.name)

    def _check_merge(self, task: EngineTask, merge: Any, goal: Any) -> None:
        """A token that waits at a merge counts for the flow it came by, so the flows must be the same."""
        # In the target, a merge that waits for what can still come may have nothing to wait for.
        self.found.wakes |= isinstance(merge, EngineInclusiveGateway)
        sources = {self.match.elements.get(place_of(source).element_id or "") for source in merge.inputs}
        if sources != {place_of(source).element_id for source in goal.inputs}:
            self._refuse("merge_differs", merge)
        elif task.parent is not None and task.parent.task_spec in merge.inputs:
            came_by = self.match.goal(task.parent.task_spec) or self.match.namesake(task.parent.task_spec)
            if came_by is None or came_by not in goal.inputs:
                self._refuse("merge_differs", merge)

    def _refuse(self, code: str, spec: Any, detail: str = "") -> None:
        self.found.obstacles.append(self.match.remark(code, spec, detail))
