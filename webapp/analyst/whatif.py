"""What-if: a changed decision table is tried on past decisions before it is deployed."""

from __future__ import annotations

import datetime as dt
import uuid

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from engine.candidates import CandidateInvalid
from engine.lint import lint
from engine.lint.findings import Finding, Severity
from engine.queries.decisions import table_versions
from engine.queries.files import decision_ids, files_in_force
from processes.automation.ending import KEPT, delete_what_if, stop_what_if
from processes.automation.reading import changes, what_if_run, what_if_runs
from processes.automation.replaying import WITHOUT_LIMIT, ask_what_if
from processes.automation.summing import sums
from webapp.analyst import blueprint
from webapp.analyst.definitions import names_of
from webapp.analyst.findings import shown
from webapp.analyst.uploads import read_upload
from webapp.context import now, reader, tuidan
from webapp.errors.messages import message_of

DAYS = (30, 90, 365, 3650)


@blueprint.get("/what-if")
def what_if() -> str:
    """Show the form and the latest trials."""
    return _form()


@blueprint.post("/what-if")
def try_table() -> AnyResponse | tuple[str, int]:
    """Check a changed table, and let it be replayed over the past; the cases stay as they are."""
    product = tuidan()
    with product.transaction() as session:
        present = files_in_force(session)
    upload = read_upload(present)
    tables = {name: text for name, text in upload.files.items() if name.endswith(".dmn")}
    if len(tables) != 1 or len(upload.files) != 1:
        return _form(error=gettext("Choose one decision table (*.dmn), or paste one.")), 400
    (name, text), *_ = tables.items()
    wrong = [*upload.problems, *_errors(name, present | tables)]
    if wrong:
        return _form(error=gettext("The table has errors; nothing was tried."), findings=wrong), 400
    days = request.form.get("days", "")
    since = now() - dt.timedelta(days=int(days) if days in {str(known) for known in DAYS} else DAYS[0])
    try:
        with product.transaction() as session:
            run_id = ask_what_if(
                session,
                decision_id=decision_ids(text)[0],
                file_name=name,
                text=text,
                since=since,
                actor=reader().actor,
                now=now(),
            )
    except CandidateInvalid as error:
        return _form(error=message_of(error)), error.kind.value
    return redirect(url_for("analyst.what_if_result", what_if_id=run_id), code=303)


@blueprint.get("/what-if/<uuid:what_if_id>")
def what_if_result(what_if_id: uuid.UUID) -> AnyResponse | str:
    """Show what would change; ``?part=progress`` is fetched again while the trial goes on."""
    text = request.args.get("after", "")
    after = int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None
    with tuidan().transaction() as session:
        run = what_if_run(session, what_if_id)
        if request.args.get("part") == "progress":
            if run.status != "running":
                return Response(headers={"HX-Refresh": "true"})
            return render_template("analyst/parts/what_if_progress.html", run=run)
        versions = table_versions(session, run.decision_id)
        return render_template(
            "analyst/what_if_result.html",
            run=run,
            own=run.asked_by == reader().actor.id,
            versions=versions,
            numbers={version.digest: version.version for version in versions},
            names=names_of(session, (version.deployed_by for version in versions)),
            kept_days=KEPT.days,
            totals=sums(session, what_if_id),
            by_shop=sums(session, what_if_id, "shop"),
            by_reason=sums(session, what_if_id, "reason"),
            page=changes(session, what_if_id, after=after),
            first=after is None,
            without_limit=WITHOUT_LIMIT,
        )


@blueprint.post("/what-if/<uuid:what_if_id>/stop")
def stop_trial(what_if_id: uuid.UUID) -> AnyResponse:
    """Replay no further; what was found so far is shown."""
    with tuidan().transaction() as session:
        stop_what_if(session, what_if_id, actor=reader().actor, now=now())
    flash(gettext("Stopped. What was found so far is below."), "good")
    return redirect(url_for("analyst.what_if_result", what_if_id=what_if_id), code=303)


@blueprint.post("/what-if/<uuid:what_if_id>/delete")
def delete_trial(what_if_id: uuid.UUID) -> AnyResponse:
    """Delete a trial; the cases stay as they are."""
    with tuidan().transaction() as session:
        delete_what_if(session, what_if_id, actor=reader().actor, now=now())
    flash(gettext("The trial is deleted."), "good")
    return redirect(url_for("analyst.what_if"), code=303)


def _errors(name: str, bundle: dict[str, str]) -> list[Finding]:
    found = lint(bundle, tuidan().registry)
    return [item for item in found if item.severity is Severity.ERROR and item.file == name]


def _form(error: str = "", findings: list[Finding] | None = None) -> str:
    with tuidan().transaction() as session:
        return render_template(
            "analyst/what_if.html",
            runs=what_if_runs(session),
            days=DAYS,
            error=error,
            findings=[shown(finding) for finding in findings or ()],
        )
