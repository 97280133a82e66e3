"""Letters that could not be delivered: what the mail server said, and sending them again."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from processes.notifications.posting import send_again, undelivered
from webapp.context import now, tuidan
from webapp.operator import blueprint


@blueprint.get("/letters")
def letters() -> str:
    """List the letters that were given up."""
    with tuidan().transaction() as session:
        return render_template(
            "operator/letters.html", letters=undelivered(session), email_off=tuidan().mailer is None
        )


@blueprint.post("/letters/<uuid:delivery_id>/again")
def letter_again(delivery_id: uuid.UUID) -> Response:
    """Put a letter back into the queue."""
    with tuidan().transaction() as session:
        send_again(session, delivery_id, now())
    flash(gettext("The letter is sent again."), "good")
    return redirect(url_for("operator.letters"))
