"""What an instance remembers by the names of elements, written anew for another version.

That is what has been done and can be undone, here and in what has completed; what a compensation
that is under way still has to undo; by which flows a complex gateway has taken its tokens; and
whether conditions held when they were looked at last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions import ConditionalEventDefinition

from engine.spiff.places import parts
from engine.spiff.remarks import Remark
from engine.spiff.task import EngineTask
from engine.spiff.tokens import REPEATED


@dataclass
class Recall:
    """Translates what is remembered.

    Attributes:
        source: The specs of the instance's own version, by scope.
        lost: What can't be undone in the target, since it has no place or no handler there.
    """

    source: Mapping[str, Any]
    target: Mapping[str, Any]
    scopes: Mapping[str, str]
    elements: Mapping[str, Mapping[str, str]]
    lost: list[Remark] = field(default_factory=list)

    def done(self, scope: str, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """What can be undone in a scope: activities with their handlers, and what subprocesses have done."""
        return [self._record(scope, record) for record in records]

    def _record(self, scope: str, record: dict[str, Any]) -> dict[str, Any]:
        if "handler" in record:
            return self._whole(scope, record)
        goal = self._spec(scope, record["element"])
        if "process" not in record:
            if goal is None or getattr(goal, "handler", None) is None:
                self._lose(scope, record)
                return record
            return record | {"element": goal.name}
        inner = record["process"]
        process = self.scopes.get(inner)
        if goal is None or process not in self.target:
            self._lose(scope, record)
            return record
        kept = {"kept": self.done(inner, record["kept"])} if "kept" in record else {}
        within = self.done(inner, record["within"])
        return record | {"element": goal.name, "process": process, "within": within} | kept

    def _whole(self, scope: str, record: dict[str, Any]) -> dict[str, Any]:
        """A compensation event subprocess that stands for its whole (sub)process."""
        goal = self._spec(scope, record["handler"])
        if goal is None or getattr(goal._wf_spec, "undone_by", None) != goal.name:
            self._lose(scope, record | {"element": record["handler"]})
            return record
        return record | {"handler": goal.name}

    def _spec(self, scope: str, name: str) -> Any | None:
        """The target's spec for an element, or for one of its runs."""
        element_id = name.removesuffix(REPEATED)
        mapped = self.elements.get(scope, {}).get(element_id)
        goal = self.target.get(self.scopes.get(scope, ""))
        if mapped is None or goal is None:
            return None
        return goal.task_specs.get(mapped + name[len(element_id) :])

    def _lose(self, scope: str, record: dict[str, Any]) -> None:
        element_id = record["element"].removesuffix(REPEATED)
        name = getattr(self.source[scope].task_specs.get(element_id), "bpmn_name", None)
        self.lost.append(Remark("compensation_lost", scope, element_id, name or ""))


def conditions_kept(task: EngineTask, goal: Any) -> dict[str, bool]:
    """Of an event's conditions that are the same in the target, whether they held."""
    held: dict[str, bool] = task.internal_data.get("held", {})
    ids = task.internal_data.get("places", [task.id])
    pairs = zip(ids, parts(task.task_spec), parts(goal), strict=True)
    same = {
        str(place)
        for place, before, after in pairs
        if isinstance(before, ConditionalEventDefinition) and before.expression == after.expression
    }
    return {place: holds for place, holds in held.items() if place in same}
