"""What can start instances, when the clock does so next, and starting one by hand."""

from __future__ import annotations

import uuid

from flask import render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.commands.start import start_instance
from engine.commands.variables import read_value
from engine.queries.overview import running_by_process
from engine.queries.starts import find_starts
from processes.integration.requests import Answer, answer_once, hash_of
from processes.integration.tables import AccountRequest
from webapp.context import now, reader, tuidan
from webapp.operator import blueprint
from webapp.operator.answering import back_to_instance, reason_given
from webapp.parameters import form_text, search_words, uuid_or_none


@blueprint.get("/starts")
def starts() -> str:
    """List what starts the released versions, or all versions of one process."""
    process_id = search_words("process")
    product = tuidan()
    with product.transaction() as session:
        found = find_starts(session, process_id)
        known = running_by_process(session)
        plain = [
            row
            for row in known
            if product.engine.definitions.released(session, row.process_id).program.starts_plainly(
                row.process_id
            )
        ]
    return render_template(
        "operator/starts.html",
        starts=found,
        process_id=process_id,
        plain=plain,
        key=uuid.uuid4(),
        chosen=request.args.get("start", ""),
    )


@blueprint.post("/starts")
def start() -> Response:
    """Start an instance by hand; the same form sent twice starts one."""
    product, person = tuidan(), reader()
    process_id, business_key = form_text("process"), form_text("key")
    variables = read_value(gettext("Variables"), form_text("variables") or "{}")
    reason, key = reason_given(), uuid_or_none(form_text("form")) or uuid.uuid4()
    with product.transaction() as session:

        def perform() -> Answer:
            instance_id = start_instance(
                product.engine,
                session,
                process_id,
                business_key=business_key,
                variables=variables,
                reason=reason,
                actor=person.actor,
            )
            return Answer(status=201, body={"instance_id": str(instance_id)})

        answer = answer_once(
            session,
            AccountRequest,
            person.account_id,
            key=f"page:{key}",
            request_hash=hash_of("start", [process_id, business_key, variables, reason]),
            now=now(),
            perform=perform,
        )
    return back_to_instance(uuid.UUID(str(answer.body["instance_id"])), gettext("Started."))
