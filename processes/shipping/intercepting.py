"""Stopping parcels on their way, each by itself: asked for and answered for.

A parcel can be answered for by its carrier, by the shop, or by where it turns up; until the case
goes on, what is known later counts, and afterwards nothing changes it any more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session, joinedload

from engine.actors import Actor
from processes.cases.access import visible_case
from processes.cases.errors import CaseNotFound
from processes.cases.locking import locked_order
from processes.cases.tables import CaseLine
from processes.cases.timeline import record_event
from processes.instances import lock_instances
from processes.ports import ProcessEngine
from processes.shipping.arriving import refresh_arrival
from processes.shipping.concluding import Conclusion, conclude_interception
from processes.shipping.errors import InterceptionEnded, ShipmentNotFound
from processes.shipping.rules import Answer, Direction, ShipmentState, was_stopped
from processes.shipping.tables import Interception, Shipment, ShipmentLine

RESULT = "interception_result"
"""The message that a case waits for, with a :class:`Conclusion`."""
ARRIVED = (ShipmentState.DELIVERED, ShipmentState.LOST, ShipmentState.RETURNED)


def request_interception(session: Session, case_no: str, *, now: dt.datetime) -> list[Shipment]:
    """Note for each parcel on its way with goods of a case that it is to be stopped.

    One that comes back already, for another case, isn't asked for again. The parcels are locked:
    a report that would have answered is either seen here, or sees what is noted here.
    """
    stopped = sa.select(Interception.shipment_id).where(Interception.intercepted.is_(True))
    on_the_way = session.scalars(
        sa.select(Shipment)
        .where(
            Shipment.direction == Direction.OUTBOUND,
            Shipment.state.not_in(ARRIVED),
            Shipment.id.not_in(stopped),
            Shipment.id.in_(
                sa.select(ShipmentLine.shipment_id)
                .join(CaseLine, CaseLine.order_line_id == ShipmentLine.order_line_id)
                .where(CaseLine.case_no == case_no)
            ),
        )
        .order_by(Shipment.shipped_at, Shipment.id)
        .with_for_update(of=Shipment, read=True)
        .execution_options(populate_existing=True)
    ).all()
    for parcel in on_the_way:
        ask_for(session, parcel, case_no, now=now)
    return list(on_the_way)


def ask_for(session: Session, parcel: Shipment, case_no: str, *, now: dt.datetime) -> None:
    """Note that a case wants a parcel stopped; noted before, nothing happens."""
    session.execute(
        postgresql.insert(Interception)
        .values(shipment_id=parcel.id, case_no=case_no, requested_at=now)
        .on_conflict_do_nothing()
    )


def interceptions_of(session: Session, case_no: str) -> Sequence[Interception]:
    """Return what a case has asked for, with the parcels and their contents, the first to leave first."""
    return session.scalars(
        sa.select(Interception)
        .join(Interception.shipment)
        .where(Interception.case_no == case_no)
        .options(
            joinedload(Interception.shipment).selectinload(Shipment.lines).joinedload(ShipmentLine.order_line)
        )
        .order_by(Shipment.shipped_at, Shipment.id)
    ).all()


def wanting_cases(shipment_no: str) -> sa.Select[str]:
    """The cases that still want a parcel stopped."""
    return (
        sa.select(Interception.case_no)
        .join(Interception.shipment)
        .where(Shipment.shipment_no == shipment_no, Interception.concluded_at.is_(None))
    )


def answer_interception(
    session: Session,
    engine: ProcessEngine,
    case_no: str,
    shipment_no: str,
    answer: Answer,
    *,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Let a shop say what became of one parcel of a case.

    Args:
        session: The caller's transaction; instances and parcel are locked here.
        engine: Takes the result to the case once its last parcel is answered for.
        case_no: Which case.
        shipment_no: Which of its parcels.
        answer: The carrier's, as the shop has heard it. Until the case goes on, it can be corrected.
        actor: Somebody of the shop.
        now: When.

    Raises:
        CaseNotFound: There is none, or the actor isn't of its shop.
        ShipmentNotFound: The case hasn't asked for such a parcel to be stopped.
        InterceptionEnded: The case has gone on with something else.
    """
    case = visible_case(session, case_no, actor)
    if not actor.may_act_for(f"shop:{case.shop_id}"):
        raise CaseNotFound
    lock_instances(session, wanting_cases(shipment_no))
    locked_order(session, case.order_id)
    one = session.scalar(
        sa.select(Interception)
        .join(Interception.shipment)
        .where(Interception.case_no == case_no, Shipment.shipment_no == shipment_no)
        .with_for_update(of=[Interception, Shipment], key_share=True)
        .execution_options(populate_existing=True)
    )
    if one is None:
        raise ShipmentNotFound
    if one.concluded_at is not None:
        if one.answer == answer:
            return
        raise InterceptionEnded(
            at=one.concluded_at.isoformat(), by=one.answered_by_name or "", answer=one.answer or ""
        )
    take_answer(session, engine, one.shipment, answer, actor=actor, now=now)


def take_answer(
    session: Session,
    engine: ProcessEngine,
    shipment: Shipment,
    answer: Answer | None,
    *,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Tell the cases that want a parcel stopped what is known of it now.

    Args:
        session: The caller's transaction; instances and parcel are locked.
        engine: Takes the result to each case whose last parcel this is.
        shipment: Which parcel.
        answer: What was said; None if the parcel has only moved.
        actor: Who said so.
        now: When.
    """
    waiting = session.scalars(
        sa.select(Interception)
        .where(Interception.shipment_id == shipment.id, Interception.concluded_at.is_(None))
        .order_by(Interception.case_no)
    ).all()
    for one in waiting:
        if answer is not None:
            one.answer, one.answered_by, one.answered_by_name = answer.value, actor.id, actor.name
        stopped = was_stopped(shipment.state, one.answer)
        if stopped is None or stopped is one.intercepted:
            continue
        _note(session, one, shipment, stopped, actor=actor, now=now)
        conclusion = conclude_interception(session, one.case_no, now=now)
        if conclusion is not None:
            engine.correlate(
                session,
                RESULT,
                business_key=one.case_no,
                payload=conclusion.as_json(),
                actor=actor,
            )


def answer_rest(
    session: Session, case_no: str, answer: Answer, *, actor: Actor, now: dt.datetime
) -> Conclusion:
    """Answer for all parcels of a case that nobody has answered for, inside a step of its process."""
    rest = session.scalars(
        sa.select(Interception)
        .where(Interception.case_no == case_no, Interception.intercepted.is_(None))
        .options(joinedload(Interception.shipment))
        .order_by(Interception.shipment_id)
    ).all()
    for one in rest:
        one.answer, one.answered_by, one.answered_by_name = answer.value, actor.id, actor.name
        stopped = bool(was_stopped(one.shipment.state, answer))
        _note(session, one, one.shipment, stopped, actor=actor, now=now)
    conclusion = conclude_interception(session, case_no, now=now)
    return conclusion or Conclusion(granted=False, stopped=False)


def _note(
    session: Session, one: Interception, shipment: Shipment, stopped: bool, *, actor: Actor, now: dt.datetime
) -> None:
    one.intercepted, one.ended_at = stopped, now
    session.flush()
    if stopped:
        refresh_arrival(session, shipment.order_id, now=now)
    record_event(
        session,
        one.case_no,
        "parcel_stopped" if stopped else "parcel_not_stopped",
        actor=actor,
        now=now,
        carrier=shipment.carrier,
        tracking_no=shipment.tracking_no,
        answer=one.answer or "",
        state=str(shipment.state),
    )
