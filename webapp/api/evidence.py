"""Evidence of a case: listed, fetched, and shown by a shop's system while the shop is asked for something."""

from __future__ import annotations

import base64
import binascii
import io
import uuid

from flask import abort, request, send_file
from werkzeug.wrappers import Response

from engine.values import JSON
from processes.evidence.errors import EvidenceNotFound
from processes.evidence.inspecting import inspect_all
from processes.evidence.keeping import attach, evidence_of, find_evidence, keep
from processes.evidence.store import ContentMissing
from processes.evidence.tables import Evidence
from processes.integration.cases import shop_case
from processes.integration.requests import Answer
from processes.integration.tasks import PROVING, waiting_task
from webapp.api.access import Caller, caller, change, read
from webapp.api.bodies import instant_body
from webapp.api.errors import ContentNotBase64
from webapp.api.schemas_cases import EvidenceIn
from webapp.context import now, tuidan

LARGEST_BODY = 15 * 1024 * 1024
"""One file of 10 MB, as base64 in JSON."""


def get_evidence(case_no: str) -> Response:
    """Answer with the evidence of a case that the shop may see, the oldest first."""

    def answer(who: Caller) -> dict[str, JSON]:
        case = shop_case(who.session, who.shop.id, case_no)
        return {"evidence": [_body(one) for one in evidence_of(who.session, case, who.actor)]}

    return read(answer)


def get_evidence_content(case_no: str, evidence_id: uuid.UUID) -> Response:
    """Answer with a file itself."""
    with caller() as who:
        found = find_evidence(who.session, evidence_id, who.actor)
        if found.case_no != case_no:
            raise EvidenceNotFound
    try:
        stream = tuidan().evidence.open(found.storage_key)
    except ContentMissing:
        abort(404)
    return send_file(stream, mimetype=found.content_type, as_attachment=True, download_name=found.case_no)


def post_evidence(case_no: str) -> Response:
    """Show a file with what the shop is asked for now; 201 with the case's evidence."""
    request.max_content_length = LARGEST_BODY

    def perform(who: Caller, body: EvidenceIn) -> Answer:
        case = shop_case(who.session, who.shop.id, case_no)
        task = waiting_task(who.session, case, PROVING)
        try:
            content = base64.b64decode(body.content, validate=True)
        except binascii.Error:
            raise ContentNotBase64 from None
        drafts = inspect_all([(body.name, io.BytesIO(content))])
        attach(who.session, case, drafts, occasion=task.element_id, actor=who.actor, now=now())
        keep(tuidan().evidence, drafts)
        shown: list[JSON] = [_body(one) for one in evidence_of(who.session, case, who.actor)]
        return Answer(status=201, body={"evidence": shown})

    return change(EvidenceIn, perform)


def _body(one: Evidence) -> dict[str, JSON]:
    return {
        "id": str(one.id),
        "side": one.side,
        "occasion": one.occasion.removeprefix("task_"),
        "kind": one.kind,
        "content_type": one.content_type,
        "size": one.size,
        "sha256": one.sha256,
        "name": one.name,
        "at": instant_body(one.uploaded_at),
    }
