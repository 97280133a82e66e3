"""Migrations: the list, one with its report and progress, its instances; running and stopping it."""

from __future__ import annotations

import uuid

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from engine.commands.migrate import run_migration, stop_migration
from engine.queries.definitions import definition_row
from engine.queries.migrations import find_migrations, findings_of, migrated_instances, migration_row
from engine.queries.overview import running_by_process
from webapp.context import reader, tuidan
from webapp.migrating import blueprint
from webapp.parameters import choice, form_text, search_words, uuid_or_none

OUTCOMES = ("movable", "blocked", "moved", "left")


@blueprint.get("/")
def index() -> str:
    """List migrations, the newest first; ``?process=`` shows those of one process."""
    process_id = search_words("process")
    after = uuid_or_none(request.args.get("after", ""))
    with tuidan().transaction() as session:
        return render_template(
            "migrating/index.html",
            page=find_migrations(session, process_id=process_id or None, after=after),
            processes=running_by_process(session),
            process_id=process_id,
        )


@blueprint.get("/<uuid:migration_id>")
def show(migration_id: uuid.UUID) -> AnyResponse | str:
    """Show a migration; ``?part=report`` is what the page fetches again while something goes on."""
    with tuidan().transaction() as session:
        row = migration_row(session, migration_id)
        found = {
            "row": row,
            "migration": row.migration,
            "findings": findings_of(session, migration_id),
            "expected": definition_row(session, row.migration.process_id, row.source).running,
        }
    if request.args.get("part") == "report":
        if row.migration.status not in ("checking", "moving"):
            return Response(headers={"HX-Refresh": "true"})  # its commands are others now
        return render_template("migrating/parts/report.html", **found)
    return render_template("migrating/show.html", **found)


@blueprint.get("/<uuid:migration_id>/instances")
def instances(migration_id: uuid.UUID) -> str:
    """List the instances of a migration that have one outcome, with what is said of each."""
    outcome = choice("outcome", OUTCOMES) or OUTCOMES[0]
    after = uuid_or_none(request.args.get("after", ""))
    with tuidan().transaction() as session:
        row = migration_row(session, migration_id)
        page = migrated_instances(session, migration_id, outcome, after=after)
    return render_template(
        "migrating/instances.html",
        row=row,
        migration=row.migration,
        page=page,
        outcome=outcome,
        outcomes=OUTCOMES,
    )


@blueprint.post("/<uuid:migration_id>/run")
def run(migration_id: uuid.UUID) -> AnyResponse:
    """Move the instances that can be moved, or go on with it."""
    product = tuidan()
    with product.transaction() as session:
        reason = form_text("reason")
        run_migration(product.engine, session, migration_id, reason=reason, actor=reader().actor)
    flash(gettext("It runs: each instance is moved in a step of its own."), "good")
    return redirect(url_for("migrating.show", migration_id=migration_id), code=303)


@blueprint.post("/<uuid:migration_id>/stop")
def stop(migration_id: uuid.UUID) -> AnyResponse:
    """Touch no further instance."""
    product = tuidan()
    with product.transaction() as session:
        reason = form_text("reason")
        stop_migration(product.engine, session, migration_id, reason=reason, actor=reader().actor)
    flash(gettext("Stopped: no further instance is touched."), "good")
    return redirect(url_for("migrating.show", migration_id=migration_id), code=303)
