"""Files of a form. Only the pages that take files accept more than an ordinary form, and only of people."""

from __future__ import annotations

from typing import BinaryIO, cast

from flask import Flask, request

from processes.evidence.inspecting import Draft, inspect_all
from processes.evidence.rules import KIND_OF, LARGEST_UPLOAD
from webapp.context import current_reader

FIELD = "evidence"
ENDPOINTS = frozenset(
    {"buyer.submit_request", "buyer.complete_task", "seller.complete_task", "conversation.send"}
)

# The forms of user tasks with which files can be sent.
FORMS = frozenset(
    {"review_request.form", "confirm_return.form", "send_back.form", "statement.form", "answer_ruling.form"}
)

ACCEPTED = ",".join(KIND_OF)
"""For the browser's file dialog, which offers a phone's camera; what counts is the content."""


def uploaded() -> tuple[Draft, ...]:
    """Look at the files of this request's form; a field left empty brings none.

    Raises:
        EvidenceRefused: One of them can't be taken.
    """
    files = [one for one in request.files.getlist(FIELD) if one.filename]
    return inspect_all([(one.filename or "", cast("BinaryIO", one.stream)) for one in files])


def init_app(app: Flask) -> None:
    """Let the pages that take files take them; to be attached before anything reads a form."""
    app.jinja_env.globals.update(evidence_accepted=ACCEPTED, evidence_forms=FORMS)

    @app.before_request
    def _allow() -> None:
        files = request.mimetype == "multipart/form-data"
        if files and request.endpoint in ENDPOINTS and current_reader() is not None:
            request.max_content_length = LARGEST_UPLOAD

    @app.teardown_request
    def _close(_error: BaseException | None) -> None:
        if request.endpoint in ENDPOINTS:
            request.close()
