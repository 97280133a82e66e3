"""Keeping the books of who bears what: each case's entry says what its refund and finding amount to.

What has been posted is never changed. If the finding changes, or money that had gone out came
back, the entry is reversed and, if anything is left to post, another is appended.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from engine.ids import new_id
from processes.cases.tables import CancellationCase, CaseLine
from processes.catalog.tables import Shop
from processes.liability.bearing import Burden, Component, Line, lines_of
from processes.liability.recording import current_liability
from processes.liability.tables import LiabilityEntry, LiabilityPosting
from processes.money.tables import Refund
from processes.returns.tables import Return
from processes.shipping.rules import Direction
from processes.shipping.tables import Interception, Shipment, ShipmentLine, TrackingEvent

GONE_WRONG = {"L_LOST": "lost", "L_DAMAGE": "damaged"}
"""What a carrier reports of a parcel when a reason is its doing."""


def post_case(session: Session, case_no: str, *, cause: str, now: dt.datetime) -> bool:
    """Bring the books of a case up to date; if they are, nothing is posted.

    Args:
        session: The caller's transaction.
        case_no: Which case.
        cause: Why it may have changed: ``settled``, ``finding`` or ``reopened``.
        now: When.

    Returns:
        Whether anything was posted.
    """
    session.flush()
    if session.scalar(sa.select(Refund.refund_no).where(Refund.case_no == case_no)) is None:
        # A finding from before the refund: there is nothing to post yet.
        return False
    lock = sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(f"liability:{case_no}", 0))
    session.execute(sa.select(lock))
    refund = session.scalar(
        sa.select(Refund)
        .where(Refund.case_no == case_no)
        .options(selectinload(Refund.lines), joinedload(Refund.case), joinedload(Refund.order))
        .execution_options(populate_existing=True)
    )
    burden = _burden(session, refund) if refund and refund.status == "succeeded" else None
    lines = lines_of(burden) if burden else ()
    entries = session.scalars(
        sa.select(LiabilityEntry)
        .where(LiabilityEntry.case_no == case_no)
        .options(selectinload(LiabilityEntry.postings))
        .order_by(LiabilityEntry.number)
    ).all()
    reversed_ids = {entry.reverses for entry in entries}
    standing = [e for e in entries if e.reverses is None and e.id not in reversed_ids]
    if [_lines(entry) for entry in standing] == ([list(lines)] if lines else []):
        return False
    number = len(entries)
    for entry in standing:
        number += 1
        opposite = [dataclasses.replace(line, amount=-line.amount) for line in _lines(entry)]
        _append(session, case_no, number, entry.currency, opposite, cause, now, entry.facts, reverses=entry)
    if lines and burden and refund:
        facts = _facts(refund, burden)
        _append(session, case_no, number + 1, refund.currency, list(lines), cause, now, facts)
    return True


def _lines(entry: LiabilityEntry) -> list[Line]:
    return [
        Line(account=p.account, component=Component(p.component), amount=p.amount) for p in entry.postings
    ]


def _append(
    session: Session,
    case_no: str,
    number: int,
    currency: str,
    lines: list[Line],
    cause: str,
    now: dt.datetime,
    facts: dict[str, Any],
    *,
    reverses: LiabilityEntry | None = None,
) -> None:
    session.add(
        LiabilityEntry(
            id=new_id(),
            case_no=case_no,
            number=number,
            reverses=reverses.id if reverses else None,
            cause=cause,
            currency=currency,
            facts=facts,
            at=now,
            postings=[
                LiabilityPosting(
                    position=position,
                    account=line.account,
                    component=line.component.value,
                    currency=currency,
                    amount=line.amount,
                    at=now,
                )
                for position, line in enumerate(lines, start=1)
            ],
        )
    )
    session.flush()


def _burden(session: Session, refund: Refund) -> Burden:
    case, order = refund.case, refund.order
    finding = current_liability(session, case.case_no)
    withheld_of_goods = sum(line.withheld for line in refund.lines)
    payer = finding.freight_payer if finding else refund.freight_payer
    carriers, evident = _carriers(session, case)
    shop = session.get_one(Shop, case.shop_id)
    return Burden(
        buyer_id=case.buyer_id,
        shop_id=case.shop_id,
        goods=refund.goods - withheld_of_goods,
        freight=max(0, refund.freight - (refund.withheld - withheld_of_goods)),
        borne=refund.deducted - refund.withheld,
        carriage=order.freight if payer not in {"", "nobody"} and _shop_carried(session, case) else 0,
        fault=finding.fault if finding else "nobody",
        freight_payer=payer,
        carriers=carriers,
        carrier_evident=evident,
        advanced=shop.closed_at is not None or order.paid_out_at is not None,
    )


def _shop_carried(session: Session, case: CancellationCase) -> bool:
    """Whether goods of a case that had left came back by carriage that the buyer didn't arrange."""
    stopped = sa.select(Interception.case_no).where(
        Interception.case_no == case.case_no, Interception.intercepted.is_not(False)
    )
    sent = sa.select(Return.case_no).where(Return.case_no == case.case_no, Return.sent_at.is_not(None))
    return bool(session.scalar(sa.select(sa.and_(stopped.exists(), ~sent.exists()))))


def _carriers(session: Session, case: CancellationCase) -> tuple[dict[str, int], bool]:
    """Units of a case's lines by carrier, of the parcels that went wrong if their carrier said so."""
    rows = session.execute(
        sa.select(
            Shipment.carrier,
            sa.func.sum(ShipmentLine.quantity),
            sa.select(TrackingEvent.id)
            .where(
                TrackingEvent.shipment_id == Shipment.id,
                TrackingEvent.event == GONE_WRONG.get(case.reason, ""),
            )
            .exists(),
        )
        .join(ShipmentLine, ShipmentLine.shipment_id == Shipment.id)
        .join(CaseLine, CaseLine.order_line_id == ShipmentLine.order_line_id)
        .where(CaseLine.case_no == case.case_no, Shipment.direction == Direction.OUTBOUND)
        .group_by(Shipment.id)
        .order_by(Shipment.id)
    ).all()
    evident = any(gone_wrong for _, _, gone_wrong in rows)
    units: dict[str, int] = {}
    for carrier, quantity, gone_wrong in rows:
        if gone_wrong or not evident:
            units[carrier] = units.get(carrier, 0) + int(quantity)
    return units, evident


def _facts(refund: Refund, burden: Burden) -> dict[str, Any]:
    return {
        "refund_no": refund.refund_no,
        "reason": refund.case.reason,
        "fault": burden.fault,
        "freight_payer": burden.freight_payer,
        "goods": burden.goods,
        "freight": burden.freight,
        "borne": burden.borne,
        "carriage": burden.carriage,
        "advanced": burden.advanced,
    }
