"""Goods on their way in a case: parcels to be stopped, returns, and exchanges."""

from __future__ import annotations

from werkzeug.wrappers import Response

from engine.values import JSON
from processes.cases.tables import CancellationCase
from processes.integration.cases import shop_case
from processes.integration.requests import Answer
from processes.integration.tasks import EXCHANGE, complete_task
from processes.returns.errors import ReturnNotFound
from processes.returns.sending import find_return
from processes.shipping.intercepting import answer_interception, interceptions_of
from processes.shipping.rules import Answer as Said
from webapp.api.access import Caller, change, read
from webapp.api.bodies import case_body, instant_body
from webapp.api.schemas_cases import ExchangeIn, InterceptionIn
from webapp.context import now, tuidan


def get_return(case_no: str) -> Response:
    """Answer with the return of a case and what the shop found in each parcel."""

    def answer(who: Caller) -> dict[str, JSON]:
        case = shop_case(who.session, who.shop.id, case_no)
        returned = find_return(who.session, case, with_findings=True)
        if returned is None:
            raise ReturnNotFound
        return {
            "return_no": returned.return_no,
            "case_no": case.case_no,
            "address": dict(returned.address),
            "round": returned.round,
            "carrier": returned.carrier,
            "tracking_no": returned.tracking_no,
            "opened_at": instant_body(returned.opened_at),
            "sent_at": instant_body(returned.sent_at),
            "inspected_at": instant_body(returned.inspected_at),
            "accepted": returned.accepted,
            "refusal_code": returned.refusal_code,
            "explanation": returned.explanation,
            "findings": [
                {
                    "round": one.round,
                    "line_no": one.order_line.line_no,
                    "good": one.good,
                    "damaged": one.damaged,
                    "wrong_item": one.wrong_item,
                    "missing": one.missing,
                    "unproven": one.unproven,
                    "at": instant_body(one.at),
                }
                for one in returned.findings
            ],
        }

    return read(answer)


def get_interceptions(case_no: str) -> Response:
    """Answer with the parcels that a case wants stopped, and what became of each."""
    return read(lambda who: _interceptions(who, shop_case(who.session, who.shop.id, case_no)))


def post_interception(case_no: str, shipment_no: str) -> Response:
    """Say what became of one of them; answers with all."""

    def perform(who: Caller, body: InterceptionIn) -> Answer:
        case = shop_case(who.session, who.shop.id, case_no)
        answer_interception(
            who.session,
            tuidan().engine,
            case.case_no,
            shipment_no,
            Said(body.answer),
            actor=who.actor,
            now=now(),
        )
        who.session.refresh(case)
        return Answer(status=200, body=_interceptions(who, case))

    return change(InterceptionIn, perform)


def post_exchange(case_no: str) -> Response:
    """Say how the goods of an exchange were sent; answers with the case."""

    def perform(who: Caller, body: ExchangeIn) -> Answer:
        case = shop_case(who.session, who.shop.id, case_no)
        values: dict[str, JSON] = {"carrier": body.carrier, "tracking_no": body.tracking_no}
        complete_task(who.session, tuidan().engine, case, EXCHANGE, values, who.actor)
        return Answer(status=200, body=case_body(case))

    return change(ExchangeIn, perform)


def _interceptions(who: Caller, case: CancellationCase) -> dict[str, JSON]:
    return {
        "case_no": case.case_no,
        "status": str(case.status),
        "parcels": [
            {
                "shipment_no": one.shipment.shipment_no,
                "carrier": one.shipment.carrier,
                "tracking_no": one.shipment.tracking_no,
                "state": str(one.shipment.state),
                "answer": one.answer,
                "stopped": one.intercepted,
                "requested_at": instant_body(one.requested_at),
                "ended_at": instant_body(one.ended_at),
            }
            for one in interceptions_of(who.session, case.case_no)
        ],
    }
