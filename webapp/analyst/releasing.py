"""Commands on a version of a process: start new instances on it, suspend it, let it go on, remove it."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.commands.release import release_version
from engine.commands.remove import remove_version
from engine.commands.suspend import resume_version, suspend_version
from engine.queries.definitions import definition_row
from engine.start_timers import spent
from webapp.analyst import blueprint
from webapp.context import reader, tuidan
from webapp.parameters import form_text


@blueprint.post("/processes/<process_id>/versions/<int:version>/release")
def release(process_id: str, version: int) -> Response:
    """Let new instances start on a version."""
    product = tuidan()
    with product.transaction() as session:
        row = definition_row(session, process_id, version)
        reason = form_text("reason")
        release_version(product.engine, session, row.id, reason=reason, actor=reader().actor)
        over = spent(session, row.id)
    if over:
        words = gettext(
            "The clock won't start it: the instants of %(elements)s have passed.", elements=", ".join(over)
        )
        flash(words, "warn")
    return _back(
        process_id, version, gettext("New instances start on version %(number)d now.", number=version)
    )


@blueprint.post("/processes/<process_id>/versions/<int:version>/suspend")
def suspend(process_id: str, version: int) -> Response:
    """Suspend a version with all its instances."""
    product = tuidan()
    with product.transaction() as session:
        row = definition_row(session, process_id, version)
        reason = form_text("reason")
        count = suspend_version(product.engine, session, row.id, reason=reason, actor=reader().actor)
    words = gettext(
        "Version %(number)d is suspended, with %(count)d running instances.", number=version, count=count
    )
    return _back(process_id, version, words)


@blueprint.post("/processes/<process_id>/versions/<int:version>/resume")
def resume(process_id: str, version: int) -> Response:
    """Let a version and its instances go on."""
    product = tuidan()
    with product.transaction() as session:
        row = definition_row(session, process_id, version)
        reason = form_text("reason")
        count = resume_version(product.engine, session, row.id, reason=reason, actor=reader().actor)
    words = gettext(
        "Version %(number)d goes on, with %(count)d running instances.", number=version, count=count
    )
    return _back(process_id, version, words)


@blueprint.post("/processes/<process_id>/versions/<int:version>/remove")
def remove(process_id: str, version: int) -> Response:
    """Remove a version that nobody is to choose any more."""
    product = tuidan()
    with product.transaction() as session:
        row = definition_row(session, process_id, version)
        gone = remove_version(
            product.engine, session, row.id, reason=form_text("reason"), actor=reader().actor
        )
    if gone:
        flash(gettext("Version %(number)d is gone: no instance ever ran on it.", number=version), "good")
    else:
        words = gettext("Version %(number)d can't be chosen any more; its history stays.", number=version)
        flash(words, "good")
    return redirect(url_for("analyst.definition", process_id=process_id), code=303)


def _back(process_id: str, version: int, message: str) -> Response:
    flash(message, "good")
    return redirect(url_for("analyst.definition", process_id=process_id, version=version), code=303)
