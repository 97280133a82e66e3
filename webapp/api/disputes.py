"""Disputes: what both sides said, the rulings, and what a shop's system says and answers."""

from __future__ import annotations

import dataclasses

from werkzeug.wrappers import Response

from engine.errors import NotFound
from engine.values import JSON
from processes.cases.tables import CancellationCase
from processes.disputes.reading import DisputeView, dispute_view
from processes.integration.cases import shop_case
from processes.integration.requests import Answer
from processes.integration.tasks import (
    REFUSAL_ANSWER,
    RULING_ANSWER,
    STATEMENT,
    awaited,
    complete_task,
    shop_group,
)
from webapp.api.access import Caller, change, read
from webapp.api.bodies import instant_body
from webapp.api.schemas_cases import EscalationIn, RulingAnswerIn, StatementIn
from webapp.context import tuidan


class DisputeNotFound(NotFound):
    """The case never came before the platform."""

    code = "api.dispute_not_found"


def get_dispute(case_no: str) -> Response:
    """Answer with the dispute about a case, as its shop may read it."""
    return read(lambda who: _body(who, shop_case(who.session, who.shop.id, case_no)))


def post_escalation(case_no: str) -> Response:
    """Pass on that the buyer brings a refusal before the platform; answers with the dispute."""

    def perform(who: Caller, body: EscalationIn) -> Answer:
        case = shop_case(who.session, who.shop.id, case_no)
        # The shop passes on what its buyer wants; the record names the shop's system.
        buyer = dataclasses.replace(who.actor, groups=who.actor.groups | {f"buyer:{case.buyer_id}"})
        values: dict[str, JSON] = {"answer": "escalate", "escalation_text": body.text}
        complete_task(who.session, tuidan().engine, case, REFUSAL_ANSWER, values, buyer)
        return Answer(status=200, body=_body(who, case))

    return change(EscalationIn, perform)


def post_statement(case_no: str) -> Response:
    """Say how the shop sees it, while it is heard; answers with the dispute."""

    def perform(who: Caller, body: StatementIn) -> Answer:
        case = shop_case(who.session, who.shop.id, case_no)
        complete_task(who.session, tuidan().engine, case, STATEMENT, {"text": body.text}, who.actor)
        return Answer(status=200, body=_body(who, case))

    return change(StatementIn, perform)


def post_ruling_answer(case_no: str) -> Response:
    """Accept a ruling, or appeal against it; answers with the dispute."""

    def perform(who: Caller, body: RulingAnswerIn) -> Answer:
        case = shop_case(who.session, who.shop.id, case_no)
        values: dict[str, JSON] = {"ruling_answer_given": body.answer}
        if body.text:
            values["appeal_text"] = body.text
        complete_task(who.session, tuidan().engine, case, RULING_ANSWER, values, who.actor)
        return Answer(status=200, body=_body(who, case))

    return change(RulingAnswerIn, perform)


def _body(who: Caller, case: CancellationCase) -> dict[str, JSON]:
    who.session.flush()
    who.session.expire_all()
    view = dispute_view(who.session, case, who.actor)
    if view is None:
        raise DisputeNotFound
    waiting = awaited(who.session, case, shop_group(who.shop.id))
    return {
        "case_no": case.case_no,
        "status": str(case.status),
        "opened_at": instant_body(view.dispute.opened_at),
        "hearing": view.sealed,
        "awaits": [
            {"task": element.removeprefix("task_seller_"), "due": instant_body(due)}
            for element, due in waiting
            if element in STATEMENT | RULING_ANSWER
        ],
        "statements": [
            {"side": one.side, "text": one.text, "at": instant_body(one.at)} for one in view.statements
        ],
        "rulings": _rulings(view),
    }


def _rulings(view: DisputeView) -> list[JSON]:
    return [
        {
            "ruling": one.ruling,
            "amount": one.amount,
            "reasons": one.reasons,
            "fault": one.fault,
            "freight_payer": one.freight_payer,
            "keep_goods": one.keep_goods,
            "on_appeal": one.on_appeal,
            "at": instant_body(one.ruled_at),
            "appeals": [
                {"side": appeal.side, "text": appeal.text, "at": instant_body(appeal.at)}
                for appeal in one.appeals
            ],
        }
        for one in view.rulings
    ]
