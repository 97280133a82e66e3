"""Requests to erase what somebody has shown and written: accepted, or refused with the reason."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from processes.privacy.requesting import accept_erasure, holdings_of, open_requests, refuse_erasure
from webapp.context import now, reader, tuidan
from webapp.parameters import form_text
from webapp.platform import blueprint


@blueprint.get("/erasures")
def erasures() -> str:
    """List what waits for an answer, and what waits for cases to end."""
    with tuidan().transaction() as session:
        found = [(one, account, holdings_of(session, account.id)) for one, account in open_requests(session)]
        return render_template("platform/erasures.html", found=found)


@blueprint.post("/erasures/<uuid:request_id>")
def answer_erasure(request_id: uuid.UUID) -> Response:
    """Accept or refuse a request."""
    actor = reader().actor
    with tuidan().transaction() as session:
        if request.form.get("answer") == "accept":
            accept_erasure(session, request_id, actor=actor, now=now())
            said = _("Accepted: it is carried out now, and for open cases as soon as they have ended.")
        else:
            refuse_erasure(session, request_id, reason=form_text("reason"), actor=actor, now=now())
            said = _("Refused; the person reads the reason.")
    flash(said, "good")
    return redirect(url_for("platform.erasures"))
