"""Refusals of the HTTP API and of imported files."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, LazyString] = {
    "import.refused": _l("The file has %(count)s problems; nothing of it was imported."),
    "api.not_authorized": _l("Send the shop's token in the header Authorization: Bearer …."),
    "api.analyst_not_authorized": _l(
        "Send an analyst's token in the header Authorization: Bearer …; a shop's isn't enough."
    ),
    "api.operator_not_authorized": _l(
        "Send an operator's token in the header Authorization: Bearer …; no other is enough."
    ),
    "api.idempotency_key_missing": _l(
        "A request that changes something needs the header Idempotency-Key: 1 to 200 visible characters."
    ),
    "api.idempotency_key_reused": _l("This idempotency key was used for another request."),
    "api.body_not_json": _l("The body has to be JSON, sent as application/json."),
    "api.body_invalid": _l("The body doesn't fit; each field that doesn't is named."),
    "api.query_invalid": _l("The query parameter %(name)s can't be %(value)s."),
    "api.content_not_base64": _l("The file's content has to be base64."),
    "api.task_not_awaited": _l("The case doesn't wait for that now."),
    "api.dispute_not_found": _l("The case never came before the platform."),
    "api.decision_not_awaited": _l("The case waits for no decision of the shop now."),
}
