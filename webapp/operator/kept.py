"""Messages that nobody has taken yet: looked for, discarded, or sent again."""

from __future__ import annotations

import datetime as dt
import uuid

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.commands.kept import discard_message, resend_message
from engine.queries.kept import KeptFilters, find_kept
from webapp.context import reader, tuidan
from webapp.operator import blueprint
from webapp.operator.answering import reason_given
from webapp.parameters import form_text, search_words, uuid_or_none


@blueprint.get("/kept")
def kept() -> str:
    """List the messages that wait for a receiver, or those that have waited too long."""
    filters = KeptFilters(
        name=search_words("name"),
        business_key=search_words("key"),
        expired=request.args.get("state") == "expired",
    )
    after = _after()
    with tuidan().transaction() as session:
        return render_template(
            "operator/kept.html",
            page=find_kept(session, filters, after=after),
            filters=filters,
            asked={name: request.args[name] for name in ("name", "key", "state") if request.args.get(name)},
            kept_for=dt.timedelta(days=tuidan().settings.messages_kept_days),
        )


@blueprint.post("/kept/<uuid:message_id>/discard")
def discard_kept(message_id: uuid.UUID) -> Response:
    """Let nobody take a message."""
    product = tuidan()
    with product.transaction() as session:
        discard_message(product.engine, session, message_id, reason=reason_given(), actor=reader().actor)
    return _done(gettext("Discarded: its contents stay in the record."))


@blueprint.post("/kept/<uuid:message_id>/resend")
def resend_kept(message_id: uuid.UUID) -> Response:
    """Send a message again, to the same business key or to another."""
    product = tuidan()
    with product.transaction() as session:
        resend_message(
            product.engine,
            session,
            message_id,
            business_key=form_text("key"),
            reason=reason_given(),
            actor=reader().actor,
        )
    return _done(gettext("Sent again: who waits for it takes it in a moment; otherwise it is kept anew."))


def _done(words: str) -> Response:
    flash(words, "good")
    return redirect(url_for("operator.kept"), code=303)


def _after() -> tuple[dt.datetime, uuid.UUID] | None:
    at, _, key = request.args.get("after", "").partition("~")
    message_id = uuid_or_none(key)
    try:
        instant = dt.datetime.fromisoformat(at)
    except ValueError:
        return None
    return None if message_id is None or instant.tzinfo is None else (instant, message_id)
