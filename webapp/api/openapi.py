"""The description of the HTTP API for programs: OpenAPI 3.1, from the same schemas that check requests."""

from __future__ import annotations

import functools
from typing import Any

from flask import jsonify
from pydantic.json_schema import models_json_schema
from werkzeug.wrappers import Response

from webapp.api import schemas
from webapp.api import schemas_cases as cases
from webapp.api import schemas_operations as operations
from webapp.api.schemas import Body

TITLE = "Tuidan"
VERSION = "1"

# Path, method, what it does, the body's schema, and the status of success.
OPERATIONS: tuple[tuple[str, str, str, type[Body] | None, int], ...] = (
    ("/orders", "post", "Place an order", schemas.OrderIn, 201),
    ("/orders/{order_no}", "get", "Read an order", None, 200),
    ("/orders/{order_no}/payments", "post", "Record a payment", schemas.PaymentIn, 201),
    ("/shipments", "post", "Record that a parcel has left", schemas.ShipmentIn, 201),
    ("/shipments/{shipment_no}/events", "post", "Record a tracking event", schemas.TrackingEventIn, 201),
    ("/cases", "get", "List cases, the newest first", None, 200),
    ("/cases", "post", "Ask for a cancellation", schemas.CaseIn, 201),
    ("/cases/{case_no}", "get", "Read a case", None, 200),
    ("/cases/{case_no}/decision", "post", "Agree to a case or refuse it", schemas.DecisionIn, 200),
    (
        "/cases/{case_no}/inspection",
        "post",
        "Say what came back, line by line",
        schemas.InspectionIn,
        200,
    ),
    ("/cases/{case_no}/activities", "get", "List what may be started in a case", None, 200),
    (
        "/cases/{case_no}/activities/{offered}",
        "post",
        "Start what may be started",
        cases.ActivityIn,
        200,
    ),
    ("/cases/{case_no}/messages", "get", "Read the conversation of a case", None, 200),
    ("/cases/{case_no}/messages", "post", "Write a message in a case", schemas.MessageIn, 201),
    ("/cases/{case_no}/messages/read", "post", "Note how far the shop has read", schemas.ReadIn, 200),
    ("/cases/{case_no}/evidence", "get", "List the evidence of a case", None, 200),
    ("/cases/{case_no}/evidence", "post", "Show a file as evidence", cases.EvidenceIn, 201),
    ("/cases/{case_no}/evidence/{evidence_id}", "get", "Fetch a file", None, 200),
    ("/cases/{case_no}/return", "get", "Read the return of a case", None, 200),
    ("/cases/{case_no}/interceptions", "get", "Read which parcels are to be stopped", None, 200),
    (
        "/cases/{case_no}/interceptions/{shipment_no}",
        "post",
        "Say what became of a parcel that was to be stopped",
        cases.InterceptionIn,
        200,
    ),
    ("/cases/{case_no}/exchange", "post", "Say how an exchange was sent", cases.ExchangeIn, 200),
    ("/cases/{case_no}/dispute", "get", "Read the dispute about a case", None, 200),
    ("/cases/{case_no}/escalation", "post", "Pass on that the buyer escalates", cases.EscalationIn, 200),
    ("/cases/{case_no}/statement", "post", "Make the shop's statement", cases.StatementIn, 200),
    (
        "/cases/{case_no}/ruling-answer",
        "post",
        "Accept a ruling, or appeal against it",
        cases.RulingAnswerIn,
        200,
    ),
    ("/cases/{case_no}/rating", "get", "Read the rating of a case", None, 200),
    ("/cases/{case_no}/rating/answer", "post", "Answer a rating", cases.RatingAnswerIn, 200),
    ("/ratings", "get", "List the shop's ratings, the latest first", None, 200),
    ("/activities", "get", "List what may be started, what was offered first in front", None, 200),
    ("/activities/{offered}", "post", "Start what belongs to no case", cases.ActivityIn, 200),
    ("/tasks", "get", "List what waits for the shop, the nearest deadline first", None, 200),
    ("/tasks/{task_id}", "get", "Read a task that belongs to no case, and its form", None, 200),
    ("/tasks/{task_id}", "post", "Complete a task that belongs to no case", cases.TaskIn, 200),
    ("/record", "get", "Read the shop's record and its trends", None, 200),
    ("/definitions/lint", "post", "Check a bundle without deploying it", schemas.BundleIn, 200),
    ("/definitions/deploy", "post", "Deploy a bundle as a whole, or nothing", schemas.DeploymentIn, 200),
    ("/operations/messages", "post", "Send a message by hand", operations.SendIn, 200),
    ("/operations/signals", "post", "Send a signal by hand", operations.SignalIn, 200),
    ("/operations/instances", "post", "Start an instance of a process", operations.StartIn, 201),
    ("/operations/incidents", "get", "List open incidents, the latest first", None, 200),
    ("/operations/incidents/{incident_id}", "get", "Read an incident, and how to skip it", None, 200),
    (
        "/operations/incidents/{incident_id}/skip/preview",
        "post",
        "Say what would follow if it were skipped",
        operations.SkipPreviewIn,
        200,
    ),
    (
        "/operations/incidents/{incident_id}/skip",
        "post",
        "Skip what failed with an answer",
        operations.SkipIn,
        200,
    ),
)

# What changes nothing, or is the same when it comes twice, since a bundle is content-addressed.
WITHOUT_KEY = ("/definitions/", "/operations/incidents/{incident_id}/skip/preview")

# With an analyst's or an operator's token.
PEOPLE = {"/definitions/": "analyst", "/operations/": "operator"}

QUERIES: dict[tuple[str, str], tuple[str, ...]] = {
    ("/cases", "get"): ("status", "after"),
    ("/cases/{case_no}/messages", "get"): ("after",),
    ("/activities", "get"): ("after",),
    ("/tasks", "get"): ("after",),
    ("/ratings", "get"): ("after",),
    ("/operations/incidents", "get"): ("after",),
    ("/record", "get"): ("days",),
}

REFUSALS = {
    "400": "The body, a header or a parameter doesn't fit",
    "401": "No token, or one that belongs to nobody who may do this",
    "404": "No such thing, or another shop's",
    "409": "A conflict with what is known",
    "413": "More than 1 MB",
    "415": "Not sent as application/json",
}

ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "params"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "params": {"type": "object"},
            },
        }
    },
}


def get_description() -> Response:
    """Answer with the description; it needs no token."""
    return jsonify(description())


@functools.cache
def description() -> dict[str, Any]:
    """Return the description as an OpenAPI document."""
    bodies = [(body, "validation") for *_, body, _ in OPERATIONS if body is not None]
    _, definitions = models_json_schema(bodies, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]
    paths: dict[str, dict[str, Any]] = {}
    for path, method, summary, body, status in OPERATIONS:
        paths.setdefault(path, {})[method] = _operation(path, method, summary, body, status)
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": VERSION, "license": {"name": "Apache-2.0"}},
        "servers": [{"url": "/api/v1"}],
        "security": [{"shop": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "shop": {"type": "http", "scheme": "bearer"},
                "analyst": {"type": "http", "scheme": "bearer"},
                "operator": {"type": "http", "scheme": "bearer"},
            },
            "schemas": {**definitions["$defs"], "Error": ERROR},
        },
    }


def _operation(path: str, method: str, summary: str, body: type[Body] | None, status: int) -> dict[str, Any]:
    parameters = [
        {"name": part[1:-1], "in": "path", "required": True, "schema": {"type": "string"}}
        for part in path.split("/")
        if part.startswith("{")
    ]
    parameters += [
        {"name": name, "in": "query", "schema": {"type": "string"}}
        for name in QUERIES.get((path, method), ())
    ]
    operation: dict[str, Any] = {
        "summary": summary,
        "operationId": "_".join([method, *(part.strip("{}") for part in path.split("/") if part)]),
        "parameters": parameters,
        "responses": {
            str(status): {
                "description": "Done",
                "content": {"application/json": {"schema": {"type": "object"}}},
            },
            **{code: _refusal(words) for code, words in REFUSALS.items() if body or code in ("401", "404")},
        },
    }
    whose = next((person for prefix, person in PEOPLE.items() if path.startswith(prefix)), None)
    if whose is not None:
        operation["security"] = [{whose: []}]
    if body is not None and not path.startswith(WITHOUT_KEY):
        key = {"type": "string", "minLength": 1, "maxLength": 200}
        parameters.append({"name": "Idempotency-Key", "in": "header", "required": True, "schema": key})
    if body is not None:
        schema = {"$ref": f"#/components/schemas/{body.__name__}"}
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return operation


def _refusal(words: str) -> dict[str, Any]:
    return _answer(words, {"$ref": "#/components/schemas/Error"})


def _answer(words: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": words, "content": {"application/json": {"schema": schema}}}
