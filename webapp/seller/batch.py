"""Deciding several requests alike."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from engine.errors import Kind
from processes.cases.batch import BATCH_MAXIMUM, decide_batch
from processes.cases.reasons import REFUSALS
from webapp.context import reader, tuidan
from webapp.errors.messages import message_of
from webapp.parameters import form_text, uuid_or_none
from webapp.seller import blueprint
from webapp.seller.inbox import inbox_filters, query_of, render_inbox


@blueprint.post("/cases/batch")
def decide_several() -> Response | tuple[str, int]:
    """Agree to all chosen requests, or refuse all for the same reason."""
    chosen = [task_id for text in request.form.getlist("task") if (task_id := uuid_or_none(text))]
    values = {"decision": request.form.get("decision", "")}
    if values["decision"] == "refuse":
        values |= {"refusal_code": form_text("refusal_code"), "explanation": form_text("explanation")}
    fault = _fault(len(chosen), values)
    if fault:
        return render_inbox(chosen=chosen, entered=values, error=fault), Kind.INVALID.value
    product = tuidan()
    results = decide_batch(product.transaction, product.engine, chosen, values, reader().actor)
    done = sum(result.ok for result in results)
    if done:
        flash(ngettext("%(num)d request decided.", "%(num)d requests decided.", done), "good")
    for reason in dict.fromkeys(message_of(result.error) for result in results if result.error):
        count = sum(1 for r in results if r.error and message_of(r.error) == reason)
        flash(
            ngettext(
                "%(num)d request was left as it is: %(reason)s",
                "%(num)d requests were left as they are: %(reason)s",
                count,
                reason=reason,
            ),
            "warn",
        )
    return redirect(url_for("seller.inbox", **query_of(*inbox_filters())))


def _fault(chosen: int, values: dict[str, str]) -> str:
    if not chosen:
        return str(gettext("Choose one request or more first."))
    if chosen > BATCH_MAXIMUM:
        return str(gettext("%(maximum)s requests can be decided at once.", maximum=BATCH_MAXIMUM))
    if values["decision"] not in {"agree", "refuse"}:
        return str(gettext("Choose whether to agree or to refuse."))
    if values["decision"] == "refuse" and (
        values["refusal_code"] not in REFUSALS or not values["explanation"]
    ):
        return str(gettext("A refusal needs a code and an explanation that the buyer can read."))
    return ""
