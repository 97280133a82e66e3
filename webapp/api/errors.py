"""Refusals of the HTTP API itself; those of the business come from the business."""

from __future__ import annotations

from engine.errors import TuidanError


class NotAuthorized(TuidanError):
    """Send the shop's token in the header Authorization: Bearer …."""

    code = "api.not_authorized"
    status = 401


class AnalystNotAuthorized(TuidanError):
    """Send an analyst's token in the header Authorization: Bearer …; a shop's isn't enough."""

    code = "api.analyst_not_authorized"
    status = 401


class OperatorNotAuthorized(TuidanError):
    """Send an operator's token in the header Authorization: Bearer …; no other is enough."""

    code = "api.operator_not_authorized"
    status = 401


class IdempotencyKeyMissing(TuidanError):
    """A request that changes something needs the header Idempotency-Key: 1 to 200 visible characters."""

    code = "api.idempotency_key_missing"


class BodyNotJson(TuidanError):
    """The body has to be JSON, sent as application/json."""

    code = "api.body_not_json"


class BodyInvalid(TuidanError):
    """The body doesn't fit; each field that doesn't is named."""

    code = "api.body_invalid"


class ContentNotBase64(TuidanError):
    """The file's content has to be base64."""

    code = "api.content_not_base64"


class QueryInvalid(TuidanError):
    """The query parameter {name} can't be {value}."""

    code = "api.query_invalid"
