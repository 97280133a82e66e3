"""Which element becomes which, as the page of a planned migration shows it.

A line for each element, by process and subprocess, and marks on both diagrams.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass

from flask_babel import gettext

from engine.migration.plan import Side
from engine.queries.definitions import DefinitionRow
from engine.spiff.kinds import DrawnElement, holds_tokens
from engine.spiff.relocating import ElementMap


@dataclass(frozen=True, kw_only=True)
class Line:
    """An element of the source version, and what it can become.

    Attributes:
        field: The name of its form field.
        goal: The target element that it is mapped to now.
        suggested: Whether that is only a suggestion, by its name.
        forgets: Whether it can be undone once it is done, and what it becomes can't.
        number: The same on both diagrams, where the ids differ.
    """

    field: str
    element: DrawnElement
    goal: str
    suggested: bool
    forgets: bool
    options: tuple[DrawnElement, ...]
    number: int | None

    @property
    def asks(self) -> bool:
        """Whether a person has to look: a token can rest here, and the same element isn't there."""
        return self.forgets or (holds_tokens(self.element.kind) and self.goal != self.element.id)


@dataclass(frozen=True, kw_only=True)
class Section:
    """The lines of one process or subprocess."""

    scope: str
    name: str
    lines: tuple[Line, ...]


def field_name(scope: str, element_id: str) -> str:
    """Return the name of the form field that says what an element becomes."""
    return f"to/{scope}/{element_id}"


def sections_of(
    sides: tuple[Side, Side], plan: ElementMap, found: Mapping[str, Container[str]], process: DefinitionRow
) -> list[Section]:
    """Return what a plan says of each process and subprocess of the source version.

    Args:
        sides: The source and the target version.
        plan: Which element becomes which.
        found: By scope: the elements whose goal is only suggested.
        process: The source version.
    """
    numbers = _numbers(plan)
    names = _scope_names(sides[0]) | {process.process_id: process.name}
    return [
        _section(scope, names[scope], sides, plan, numbers, found.get(scope, ())) for scope in plan.scopes
    ]


def _numbers(plan: ElementMap) -> dict[tuple[str, str], int]:
    """A number for each pair of elements whose ids differ."""
    pairs = ((s, e) for s, lines in plan.elements.items() for e, goal in lines.items() if e != goal)
    return {pair: number for number, pair in enumerate(pairs, start=1)}


def _section(
    scope: str,
    name: str,
    sides: tuple[Side, Side],
    plan: ElementMap,
    numbers: Mapping[tuple[str, str], int],
    found: Container[str],
) -> Section:
    goals = sides[1].scopes.get(plan.scopes[scope], {})
    mapped = plan.elements.get(scope, {})
    lines = [
        Line(
            field=field_name(scope, element.id),
            element=element,
            goal=mapped.get(element.id, ""),
            suggested=element.id in found,
            forgets=element.undoable and not _undoable(goals.get(mapped.get(element.id, ""))),
            options=tuple(goal for goal in goals.values() if goal.kind == element.kind),
            number=numbers.get((scope, element.id)),
        )
        for element in sides[0].scopes.get(scope, {}).values()
    ]
    return Section(scope=scope, name=name, lines=tuple(lines))


def _undoable(goal: DrawnElement | None) -> bool:
    return goal is not None and goal.undoable


def _scope_names(side: Side) -> dict[str, str]:
    """What people read for each subprocess and called process: the name of what contains or calls it."""
    return {
        element.child_scope: element.name or element.child_scope
        for elements in side.scopes.values()
        for element in elements.values()
        if element.child_scope is not None
    }


def marks_of(sides: tuple[Side, Side], plan: ElementMap) -> tuple[dict[str, object], dict[str, object]]:
    """Return what to mark on the diagrams: pairs by number, what has no place, and what is new.

    A subprocess is drawn within its process, so that all scopes are marked; what another diagram
    draws is simply not found on this one.
    """
    numbers = _numbers(plan)
    gone, came = gettext("It has no place in the other version"), gettext("Only this version has it")
    source: list[dict[str, str]] = []
    target: list[dict[str, str]] = []
    for scope, goal_scope in plan.scopes.items():
        lines = plan.elements.get(scope, {})
        for element_id, element in sides[0].scopes.get(scope, {}).items():
            number = numbers.get((scope, element_id))
            if number is not None:
                title = f"{element_id} → {lines[element_id]}"
                pair = {"kind": "finding", "text": str(number), "title": title}
                source.append(pair | {"element": element_id})
                target.append(pair | {"element": lines[element_id]})
            elif element_id not in lines and holds_tokens(element.kind):
                source.append({"element": element_id, "kind": "incident", "text": "×", "title": gone})
        taken = set(lines.values())
        target += [
            {"element": goal, "kind": "finding", "text": "+", "title": came}
            for goal in sides[1].scopes.get(goal_scope, {})
            if goal not in taken
        ]
    return {"badges": source}, {"badges": target}
