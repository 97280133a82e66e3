"""Sending a message or a signal by hand, with what waits for one and what was sent before."""

from __future__ import annotations

import datetime as dt

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from engine.commands.send import broadcast_signal, send_message
from engine.commands.variables import read_value
from engine.queries.awaited import awaited_messages, awaited_signals, sent_by_hand
from engine.queries.overview import COUNT_LIMIT
from webapp.context import reader, tuidan
from webapp.operator import blueprint
from webapp.operator.answering import reason_given
from webapp.parameters import form_text

KEEP_FOR = {
    "": None,
    "PT1H": dt.timedelta(hours=1),
    "P1D": dt.timedelta(days=1),
    "P7D": dt.timedelta(days=7),
    "P30D": dt.timedelta(days=30),
}
"""How long a message can be kept, as an ISO 8601 duration; empty if it isn't."""


@blueprint.get("/sending")
def sending() -> str:
    """Show what is waited for, the forms to send it, and what was sent by hand."""
    with tuidan().transaction() as session:
        return render_template(
            "operator/sending.html",
            messages=awaited_messages(session),
            signals=awaited_signals(session),
            sent=sent_by_hand(session),
            limit=COUNT_LIMIT,
            lives=KEEP_FOR,
        )


@blueprint.post("/sending/message")
def send() -> Response:
    """Give a message to the instances of a business key that wait for it."""
    product = tuidan()
    payload = read_value(gettext("Contents"), form_text("payload") or "{}")
    with product.transaction() as session:
        taken = send_message(
            product.engine,
            session,
            form_text("name"),
            business_key=form_text("key"),
            payload=payload,
            keep_for=form_text("keep_for"),
            reason=reason_given(),
            actor=reader().actor,
        )
    if not taken:
        return _done(gettext("Nobody waits for it yet: it is kept for who begins to."))
    return _done(ngettext("%(num)d instance took it.", "%(num)d instances took it.", taken))


@blueprint.post("/sending/signal")
def broadcast() -> Response:
    """Send a signal to everything that waits for it."""
    product = tuidan()
    payload = read_value(gettext("Contents"), form_text("payload") or "{}")
    with product.transaction() as session:
        reached = broadcast_signal(
            product.engine,
            session,
            form_text("name"),
            payload=payload,
            reason=reason_given(),
            actor=reader().actor,
        )
    words = ngettext(
        "It is on its way to %(num)d instance.", "It is on its way to %(num)d instances.", reached
    )
    return _done(words)


def _done(words: str) -> Response:
    flash(words, "good")
    return redirect(url_for("operator.sending"), code=303)
