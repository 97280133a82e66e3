"""Which spec of another version takes the place of one of this version's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.spiff.kinds import event_kind, kind_of
from engine.spiff.remarks import Remark
from engine.spiff.roles import place_of


class Match:
    """One process or subprocess of an instance, beside the target's that it becomes.

    Args:
        elements: Element id to element id.
    """

    def __init__(self, source: Any, target: Any, elements: Mapping[str, str]) -> None:
        self.source, self.target, self.elements = source, target, elements
        self.scope: str = source.name

    def goal(self, task_spec: Any) -> Any | None:
        """The target's spec that takes a spec's place, if it has one of the same kind."""
        if task_spec.name == "End":
            return self.target.task_specs["End"]
        place = place_of(task_spec)
        if place.element_id is not None:
            mapped = self.elements.get(place.element_id)
            if mapped is None:
                return None
            place = place.of(mapped)
        goal = place.within(self.target)
        return goal if goal is not None and self._same_kind(task_spec, goal, place.role) else None

    def namesake(self, task_spec: Any) -> Any | None:
        """For an element that is over, of a kind that can't be moved: the same one in the target."""
        goal = self.target.task_specs.get(task_spec.name)
        unknown = place_of(task_spec).role in ("itself", "child") and kind_of(task_spec) is None
        return goal if unknown and type(goal) is type(task_spec) else None

    def _same_kind(self, task_spec: Any, goal: Any, role: str) -> bool:
        if type(task_spec) is not type(goal) and role != "itself":
            return False
        if role == "listener":
            return event_kind(task_spec.event_definition) == event_kind(goal.event_definition)
        if role == "collector":
            return bool(task_spec.quantity == goal.quantity)
        return role not in ("itself", "child") or (
            kind_of(task_spec) is not None and kind_of(task_spec) == kind_of(goal)
        )

    def remark(self, code: str, spec: Any, detail: str = "") -> Remark:
        """What is to be said about the drawn element that a spec belongs to."""
        element_id = place_of(spec).element_id or spec.name
        drawn = self.source.task_specs.get(element_id, spec)
        return Remark(code, self.scope, element_id, getattr(drawn, "bpmn_name", None) or "", detail)
