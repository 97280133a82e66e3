"""The deploy form: what was drawn is checked first, then deployed as a whole or not at all."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.commands.deploy import deploy_bundle
from engine.definitions import SUFFIXES, DeploymentRefused, DeploymentResult
from engine.errors import TuidanError
from engine.lint import lint
from engine.lint.findings import Finding, Severity
from engine.lint.source import make
from engine.queries.files import files_in_force
from webapp.analyst import blueprint
from webapp.analyst.findings import shown
from webapp.analyst.uploads import read_upload
from webapp.context import now, reader, tuidan
from webapp.errors.messages import message_of
from webapp.parameters import form_text

log = logging.getLogger(__name__)

NOTE_MAXIMUM = 500


@blueprint.get("/deploy")
def deploy_form() -> str:
    """Show the empty form."""
    return render_template("analyst/deploy.html", files={}, findings=None, note="", keep=True, error="")


@blueprint.post("/deploy")
def deploy() -> Response | tuple[str, int] | str:
    """Check the files, or deploy them; whatever is wrong is shown with its place and remedy."""
    product = tuidan()
    keep = bool(request.form.get("keep"))
    note = form_text("note")[:NOTE_MAXIMUM]
    with product.transaction() as session:
        present = files_in_force(session)
    upload = read_upload(present)
    if not upload.files and not upload.problems:
        return _page({}, None, note, keep, gettext("Choose at least one file, or paste one.")), 400
    bundle = {**present, **upload.files} if keep else dict(upload.files)
    findings = [*upload.problems, *_unknown_kinds(upload.files), *lint(bundle, product.registry, now())]
    refused = any(finding.severity is Severity.ERROR for finding in findings)
    if refused or request.form.get("action") != "deploy":
        return _page(upload.files, findings, note, keep), 400 if refused else 200
    if not note:
        error = gettext("Say why: the note is kept with the version.")
        return _page(upload.files, findings, note, keep, error), 400
    try:
        with product.transaction() as session:
            result = deploy_bundle(product.engine, session, bundle, note=note, actor=reader().actor)
    except DeploymentRefused as refusal:
        return _page(upload.files, refusal.findings, note, keep), 400
    except TuidanError as error:
        return _page(upload.files, findings, note, keep, message_of(error)), error.kind.value
    return _deployed(result)


def _unknown_kinds(files: Mapping[str, str]) -> list[Finding]:
    return [make("file.unknown_kind", name) for name in files if not name.endswith(SUFFIXES)]


def _page(
    files: Mapping[str, str], findings: Sequence[Finding] | None, note: str, keep: bool, error: str = ""
) -> str:
    unique = {(item.rule, item.file, item.line, item.element_id): item for item in findings or ()}
    return render_template(
        "analyst/deploy.html",
        files=files,
        findings=None if findings is None else [shown(finding) for finding in unique.values()],
        note=note,
        keep=keep,
        error=error,
    )


def _deployed(result: DeploymentResult) -> Response:
    made_new = [process for process in result.processes if process.created]
    log.info("%s deployed %s: %d new versions", reader().actor.name, result.id, len(made_new))
    if not made_new:
        flash(gettext("Nothing has changed: every process in these files is deployed already."), "info")
        return redirect(url_for("analyst.index"), code=303)
    words = ", ".join(
        gettext("%(process)s version %(number)d", process=process.process_id, number=process.version)
        for process in made_new
    )
    flash(gettext("Deployed. New instances start on: %(versions)s.", versions=words), "good")
    if len(made_new) == 1:
        return redirect(url_for("analyst.definition", process_id=made_new[0].process_id), code=303)
    return redirect(url_for("analyst.index"), code=303)
