"""What operators' programs may do about what failed: read incidents, and skip; and what such programs share.

The commands are those of the operator's pages, and are recorded under the same name.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import jsonify, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine.actors import Actor
from engine.commands.outcome import Outcome, Waiting
from engine.commands.skip import preview_skip, skip_failed, skippable
from engine.failures import IncidentNotFound
from engine.queries.incidents import find_incidents, incident
from engine.tables import Incident
from engine.values import JSON
from processes.integration.requests import Answer
from processes.integration.tables import AccountRequest
from processes.people.accounts import actor_of
from processes.people.errors import DeployTokenRefused
from processes.people.roles import Role
from processes.people.tokens import account_of_token
from webapp.api.access import In, as_answered, bearer_token, once, parse
from webapp.api.bodies import instant_body
from webapp.api.errors import NotAuthorized, OperatorNotAuthorized, QueryInvalid
from webapp.api.schemas_operations import SkipIn, SkipPreviewIn
from webapp.context import tuidan
from webapp.errors.messages import message_of
from webapp.parameters import uuid_or_none


@dataclass(frozen=True, kw_only=True)
class Operator:
    """An operator's program and the transaction of its request."""

    session: Session
    account_id: uuid.UUID
    actor: Actor


def get_incidents() -> Response:
    """Answer with a page of open incidents, the latest first."""
    text = request.args.get("after", "")
    after = uuid_or_none(text)
    if text and after is None:
        raise QueryInvalid(name="after", value=text[:80])
    with operator() as who:
        page = find_incidents(who.session, after=after)
        rows = [_incident(row) for row in page.rows]
    return jsonify(incidents=rows, next=None if page.next is None else str(page.next))


def get_incident(incident_id: uuid.UUID) -> Response:
    """Answer with an incident, and what can be given in place of what failed."""
    with operator() as who:
        found = incident(who.session, incident_id)
        body = _incident(found)
        if found.resolved_at is None:
            body["skip"] = _question(who.session, found)
    return jsonify(body)


def post_skip_preview(incident_id: uuid.UUID) -> Response:
    """Say what would follow if an answer were taken in place of what failed; nothing is changed."""
    with operator() as who:
        body = parse(SkipPreviewIn, request.get_data())
        actor = who.actor
    outcome = preview_skip(tuidan().engine, incident_id, given=body.given, actor=actor)
    return jsonify(follows=None if outcome is None else _outcome(outcome))


def post_skip(incident_id: uuid.UUID) -> Response:
    """Take an answer in place of what failed, and go on."""

    def perform(who: Operator, body: SkipIn) -> Answer:
        skip_failed(
            tuidan().engine, who.session, incident_id, given=body.given, reason=body.reason, actor=who.actor
        )
        resolved = who.session.get(Incident, incident_id, populate_existing=True)
        if resolved is None:
            raise IncidentNotFound
        return Answer(status=200, body=_incident(resolved))

    return command(SkipIn, perform)


@contextmanager
def operator() -> Iterator[Operator]:
    """Open a transaction on behalf of the operator whose token the request carries.

    Raises:
        OperatorNotAuthorized: No token, or one that is no operator's.
    """
    try:
        token = bearer_token()
        with tuidan().transaction() as session:
            account = account_of_token(session, token, Role.OPERATOR)
            yield Operator(session=session, account_id=account.id, actor=actor_of(account))
    except (NotAuthorized, DeployTokenRefused):
        raise OperatorNotAuthorized from None


def command(schema: type[In], perform: Callable[[Operator, In], Answer]) -> Response:
    """Answer a request of an operator's program that changes something, once for each idempotency key.

    Raises:
        OperatorNotAuthorized: No token, or one that is no operator's.
        TuidanError: What :func:`webapp.api.access.once` raises.
    """
    raw = request.get_data()
    with operator() as who:
        answer = once(
            who.session, AccountRequest, who.account_id, schema, raw, lambda body: perform(who, body)
        )
    return as_answered(answer)


def _incident(found: Incident) -> dict[str, JSON]:
    return {
        "id": str(found.id),
        "kind": found.kind,
        "message": found.message,
        "process_id": found.process_id,
        "business_key": found.business_key,
        "instance_id": None if found.instance_id is None else str(found.instance_id),
        "element_id": found.element_id,
        "element_name": found.element_name,
        "occurred_at": instant_body(found.occurred_at),
        "last_at": instant_body(found.last_at),
        "count": found.count,
        "resolved_at": instant_body(found.resolved_at),
    }


def _question(session: Session, found: Incident) -> dict[str, JSON]:
    asked = skippable(tuidan().engine, session, found)
    if asked.refusal is not None:
        return {"refusal": {"code": asked.refusal.code, "message": message_of(asked.refusal)}}
    question = asked.question
    ways: list[JSON] = [
        {
            "flow_id": way.flow_id,
            "flow_name": way.flow_name,
            "element_id": way.element_id,
            "name": way.element_name,
        }
        for way in question.ways
    ]
    return {
        "asked": question.kind,
        "variable": question.variable,
        "decides": question.decides,
        "conditions": list(question.conditions),
        "ways": ways,
        "several": question.several,
        "none": question.none,
        "unawaited": question.unawaited,
    }


def _outcome(outcome: Outcome) -> dict[str, JSON]:
    return {
        "cancelled": [entry.element_id for entry in outcome.cancelled],
        "passed": [entry.element_id for entry in outcome.passed],
        "calls": [{"element_id": call.element_id, "operation": call.operation} for call in outcome.calls],
        "gone": [_waiting(waiting) for waiting in outcome.gone],
        "come": [_waiting(waiting) for waiting in outcome.come],
        "tokens": [
            {"process_id": token.process_id, "element_id": token.element_id} for token in outcome.tokens
        ],
        "ends": outcome.ends,
    }


def _waiting(waiting: Waiting) -> JSON:
    return {"kind": waiting.kind, "element_id": waiting.element_id, "name": waiting.name}
