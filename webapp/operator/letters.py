"""Letters that could not be delivered: what the mail server said, and sending them again."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from processes.notifications.undelivered import send_again, send_all_again, undelivered
from webapp.context import now, tuidan
from webapp.operator import blueprint


@blueprint.get("/letters")
def letters() -> str:
    """List the letters that were given up."""
    with tuidan().transaction() as session:
        return render_template(
            "operator/letters.html",
            page=undelivered(session, after=request.args.get("after")),
            email_off=tuidan().mailer is None,
        )


@blueprint.post("/letters/<uuid:delivery_id>/again")
def letter_again(delivery_id: uuid.UUID) -> Response:
    """Put a letter back into the queue."""
    with tuidan().transaction() as session:
        send_again(session, delivery_id, now())
    flash(gettext("The letter is sent again."), "good")
    return redirect(url_for("operator.letters"))


@blueprint.post("/letters/again")
def letters_again() -> Response:
    """Put letters back into the queue, as after an outage of the mail server."""
    with tuidan().transaction() as session:
        count = send_all_again(session, now())
    if count:
        words = ngettext("%(num)d letter is sent again.", "%(num)d letters are sent again.", count)
        flash(words, "good")
    else:
        flash(gettext("None of these letters has an address that takes letters."), "warn")
    return redirect(url_for("operator.letters"))
