"""Checking and deploying bundles for analysts' tools: the linter and the deployment of the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TypeVar

from flask import jsonify, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine.actors import Actor
from engine.commands.deploy import deploy_bundle
from engine.definitions import DeploymentRefused
from engine.lint import lint
from engine.lint.findings import Finding, Severity
from engine.queries.files import files_in_force
from engine.values import JSON
from processes.people.accounts import actor_of
from processes.people.errors import DeployTokenRefused
from processes.people.roles import Role
from processes.people.tokens import account_of_token
from webapp.analyst.findings import shown
from webapp.api.access import bearer_token, parse
from webapp.api.errors import AnalystNotAuthorized, NotAuthorized
from webapp.api.schemas import BundleIn, DeploymentIn
from webapp.context import now, tuidan
from webapp.errors.messages import message_of

In = TypeVar("In", bound=BundleIn)


@dataclass(frozen=True, kw_only=True)
class Analyst:
    """An analyst's tool and the transaction of its request."""

    session: Session
    actor: Actor


def post_lint() -> Response:
    """Check a bundle; nothing is deployed."""
    with _analyst() as who:
        bundle = _bundle(who, BundleIn)[1]
    findings = lint(bundle, tuidan().registry, now())
    return jsonify(_findings_body(findings))


def post_deploy() -> Response:
    """Deploy a bundle as a whole, or refuse it with every finding."""
    try:
        with _analyst() as who:
            body, bundle = _bundle(who, DeploymentIn)
            result = deploy_bundle(tuidan().engine, who.session, bundle, note=body.note, actor=who.actor)
    except DeploymentRefused as refused:
        params = _findings_body(refused.findings)
        error = {"code": refused.code, "message": message_of(refused), "params": params}
        response = jsonify(error=error)
        response.status_code = refused.kind.value
        return response
    processes = [
        {
            "process_id": process.process_id,
            "version": process.version,
            "definition_id": str(process.definition_id),
            "created": process.created,
        }
        for process in result.processes
    ]
    return jsonify(
        deployment_id=str(result.id),
        created=result.created,
        processes=processes,
        **_findings_body(result.findings),
    )


@contextmanager
def _analyst() -> Iterator[Analyst]:
    """Open a transaction on behalf of the analyst whose token the request carries."""
    try:
        token = bearer_token()
        with tuidan().transaction() as session:
            account = account_of_token(session, token, Role.ANALYST)
            yield Analyst(session=session, actor=actor_of(account))
    except (NotAuthorized, DeployTokenRefused):
        raise AnalystNotAuthorized from None


def _bundle(who: Analyst, schema: type[In]) -> tuple[In, dict[str, str]]:
    """The request's files, beside those in force unless it is to be the whole bundle."""
    body = parse(schema, request.get_data())
    present = files_in_force(who.session) if body.keep else {}
    return body, present | dict(body.files)


def _findings_body(findings: Iterable[Finding]) -> dict[str, JSON]:
    """Findings as programs read them; the message and the remedy are in the caller's language."""
    found = list(findings)
    errors = sum(finding.severity is Severity.ERROR for finding in found)
    rows = []
    for finding in found:
        row = asdict(shown(finding))
        row["severity"] = "error" if row.pop("is_error") else "warning"
        rows.append(row)
    return {"errors": errors, "warnings": len(found) - errors, "findings": rows}
