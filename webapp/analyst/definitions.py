"""Process definitions: the list, one version with its diagram, forms and tables, and the files."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from flask import Response, render_template, request
from sqlalchemy.orm import Session

from engine.queries.definitions import (
    DefinitionRow,
    deployment_file,
    deployment_files,
    released_definitions,
    versions_of,
)
from engine.queries.files import drawings, process_files
from processes.people.tables import Account
from webapp.analyst import blueprint
from webapp.context import tuidan
from webapp.parameters import uuid_or_none

TYPES = {".bpmn": "application/xml", ".dmn": "application/xml", ".form": "application/json"}


@blueprint.get("/")
def index() -> str:
    """List the processes, in the version that new instances start on."""
    with tuidan().transaction() as session:
        rows = released_definitions(session)
        return render_template(
            "analyst/index.html", rows=rows, names=names_of(session, (row.deployed_by for row in rows))
        )


@blueprint.get("/processes/<process_id>")
def definition(process_id: str) -> str:
    """Show a version of a process: the released one, or ``?version=``."""
    with tuidan().transaction() as session:
        versions = versions_of(session, process_id)
        shown = _chosen(versions)
        files = deployment_files(session, shown.deployment_id)
        parts = process_files(files, process_id)
        drawn = drawings(files)
        return render_template(
            "analyst/definition.html",
            versions=versions,
            shown=shown,
            parts=parts,
            called=[drawn[called] for called in parts.called],
            forms=[(name, schema_of(files[name])) for name in parts.forms],
            names=names_of(session, (row.deployed_by for row in versions)),
        )


@blueprint.get("/deployments/<uuid:deployment_id>/files/<path:name>")
def file(deployment_id: uuid.UUID, name: str) -> Response:
    """The text of a deployed file; ``?download`` offers it to be saved."""
    with tuidan().transaction() as session:
        text = deployment_file(session, deployment_id, name.replace("\x00", ""))
    suffix = name[name.rfind(".") :]
    response = Response(text, mimetype=TYPES.get(suffix, "text/plain"))
    if "download" in request.args:
        response.headers.set("Content-Disposition", "attachment", filename=name.rsplit("/", 1)[-1])
    return response


def _chosen(versions: Iterable[DefinitionRow]) -> DefinitionRow:
    asked = request.args.get("version", "")
    known = list(versions)
    return next(
        (row for row in known if str(row.version) == asked),
        next((row for row in known if row.released), known[0]),
    )


def schema_of(text: str) -> Mapping[str, Any] | None:
    """A form's schema, or None if it isn't one."""
    try:
        schema = json.loads(text)
    except ValueError:
        return None
    return schema if isinstance(schema, dict) else None


def names_of(session: Session, deployed_by: Iterable[str]) -> dict[str, str]:
    """The names of the accounts that deployed, by their ids."""
    ids = {account_id for actor_id in deployed_by if (account_id := uuid_or_none(actor_id))}
    found = session.execute(sa.select(Account.id, Account.display_name).where(Account.id.in_(ids)))
    return {str(account_id): name for account_id, name in found}
