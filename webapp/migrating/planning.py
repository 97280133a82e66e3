"""Choosing two versions and saying which element becomes which; then every instance is checked."""

from __future__ import annotations

import uuid
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from engine.commands.migrate import MigrationNotFound, plan_migration
from engine.commands.record import ReasonMissing
from engine.migration.plan import PlanInvalid, Side, completed, from_json, suggested
from engine.queries.definitions import DefinitionRow, FileUnknown, deployment_files, versions_of
from engine.queries.files import drawings
from engine.queries.migrations import migration_row
from engine.spiff.kinds import DrawnElement, holds_tokens
from engine.spiff.relocating import ElementMap, Remark
from engine.tables import ProcessDefinition
from webapp.context import reader, tuidan
from webapp.errors.messages import message_of
from webapp.migrating import blueprint
from webapp.parameters import form_text, uuid_or_none

Choices = Mapping[str, Mapping[str, str | None]]


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


@blueprint.get("/new/<process_id>")
def new(process_id: str) -> str:
    """Show the two versions with their mapping: ``?from=`` and ``?to=``, or the last two.

    ``?like=`` begins with the choices of a migration that was planned before.
    """
    like = uuid_or_none(request.args.get("like", ""))
    return _page(process_id, None if like is None else _choices_of(like, process_id), reason="")


@blueprint.post("/new/<process_id>")
def check(process_id: str) -> AnyResponse | tuple[str, int]:
    """Record the plan, and let it be tried on every instance; none is touched."""
    product, reason = tuidan(), form_text("reason")
    with product.transaction() as session:
        versions = _choosable(session, process_id)
        source, target = _ends(versions)
        chosen = _choices(_side(source))
    try:
        with product.transaction() as session:
            migration_id = plan_migration(
                product.engine,
                session,
                source.id,
                target.id,
                chosen=chosen,
                reason=reason,
                actor=reader().actor,
            )
    except (PlanInvalid, ReasonMissing) as error:
        problems = error.problems if isinstance(error, PlanInvalid) else ()
        return _page(process_id, chosen, reason=reason, error=message_of(error), problems=problems), 400
    return redirect(url_for("migrating.show", migration_id=migration_id), code=303)


@blueprint.get("/diagrams/<uuid:definition_id>/<process_id>.bpmn")
def drawing(definition_id: uuid.UUID, process_id: str) -> Response:
    """The XML of a process as a version draws or calls it."""
    with tuidan().transaction() as session:
        definition = session.get(ProcessDefinition, definition_id)
        if definition is None:
            raise FileUnknown
        files = deployment_files(session, definition.deployment_id)
    found = drawings(files).get(process_id)
    if found is None:
        raise FileUnknown
    return Response(files[found.file], mimetype="application/xml")


def _page(
    process_id: str, chosen: Choices | None, *, reason: str, error: str = "", problems: Sequence[Remark] = ()
) -> str:
    with tuidan().transaction() as session:
        versions = _choosable(session, process_id)
    source, target = _ends(versions)
    if source.id == target.id:
        return render_template("migrating/new.html", versions=versions, source=source, target=None)
    sides = _side(source), _side(target)
    found = suggested(*sides, process_id) if chosen is None else {}
    plan = completed(*sides, process_id, found if chosen is None else chosen)
    numbers = _numbers(plan)
    names = _scope_names(sides[0]) | {process_id: source.name}
    sections = [
        _section(scope, names[scope], sides, plan, numbers, found.get(scope, {})) for scope in plan.scopes
    ]
    return render_template(
        "migrating/new.html",
        versions=versions,
        source=source,
        target=target,
        sections=sections,
        asked=sum(line.asks for section in sections for line in section.lines),
        marks=_marks(sides, plan, numbers),
        reason=reason,
        error=error,
        problems=problems,
    )


def _choosable(session: Session, process_id: str) -> Sequence[DefinitionRow]:
    return [row for row in versions_of(session, process_id) if not row.retired]


def _ends(versions: Sequence[DefinitionRow]) -> tuple[DefinitionRow, DefinitionRow]:
    """The versions that are asked for; otherwise from the newest that isn't released to the released."""
    by_number = {str(row.version): row for row in versions}
    released = next((row for row in versions if row.released), versions[0])
    target = by_number.get(request.values.get("to", ""), released)
    others = [row for row in versions if row.id != target.id]
    busiest = max(others, key=lambda row: (row.running, row.version), default=target)
    return by_number.get(request.values.get("from", ""), busiest), target


def _side(row: DefinitionRow) -> Side:
    product = tuidan()
    with product.transaction() as session:
        return Side.of(product.engine.definitions.get(session, row.id).program, row.process_id)


def _choices(source: Side) -> Choices:
    """What the form says: a field for each element, empty where it is to have no place."""
    chosen: dict[str, dict[str, str | None]] = {}
    for scope, elements in source.scopes.items():
        for element_id in elements:
            value = request.form.get(_field(scope, element_id))
            if value is not None:
                chosen.setdefault(scope, {})[element_id] = value.replace("\x00", "") or None
    return chosen


def _choices_of(migration_id: uuid.UUID, process_id: str) -> Choices:
    product = tuidan()
    with product.transaction() as session:
        migration = migration_row(session, migration_id).migration
        if migration.process_id != process_id:
            raise MigrationNotFound
        source = Side.of(product.engine.definitions.get(session, migration.source_id).program, process_id)
    chosen = from_json(migration.plan).elements
    return {
        scope: {element_id: chosen[scope].get(element_id) for element_id in elements}
        for scope, elements in source.scopes.items()
        if scope in chosen
    }


def _field(scope: str, element_id: str) -> str:
    return f"to/{scope}/{element_id}"


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
            field=_field(scope, element.id),
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


def _marks(
    sides: tuple[Side, Side], plan: ElementMap, numbers: Mapping[tuple[str, str], int]
) -> tuple[dict[str, object], dict[str, object]]:
    """What to mark on the diagrams: pairs by number, what has no place, and what is new.

    A subprocess is drawn within its process, so that all scopes are marked; what another diagram
    draws is simply not found on this one.
    """
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
