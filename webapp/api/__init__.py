"""The HTTP API for shops' own systems: JSON, a token for each shop, an idempotency key for each change.

Analysts' tools check and deploy bundles, and operators' programs skip what failed, each with a token of the
person's own.

A handler parses, calls a command or a query of the business, and answers.
"""

from __future__ import annotations

from flask import Blueprint, abort, request

from webapp.api import (
    activities,
    beginnings,
    cases,
    definitions,
    disputes,
    evidence,
    goods,
    messages,
    openapi,
    operations,
    orders,
    shipments,
    standing,
    tasks,
)

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@blueprint.before_request
def _no_control_characters() -> None:
    """PostgreSQL stores no NUL; a number that has one names nothing."""
    if any("\0" in str(value) for value in (request.view_args or {}).values()):
        abort(404)


blueprint.post("/orders")(orders.post_order)
blueprint.get("/orders/<order_no>")(orders.get_order)
blueprint.post("/orders/<order_no>/payments")(orders.post_payment)
blueprint.post("/shipments")(shipments.post_shipment)
blueprint.post("/shipments/<shipment_no>/events")(shipments.post_event)
blueprint.get("/cases")(cases.get_cases)
blueprint.post("/cases")(cases.post_case)
blueprint.get("/cases/<case_no>")(cases.get_case)
blueprint.post("/cases/<case_no>/decision")(cases.post_decision)
blueprint.post("/cases/<case_no>/inspection")(cases.post_inspection)
blueprint.get("/cases/<case_no>/activities")(activities.get_case_activities)
blueprint.post("/cases/<case_no>/activities/<uuid:offered>")(activities.post_activity)
blueprint.get("/cases/<case_no>/messages")(messages.get_messages)
blueprint.post("/cases/<case_no>/messages")(messages.post_message)
blueprint.post("/cases/<case_no>/messages/read")(messages.post_read)
blueprint.get("/cases/<case_no>/evidence")(evidence.get_evidence)
blueprint.post("/cases/<case_no>/evidence")(evidence.post_evidence)
blueprint.get("/cases/<case_no>/evidence/<uuid:evidence_id>")(evidence.get_evidence_content)
blueprint.get("/cases/<case_no>/return")(goods.get_return)
blueprint.get("/cases/<case_no>/interceptions")(goods.get_interceptions)
blueprint.post("/cases/<case_no>/interceptions/<shipment_no>")(goods.post_interception)
blueprint.post("/cases/<case_no>/exchange")(goods.post_exchange)
blueprint.get("/cases/<case_no>/dispute")(disputes.get_dispute)
blueprint.post("/cases/<case_no>/escalation")(disputes.post_escalation)
blueprint.post("/cases/<case_no>/statement")(disputes.post_statement)
blueprint.post("/cases/<case_no>/ruling-answer")(disputes.post_ruling_answer)
blueprint.get("/cases/<case_no>/rating")(standing.get_rating)
blueprint.post("/cases/<case_no>/rating/answer")(standing.post_rating_answer)
blueprint.get("/ratings")(standing.get_ratings)
blueprint.get("/activities")(activities.get_activities)
blueprint.post("/activities/<uuid:offered>")(tasks.post_own_activity)
blueprint.get("/tasks")(tasks.get_tasks)
blueprint.get("/tasks/<uuid:task_id>")(tasks.get_task)
blueprint.post("/tasks/<uuid:task_id>")(tasks.post_task)
blueprint.get("/record")(standing.get_record)
blueprint.post("/definitions/lint")(definitions.post_lint)
blueprint.post("/definitions/deploy")(definitions.post_deploy)
blueprint.post("/operations/messages")(beginnings.post_sending)
blueprint.post("/operations/signals")(beginnings.post_signal)
blueprint.post("/operations/instances")(beginnings.post_instance)
blueprint.get("/operations/incidents")(operations.get_incidents)
blueprint.get("/operations/incidents/<uuid:incident_id>")(operations.get_incident)
blueprint.post("/operations/incidents/<uuid:incident_id>/skip/preview")(operations.post_skip_preview)
blueprint.post("/operations/incidents/<uuid:incident_id>/skip")(operations.post_skip)
blueprint.get("/openapi.json")(openapi.get_description)
