"""Choosing two versions and saying which element becomes which; then every instance is checked."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from flask import Response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from engine.commands.migrate import MigrationNotFound, plan_migration
from engine.commands.record import ReasonMissing
from engine.migration.plan import PlanInvalid, Side, completed, from_json, suggested
from engine.queries.definitions import DefinitionRow, FileUnknown, deployment_files, versions_of
from engine.queries.files import drawings
from engine.queries.migrations import migration_row
from engine.spiff.relocating import Remark
from engine.tables import ProcessDefinition
from webapp.context import reader, tuidan
from webapp.errors.messages import message_of
from webapp.migrating import blueprint
from webapp.migrating.mapping import field_name, marks_of, sections_of
from webapp.parameters import form_text, uuid_or_none

Choices = Mapping[str, Mapping[str, str | None]]


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
    sections = sections_of(sides, plan, found, source)
    return render_template(
        "migrating/new.html",
        versions=versions,
        source=source,
        target=target,
        sections=sections,
        asked=sum(line.asks for section in sections for line in section.lines),
        marks=marks_of(sides, plan),
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
            value = request.form.get(field_name(scope, element_id))
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
