"""Handing out evidence: as a file that can do nothing in a browser but be looked at."""

from __future__ import annotations

import uuid

from flask import abort, request, send_file
from werkzeug.wrappers import Response

from processes.evidence.keeping import find_evidence
from processes.evidence.rules import EvidenceKind
from processes.evidence.store import ContentMissing
from webapp.context import reader, tuidan
from webapp.evidence import blueprint

POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox"
CACHING = "private, max-age=300"
EXTENSIONS = {
    "image/jpeg": "jpg",
    "video/mp4": "mp4",
    "video/webm": "webm",
    "video/quicktime": "mov",
    "application/pdf": "pdf",
}


@blueprint.get("/<uuid:evidence_id>")
def content(evidence_id: uuid.UUID) -> Response:
    """Send a piece of evidence."""
    with tuidan().transaction() as session:
        found = find_evidence(session, evidence_id, reader().actor)
    name = f"{found.case_no}-{str(found.id)[-8:]}.{EXTENSIONS.get(found.content_type, 'bin')}"
    document = found.kind == EvidenceKind.DOCUMENT
    return _send(found.storage_key, found.content_type, name, found.size, attachment=document)


@blueprint.get("/<uuid:evidence_id>/thumbnail")
def thumbnail(evidence_id: uuid.UUID) -> Response:
    """Send the small picture of a photo."""
    with tuidan().transaction() as session:
        found = find_evidence(session, evidence_id, reader().actor)
    if found.thumbnail_key is None:
        abort(404)
    return _send(found.thumbnail_key, "image/jpeg", f"{found.case_no}.jpg", None)


def _send(key: str, content_type: str, name: str, size: int | None, *, attachment: bool = False) -> Response:
    try:
        stream = tuidan().evidence.open(key)
    except ContentMissing:
        abort(404)
    answer = send_file(
        stream,
        mimetype=content_type,
        as_attachment=attachment,
        download_name=name,
        conditional=False,
        etag=False,
    )
    if not attachment:
        answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cache-Control"] = CACHING
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.set_etag(key[:32])
    if size is None:
        return answer
    # Players of videos ask for a part at a time.
    answer.content_length = size
    return answer.make_conditional(request.environ, accept_ranges=True, complete_length=size)
