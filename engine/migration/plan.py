"""The plan of a migration: which element of the source version becomes which of the target."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.errors import TuidanError
from engine.spiff.kinds import DrawnElement, elements_of
from engine.spiff.parser import Program
from engine.spiff.relocating import ElementMap, Remark
from engine.values import Variables


class PlanInvalid(TuidanError):
    """The plan can't be carried out: {count} of its lines are wrong. Correct them and check again."""

    code = "migration.plan_invalid"

    def __init__(self, problems: Sequence[Remark]) -> None:
        self.problems = tuple(problems)
        super().__init__(count=len(problems))


@dataclass(frozen=True)
class Side:
    """The elements of one version, by scope and id."""

    scopes: Mapping[str, Mapping[str, DrawnElement]]

    @classmethod
    def of(cls, program: Program, process_id: str) -> Side:
        """Collect what a process draws, its subprocesses and called processes included."""
        scopes: dict[str, dict[str, DrawnElement]] = {process_id: {}}
        for element in elements_of(program, process_id):
            scopes.setdefault(element.scope, {})[element.id] = element
        return cls(scopes)


def automatic(source: Side, target: Side, process_id: str) -> ElementMap:
    """Map each element to the one of the same id and kind, scope by scope."""
    return completed(source, target, process_id, {})


def completed(
    source: Side, target: Side, process_id: str, chosen: Mapping[str, Mapping[str, str | None]]
) -> ElementMap:
    """A plan from a person's choices; where none was made, the same id and kind.

    Args:
        chosen: For each scope of the source, element to element, or to None for no place at all.
    """
    scopes: dict[str, str] = {process_id: process_id}
    elements: dict[str, dict[str, str]] = {}
    todo = [process_id]
    while todo:
        scope = todo.pop()
        goals = target.scopes.get(scopes[scope], {})
        mine = elements.setdefault(scope, {})
        choices = chosen.get(scope, {})
        for element in source.scopes.get(scope, {}).values():
            same = goals.get(element.id)
            fits = same is not None and same.kind == element.kind
            goal = choices.get(element.id) if element.id in choices else (element.id if fits else None)
            if goal is None:
                continue
            mine[element.id] = goal
            child, place = element.child_scope, goals.get(goal)
            if child is not None and place is not None and place.child_scope is not None:
                if child not in scopes:
                    todo.append(child)
                scopes.setdefault(child, place.child_scope)
    return ElementMap(scopes, elements)


def suggested(source: Side, target: Side, process_id: str) -> dict[str, dict[str, str | None]]:
    """Choices for elements that have another id in the target, but the same name and kind; a person decides.

    Nothing is suggested for names that occur several times.
    """
    chosen: dict[str, dict[str, str | None]] = {}
    more = True
    while more:  # a subprocess that has found its place lets what is in it look for theirs
        plan = completed(source, target, process_id, chosen)
        more = False
        for scope, goal_scope in plan.scopes.items():
            mapped = plan.elements.get(scope, {})
            lost = _by_name(e for e in source.scopes.get(scope, {}).values() if e.id not in mapped)
            taken = set(mapped.values())
            free = _by_name(g for g in target.scopes.get(goal_scope, {}).values() if g.id not in taken)
            for called, (element_id, *others) in lost.items():
                goals = free.get(called, [])
                if not others and len(goals) == 1:
                    chosen.setdefault(scope, {})[element_id] = goals[0]
                    more = True
    return chosen


def _by_name(elements: Iterable[DrawnElement]) -> dict[tuple[str, str], list[str]]:
    """Ids by name and kind, of what has both."""
    found: dict[tuple[str, str], list[str]] = {}
    for element in elements:
        if element.name and element.kind:
            found.setdefault((element.name, element.kind), []).append(element.id)
    return found


def problems(source: Side, target: Side, plan: ElementMap) -> list[Remark]:
    """What is wrong with a plan, whatever the instances: it is empty for a plan that can be tried."""
    found: list[Remark] = []
    for scope, pairs in plan.elements.items():
        goals = target.scopes.get(plan.scopes.get(scope, ""), {})
        taken: dict[str, str] = {}
        for element_id, goal_id in pairs.items():
            element, goal = source.scopes.get(scope, {}).get(element_id), goals.get(goal_id)
            if element is None:
                found.append(Remark("source_missing", scope, element_id))
            elif goal is None:
                found.append(Remark("target_missing", scope, element_id, element.name, goal_id))
            elif element.kind != goal.kind:
                found.append(Remark("kind_differs", scope, element_id, element.name, goal_id))
            elif element.child_scope and plan.scopes.get(element.child_scope) != goal.child_scope:
                found.append(Remark("scope_differs", scope, element_id, element.name, goal_id))
            elif goal_id in taken:
                found.append(Remark("target_taken", scope, element_id, element.name, goal_id))
            taken.setdefault(goal_id, element_id)
    return found


def to_json(plan: ElementMap) -> Variables:
    """The plan as the record of a migration keeps it."""
    return {"scopes": dict(plan.scopes), "elements": {k: dict(v) for k, v in plan.elements.items()}}


def from_json(content: Variables) -> ElementMap:
    """A plan out of a record."""
    return ElementMap(content["scopes"], content["elements"])


def differing(plan: ElementMap) -> Iterable[tuple[str, str, str]]:
    """The lines of a plan that rename something: scope, element, target."""
    for scope, pairs in plan.elements.items():
        for element_id, goal_id in pairs.items():
            if element_id != goal_id:
                yield scope, element_id, goal_id
