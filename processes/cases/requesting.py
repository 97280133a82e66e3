"""Asking for a cancellation: checked, numbered, and handed to the process that carries it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.ids import new_id
from engine.values import JSON
from processes.automation.records import record_columns, record_of
from processes.automation.rules import standing
from processes.cases import eligibility
from processes.cases.carrying import keep_case
from processes.cases.errors import (
    IdempotencyConflict,
    LineAlreadyInCase,
    NotEligible,
    QuantityInvalid,
)
from processes.cases.estimating import estimate
from processes.cases.locking import keep_locked
from processes.cases.requests import (
    TEXT_MAXIMUM,
    RequestCancellation,
    check_evidence,
    check_free,
    check_text,
    flow_for,
    may_ask,
    units_of,
)
from processes.cases.rules import Initiator, text_length
from processes.cases.tables import CancellationCase, CaseLine, case_number
from processes.cases.timeline import record_event
from processes.money.calculating import earlier_columns, earlier_of, units_left
from processes.numbers import number_of
from processes.orders.errors import OrderNotFound
from processes.orders.orders import find_order
from processes.orders.tables import Order, OrderLine
from processes.ports import ProcessEngine
from processes.shipping.standing import look_again
from processes.shipping.tables import CancellationOffer

__all__ = ["TEXT_MAXIMUM", "RequestCancellation", "request_cancellation"]


def request_cancellation(
    session: Session,
    engine: ProcessEngine,
    request: RequestCancellation,
    actor: Actor,
    now: dt.datetime,
    *,
    tender_order: Sequence[str] = (),
) -> CancellationCase:
    """Open a case and start its process; the same request again returns the same case.

    Args:
        session: The caller's transaction; the order is locked until it ends.
        engine: Asked for the table of time limits, and to carry the case.
        request: What is asked for.
        actor: Who asks.
        now: When.
        tender_order: Tenders that the platform uses up first; for the estimate.

    Raises:
        OrderNotFound: There is no such order, or it isn't the actor's.
        ReasonInvalid: No such reason, or not for this asker or flow.
        ExplanationMissing: The reason needs more words.
        EvidenceMissing: The reason needs more photos.
        TextTooLong: More than ``TEXT_MAXIMUM`` characters.
        LinesMissing: No line is asked for.
        LineUnknown: A line of another order.
        QuantityInvalid: More units than nobody has cancelled, or none.
        UnitsShipped: Some have left, and the reason is about those that haven't.
        UnitsNotShipped: The other way round.
        LineAlreadyInCase: Another case of a line is open.
        NotEligible: The table of time limits refuses.
        IdempotencyConflict: The key was used for another request.
    """
    initiator = Initiator(request.initiator)
    order = find_order(session, request.order_no, lock=True)
    keep_locked(session, order)
    if not may_ask(order, initiator, actor):
        raise OrderNotFound
    key = request.idempotency_key or new_id().hex
    facts = _facts(session, order, actor, key, now)
    if facts.earlier is not None:
        if facts.earlier_hash != request.content_hash():
            raise IdempotencyConflict(case_no=facts.earlier)
        return session.get_one(CancellationCase, facts.earlier)
    flow = flow_for(request, order, initiator)
    check_text(request)
    check_evidence(request)
    units = units_of(order, request, flow)
    check_free(order, units, facts.taken or {})
    earlier = earlier_of(facts)
    for line, quantity in units:
        if quantity > (available := units_left(line, earlier)):
            raise QuantityInvalid(asked=quantity, line_no=line.line_no, available=available)
    limits = eligibility.limits(
        session,
        engine,
        order,
        now,
        flow=flow,
        reason=request.reason,
        initiator=initiator,
        categories=(line.category for line, _ in units),
    )
    if not limits["eligible"]:
        raise NotEligible(code=limits["ineligible_code"], text=limits["ineligible_text"])
    quantities = {line.id: quantity for line, quantity in units}
    estimated = estimate(
        session,
        engine,
        order,
        quantities,
        flow=flow,
        reason=request.reason,
        initiator=initiator,
        now=now,
        earlier=earlier,
        tender_order=tender_order,
    )
    amounts = {share.line_id: share.figure.amount for share in estimated.calculation.lines}
    case_no = number_of("C", facts.number, now)
    case = CancellationCase(
        case_no=case_no,
        order=order,
        order_no=order.order_no,
        shop_id=order.shop_id,
        buyer_id=order.buyer_id,
        flow=flow.value,
        initiator=initiator.value,
        initiated_by=actor.id,
        reason=request.reason,
        text=request.text.strip(),
        photo_count=request.photo_count,
        order_state=order.state,
        status="open",
        amount=estimated.most,
        estimate=[step.as_json() for step in estimated.steps],
        currency=order.currency,
        limits=limits,
        held=False,
        opened_at=now,
        decision_basis="",
        explanation="",
        search_text=_search_text(case_no, order, units),
        idempotency_key=key,
        request_hash=request.content_hash(),
        lines=[
            CaseLine(
                order_line_id=line.id,
                order_line=line,
                line_no=line.line_no,
                quantity=quantity,
                amount=amounts[line.id],
                open=True,
                cancelled_unshipped=0,
                cancelled_shipped=0,
            )
            for line, quantity in units
        ],
    )
    session.add(case)
    record_event(
        session,
        case.case_no,
        "requested",
        actor=actor,
        now=now,
        reason=case.reason,
        initiator=case.initiator,
        amount=case.amount,
        currency=case.currency,
    )
    _insert(session, case)
    if facts.offered:
        look_again(session, order.id, now=now, taken=request.offer)
    keep_case(session, case)
    case.instance_id = engine.start(
        session,
        flow.process_id,
        business_key=case.case_no,
        variables=_variables(case, order, now) | {"buyer_standing": str(standing(record_of(facts)))},
        actor=actor,
    )
    session.flush()
    return case


def _facts(session: Session, order: Order, actor: Actor, key: str, now: dt.datetime) -> Any:
    """Read in one statement what a request depends on beyond its order, and draw a number."""
    line_ids = [line.id for line in order.lines]
    same = (CancellationCase.initiated_by == actor.id, CancellationCase.idempotency_key == key)
    taken = sa.func.jsonb_object_agg(CaseLine.order_line_id, CaseLine.case_no)
    return session.execute(
        sa.select(
            sa.select(CancellationCase.case_no).where(*same).scalar_subquery().label("earlier"),
            sa.select(CancellationCase.request_hash).where(*same).scalar_subquery().label("earlier_hash"),
            sa.select(taken)
            .where(CaseLine.open, CaseLine.order_line_id.in_(line_ids))
            .scalar_subquery()
            .label("taken"),
            case_number.next_value().label("number"),
            sa.exists().where(CancellationOffer.order_id == order.id).label("offered"),
            *record_columns(order.buyer_id, now),
            *earlier_columns(order.id, line_ids),
        )
    ).one()


def _search_text(case_no: str, order: Order, units: list[tuple[OrderLine, int]]) -> str:
    titles = (f"{line.title} {line.variant} {line.sku}" for line, _ in units)
    return " ".join((case_no, order.order_no, str(order.receiver.get("name", "")), *titles)).lower()


def _insert(session: Session, case: CancellationCase) -> None:
    """Write the case; what the order's lock can't exclude, the database's indexes do."""
    lines = case.lines
    try:
        session.flush()
    except IntegrityError as error:
        cause = error.orig
        constraint = cause.diag.constraint_name if isinstance(cause, psycopg.Error) else None
        if constraint == "uq_case_line_one_open_case":
            raise LineAlreadyInCase(line_no=lines[0].line_no, case_no="") from error
        if constraint == "uq_cancellation_case_idempotency":
            raise IdempotencyConflict(case_no="") from error
        raise


def _variables(case: CancellationCase, order: Order, now: dt.datetime) -> dict[str, JSON]:
    return {
        "case_id": case.case_no,
        "flow": case.flow,
        "initiator": case.initiator,
        "reason": case.reason,
        "shop_id": str(case.shop_id),
        "buyer_id": str(case.buyer_id),
        "order_no": case.order_no,
        "order_state": case.order_state,
        "category": case.lines[0].order_line.category,
        "amount": case.amount,
        "currency": case.currency,
        "minutes_since_payment": eligibility.minutes_since_payment(order, now),
        "text_length": text_length(case.text),
        "photo_count": case.photo_count,
    }
