"""One case as somebody may see it: what happened, what waits, until when, and who may do what."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from engine.actors import Actor
from engine.tables import ActivityChoice, MessageSubscription, ProcessInstance, Timer, UserTask
from processes.cases.access import may_see
from processes.cases.commands import REOPEN_TASK
from processes.cases.errors import CaseNotFound
from processes.cases.rules import Initiator
from processes.cases.startable import startable_in
from processes.cases.tables import CancellationCase, CaseEvent, CaseLine
from processes.cases.timeline import write_events
from processes.chargebacks.reading import ChargebackRow, chargebacks_of_order
from processes.disputes.appealing import APPEAL_TASKS, is_own_ruling
from processes.disputes.reading import DisputeView, dispute_view
from processes.liability.recording import current_liability
from processes.liability.tables import Liability
from processes.money.tables import Refund, RefundPart
from processes.orders.tables import Order
from processes.returns.correcting import may_correct
from processes.returns.refused import refused_of
from processes.returns.sending import SEND_AGAIN, find_return, may_send_again
from processes.returns.tables import RefusedGoods, Return


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """Something that happens by itself at an instant, unless somebody acts before.

    Attributes:
        element_id: The timer in the diagram.
        name: What the diagram calls it.
        task_id: The task that it ends; None for a reminder and for what ends no task.
    """

    element_id: str
    name: str
    due_at: dt.datetime
    task_id: uuid.UUID | None = None


@dataclass(frozen=True, kw_only=True)
class CaseView:
    """A case with everything that its page shows.

    Attributes:
        tasks: All that wait, whoever they wait for.
        my_tasks: Those that the reader may complete; the appeal against his own ruling isn't his.
        choices: What may be started, by whomever.
        my_choices: What of it the reader may start.
        deadlines: The nearest first.
        refund: With its parts and their attempts; its ``explanation`` holds the calculation.
        chargebacks: Of the order's payments.
        refused: What becomes of units that the shop didn't accept.
        own_ruling_appealed: An appeal waits that he can't rule on, as the ruling was his own.
        can_withdraw: Whether the reader may withdraw it now.
        can_reopen: Whether the reader may open a lapsed return once more.
        can_correct_return: Whether he may correct carrier and number of his parcel.
        can_send_again: Whether he may send the right goods after a rejection.
    """

    case: CancellationCase
    order: Order
    lines: list[CaseLine]
    timeline: list[CaseEvent]
    tasks: list[UserTask]
    my_tasks: list[UserTask]
    choices: list[ActivityChoice]
    my_choices: list[ActivityChoice]
    deadlines: list[Deadline]
    refund: Refund | None
    chargebacks: list[ChargebackRow]
    goods_return: Return | None
    refused: RefusedGoods | None
    dispute: DisputeView | None
    liability: Liability | None
    own_ruling_appealed: bool
    can_withdraw: bool
    can_reopen: bool
    can_correct_return: bool
    can_send_again: bool


def case_view(session: Session, case_no: str, actor: Actor) -> CaseView:
    """Return a case as an actor may see it.

    Raises:
        CaseNotFound: There is none, or it is none of his business; the two look the same.
    """
    write_events(session)
    case = session.scalar(
        sa.select(CancellationCase)
        .where(CancellationCase.case_no == case_no)
        .options(
            selectinload(CancellationCase.lines).joinedload(CaseLine.order_line),
            selectinload(CancellationCase.events),
            joinedload(CancellationCase.order).options(
                joinedload(Order.shop), joinedload(Order.buyer), selectinload(Order.lines)
            ),
        )
        .execution_options(populate_existing=True)
    )
    if case is None or not may_see(case, actor):
        raise CaseNotFound
    tasks = list(
        session.scalars(
            sa.select(UserTask)
            .where(UserTask.business_key == case_no)
            .order_by(UserTask.created_at, UserTask.id)
        )
    )
    dispute = dispute_view(session, case, actor)
    own_ruling = dispute is not None and is_own_ruling(dispute.rulings, actor)
    mine = [
        task
        for task in tasks
        if actor.may_act_for(task.candidate_group) and not (own_ruling and task.element_id in APPEAL_TASKS)
    ]
    choices = startable_in(session, [case_no]).get(case_no, [])
    returned = find_return(session, case, with_findings=True)
    buyers = actor.may_act_for(f"buyer:{case.buyer_id}")
    return CaseView(
        case=case,
        order=case.order,
        lines=case.lines,
        timeline=case.events,
        tasks=tasks,
        my_tasks=mine,
        choices=choices,
        my_choices=[choice for choice in choices if actor.may_act_for(choice.candidate_group)],
        deadlines=_deadlines(session, case_no, tasks),
        refund=case_refund(session, case_no),
        chargebacks=chargebacks_of_order(session, case.order_id),
        goods_return=returned,
        refused=refused_of(session, case) if returned is not None else None,
        dispute=dispute,
        liability=current_liability(session, case_no),
        own_ruling_appealed=own_ruling and any(task.element_id in APPEAL_TASKS for task in tasks),
        can_withdraw=_can_withdraw(session, case, actor),
        can_reopen=any(task.element_id == REOPEN_TASK for task in mine),
        can_correct_return=buyers and returned is not None and may_correct(session, case, returned),
        can_send_again=buyers
        and returned is not None
        and may_send_again(returned)
        and _awaits(session, case, SEND_AGAIN),
    )


def case_refund(session: Session, case_no: str) -> Refund | None:
    """Return the refund of a case with its parts and their attempts, or None."""
    return session.scalar(
        sa.select(Refund)
        .where(Refund.case_no == case_no)
        .options(selectinload(Refund.lines), selectinload(Refund.parts).selectinload(RefundPart.attempts))
    )


def _deadlines(session: Session, case_no: str, tasks: list[UserTask]) -> list[Deadline]:
    ended = {(task.instance_id, task.due_element_id): task.id for task in tasks if task.due_at}
    timers = session.execute(
        sa.select(Timer.instance_id, Timer.element_id, Timer.name, Timer.due_at)
        .join(ProcessInstance, ProcessInstance.id == Timer.instance_id)
        .where(ProcessInstance.business_key == case_no, Timer.kind == "event")
        .order_by(Timer.due_at)
    )
    return [
        Deadline(
            element_id=element_id,
            name=name,
            due_at=due_at,
            task_id=ended.get((instance_id, element_id)),
        )
        for instance_id, element_id, name, due_at in timers
    ]


def _can_withdraw(session: Session, case: CancellationCase, actor: Actor) -> bool:
    owner = f"shop:{case.shop_id}" if case.initiator == Initiator.SELLER else f"buyer:{case.buyer_id}"
    if case.closed_at is not None or not actor.may_act_for(owner):
        return False
    return _awaits(session, case, "case_withdrawn")


def _awaits(session: Session, case: CancellationCase, message: str) -> bool:
    waiting = sa.select(MessageSubscription.instance_id).where(
        MessageSubscription.message == message,
        MessageSubscription.business_key == case.case_no,
    )
    return bool(session.scalar(sa.select(waiting.exists())))
