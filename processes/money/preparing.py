"""Preparing a refund: its amount is worked out, divided over the payments, and reserved.

Once for each case. What is reserved counts against the payments' limit, which the database
holds, until the refund has settled.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import Actor
from processes.cases.locking import locked_order
from processes.cases.tables import CancellationCase
from processes.cases.timeline import record_event
from processes.liability.recording import current_liability
from processes.money.arithmetic import NO_CARRIAGE, withheld_of_lines
from processes.money.calculating import calculate, earlier_columns, earlier_of
from processes.money.sharing import Decide, Share, share_refund
from processes.money.tables import Refund, RefundLine, RefundPart, refund_number
from processes.numbers import number_of
from processes.returns.carried import carriage_by_shop
from processes.wallet.books import VoucherTerms, give_back


def prepare_refund(
    session: Session,
    case: CancellationCase,
    *,
    freight_payer: str,
    seller_at_fault: bool,
    actor: Actor,
    now: dt.datetime,
    decide: Decide | None = None,
    tender_order: Sequence[str] = (),
) -> Refund:
    """Prepare the refund of a case, or return the one that was prepared before.

    Args:
        session: The caller's transaction; the order is locked here.
        case: Of which all granted units are refunded; if an amount was agreed on, that is the most.
        freight_payer: ``buyer`` has the carriage back taken off, if the shop arranged it.
        seller_at_fault: Then the order's freight is given back.
        actor: For the timeline.
        now: When it is prepared.
        decide: Asks the table of what becomes of coupons and points; without it they come back.
        tender_order: Tenders that are used up first, for a shop that has named none of its own.
    """
    order = locked_order(session, case.order_id)
    units = {line.order_line_id: line.granted for line in case.lines if line.granted}
    facts = session.execute(
        sa.select(
            sa.select(Refund.refund_no)
            .where(Refund.case_no == case.case_no)
            .scalar_subquery()
            .label("existing"),
            refund_number.next_value().label("number"),
            *earlier_columns(order.id, units),
        )
    ).one()
    if facts.existing is not None:
        return session.get_one(Refund, facts.existing)
    calculation = calculate(
        order,
        units,
        earlier_of(facts),
        uncancelled={
            line.order_line_id: line.granted - line.cancelled_unshipped - line.cancelled_shipped
            for line in case.lines
        },
        seller_at_fault=seller_at_fault,
        borne=carriage_by_shop(session, case, order) if freight_payer == "buyer" else NO_CARRIAGE,
        agreed=case.agreed_amount,
    )
    finding = current_liability(session, case.case_no)
    sharing = share_refund(
        session,
        order,
        calculation.figures.amount,
        fault=finding.fault if finding else "nobody",
        now=now,
        decide=decide,
        tender_order=tender_order,
    )
    figures = replace(
        calculation.figures,
        amount=calculation.figures.amount - sharing.forfeited,
        withheld=calculation.figures.withheld + sharing.forfeited,
    )
    withheld = withheld_of_lines(figures, [share.figure for share in calculation.lines])
    refund = Refund(
        refund_no=number_of("R", facts.number, now),
        case_no=case.case_no,
        order_id=order.id,
        currency=case.currency,
        amount=figures.amount,
        goods=figures.goods,
        freight=figures.freight,
        deducted=figures.borne + figures.withheld,
        withheld=figures.withheld,
        freight_payer=freight_payer,
        explanation=[step.as_json() for step in (*figures.steps, *sharing.steps)],
        prepared_at=now,
        lines=[
            RefundLine(
                order_line_id=share.line_id,
                quantity=share.quantity,
                done_before=share.done,
                refunded_before=share.refunded,
                amount=share.figure.amount,
                withheld=kept,
            )
            for share, kept in zip(calculation.lines, withheld, strict=True)
        ],
    )
    for share in sharing.shares:
        _reserve(session, case, refund, share, now)
    session.add(refund)
    record_event(
        session,
        case.case_no,
        "refund_prepared",
        actor=actor,
        now=now,
        refund_no=refund.refund_no,
        amount=refund.amount,
        currency=refund.currency,
    )
    session.flush()
    return refund


def _reserve(
    session: Session, case: CancellationCase, refund: Refund, share: Share, now: dt.datetime
) -> None:
    """Count a share against its payment; one that doesn't come back is used up at once."""
    payment = share.payment
    if share.forfeited:
        payment.forfeited += share.amount
        give_back(
            session,
            buyer_id=case.buyer_id,
            instrument=payment.tender,
            code=payment.reference,
            currency=payment.currency,
            amount=0,
            terms=VoucherTerms(),
            order_no=case.order_no,
            case_no=case.case_no,
            reference=f"forfeit:{refund.refund_no}:{payment.payment_no}",
            now=now,
        )
        return
    payment.refunded_pending += share.amount
    refund.parts.append(
        RefundPart(
            position=len(refund.parts) + 1,
            payment=payment,
            tender=payment.tender,
            amount=share.amount,
            voucher_treatment=share.voucher.treatment.value if share.voucher else None,
            voucher_valid_until=share.voucher.valid_until if share.voucher else None,
        )
    )
