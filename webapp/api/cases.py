"""Cancellation cases: asked for on a buyer's behalf, followed and decided by a shop's system."""

from __future__ import annotations

import dataclasses
import uuid

from flask import request
from werkzeug.wrappers import Response

from engine.values import JSON
from processes.cases.commands import RequestCancellation, request_cancellation
from processes.cases.rules import CaseStatus
from processes.integration.cases import decide, decision_due, shop_case, shop_cases
from processes.integration.requests import Answer
from processes.money.currencies import major_units
from processes.offers.reading import offers_of_case
from processes.returns.inspecting import inspect_return
from processes.returns.rules import Finding
from processes.shipping.errors import LineUnknown
from webapp.api.access import Caller, change, read
from webapp.api.bodies import case_body, offer_body
from webapp.api.errors import QueryInvalid
from webapp.api.orders import own_order
from webapp.api.schemas import CaseIn, DecisionIn, InspectionIn
from webapp.context import now, tuidan


def get_cases() -> Response:
    """Answer with a page of the shop's cases, the newest first."""
    status = request.args.get("status") or None
    if status is not None and status not in tuple(CaseStatus):
        raise QueryInvalid(name="status", value=status[:80], known=[str(one) for one in CaseStatus])

    def answer(who: Caller) -> dict[str, JSON]:
        after = request.args.get("after") or None
        if after and "\0" in after:
            raise QueryInvalid(name="after", value="")
        page = shop_cases(who.session, who.shop.id, status=status, after=after)
        return {"cases": [case_body(case) for case in page.cases], "next": page.next}

    return read(answer)


def get_case(case_no: str) -> Response:
    """Answer with a case of the shop, and until when it has to be decided."""

    def answer(who: Caller) -> dict[str, JSON]:
        return _body(who, case_no)

    return read(answer)


def post_case() -> Response:
    """Ask for a cancellation; 201 with the case."""
    return change(CaseIn, _request)


def post_decision(case_no: str) -> Response:
    """Agree to a case or refuse it; answers with the case."""

    def perform(who: Caller, body: DecisionIn) -> Answer:
        case = shop_case(who.session, who.shop.id, case_no)
        decide(who.session, tuidan().engine, case, _values(body, case.currency), who.actor)
        return Answer(status=200, body=_body(who, case_no))

    return change(DecisionIn, perform)


def post_inspection(case_no: str) -> Response:
    """Record what a returned parcel contained; answers with the case."""

    def perform(who: Caller, body: InspectionIn) -> Answer:
        case = shop_case(who.session, who.shop.id, case_no)
        ids = {line.line_no: line.order_line_id for line in case.lines}
        findings: dict[uuid.UUID, Finding] = {}
        for line in body.lines:
            if line.line_no not in ids or ids[line.line_no] in findings:
                raise LineUnknown(line_no=line.line_no)
            findings[ids[line.line_no]] = Finding(
                good=line.good,
                damaged=line.damaged,
                wrong_item=line.wrong_item,
                missing=line.missing,
            )
        inspect_return(
            who.session,
            tuidan().engine,
            case,
            findings,
            refusal_code=body.refusal_code,
            explanation=body.explanation,
            actor=who.actor,
            now=now(),
        )
        return Answer(status=200, body=_body(who, case_no))

    return change(InspectionIn, perform)


def _request(who: Caller, body: CaseIn) -> Answer:
    order = own_order(who, body.order_no)
    ids = {line.line_no: line.id for line in order.lines}
    for line in body.lines:
        if line.line_no not in ids:
            raise LineUnknown(line_no=line.line_no)
    asker = who.actor
    if body.initiator == "buyer":
        # The shop passes on what its buyer asked for; the record names the shop's system.
        asker = dataclasses.replace(asker, groups=asker.groups | {f"buyer:{order.buyer_id}"})
    case = request_cancellation(
        who.session,
        tuidan().engine,
        RequestCancellation(
            order_no=order.order_no,
            lines=tuple((ids[line.line_no], line.quantity) for line in body.lines),
            reason=body.reason,
            text=body.text,
            initiator=body.initiator,
            idempotency_key=f"api:{who.key}",
            photo_count=body.photo_count,
        ),
        asker,
        now(),
        tender_order=tuidan().settings.tender_order,
    )
    return Answer(status=201, body=_body(who, case.case_no))


def _values(body: DecisionIn, currency: str) -> dict[str, JSON]:
    """What the form of the review takes; it asks for amounts as people write them."""
    values: dict[str, JSON] = body.model_dump(exclude={"offer"})
    if body.offer is not None:
        values |= {"offer_kind": body.offer.kind, "offer_text": body.offer.text}
        if body.offer.amount is not None:
            values["offer_amount"] = str(major_units(body.offer.amount, currency))
    return values


def _body(who: Caller, case_no: str) -> dict[str, JSON]:
    case = shop_case(who.session, who.shop.id, case_no)
    offers = offers_of_case(who.session, case)
    return case_body(case, decision_due(who.session, case_no)) | {
        "offers": [offer_body(offer) for offer in offers.made]
    }
